"""How soon people leave, by the time since they came, and how that moves from month to month.

A roster often begins later than its people: who had left before it began is not on it. So everybody counts from the day
on which the roster would have shown an exit (left truncation) to that exit, or to the day of the roster (censoring).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import NONE, Roster
from sim.fit.ages import AgePrior
from sim.fit.months import MonthPrior, Months
from sim.fit.rates import Rates, fit_rates
from sim.fit.spells import NOTHING, Spells, tables

GONE = 1
WINDOW_DAYS = 5 * 365
_EDGES = np.array([0, 30, 61, 91, 122, 183, 274, 365, 548, 730, 1096, 1826, 2922])  # days since the start
_THOUGHT_DAYS = 500.0  # of one person, in which half an exit is thought of before any is seen
_EVEN = np.ones((1, 7))  # people may leave on any weekday


@dataclass(frozen=True)
class Exits:
    """Chances a day to leave, by tenure. ``edges`` are the first days of the bands of tenure, shape (bands,), the last
    one open; ``months`` are the columns of the rates, those ahead included, of which ``seen`` are not.

    ``exits`` were counted since ``known_from``, in ``days`` of people who were there; ``undated`` people have no start,
    so that their tenure is not known.
    """

    edges: np.ndarray
    months: Months
    seen: int
    rates: Rates
    known_from: int
    exits: int
    days: float
    undated: int

    def draws(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Chances a day by band, shape (n, bands), and factors of months, shape (n, months), mean 1 over those seen."""
        ages, levels = (np.exp(side) for side in self.rates.draws(rng, n))
        usual = levels[:, : self.seen].mean(axis=1, keepdims=True)
        return ages * usual, levels / usual

    def staying(self, rng: np.random.Generator, n: int, days: np.ndarray) -> np.ndarray:
        """Draws of the share that is still there so many days after its start, at usual months; shape (n, days)."""
        daily, _ = self.draws(rng, n)
        within = np.clip(np.asarray(days)[:, None] - self.edges, 0, np.append(np.diff(self.edges), 10**7))
        return np.exp(-daily @ within.T)

    def ahead(self, rng: np.random.Generator, n: int, people: Roster, as_of: int) -> np.ndarray:
        """Samples of the exits in each month ahead of those who are there on the evening of ``as_of``, the day of the
        roster that was fitted; shape (n, months ahead). People without a start are taken for the longest there.
        """
        there = (people.start <= as_of) & ((people.end == NONE) | (people.end > as_of))
        start = np.where(people.start[there] == NONE, as_of - int(self.edges[-1]), people.start[there])
        daily, factors = self.draws(rng, n)
        starts = np.maximum(self.months.starts, as_of + 1)
        ahead = np.flatnonzero(np.diff(starts) > 0)
        left = np.empty((n, len(ahead)), np.int64)
        band = np.empty((len(ahead), len(start), len(self.edges)))
        ends = np.append(self.edges[1:], 10**7)
        for place, month in enumerate(ahead):
            low, high = starts[month] - start[:, None], starts[month + 1] - start[:, None]
            band[place] = np.clip(ends, low, high) - np.clip(self.edges, low, high)
        for draw in range(n):
            level = rng.standard_exponential(len(start))
            upto = np.cumsum(factors[draw, ahead, None] * (band @ daily[draw]), axis=0)
            left[draw] = np.diff((level < upto).sum(axis=1), prepend=0)
        return left


def exits_known_from(people: Roster) -> int:
    """The first day whose exits a roster shows: that of the earliest one. Raises ValueError where nobody has left."""
    if not (people.end != NONE).any():
        raise ValueError("nobody on the roster has left: it may list only those who are there, so exits cannot be told")
    return int(people.end[people.end != NONE].min())


def known_by(people: Roster, day: int) -> Roster:
    """The roster as it was on the evening of an earlier day."""
    there = (people.start == NONE) | (people.start <= day)
    end = np.where(people.end[there] > day, NONE, people.end[there])
    owner = tuple(name for name, kept in zip(people.owner, there, strict=True) if kept)
    return Roster(owner, people.start[there], end, people.role[there], people.segment[there], people.region[there])


def fit_exits(people: Roster, as_of: int, months_ahead: int = 3, known_from: int | None = None) -> Exits:
    """Fits exits by tenure and month. Raises ValueError where no exit can be told.

    Args:
        known_from: the first day whose exits are all on the roster; found by ``exits_known_from`` unless given.
    """
    first = max(exits_known_from(people) if known_from is None else known_from, as_of - WINDOW_DAYS)
    dated = people.start != NONE
    left = (people.end != NONE) & (people.end <= as_of)
    leaves = np.where(left, people.end, as_of)
    enters = np.maximum(people.start, first)
    rows = np.flatnonzero(dated & (enters <= leaves))
    if not len(rows):
        raise ValueError("nobody on the roster has a start and was there on a day whose exits are known")
    first = int(enters[rows].min())
    months = Months.between(first, as_of, months_ahead)
    seen = len(months) - months_ahead
    spells = Spells(
        rows, people.start[rows], enters[rows], leaves[rows], np.where(left[rows], GONE, NOTHING), np.ones(len(rows))
    )
    counts, days = tables(spells, (GONE,), _EDGES, months, _EVEN, as_of)
    tenure, levels = AgePrior(np.log(_EDGES + 30.0)), MonthPrior(months.numbers(), seen)
    rates = fit_rates(counts[0], days[0], tenure, levels, _THOUGHT_DAYS)
    return Exits(_EDGES, months, seen, rates, first, int(counts.sum()), float(days.sum()), int(np.sum(~dated)))
