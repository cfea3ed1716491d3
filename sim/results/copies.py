"""Copies of the files that scenarios read: each plan's own in a folder of its own below ``files`` of the run folder.

The scenario as run names the copies, so it can be run again from the run folder alone, wherever that goes.
"""

from __future__ import annotations

import copy
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

from sim.results.layout import FILES
from sim.scenario.load import ScenarioSource


class Copies:
    """The copies in one run folder. A file that several plans read is copied once."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._names: dict[Path, str] = {}

    def of(self, source: ScenarioSource, own: str) -> ScenarioSource:
        """The scenario with its files copied and named as the run folder has them. Raises OSError.

        Args:
            own: the name of the plan's folder, which no other plan has.
        """
        raw = copy.deepcopy(source.raw) if source.files else source.raw
        for key, (_, path) in source.files.items():
            name = self._names.get(path) or self._copied(path, own)
            if key.startswith("opening.files."):
                raw["opening"]["files"][key.removeprefix("opening.files.")] = name
            else:
                uncertainty = key.removeprefix("uncertainties.").removesuffix(".file")
                raw["uncertainties"][uncertainty]["file"] = name
        return replace(source, raw=raw) if source.files else source

    def _copied(self, path: Path, own: str) -> str:
        target = self._folder / FILES / own / path.name
        number = 1
        while target.exists():  # the same name in another folder
            number += 1
            target = target.with_name(f"{number}-{path.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        copy_private(path, target)
        self._names[path] = target.relative_to(self._folder).as_posix()
        return self._names[path]


def copy_private(path: Path, target: Path) -> None:
    """Copy a file to where there is none, for the eyes of those who may read it and at no moment for others."""
    with path.open("rb") as given, os.fdopen(_opened(target), "wb") as made:
        shutil.copyfileobj(given, made)
        keep_mode(target, mode_of(path))


def mode_of(path: Path) -> int:
    """Who may read and write a file, as bits."""
    return stat.S_IMODE(path.stat().st_mode) & 0o666


def keep_mode(path: Path, mode: int) -> None:
    """Let nobody read a file who may not by ``mode``; others are left out as the user leaves them out elsewhere."""
    path.chmod(mode & ~_umask() | stat.S_IRUSR | stat.S_IWUSR)


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
