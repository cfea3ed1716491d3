"""The weekly tick: once in seven days all seats are renewed, the pipeline gets its week, and exits are dated."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.calendar import DAYS_PER_WEEK
from sim.org.actors.dressing import dress_all
from sim.org.actors.leaving import leave_on
from sim.org.state.time_off import date_leaves

if TYPE_CHECKING:
    from sim.org.state.organization import Organization


def weekly(org: Organization) -> Generator[simpy.Event, None, None]:
    """Every seven days: renew all seats, give the pipeline its week, and date the exits that fall in it."""
    while True:
        now = float(org.env.now)
        org.week.next_tick = now + DAYS_PER_WEEK
        if org.conditions.tick(now):
            org.tell_market()
        org.week.left_lately[:] = org.left_lately(now)
        dress_all(org, now)
        rate, boost = org.demand.streams(now, org.week.output)
        if org.week.coaching.dates:
            org.pipeline.set_early_dates(org.week.coaching.early[org.roster["team"]])
        org.pipeline.start_week(now, org.week.hours, org.week.rate_per_hour, org.week.logit, rate, boost)
        org.engineers.staff(now, org.roster, org.week.output)
        org.installed_base.start_week(org.pipeline, now, org.week.output)
        for i in (org.week.exit_day < np.inf).nonzero()[0]:
            leave_on(org, int(i), float(org.week.exit_day[i]))
        date_leaves(org)
        yield org.env.timeout(DAYS_PER_WEEK)
