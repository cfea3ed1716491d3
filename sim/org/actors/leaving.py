"""Leaving: a person goes, their deals wait and are handed on, and the seat is opened again or not."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from sim import ledger
from sim.calendar import DAYS_PER_WEEK, WEEKS_PER_YEAR
from sim.org.state.duties import SELLS
from sim.org.state.organization import Organization
from sim.org.state.roster import Vacancy
from sim.org.state.selection import selected
from sim.pipeline.cells import ROUTINGS
from sim.pipeline.tables import NOBODY


def leave_on(org: Organization, i: int, day: float, exit_kind: int = ledger.VOLUNTARY) -> None:
    """Date the exit of whoever holds a seat now, unless they go for another reason before."""
    spell = int(org.roster[i]["spell"])

    def leave(_: simpy.Event) -> None:
        row = org.roster[i]
        if row["held"] and row["spell"] == spell:
            vacate(org, i, exit_kind)

    org.env.timeout(day - org.env.now).callbacks.append(leave)


def vacate(org: Organization, i: int, exit_kind: int, seat_closes: bool = False) -> None:
    """Empty seat i today: its deals are handed on, and it is opened again or closed."""
    day = float(org.env.now)
    org.empty_seat(i, exit_kind, seat_closes)
    row = org.roster[i]
    if org.duty[i] == SELLS:
        org.env.process(hand_on(org, i, int(row["holder"])))
    if not seat_closes and org.scenario.levers.backfill.enabled.at(day, org.calendar):
        opens = day + org.scenario.levers.backfill.approval_days
        org.decide(ledger.APPROVE_BACKFILL, i, opens, "seat is to be filled again")
        for hear in org.hear_of_vacancies:
            hear(Vacancy(i, int(row["holder"]), opens, day))


def _pay_severance(org: Organization, i: int, weeks: float) -> None:
    """Weeks of base salary for whoever leaves seat i today."""
    row = org.roster[i]
    yearly = org.finance.rates.salary_at(float(org.env.now), row["role"], row["segment"], row["region"])
    org.pay(i, ledger.SEVERANCE, weeks / WEEKS_PER_YEAR * yearly)


def hand_on(org: Organization, i: int, holder: int) -> Generator[simpy.Event, None, None]:
    """After a delay a leaver's deals and customers are handed on by policy, week by week while nobody can take them.

    It ends when nobody who could is here or to come.
    """
    policy = org.scenario.levers.orphans
    routing = NOBODY if policy.policy == "wait_for_backfill" else ROUTINGS[policy.policy]
    yield org.env.timeout(policy.delay_days)
    while any(waiting := org.pipeline.count_left(i, holder)) and _taker_may_come(org, i, routing):
        org.pipeline.reassign(i, holder, float(org.env.now), routing)
        handed_on = waiting[0] - org.pipeline.count_left(i, holder)[0]
        if handed_on > 0:
            org.decide(ledger.REASSIGN, i, handed_on, "deals handed on")
        yield org.env.timeout(DAYS_PER_WEEK)


def _taker_may_come(org: Organization, i: int, routing: int) -> bool:
    """Whether somebody who may take over what was left in seat i is here or to come."""
    here = org.roster["held"] | org.awaited
    if routing == NOBODY:
        return bool(here[i])
    return bool(here[sellers_of(org, org.roster[i]["cell"])].any())


def sellers_of(org: Organization, cell: int) -> np.ndarray:
    """The seats of a cell's sellers, in order."""
    return np.flatnonzero((org.duty == SELLS) & (org.roster["cell"] == cell))


def start_handing_on(org: Organization) -> None:
    """Start handing on the deals and customers that nobody has on the first day.

    A company's records may name such; and where nobody is there yet, customers wait with the first seat of their cell
    in which somebody sits or is to come.
    """
    parked = []
    for cell in org.pipeline.cells_without_seller():
        seats = sellers_of(org, cell)
        if len(seats):
            here = (org.roster["held"] | org.awaited)[seats]
            parked.append(int(seats[np.argmax(here)]))
            org.pipeline.park_customers(int(cell), parked[-1])
    seats = np.flatnonzero(org.duty == SELLS) if org.scenario.opening.records is not None else np.array(parked, int)
    for i in seats:
        if any(org.pipeline.count_left(int(i), NOBODY)):
            org.env.process(hand_on(org, int(i), NOBODY))


def start_departures(org: Organization) -> None:
    """Start an actor for every departure that the plan dates."""
    for name in org.scenario.levers.departures:
        org.env.process(_depart(org, name))


def _depart(org: Organization, name: str) -> Generator[simpy.Event, None, None]:
    plan = org.scenario.levers.departures[name]
    day = org.calendar.day_of(plan.on_date)
    if day < 0 or day >= org.calendar.horizon:
        return
    yield org.env.timeout(day)
    for i in selected(org, plan):
        _pay_severance(org, i, plan.severance_weeks)
        vacate(org, i, ledger.DATED, plan.seat == "close")
