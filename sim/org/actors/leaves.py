"""Long leaves: somebody goes for a while, their deals wait, and they come back."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from sim import ledger
from sim.org.state.organization import Organization
from sim.org.state.time_off import come_back, go, next_leave


def start(org: Organization) -> None:
    """Start an actor for each of those who are on leave on the first day."""
    for i in np.flatnonzero(org.roster["held"] & org.roster["away"]):
        org.env.process(_return(org, int(i)))


def leave_for_long(org: Organization, i: int, day: float) -> Generator[simpy.Event, None, None]:
    """Whoever holds seat i now goes on leave on a day, unless they are gone by then, and comes back."""
    spell = int(org.roster[i]["spell"])
    yield org.env.timeout(day - org.env.now)
    row = org.roster[i]
    if not row["held"] or row["spell"] != spell:
        return
    back_day = day + next_leave(org.luck, row)[1] * org.roles[row["role"]].time_off.leave_mean_days
    go(org.roster, i, org.week.ramps, day, back_day)
    org.stop_work(i)
    org.decide(ledger.LEAVE_BEGAN, i, back_day - day, "long leave")
    yield org.env.process(_return(org, i))


def _return(org: Organization, i: int) -> Generator[simpy.Event, None, None]:
    spell = int(org.roster[i]["spell"])
    yield org.env.timeout(max(float(org.roster[i]["back_day"]) - org.env.now, 0.0))
    row = org.roster[i]
    if row["held"] and row["spell"] == spell:
        pace = org.week.pace(org.roster, i)
        come_back(org.roster, i, org.week.ramps, float(org.env.now), pace, org.luck)
        org.decide(ledger.LEAVE_ENDED, i, 0.0, "back from long leave")
        org.resume_work(i)
