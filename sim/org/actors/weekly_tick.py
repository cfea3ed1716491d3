"""The weekly tick: once in seven days all seats are renewed, the pipeline gets its week, and exits are dated."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from sim.calendar import DAYS_PER_WEEK
from sim.org.actors.leaves import leave_for_long
from sim.org.actors.leaving import leave_on
from sim.org.state.organization import Organization


def start(org: Organization) -> None:
    """Start the weeks."""
    org.env.process(_weekly(org))


def _weekly(org: Organization) -> Generator[simpy.Event, None, None]:
    """Every seven days: the week begins, and the exits and long leaves that fall in it are dated."""
    while True:
        org.begin_week(float(org.env.now))
        for i in (org.week.exit_day < np.inf).nonzero()[0]:
            leave_on(org, int(i), float(org.week.exit_day[i]))
        for i in (org.week.leave_day < np.inf).nonzero()[0]:
            org.env.process(leave_for_long(org, int(i), float(org.week.leave_day[i])))
        yield org.env.timeout(DAYS_PER_WEEK)
