"""The market: one regime at a time for everybody, drawn anew at each month's start."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from sim.luck import REGIME, entity, uniforms
from sim.scenario.demand import Regime

if TYPE_CHECKING:
    from sim.org.organization import Organization


def market(org: Organization) -> Generator[simpy.Event, None, None]:
    """Month by month: the market stays in its regime or goes into another."""
    regimes = org.scenario.world.market.regimes
    name = org.scenario.world.market.first_regime
    who = entity("market")
    for month in range(org.calendar.months):
        if month > 0:
            yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
            name = next_regime(regimes[name], uniforms(org.luck, REGIME, who, month)[0])
        regime = regimes[name]
        org.pipeline.set_market(regime.logit, regime.cycle_multiplier, regime.size_multiplier)
        org.demand.market_leads = regime.leads_multiplier
        org.market.add(org.env.now, list(regimes).index(name))


def next_regime(regime: Regime, u: float) -> str:
    """The regime of the month after, for a uniform number."""
    reached = 0.0
    for name, chance in regime.next_month.items():
        reached += chance
        if u < reached:
            return name
    return name
