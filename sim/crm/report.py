"""The data report: what became of every row of a file. Read = used + set aside, by construction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.crm.table import Table

READ, USED, MENDED, SET_ASIDE, NOTE = "read", "used", "mended", "set aside", "note"
BROKEN = "more or fewer cells than the heading"


class Line(NamedTuple):
    """One line of the report: rows, and one of them as an example by its number in the file, 0 for none."""

    file: str
    verdict: str
    reason: str
    rows: int
    row: int = 0
    example: str = ""


@dataclass
class Rows:
    """What became of each row of a file. A row that was mended in two ways counts once among the mended."""

    kind: str
    table: Table
    reason: np.ndarray = field(init=False)  # int16, shape (rows,): which reason it is set aside for, 0 for none
    reasons: list[str] = field(default_factory=lambda: [""])
    mends: dict[str, np.ndarray] = field(default_factory=dict)  # by reason, bool, shape (rows,)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reason = np.zeros(len(self.table), np.int16)
        self.notes += self.table.notes

    @property
    def used(self) -> np.ndarray:
        """Which rows are used, bool."""
        return self.reason == 0

    def set_aside(self, which: np.ndarray, reason: str) -> None:
        """Rows that are not used; those that are set aside already keep their first reason."""
        which = which & self.used
        if which.any():
            if reason not in self.reasons:
                self.reasons.append(reason)
            self.reason[which] = self.reasons.index(reason)

    def mend(self, which: np.ndarray, reason: str) -> None:
        """Rows that are used otherwise than written. Those that are set aside later do not count."""
        if (which & self.used).any():
            self.mends[reason] = which | self.mends.get(reason, np.zeros(len(which), bool))

    def note(self, text: str) -> None:
        """What is to be known about the file."""
        self.notes.append(text)

    def count(self, verdict: str) -> int:
        """How many rows were READ, USED, MENDED (among those used) or SET_ASIDE."""
        if verdict == READ:
            return len(self.table) + len(self.table.broken)
        if verdict == USED:
            return int(self.used.sum())
        if verdict == MENDED:
            return int(
                (np.logical_or.reduce([*self.mends.values(), np.zeros(len(self.table), bool)]) & self.used).sum()
            )
        return self.count(READ) - self.count(USED)

    def lines(self) -> Iterator[Line]:
        """The totals, then each reason, the most frequent first, then the notes."""
        for verdict in (READ, USED, MENDED, SET_ASIDE):
            yield Line(self.table.name, verdict, "", self.count(verdict))
        yield from self._by_reason(MENDED, {text: which & self.used for text, which in self.mends.items()})
        aside = {text: self.reason == place for place, text in enumerate(self.reasons) if place}
        yield from self._by_reason(SET_ASIDE, aside)
        for text in self.notes:
            yield Line(self.table.name, NOTE, text, 0)

    def rows_set_aside(self) -> Iterator[tuple[int, str, list[str]]]:
        """Each row that is not used, in the order of the file: its number, the reason and its cells."""
        broken = ((number, BROKEN, [text]) for number, text in self.table.broken)
        numbers = self.table.numbers
        others = ((int(numbers[row]), self.reasons[self.reason[row]], row) for row in np.flatnonzero(~self.used))
        whole = ((number, reason, self.table.cells(int(row))) for number, reason, row in others)
        yield from sorted((*broken, *whole), key=lambda one: one[0])

    def _by_reason(self, verdict: str, which: dict[str, np.ndarray]) -> Iterator[Line]:
        numbers, found = self.table.numbers, []
        for text, rows in which.items():
            if rows.any():
                first = int(np.argmax(rows))
                example = " | ".join(cell for cell in self.table.cells(first) if cell)[:120]
                found.append(Line(self.table.name, verdict, text, int(rows.sum()), int(numbers[first]), example))
        if verdict == SET_ASIDE and self.table.broken:
            number, text = self.table.broken[0]
            found.append(Line(self.table.name, verdict, BROKEN, len(self.table.broken), number, text.strip()[:120]))
        yield from sorted(found, key=lambda line: -line.rows)
