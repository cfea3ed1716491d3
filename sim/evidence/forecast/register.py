"""The register: every forecast with its date and hashes, each line sealed with the one before it.

A line cannot be changed, taken out or put in between afterwards without breaking the seals of all that follow. The
samples stand beside it, one file a forecast, under their hash.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from sim.evidence.backtest.cells import Cell, read_samples, write_samples

FILE, SAMPLES = "register.csv", "samples.csv"
_FIRST_SEAL = "0" * 64
_SHOWN = 8  # signs of a hash in a forecast's name


@dataclass(frozen=True)
class Entry:
    """A line of the register. ``name`` is the folder of its samples; days are 2026-12-31."""

    name: str
    written: str
    dataset: str
    cutoff: str
    files_sha256: str
    samples_sha256: str
    draws: str
    seed: str
    version: str
    seal: str = ""

    def sealed(self, before: str) -> Entry:
        """The line with its seal, which holds it and all lines before it."""
        told = "\n".join((before, *astuple(self)[:-1]))
        return replace(self, seal=hashlib.sha256(told.encode("utf-8")).hexdigest())


class BrokenRegisterError(ValueError):
    """A register or its samples are not as they were written. Its text is the whole message."""


def read_register(folder: Path) -> list[Entry]:
    """All lines, the oldest first; none where there is no register. Raises BrokenRegisterError where a seal is broken."""
    path = folder / FILE
    if not path.is_file():
        return []
    columns = [one.name for one in fields(Entry)]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or rows[0] != columns:
        raise BrokenRegisterError(f"{path} is no register of forecasts: its heading is not {', '.join(columns)}.")
    entries, before = [], _FIRST_SEAL
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(columns) or (entry := Entry(*row)) != entry.sealed(before):
            raise BrokenRegisterError(
                f"{path} row {number}: the line or one before it is not as it was written. Take the file from a backup;"
                " forecasts from this row on cannot be relied on."
            )
        entries.append(entry)
        before = entry.seal
    return entries


def hash_of_files(paths: Iterable[Path]) -> str:
    """Of the files' bytes, in the order given."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def add(folder: Path, entry: Entry, cells: Sequence[Cell]) -> tuple[Entry, bool]:
    """Write a forecast into the register, with its name, hash of samples and seal.

    Returns: its line, and whether it is new: a forecast whose samples are there already is not written twice.
    Raises: BrokenRegisterError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        entries = read_register(folder)
        made = folder / f".{os.getpid()}.csv"
        try:
            write_samples(made, entry.dataset, cells)
            sha = hash_of_files([made])
            for one in entries:
                if (one.samples_sha256, one.dataset) == (sha, entry.dataset):
                    return one, False
            entry = replace(entry, name=f"{entry.cutoff}-{sha[:_SHOWN]}", samples_sha256=sha)
            entry = entry.sealed(entries[-1].seal if entries else _FIRST_SEAL)
            (folder / entry.name).mkdir(exist_ok=True)
            os.replace(made, folder / entry.name / SAMPLES)
        finally:
            made.unlink(missing_ok=True)
        _append(folder / FILE, entry)
    return entry, True


def samples_of(folder: Path, entry: Entry) -> list[Cell]:
    """The cells of a forecast. Raises BrokenRegisterError where they are missing or not as they were written."""
    path = folder / entry.name / SAMPLES
    if not path.is_file():
        raise BrokenRegisterError(f"{path} is missing: forecast {entry.name} cannot be scored without its samples.")
    if hash_of_files([path]) != entry.samples_sha256:
        raise BrokenRegisterError(f"{path} is not as it was written on {entry.written}: its hash differs.")
    return [cell for _, cell in read_samples(path)]


def _append(path: Path, entry: Entry) -> None:
    is_new = not path.is_file()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow([one.name for one in fields(Entry)])
        writer.writerow(astuple(entry))
        file.flush()
        os.fsync(file.fileno())
