"""The book that stories are told from: a ledger with its scenario, and codes turned into plain words."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.calendar import Calendar
from sim.ledger import OPEN_STATES, Ledger
from sim.scenario.codebook import Codebook
from sim.scenario.errors import UserError
from sim.scenario.scenario import Scenario
from sim.spelling import did_you_mean, listed


class Line(NamedTuple):
    """Something that happened on a day (days since the first day), in plain words."""

    day: float
    text: str


@dataclass(frozen=True)
class Book:
    """One replication, with what its codes mean."""

    scenario: Scenario
    calendar: Calendar
    ledger: Ledger

    def told(self, lines: list[Line]) -> list[str]:
        """Lines in order of time, each with its date."""
        return [f"{self.date(line.day)}  {line.text}" for line in sorted(lines, key=lambda line: line.day)]

    def date(self, day: float) -> str:
        return self.calendar.date_of(day).isoformat()

    def months(self, period: str | None) -> np.ndarray:
        """The months of a month, quarter or year such as 2027-Q2; of the whole run where there is none.

        Raises UserError for a period that the run does not have.
        """
        calendar = self.calendar
        everything = np.arange(calendar.months)
        if period is None:
            return everything
        for labels, of_month in (
            (calendar.month_labels, everything),
            (calendar.quarter_labels, calendar.quarter_of_month),
            (calendar.year_labels, calendar.year_of_month),
        ):
            if period in labels:
                return np.flatnonzero(of_month == labels.index(period))
        known = [*calendar.year_labels, *calendar.quarter_labels, *calendar.month_labels]
        raise UserError(
            f"period={period}: there is no such period.{did_you_mean(period, known)} Quarters: "
            f"{listed(calendar.quarter_labels)}; years: {listed(calendar.year_labels)}."
        )

    def month_of(self, days: np.ndarray) -> np.ndarray:
        """The run's month in which each day falls."""
        return np.searchsorted(self.calendar.month_starts, days, side="right") - 1

    def deal(self, d: int) -> str:
        """A deal in short: its number, where it is from and what it is worth."""
        row, names = self.ledger.deals[d], self.ledger.names
        segment, source = names.segments[row["segment"]], names.sources[row["source"]]
        return f"deal {d} ({segment}, {source}, {usd(row['amount_usd'])})"

    def stage(self, move: np.void) -> str:
        """The stage in which a deal is after a move."""
        return self.stages(int(move["deal"]))[move["stage"]]

    def stages(self, d: int) -> tuple[str, ...]:
        """The stages that a deal passes; moves count them from 0."""
        return Codebook.of(self.scenario).stages_of[self.ledger.deals[d]["segment"]]

    def is_self_sourced(self, d: int) -> bool:
        source = self.ledger.names.sources[self.ledger.deals[d]["source"]]
        return self.scenario.world.sources[source].of_sellers

    def is_open(self, d: int) -> bool:
        return bool(np.isin(self.ledger.deals[d]["state"], OPEN_STATES))

    def seat(self, i: int) -> str:
        return self.ledger.names.seats[i]

    def place(self, i: int) -> str:
        """What a seat is for: its role, segment and region, as far as anybody ever held it."""
        names, spells = self.ledger.names, self.spells(i)
        if not len(spells):
            return "never held"
        row = spells[0]
        codes = ((names.roles, row["role"]), (names.segments, row["segment"]), (names.regions, row["region"]))
        return ", ".join(words[code] for words, code in codes if code >= 0)

    def spells(self, i: int) -> np.ndarray:
        """Who held a seat, one after the other: rows of ``ledger.seats``."""
        rows = self.ledger.seats[self.ledger.seats["seat"] == i]
        return rows[np.argsort(rows["start_day"])]


def aligned(table: Sequence[Sequence[str]], left: Container[int]) -> Iterator[str]:
    """Rows of cells as lines, columns of text in ``left`` flush left, all others flush right."""
    widths = [max(len(cells[k]) for cells in table) for k in range(len(table[0]))]
    for cells in table:
        padded = (c.ljust(w) if k in left else c.rjust(w) for k, (c, w) in enumerate(zip(cells, widths, strict=True)))
        yield "  " + "  ".join(padded).rstrip()


def usd(amount: float) -> str:
    """Whole dollars: $18,200."""
    return f"${amount:,.0f}"
