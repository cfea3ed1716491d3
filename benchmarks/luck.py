"""Luck: how far common luck shrinks the variance of the difference between two plans."""

from __future__ import annotations

import numpy as np

from benchmarks.table import Row, bounded
from sim.luck import Luck
from sim.scenario.load import load
from sim.scenario.market import Market
from sim.scenario.scenario import Scenario
from sim.world import simulate

PART = "luck"
PLANS = ("base", "hire_early")
MONTHS = 24
REPLICATIONS = 200
BOUND = 5.0


def without_regimes(name: str) -> Scenario:
    """A shipped scenario at the central values of its uncertainties, in a market that never changes."""
    scenario = load(name)
    return scenario.model_copy(update={"world": scenario.world.model_copy(update={"market": Market()})})


def yearly_bookings(scenario: Scenario, replication: int) -> np.ndarray:
    """Bookings in USD by fiscal year of the run, shape (years,)."""
    calendar = scenario.calendar(MONTHS)
    credits = simulate(scenario, MONTHS, Luck(1, replication)).credits
    month = np.searchsorted(calendar.month_starts, credits["day"], side="right") - 1
    return np.bincount(
        calendar.year_of_month[month], credits["share"] * credits["amount_usd"], len(calendar.year_labels)
    )


def measure() -> list[Row]:
    plans = [without_regimes(name) for name in PLANS]
    bookings = np.array([[yearly_bookings(plan, r) for plan in plans] for r in range(REPLICATIONS)])
    independent = bookings.var(axis=0, ddof=1).sum(axis=0)
    common = (bookings[:, 1] - bookings[:, 0]).var(axis=0, ddof=1)
    return [
        bounded(
            PART, f"year {year + 1}: variance of {PLANS[1]} - {PLANS[0]}, independent over common luck",
            independent[year] / common[year], BOUND, "{:.1f} times", at_least=True,
        )
        for year in range(len(common))
    ]  # fmt: skip
