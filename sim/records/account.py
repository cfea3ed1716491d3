"""The account of a file: how many rows and dollars were read, mended and set aside, and why. It adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

READ, MENDED, SET_ASIDE = "read", "mended", "set aside"
VERDICTS = (READ, MENDED, SET_ASIDE)
LINES_SHOWN = 5


@dataclass
class Reason:
    """Why rows were mended or set aside: how many, their dollars in cents, the first few lines and one hint."""

    rows: int = 0
    cents: int = 0
    lines: list[int] = field(default_factory=list)
    hint: str = ""

    def add(self, line: int, cents: int, hint: str = "") -> None:
        self.rows += 1
        self.cents += cents
        if len(self.lines) < LINES_SHOWN:
            self.lines.append(line)
        self.hint = self.hint or hint


class Sink(Protocol):
    """Takes each row that is set aside, as it comes."""

    def take(self, line: int, reason: str, cells: Sequence[str]) -> None: ...


@dataclass
class Account:
    """What became of a file's rows. Dollars are whole cents; an amount that cannot be read counts as none.

    A row that was mended in two ways counts once among the mended and under both reasons.
    """

    kind: str
    name: str
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))
    cents: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))
    reasons: dict[str, dict[str, Reason]] = field(default_factory=lambda: {MENDED: {}, SET_ASIDE: {}})
    notes: list[str] = field(default_factory=list)
    lines_joined: int = 0  # rows used that are further lines of a deal or customer

    @property
    def row_count(self) -> int:
        """All rows of the file."""
        return sum(self.rows.values())

    @property
    def rows_used(self) -> int:
        """Rows read or mended."""
        return self.rows[READ] + self.rows[MENDED]

    @property
    def things_used(self) -> int:
        """The seats, deals or customers that the rows used make."""
        return self.rows_used - self.lines_joined

    def keep(self, line: int, cents: int, mends: Sequence[str]) -> None:
        """A row that is used, as it was or mended."""
        verdict = MENDED if mends else READ
        self.rows[verdict] += 1
        self.cents[verdict] += cents
        for mend in mends:
            self.reasons[MENDED].setdefault(mend, Reason()).add(line, cents)

    def set_aside(self, line: int, cents: int, reason: str, hint: str) -> None:
        """A row that is not used."""
        self.rows[SET_ASIDE] += 1
        self.cents[SET_ASIDE] += cents
        self.reasons[SET_ASIDE].setdefault(reason, Reason()).add(line, cents, hint)

    def by_reason(self) -> Iterator[tuple[str, str, Reason]]:
        """Verdict, reason and its count; the most frequent first within each verdict."""
        for verdict, reasons in self.reasons.items():
            for text, reason in sorted(reasons.items(), key=lambda item: (-item[1].rows, item[0])):
                yield verdict, text, reason
