"""A CSV file as rows of text, one at a time, so that a file of any size needs little memory."""

from __future__ import annotations

import csv
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np

from sim.scenario.records.layout import Heading, Layout, match_heading

ONLY, FIRST, COPY, DIFFERS = range(4)  # what a row is to the others that have its key
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK": "a spreadsheet's own format"}


@dataclass(frozen=True)
class Sheet:
    """A file whose heading was found to fit. Raises ValueError where the file cannot be read as CSV."""

    path: Path
    layout: Layout
    heading: Heading

    @classmethod
    def open(cls, path: Path, layout: Layout, renamed: Sequence[tuple[str, str]] = ()) -> Sheet:
        """Read the heading. Raises ValueError: empty, in another encoding, without heading or without columns."""
        _refuse_other_formats(path)
        for _, cells in _rows(path):
            try:
                return cls(path, layout, match_heading(layout, cells, renamed))
            except ValueError as problem:
                raise ValueError(f"{path.name}: {problem}") from None
        raise ValueError(f"{path.name} is empty.")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each row below the heading; lines without anything are no rows."""
        rows = _rows(self.path)
        next(rows)
        return rows

    def by_layout(self) -> itemgetter:
        """Picks a layout's cells, in order, from a row to which one empty cell was added."""
        return itemgetter(*self.heading.places)

    def places_of(self, columns: Iterable[str]) -> list[tuple[str, int]]:
        """Where the columns stand that the file has."""
        return [
            (column, self.heading.places[self.layout.columns.index(column)])
            for column in columns
            if column not in self.heading.absent
        ]

    def doubles(self) -> np.ndarray:
        """What each row is to others with the same key: ONLY, FIRST of identical ones, a COPY, or one that DIFFERS.

        Rows without a key are each the only one, or known by all that they say where the layout has it so. Needs 17
        bytes a row.
        """
        keys, rows = array("q"), array("q")
        place, width = self.heading.places[self.layout.columns.index(self.layout.key)], self.heading.width
        whole = self.layout.copies_without_key
        for line, cells in self.rows():
            key = cells[place].strip() if place < len(cells) == width else ""
            row = hash(tuple(cells))
            keys.append(hash(key) if key else row if whole else hash((line,)))
            rows.append(row)
        return _doubles(np.frombuffer(keys, np.int64), np.frombuffer(rows, np.int64))


def _doubles(keys: np.ndarray, rows: np.ndarray) -> np.ndarray:
    order = np.argsort(keys, kind="stable")
    found = np.zeros(len(keys), np.uint8)
    starts = np.flatnonzero(np.r_[True, keys[order][1:] != keys[order][:-1]]) if len(keys) else np.zeros(0, int)
    ends = np.r_[starts[1:], len(keys)]
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        group = order[start:end]
        alike = np.all(rows[group] == rows[group[0]])
        found[group] = COPY if alike else DIFFERS
        if alike:
            found[group[0]] = FIRST
    return found


def _refuse_other_formats(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as problem:
        raise ValueError(f"{path.name} cannot be read: {problem.strerror}.") from None
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            raise ValueError(f"{path.name} is in {name}; save it as CSV in UTF-8.")
    if b"\0" in start:
        raise ValueError(f"{path.name} is no text in UTF-8 (it may be in UTF-16); save it as CSV in UTF-8.")


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row, the heading first."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(map(_composed, file), strict=True)
            for cells in reader:
                line = reader.line_num
                if cells:
                    yield line, cells
    except UnicodeDecodeError as problem:
        byte = problem.object[problem.start]
        raise ValueError(
            f"{path.name} is not in UTF-8 (byte 0x{byte:02x} in line {_line_not_in_utf8(path)}; it may be in Latin-1); "
            "save it as CSV in UTF-8."
        ) from None
    except csv.Error as problem:
        raise ValueError(
            f"{path.name} is no proper CSV after line {line}: {problem}. Look for a stray quote."
        ) from None
    except OSError as problem:
        raise ValueError(f"{path.name} cannot be read: {problem.strerror}.") from None


def _composed(line: str) -> str:
    """Text in Unicode's composed form, NFC: a letter with an accent is written in one way."""
    return line if line.isascii() else unicodedata.normalize("NFC", line)


def _line_not_in_utf8(path: Path) -> int:
    """The first line of a file that is not in UTF-8, counted from 1; it is read anew, for text is read ahead."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1
