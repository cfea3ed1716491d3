"""The market: one regime and one level of the common factor at a time for everybody, told at each month's start."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from sim.org.state.organization import Organization
from sim.rules.market import path


def start(org: Organization) -> None:
    """Start the months of the market."""
    org.env.process(_market(org))


def _market(org: Organization) -> Generator[simpy.Event, None, None]:
    """Month by month: the market stays in its regime or goes into another, and its level drifts."""
    rules, luck = org.scenario.world.market, org.luck
    names = list(rules.regimes)
    regimes, levels = path(rules, luck.seed, np.array([luck.replication]), org.calendar.months)
    for month in range(org.calendar.months):
        if month > 0:
            yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
        name, level = names[regimes[0, month]], float(levels[0, month])
        org.conditions.turn(rules.regimes[name], level)
        org.tell_market()
        org.journal.market.add(day=org.env.now, regime=org.codes.regimes.index(name), level=level)
