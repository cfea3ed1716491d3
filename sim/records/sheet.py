"""A CSV file as rows of text, one at a time, so that a file of any size needs little memory."""

from __future__ import annotations

import csv
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np

from sim.records.layout import CURRENCY, OWNER, Heading, Layout, folded, match_heading

ONLY, FIRST, COPY, DIFFERS, LINE = range(5)  # what a row is to the others that have its key
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

    def key(self, cells: Sequence[str]) -> str:
        """What tells a row apart; empty where it does not say, or has more or fewer cells than the heading."""
        place = self.heading.places[self.layout.columns.index(self.layout.key)]
        return cells[place].strip() if place < len(cells) == self.heading.width else ""

    def doubles(self) -> tuple[bytes, Counter[str]]:
        """What each row is to others with its key, and of keys that stand on several lines, how many there are.

        A row is the ONLY one, FIRST of identical ones, a COPY, a LINE of what several make together, or one that
        DIFFERS. Rows without a key are each the only one, or known by all that they say where the layout has it so.
        Needs 17 bytes a row.
        """
        keys, rows = array("q"), array("q")
        whole = self.layout.copies_without_key
        place, width = self.heading.places[self.layout.columns.index(self.layout.key)], self.heading.width
        for line, cells in self.rows():
            key = cells[place].strip() if place < len(cells) == width else ""
            row = hash(tuple(cells))
            keys.append(hash(key) if key else row if whole else hash((line,)))
            rows.append(row)
        marks = _doubles(np.frombuffer(keys, np.int64), np.frombuffer(rows, np.int64))
        lines = self._mark_lines(marks, rows) if self.layout.dollars and (marks == DIFFERS).any() else Counter()
        return marks.tobytes(), lines

    def _mark_lines(self, marks: np.ndarray, hashes: array) -> Counter[str]:
        """Among rows that differ, mark those that differ in owner and amount only; answers how many each key has."""
        free = (OWNER, CURRENCY, self.layout.dollars)
        places = [place for name, place in self.places_of(self.layout.columns) if name not in free]
        differing = set(np.flatnonzero(marks == DIFFERS).tolist())
        said: dict[str, set[tuple[str, ...]]] = {}
        where: dict[str, list[int]] = {}
        for place, (_, cells) in enumerate(self.rows()):
            if place in differing:
                said.setdefault(self.key(cells), set()).add(tuple(folded(cells[p]) for p in places))
                where.setdefault(self.key(cells), []).append(place)
        counts: Counter[str] = Counter()
        for key, found in where.items():
            if len(said[key]) == 1:
                seen: set[int] = set()
                for place in found:
                    marks[place] = COPY if hashes[place] in seen else LINE
                    seen.add(hashes[place])
                counts[key] = len(seen)
        return counts


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


def text_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row of any CSV file, the heading first. Raises ValueError where it is none."""
    _refuse_other_formats(path)
    yield from _rows(path)


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
