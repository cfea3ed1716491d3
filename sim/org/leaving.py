"""Leaving: a person goes, their deals wait and are handed on, and the seat is opened again or not."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim import ledger
from sim.org.recruiting import requisition
from sim.org.week import SELLS, WEEK_DAYS
from sim.pipeline.tables import NOBODY, ROUTINGS

if TYPE_CHECKING:
    from sim.org.organization import Organization


def leave_on(org: Organization, i: int, day: float, exit_kind: int = ledger.VOLUNTARY) -> None:
    """Date the exit of whoever holds a seat now."""
    org.env.process(leave(org, i, day, exit_kind, int(org.roster[i]["spell"])))


def leave(org: Organization, i: int, day: float, exit_kind: int, spell: int) -> Generator[simpy.Event, None, None]:
    """Whoever holds seat i leaves on a day, unless they have gone for another reason before."""
    yield org.env.timeout(day - org.env.now)
    row = org.roster[i]
    if not row["held"] or row["spell"] != spell:
        return
    org.empty_seat(i, exit_kind)
    if org.duty[i] == SELLS:
        org.env.process(hand_on(org, i))
    if org.scenario.levers.backfill.enabled.at(day, org.calendar):
        opens = day + org.scenario.levers.backfill.approval_days
        name = f"backfill {org.seating.seats[i].name}"
        org.decide(ledger.APPROVE_BACKFILL, i, row["segment"], row["region"], opens, "seat is to be filled again")
        org.env.process(requisition(org, name, int(row["holder"]), i, opens, True, day))


def hand_on(org: Organization, i: int) -> Generator[simpy.Event, None, None]:
    """After a delay the leaver's deals are handed on by policy; week by week while nobody can take them."""
    policy = org.scenario.levers.orphans
    routing = NOBODY if policy.policy == "wait_for_backfill" else ROUTINGS[policy.policy]
    yield org.env.timeout(policy.delay_days)
    while (waiting := org.pipeline.count_without_rep(i)) > 0:
        org.pipeline.reassign(i, float(org.env.now), routing)
        handed_on = waiting - org.pipeline.count_without_rep(i)
        if handed_on > 0:
            here = org.roster[i]
            org.decide(ledger.REASSIGN, i, here["segment"], here["region"], handed_on, "deals handed on")
        yield org.env.timeout(WEEK_DAYS)


def dated_departures(org: Organization) -> None:
    """Start an actor for every departure that the plan dates."""
    for name in org.scenario.levers.departures:
        org.env.process(_depart(org, name))


def _depart(org: Organization, name: str) -> Generator[simpy.Event, None, None]:
    plan = org.scenario.levers.departures[name]
    world = org.scenario.world
    day = org.calendar.day_of(plan.on_date)
    if day < 0 or day >= org.calendar.horizon:
        return
    yield org.env.timeout(day)
    here = org.roster["held"] & (org.roster["role"] == list(world.roles).index(plan.role))
    here &= org.roster["region"] == list(world.regions).index(plan.region)
    if plan.segment is not None:
        here &= org.roster["segment"] == list(world.segments).index(plan.segment)
    seats = np.flatnonzero(here)
    order = np.argsort(org.roster["start_day"][seats], kind="stable")
    if plan.who == "shortest_tenure":
        order = order[::-1]
    for i in seats[order][: plan.count]:
        yield org.env.process(leave(org, int(i), day, ledger.DATED, int(org.roster[i]["spell"])))
