"""A plan of record: a run folder put away with the hash of each of its files, so that nobody can change it unseen."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sim.records.files import Stamp

FROZEN = "frozen.json"


class NotAsFrozenError(ValueError):
    """A plan of record is not as it was put away. Its text is the whole message."""


def freeze(run: Path, folder: Path, today: date) -> int:
    """Copy a finished run to a new folder, which holds its hashes from then on. Returns how many files it has.

    Raises FileExistsError where the folder is there already.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.part")
    if folder.exists():
        raise FileExistsError(folder)
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(run, part, ignore=shutil.ignore_patterns(FROZEN))
    hashes = {str(path.relative_to(part)): Stamp.of(path).sha256 for path in _files(part)}
    told = {"frozen_on": today.isoformat(), "run": run.resolve().name, "sha256": hashes}
    (part / FROZEN).write_text(json.dumps(told, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for path in (*_files(part), part / FROZEN):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    os.replace(part, folder)
    return len(hashes)


def frozen_on(folder: Path) -> str | None:
    """The day on which a folder was frozen; None where it is no plan of record.

    Raises NotAsFrozenError where a file was changed, added or taken away since, and names the first.
    """
    path = folder / FROZEN
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        hashes, day = dict(told["sha256"]), str(told["frozen_on"])
    except (ValueError, TypeError, KeyError) as problem:
        raise NotAsFrozenError(f"{path} cannot be read: {problem}") from None
    found = {str(file.relative_to(folder)): file for file in _files(folder)}
    for name in sorted({*hashes, *found}):
        what = (
            "is missing" if name not in found
            else "was added" if name not in hashes
            else "was changed" if Stamp.of(found[name]).sha256 != hashes[name]
            else ""
        )  # fmt: skip
        if what:
            raise NotAsFrozenError(f"{folder} is not as it was frozen on {day}: {name} {what}.")
    return day


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / FROZEN)
