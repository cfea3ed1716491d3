"""Transfers: somebody moves to another seat, as a promotion or a change of segment, region or job."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from sim import ledger
from sim.org.actors.leaving import vacate
from sim.org.actors.training import Learned
from sim.org.state.organization import Organization
from sim.org.state.roster import Mover
from sim.org.state.selection import selected
from sim.org.state.tenure import tenure_at


def start(org: Organization) -> None:
    """Start an actor for every transfer that the plan dates."""
    for name in org.scenario.levers.transfers:
        org.env.process(_transfer(org, name))


def _transfer(org: Organization, name: str) -> Generator[simpy.Event, None, None]:
    plan = org.scenario.levers.transfers[name]
    new_seats = [i for i, seat in enumerate(org.seating.seats) if seat.transfer == name]
    if not new_seats:
        return
    org.awaited[new_seats] = True
    yield org.env.timeout(org.calendar.day_of(plan.on_date))
    for i, goal in zip(selected(org, plan), new_seats, strict=False):
        move(org, i, goal, plan.keeps_ramp_share, plan.old_seat == "close")
    org.awaited[new_seats] = False


def move(
    org: Organization, i: int, goal: int, keeps_ramp_share: float, seat_closes: bool, requisition: int = -1
) -> None:
    """Whoever holds seat i goes to the empty seat ``goal`` today; their deals stay behind.

    They stay the person they are. A resignation that the week had dated for them comes at the next weekly tick.
    """
    row = org.roster[i].copy()
    ran = min(float(tenure_at(org.week.ramps, row, float(org.env.now))), org.week.ramped_after_days[row["role"]])
    vacate(org, i, ledger.MOVED, seat_closes)
    org.week.adjuster(Learned).take_along(row["person"], i, goal)
    org.start_work(goal, requisition, Mover(row, keeps_ramp_share * ran))
