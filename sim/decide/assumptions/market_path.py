"""The totals of a play, with the market that it was played in: what a missed year may have to do with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import Calendar
from sim.experiment.total import Totals
from sim.ledger import Ledger
from sim.results.judged_by import MEASURED
from sim.scenario.scenario import Scenario

MONTHS_OF_HALF = 6


@dataclass(frozen=True)
class TotalsAndMarket:
    """What ``Totals`` measures, then by half-year of the run the mean level of the market's common factor, in its
    standard deviations, and the part of the time that is not in the first regime; shape (measures + 2 x halves,)."""

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        edges = half_edges(calendar)
        first = list(scenario.world.market.regimes).index(scenario.world.market.first_regime)
        market = ledger.market
        inside = (market["day"] >= edges[0]) & (market["day"] < edges[-1])
        half = np.searchsorted(edges, market["day"][inside], "right") - 1
        count = np.bincount(half, minlength=len(edges) - 1)
        found = [Totals()(scenario, calendar, ledger)]
        for values in (market["level"][inside], market["regime"][inside] != first):
            with np.errstate(invalid="ignore"):
                found.append(np.bincount(half, values, len(edges) - 1) / count)
        return np.concatenate(found)


def half_edges(calendar: Calendar) -> np.ndarray:
    """The days between which the half-years of a run lie; the last may be shorter."""
    months = [*range(0, calendar.months, MONTHS_OF_HALF), calendar.months]
    return calendar.month_starts[months]


def split(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The part that is totals, as ``totals_of`` takes it, and the market's; shape (replications, ...) each."""
    return values[:, : len(MEASURED)], values[:, len(MEASURED) :]
