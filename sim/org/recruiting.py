"""Recruiting: requisitions wait for a recruiter, search, make an offer, and start somebody or search again."""

from __future__ import annotations

import math
from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim import ledger
from sim.ledger import NEVER
from sim.luck import RECRUITING, START_LAG, entity, to_normal, uniforms
from sim.org.inside import candidate, fill_from_inside
from sim.org.roster import Vacancy
from sim.org.seating import open_day
from sim.org.week import RECRUITS
from sim.scenario.people import Hiring

if TYPE_CHECKING:
    from sim.org.organization import Organization


def requisition(
    org: Organization, name: str, unit: int, i: int, opens: float, backfill: bool, vacated: float
) -> Generator[simpy.Event, None, None]:
    """One requisition for seat i, from the day it opens to the day somebody starts."""
    yield org.env.timeout(opens - org.env.now)
    row = _open(org, name, unit, i, backfill, vacated)
    here = org.roster[i]
    desk = org.desks[int(here["region"])]
    for_the_desk = bool(org.duty[i] == RECRUITS)
    who = entity(f"requisition {name}/{unit}")
    found = None if desk.frozen() else candidate(org, i, who)
    if found is not None:
        yield org.env.timeout(found.rule.search_days)
        if fill_from_inside(org, found, i, row):
            return
    yield desk.request(for_the_desk)
    org.requisitions.rows[row]["recruiter_day"] = org.env.now
    role = list(org.scenario.world.roles)[here["role"]]
    hiring = org.scenario.world.hiring
    segment = None if here["segment"] < 0 else list(org.scenario.world.segments)[here["segment"]]
    mean_days = hiring.mean_days(role, segment)
    attempt = 0
    while True:
        days, accepted = _search(org, hiring, mean_days, who, attempt)
        days *= float(org.conditions.recruiting[i])
        yield org.env.timeout(days)
        if accepted:
            break
        attempt += 1
        org.requisitions.rows[row]["offers_declined"] += 1
        org.decide(ledger.OFFER_DECLINED, i, here["segment"], here["region"], attempt, "offer declined")
        yield org.env.timeout(hiring.reopen_days)
    org.requisitions.rows[row]["accept_day"] = org.env.now
    if not for_the_desk:
        desk.release()
    yield org.env.timeout(_start_day(org, hiring, who) - org.env.now)
    org.requisitions.rows[row]["start_day"] = org.env.now
    _pay_for_hire(org, i, role)
    org.start_work(i, row)


def _open(org: Organization, name: str, unit: int, i: int, backfill: bool, vacated: float) -> int:
    code = org.requisition_codes.setdefault(name, len(org.requisition_codes))
    here = org.roster[i]
    return org.requisitions.add(
        code, unit, i, here["role"], here["segment"], here["region"], backfill, vacated,
        org.env.now, NEVER, NEVER, NEVER, 0,
    )  # fmt: skip


def _search(org: Organization, hiring: Hiring, mean_days: float, who: np.uint64, attempt: int) -> tuple[float, bool]:
    """Days from here to an offer (lognormal with that mean), and whether it is accepted."""
    a, b, c, _ = uniforms(org.luck, RECRUITING, who, attempt)
    sigma = hiring.recruiting_sigma_log
    spread = math.exp(sigma * to_normal(a, b) - 0.5 * sigma * sigma) if sigma > 0 else 1.0
    return mean_days * spread, c < hiring.offer_accept_share


def _start_day(org: Organization, hiring: Hiring, who: np.uint64) -> float:
    """The first day at work: after notice of half to one and a half times its mean, on a Monday where so agreed."""
    now = float(org.env.now)
    notice = hiring.notice_days * (0.5 + uniforms(org.luck, START_LAG, who)[0])
    day = now + notice if hiring.notice_days > 0 else now
    if hiring.start_weekday == "any" or org.calendar.equal_months:
        return day
    whole = math.ceil(day)
    return float(whole + (-(org.calendar.start.weekday() + whole)) % 7)


def _pay_for_hire(org: Organization, i: int, role: str) -> None:
    cost = org.scenario.world.costs.recruiting_usd_per_hire.get(role, 0.0)
    if cost > 0:
        here, now = org.roster[i], org.env.now
        place = (here["segment"], here["region"], here["role"])
        org.payments.add(now, org.calendar.month_of(now), i, *place, ledger.RECRUITING, round(cost, 2))


def refill(org: Organization, vacancy: Vacancy) -> None:
    """Start a requisition for a seat that is to be filled again."""
    name = f"backfill {org.seating.seats[vacancy.seat].name}"
    org.awaited[vacancy.seat] = True
    org.env.process(requisition(org, name, vacancy.holder, vacancy.seat, vacancy.opens, True, vacancy.vacated))


def open_planned(org: Organization) -> None:
    """Start every requisition of the plan, and one for each seat that is empty, on the first day or later."""
    org.refill = partial(refill, org)
    for i, seat in enumerate(org.seating.seats):
        if seat.requisition:
            opens = open_day(org.scenario, org.calendar, seat.requisition)
            org.awaited[i] = True
            org.env.process(requisition(org, seat.requisition, seat.unit, i, opens, False, NEVER))
        elif (
            i < org.seating.opening_count
            and not org.roster[i]["held"]
            and org.scenario.levers.backfill.enabled.at(0.0, org.calendar)
        ):
            org.awaited[i] = True
            org.env.process(requisition(org, f"opening {seat.name}", 0, i, 0.0, True, 0.0))
