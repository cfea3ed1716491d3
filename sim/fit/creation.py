"""How many deals are created a month: a level that moves, a trend that fades, season, and months of their own.

Months are overdispersed: beside Poisson's chance every month has a lognormal factor of its own (as a negative binomial
has a gamma one), and how large it is, is learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import Opportunities
from sim.fit.months import MonthPrior, Months, weekday_weights, weighed_days
from sim.fit.rates import Rates, fit_rates

WINDOW_DAYS = 4 * 365
_THOUGHT_DAYS = 10.0  # in which half a deal is thought of before any is seen
_FEWEST_DAYS = 21  # of creation seen whole: below, deals that had survived until then are counted too


@dataclass(frozen=True)
class OneLevel:
    """The prior of a table of one row: its level, within a factor of twenty of the mean."""

    settings: int = 0

    def covariance(self, unit: np.ndarray) -> np.ndarray:
        """Shape (1, 1)."""
        return np.full((1, 1), 2.25)


@dataclass(frozen=True)
class Creation:
    """Creation by month; ``months`` are the columns, those ahead included; ``weekdays`` weigh days, shape (7,)."""

    months: Months
    weekdays: np.ndarray
    rates: Rates
    first: int  # the first day whose creations are all known

    def draws(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Deals that a usual day of each month makes, shape (n, months)."""
        level, moves = self.rates.draws(rng, n)
        return np.exp(level + moves)


def known_from(deals: Opportunities) -> int:
    """The first day from which every deal created is in the file, however soon it closed.

    Where earlier closes are missing from the file, so are the deals; where they are merely undated, they are there.
    """
    if not len(deals):
        return deals.as_of
    missing = not (deals.bulk | ((deals.closed >= 0) & (deals.closed < deals.closes_known_from))).any()
    start = max(deals.created_known_from, deals.closes_known_from if missing else 0, deals.as_of - WINDOW_DAYS)
    if deals.as_of - start + 1 < _FEWEST_DAYS:
        start = deals.as_of - WINDOW_DAYS
    return max(start, int(deals.created.min()))


def fit_creation(deals: Opportunities, months_ahead: int = 3) -> Creation:
    """Fits the creations known. A pipeline that starts empty counts from its first deal, so that it is no growth."""
    first = known_from(deals)
    days = deals.created[deals.created >= first]
    months = Months.between(first, deals.as_of, months_ahead)
    weekdays = weekday_weights(days, first, deals.as_of)
    seen = len(months) - months_ahead
    upto = weighed_days(weekdays, first, deals.as_of)
    marks = np.clip(months.starts[: seen + 1], first, deals.as_of + 1) - first
    counts = np.bincount(months.of(days), minlength=seen)[None, :seen].astype(float)
    prior = MonthPrior(months.numbers(), seen)
    return Creation(
        months, weekdays, fit_rates(counts, np.diff(upto[marks])[None, :], OneLevel(), prior, _THOUGHT_DAYS), first
    )
