"""The gap between a quarter's plan and what came of it: each driver's part, and what of it is market and luck."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.evidence.actuals.actual import Actual
from sim.evidence.actuals.drivers import (
    AMOUNTS,
    ARRIVALS,
    CYCLE,
    DRIVERS,
    EXITS,
    LEADS,
    ODDS,
    RAMP,
    Values,
    bookings,
    slopes,
    whole_cents,
)
from sim.evidence.actuals.planned import Planned
from sim.evidence.actuals.split import learned, split
from sim.results.percentiles import percentiles
from sim.results.sharper import fewest

OWN, MARKET, LUCK = "own", "market", "luck"
CAUSES = (OWN, MARKET, LUCK)
# Of each driver, 19 times in 20: of eight drivers within 8 in 10, one or two would lie outside by chance alone.
LIKELY_RANGE = (0.025, 0.975)
PEOPLE = (ARRIVALS, EXITS, RAMP)


@dataclass(frozen=True)
class Part:
    """A driver: the plan's, LIKELY_RANGE over its replications, the actual one, what it adds to the gap in cents, and
    what of that is its ``own``, the market's and luck's.
    """

    driver: str
    plan: float
    low: float
    high: float
    actual: float
    cents: int
    own_cents: int
    market_cents: int
    luck_cents: int

    @property
    def is_told(self) -> bool:
        """Whether the driver lies outside what the plan held likely."""
        return not self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Gap:
    """``parts`` add up to ``actual_cents`` less ``plan_cents``. ``below``: the share of the plan's
    replications that booked less, those that booked the same counted half. ``market_error_usd`` and ``luck_error_usd``
    say how surely these sums are known (a standard error). ``market_told`` and ``unsure_told`` are False where the plan
    was played too seldom to tell market and unsure assumptions from luck, which then holds them;
    ``replications_needed`` would be enough.
    """

    plan_cents: int
    actual_cents: int
    low_usd: float  # the plan's P10
    high_usd: float  # and P90
    below: float
    parts: tuple[Part, ...]
    market_error_usd: float
    luck_error_usd: float
    market_told: bool
    unsure_told: bool
    replications_needed: int

    @property
    def market_cents(self) -> int:
        """What the market did to all drivers."""
        return sum(part.market_cents for part in self.parts)

    @property
    def luck_cents(self) -> int:
        """What luck did to all drivers."""
        return sum(part.luck_cents for part in self.parts)


def gap(plan: Planned, came: Actual) -> Gap:
    """Splits the gap. Without people, arrivals, exits and ramp are left out, and leads are all deals created."""
    names = DRIVERS if came.has_people else tuple(name for name in DRIVERS if name not in PEOPLE)
    plan = plan if came.has_people else _without_people(plan)
    usual, real = plan.values, _as_far_as_known(came.values, plan.values)
    low, high = (dict(zip(DRIVERS, ends, strict=True)) for ends in _ranges(plan))
    worth = slopes(usual, real)
    laws = learned(_known(plan), plan.met, plan.draws)
    came_to = np.array([real[name] for name in DRIVERS])
    found = split(laws, came_to, _wider(plan, real), np.array([worth[name] for name in DRIVERS]))
    by_cause = {OWN: found.own, MARKET: found.market, LUCK: found.luck}
    # The plan's mean is that of its replications, which met what they met: what that is off by is luck.
    by_cause[LUCK] = by_cause[LUCK] + laws.usual - np.array([usual[name] for name in DRIVERS])
    dollars = {
        f"{name} {cause}": worth[name] * float(values[place])
        for cause, values in by_cause.items()
        for place, name in enumerate(DRIVERS)
    }
    total = came.bookings_cents - round(plan.mean_usd * 100)
    # What no product tells: deals of a plan without sellers. They are created by others than sellers.
    dollars[f"{LEADS} {OWN}"] += total / 100 - sum(dollars.values())
    cents = whole_cents(dollars, total)
    (p10,), (p90,) = percentiles(plan.bookings[:, None], (0.1, 0.9))
    actual_usd = came.bookings_cents / 100
    below = float(np.mean(plan.bookings < actual_usd) + np.mean(plan.bookings == actual_usd) / 2)
    return Gap(
        came.bookings_cents - total, came.bookings_cents, float(p10), float(p90), below,
        tuple(
            Part(
                name, usual[name], low[name], high[name], came.values[name],
                sum(cents[f"{name} {cause}"] for cause in CAUSES), *(cents[f"{name} {cause}"] for cause in CAUSES),
            )
            for name in names
        ),
        found.market_error, found.luck_error, laws.has_market, laws.has_unsure, fewest(plan.met.columns.shape[1]),
    )  # fmt: skip


def _as_far_as_known(values: Values, usual: Values) -> dict[str, float]:
    """Where nothing closed nobody knows odds, and where nothing was won no worth: then these came as planned."""
    known = dict(values)
    if not known[CYCLE]:
        known[ODDS] = usual[ODDS]
    if not values[CYCLE] * values[ODDS]:
        known[AMOUNTS] = usual[AMOUNTS]
    return known


def _known(plan: Planned) -> np.ndarray:
    """Drivers by replication, shape (replications, drivers)."""
    rows = ({name: float(plan.drawn[name][k]) for name in DRIVERS} for k in range(len(plan.bookings)))
    return np.array([[known[name] for name in DRIVERS] for known in (_as_far_as_known(r, plan.values) for r in rows)])


def _wider(plan: Planned, real: Values) -> np.ndarray:
    """How much wider luck is than in the plan's own quarter, shape (drivers,): by the root of the deals that a share or
    a mean is of. The plan's leavers are a part of all leavers, whose chance is less than that of so few.
    """
    before, after = _deals(plan.values), _deals(real)
    found = {name: (max(before[name], 1.0) / max(after[name], 1.0)) ** 0.5 for name in before}
    found[EXITS] = plan.selling_share**-0.5 if plan.selling_share else 1.0
    return np.array([found.get(name, 1.0) for name in DRIVERS])


def _deals(of: Values) -> dict[str, float]:
    """Of how many deals each driver is a share or a mean."""
    to_work_on = bookings({**of, CYCLE: 1.0, ODDS: 1.0, AMOUNTS: 1.0})
    return {CYCLE: to_work_on, ODDS: to_work_on * of[CYCLE], AMOUNTS: to_work_on * of[CYCLE] * of[ODDS]}


def _ranges(plan: Planned) -> np.ndarray:
    """The range of each driver, shape (2, drivers)."""
    return percentiles(np.column_stack([plan.drawn[name] for name in DRIVERS]), LIKELY_RANGE)


def _without_people(plan: Planned) -> Planned:
    def created(of: Values) -> dict[str, float]:
        return {**of, ARRIVALS: 1.0, EXITS: 0.0, RAMP: 1.0, LEADS: (of[ARRIVALS] - of[EXITS]) * of[RAMP] * of[LEADS]}

    rows = [created({name: plan.drawn[name][k] for name in DRIVERS}) for k in range(len(plan.bookings))]
    usual = created(plan.values)
    assert abs(bookings(usual) - bookings(plan.values)) <= 1e-6 * max(bookings(usual), 1.0)
    return replace(plan, values=usual, drawn={name: np.array([row[name] for row in rows]) for name in DRIVERS})
