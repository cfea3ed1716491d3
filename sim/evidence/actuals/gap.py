"""The gap between a quarter's plan and what came of it: each driver's part, and how much of it nobody had to expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.evidence.actuals.actual import Actual
from sim.evidence.actuals.drivers import (
    ARRIVALS,
    DRIVERS,
    EXITS,
    LEADS,
    RAMP,
    Values,
    beyond,
    bookings,
    parts,
    whole_cents,
)
from sim.evidence.actuals.planned import Planned
from sim.results.percentiles import percentiles

LIKELY = "likely"
# Of each driver, 19 times in 20: of eight drivers within 8 in 10, one or two would lie outside by chance alone.
LIKELY_RANGE = (0.025, 0.975)
PEOPLE = (ARRIVALS, EXITS, RAMP)


@dataclass(frozen=True)
class Part:
    """A driver: the plan's, LIKELY_RANGE over its replications, the actual one, what it adds to the gap in cents, and
    how much of that is ``beyond_cents`` the range; the rest the plan held likely.
    """

    driver: str
    plan: float
    low: float
    high: float
    actual: float
    cents: int
    beyond_cents: int

    @property
    def is_told(self) -> bool:
        """Whether the driver lies outside what the plan held likely."""
        return not self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Gap:
    """``parts`` add up to ``actual_cents`` less ``plan_cents``. ``below``: the share of the plan's
    replications that booked less, those that booked the same counted half.
    """

    plan_cents: int
    actual_cents: int
    low_usd: float  # the plan's P10
    high_usd: float  # and P90
    below: float
    parts: tuple[Part, ...]

    @property
    def likely_cents(self) -> int:
        """What all drivers add within the ranges that the plan held likely: chance, market and unsure assumptions."""
        return sum(part.cents - part.beyond_cents for part in self.parts)


def gap(plan: Planned, came: Actual) -> Gap:
    """Splits the gap. Without people, arrivals, exits and ramp are left out, and leads are all deals created."""
    names = DRIVERS if came.has_people else tuple(name for name in DRIVERS if name not in PEOPLE)
    usual, drawn = plan.values, dict(plan.drawn)
    if not came.has_people:
        usual, drawn = _without_people(plan)
    low, high = (dict(zip(DRIVERS, ends, strict=True)) for ends in _ranges(drawn))
    real = came.values
    told = {name: beyond(real[name], usual[name], low[name], high[name]) for name in DRIVERS}
    plan_cents = round(plan.mean_usd * 100)
    by_driver = parts(usual, told)
    within = {f"{LIKELY} {name}": value for name, value in parts(told, real).items()}
    # What no product tells: deals of a plan without sellers. They are no driver's, so they count as likely leads.
    rest = (came.bookings_cents - plan_cents) / 100 - sum(by_driver.values()) - sum(within.values())
    within[f"{LIKELY} {LEADS}"] += rest
    cents = whole_cents(by_driver | within, came.bookings_cents - plan_cents)
    (p10,), (p90,) = percentiles(plan.bookings[:, None], (0.1, 0.9))
    actual_usd = came.bookings_cents / 100
    below = float(np.mean(plan.bookings < actual_usd) + np.mean(plan.bookings == actual_usd) / 2)
    return Gap(
        plan_cents, came.bookings_cents, float(p10), float(p90), below,
        tuple(
            Part(
                name, usual[name], low[name], high[name], real[name],
                cents[name] + cents[f"{LIKELY} {name}"], cents[name],
            )
            for name in names
        ),
    )  # fmt: skip


def _ranges(drawn: dict[str, np.ndarray]) -> np.ndarray:
    """The range of each driver, shape (2, drivers)."""
    return percentiles(np.column_stack([drawn[name] for name in DRIVERS]), LIKELY_RANGE)


def _without_people(plan: Planned) -> tuple[Values, dict[str, np.ndarray]]:
    def created(of: Values) -> dict[str, float]:
        return {**of, ARRIVALS: 1.0, EXITS: 0.0, RAMP: 1.0, LEADS: (of[ARRIVALS] - of[EXITS]) * of[RAMP] * of[LEADS]}

    rows = [created({name: plan.drawn[name][k] for name in DRIVERS}) for k in range(len(plan.bookings))]
    usual = created(plan.values)
    assert abs(bookings(usual) - bookings(plan.values)) <= 1e-6 * max(bookings(usual), 1.0)
    return usual, {name: np.array([row[name] for row in rows]) for name in DRIVERS}
