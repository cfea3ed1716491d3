"""The market: one regime and one level of the common factor at a time for everybody, drawn at each month's start."""

from __future__ import annotations

import math
from collections.abc import Generator

import simpy

from sim.luck import COMMON_FACTOR, REGIME, Luck, entity, to_normal, uniforms
from sim.org.state.organization import Organization
from sim.scenario.market import CommonFactor, Regime


def start(org: Organization) -> None:
    """Start the months of the market."""
    org.env.process(_market(org))


def _market(org: Organization) -> Generator[simpy.Event, None, None]:
    """Month by month: the market stays in its regime or goes into another, and its level drifts."""
    rules = org.scenario.world.market
    name, level = rules.first_regime, 0.0
    who = entity("market")
    for month in range(org.calendar.months):
        if month > 0:
            yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
            name = next_regime(rules.regimes[name], uniforms(org.luck, REGIME, who, month)[0])
        level = next_level(rules.common_factor, org.luck, month, level)
        org.conditions.turn(rules.regimes[name], level)
        org.tell_market()
        org.journal.market.add(day=org.env.now, regime=org.codes.regimes.index(name), level=level)


def next_regime(regime: Regime, u: float) -> str:
    """The regime of the month after, for a uniform number."""
    reached = 0.0
    for name, chance in regime.next_month.items():
        reached += chance
        if u < reached:
            return name
    return name


def next_level(factor: CommonFactor, luck: Luck, month: int, before: float) -> float:
    """The common factor's level in a month, in its own long-run standard deviations.

    A first-order autoregression: levels k months apart correlate by ``0.5 ** (k / half_life_months)``. It starts
    stationary, so the first month is as uncertain as any other.
    """
    a, b, _, _ = uniforms(luck, COMMON_FACTOR, entity("market"), month)
    kept = 0.5 ** (1.0 / factor.half_life_months) if month > 0 else 0.0
    return kept * before + math.sqrt(1.0 - kept * kept) * to_normal(a, b)
