"""The register: every forecast with its date and hashes, each line sealed with the one before it.

A line cannot be changed, taken out or put in between afterwards without breaking the seals of all that follow; lines
cut off at the end cannot be seen from the file alone. The samples stand beside it, one file a forecast.
"""

from __future__ import annotations

import csv
import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from sim.evidence.backtest.cells import Cell, read_samples, write_samples
from sim.records.files import Stamp

FILE, SAMPLES = "register.csv", "samples.csv"
_FIRST_SEAL = "0" * 64
_SHOWN = 8  # signs of a hash in a forecast's name
_PATIENCE = 100  # tenths of a second


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
    """All lines, the oldest first; none where there is no register. Raises BrokenRegisterError for a broken seal."""
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


def hash_of_all(paths: Iterable[Path]) -> str:
    """SHA-256 of the files' own, in the order given."""
    return hashlib.sha256(" ".join(Stamp.of(path).sha256 for path in paths).encode()).hexdigest()


def add(folder: Path, entry: Entry, cells: Sequence[Cell]) -> tuple[Entry, bool]:
    """Write a forecast into the register, with its name, hash of samples and seal.

    Returns: its line, and whether it is new: a forecast whose samples are there already is not written twice.
    Raises: BrokenRegisterError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        entries = read_register(folder)
        made = folder / f".{os.getpid()}.csv"
        try:
            write_samples(made, entry.dataset, cells)
            sha = Stamp.of(made).sha256
            for one in entries:
                if one.samples_sha256 == sha:  # the samples name their dataset
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
    if Stamp.of(path).sha256 != entry.samples_sha256:
        raise BrokenRegisterError(f"{path} is not as it was written on {entry.written}: its hash differs.")
    return [cell for _, cell in read_samples(path)]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes the register meanwhile. Raises BrokenRegisterError where somebody does not let go."""
    lock = folder / ".lock"
    for _ in range(_PATIENCE):
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.1)
    else:
        raise BrokenRegisterError(f"{folder} is being written by another forecast. If none runs, delete {lock}.")
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _append(path: Path, entry: Entry) -> None:
    is_new = not path.is_file()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow([one.name for one in fields(Entry)])
        writer.writerow(astuple(entry))
        file.flush()
        os.fsync(file.fileno())
