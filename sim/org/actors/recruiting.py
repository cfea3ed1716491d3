"""Recruiting: requisitions wait for a recruiter, search, make an offer, and start somebody or search again."""

from __future__ import annotations

import math
from collections.abc import Generator
from functools import partial
from typing import NamedTuple

import numpy as np
import simpy

from sim import ledger
from sim.ledger import NEVER
from sim.luck import RECRUITING, START_LAG, entity, uniforms
from sim.org.actors.internal_fill import candidate, fill_from_inside
from sim.org.state.duties import RECRUITS
from sim.org.state.organization import Organization
from sim.org.state.recruiters import Recruiters
from sim.org.state.roster import Vacancy
from sim.org.state.seating import open_day
from sim.rules.hiring import days_to_offer
from sim.scenario.people import Hiring

_TRIES = 64  # of a search that is known to be under way still
_ATTEMPTS = 4096  # more than any search makes


class UnderWay(NamedTuple):
    """How far a requisition has come by the first day; days are absolute, and negative. None: not yet."""

    recruiter_day: float | None
    accept_day: float | None
    inside: bool  # somebody from inside is to take the seat


NOT_BEGUN = UnderWay(None, None, False)


def requisition(
    org: Organization, name: str, unit: int, i: int, opens: float, backfill: bool, vacated: float,
    so_far: UnderWay = NOT_BEGUN,
) -> Generator[simpy.Event, None, None]:  # fmt: skip
    """One requisition for seat i, from the day it opens to the day somebody starts.

    What has happened before the first day is written down with its day, and takes no time any more.
    """
    yield from _until(org, opens)
    row = _open(org, name, unit, i, opens, backfill, vacated)
    here = org.roster[i]
    recruiters = org.recruiters[int(here["region"])]
    for_recruiters = bool(org.duty[i] == RECRUITS)
    who = entity(f"requisition {name}/{unit}")
    if so_far.recruiter_day is None:
        insider = None if recruiters.frozen() else candidate(org, i, who, so_far.inside)
        if insider is not None:
            yield from _until(org, opens + insider.rule.search_days)
            if fill_from_inside(org, insider, i, row):
                return
        yield recruiters.request(for_recruiters)
    began = float(org.env.now) if so_far.recruiter_day is None else so_far.recruiter_day
    org.journal.requisitions.rows[row]["recruiter_day"] = began
    if so_far.accept_day is None:
        yield from _search(org, i, row, who, began)
        if not for_recruiters:
            recruiters.release()
        accepted = float(org.env.now)
    else:
        accepted = so_far.accept_day
    org.journal.requisitions.rows[row]["accept_day"] = accepted
    yield from _until(org, _start_day(org, org.scenario.world.hiring, who, accepted))
    org.journal.requisitions.rows[row]["start_day"] = org.env.now
    _pay_for_hire(org, i)
    org.start_work(i, row)


def _until(org: Organization, day: float) -> Generator[simpy.Event, None, None]:
    """Sleep until a day; what is past takes no time."""
    if day > org.env.now:
        yield org.env.timeout(day - org.env.now)


def _search(org: Organization, i: int, row: int, who: np.uint64, began: float) -> Generator[simpy.Event, None, None]:
    """Search for seat i from the day a recruiter began until an offer is accepted."""
    here, hiring = org.roster[i], org.scenario.world.hiring
    role = org.codes.roles[here["role"]]
    segment = org.codes.segment_name(here["segment"])
    mean_days = hiring.mean_days(role, segment)
    attempt = _under_way(org, i, hiring, mean_days, who, began) if began < 0.0 else 0
    day, declined = began, 0
    while True:
        days, accepted = _one_search(org, hiring, mean_days, who, attempt)
        day += days * float(org.conditions.recruiting[i])
        yield from _until(org, day)
        if accepted:
            return
        attempt, declined = attempt + 1, declined + 1
        org.journal.requisitions.rows[row]["offers_declined"] += 1
        if day >= 0.0:
            org.decide(ledger.OFFER_DECLINED, i, declined, "offer declined")
        day += hiring.reopen_days
        yield from _until(org, day)


def _under_way(org: Organization, i: int, hiring: Hiring, mean_days: float, who: np.uint64, began: float) -> int:
    """The first attempt of a search that began before the first day and is not over by then.

    Searches are drawn until one lasts; where none does, as where all take the same days, it ends on the first day.
    """
    for one in range(_TRIES):
        first = attempt = one * _ATTEMPTS
        day = began
        while True:
            days, accepted = _one_search(org, hiring, mean_days, who, attempt)
            day += days * float(org.conditions.recruiting[i])
            if accepted:
                break
            day += hiring.reopen_days
            attempt += 1
        if day > 0.0:
            return first
    return 0


def _open(org: Organization, name: str, unit: int, i: int, opens: float, backfill: bool, vacated: float) -> int:
    here = org.roster[i]
    return org.journal.requisitions.add(
        name=org.journal.requisition_code(name), unit=unit, seat=i, role=here["role"], segment=here["segment"],
        region=here["region"], backfill=backfill, vacated_day=vacated, open_day=opens, recruiter_day=NEVER,
        accept_day=NEVER, start_day=NEVER, offers_declined=0,
    )  # fmt: skip


def _one_search(
    org: Organization, hiring: Hiring, mean_days: float, who: np.uint64, attempt: int
) -> tuple[float, bool]:
    """Days from here to an offer, and whether it is accepted."""
    a, b, c, _ = uniforms(org.luck, RECRUITING, who, attempt)
    return days_to_offer(mean_days, hiring.recruiting_sigma_log, a, b), c < hiring.offer_accept_share


def _start_day(org: Organization, hiring: Hiring, who: np.uint64, accepted: float) -> float:
    """The first day at work: after notice of half to one and a half times its mean, on a Monday where so agreed.

    Who accepted before the first day and is not here yet has a notice that ends after it.
    """
    day = accepted
    for one in range(_TRIES if accepted < 0.0 else 1):
        notice = hiring.notice_days * (0.5 + uniforms(org.luck, START_LAG, who, one)[0])
        day = accepted + notice if hiring.notice_days > 0 else accepted
        if hiring.start_weekday != "any" and not org.calendar.equal_months:
            whole = math.ceil(day)
            day = float(whole + (-(org.calendar.start.weekday() + whole)) % 7)
        if day > 0.0:
            break
    return day


def _pay_for_hire(org: Organization, i: int) -> None:
    cost = org.scenario.world.costs.recruiting_usd_per_hire.get(org.codes.roles[org.roster[i]["role"]], 0.0)
    org.pay(i, ledger.RECRUITING, cost * org.finance.rates.inflation(org.calendar.month_of(float(org.env.now))))


def refill(org: Organization, vacancy: Vacancy) -> None:
    """Start a requisition for a seat that is to be filled again."""
    name = f"backfill {org.seating.seats[vacancy.seat].name}"
    org.awaited[vacancy.seat] = True
    org.env.process(requisition(org, name, vacancy.holder, vacancy.seat, vacancy.opens, True, vacancy.vacated))


def start_thaws(org: Organization) -> None:
    """Start an actor for the end of every freeze, when recruiters take up what waits."""
    for recruiters in org.recruiters:
        for _, day in recruiters.freezes:
            if day > 0:
                org.env.process(_thaw(org, recruiters, day))


def _thaw(org: Organization, recruiters: Recruiters, day: float) -> Generator[simpy.Event, None, None]:
    yield from _until(org, day)
    recruiters.serve()


def freeze(org: Organization, days: float) -> None:
    """From now on nothing new is taken up, for so many days."""
    now = float(org.env.now)
    for recruiters in org.recruiters:
        recruiters.freezes.append((now, now + days))
        org.env.process(_thaw(org, recruiters, now + days))


def open_now(org: Organization, i: int) -> None:
    """Start the requisition of a seat that the plan creates and has not dated."""
    seat = org.seating.seats[i]
    org.awaited[i] = True
    org.env.process(requisition(org, seat.requisition, seat.unit, i, float(org.env.now), False, NEVER))


def start(org: Organization) -> None:
    """Start every dated requisition of the plan, and one for each seat that is empty on the first day or later.

    What was opened before the first day goes on, whatever the plan makes of seats that are emptied later.
    """
    org.hear_of_vacancies.append(partial(refill, org))
    vacancies = org.vacancies
    for i in _in_order_of_opening(org, vacancies):
        name, since = f"opening {org.seating.seats[i].name}", vacancies[i]
        opens, vacated, so_far = 0.0, 0.0, NOT_BEGUN
        recruiters, for_recruiters = org.recruiters[int(org.roster[i]["region"])], bool(org.duty[i] == RECRUITS)
        if not np.isnan(since["vacated_days"]) and (recruiters.recruits or for_recruiters):
            opens, vacated = -float(since["opened_days"]), -float(since["vacated_days"])
            recruiter, accepted = (
                None if np.isnan(since[of]) else -float(since[of]) for of in ("recruiter_days", "accepted_days")
            )
            so_far = UnderWay(recruiter, accepted, bool(since["inside"]))
        if opens < 0.0 or org.scenario.levers.backfill.enabled.at(0.0, org.calendar):
            org.awaited[i] = True
            if so_far.recruiter_day is not None and so_far.accept_day is None and not for_recruiters:
                recruiters.take()
            org.env.process(requisition(org, name, 0, i, opens, True, vacated, so_far))
    for i, seat in enumerate(org.seating.seats[: org.seating.certain_count]):
        if seat.requisition:
            opens = open_day(org.scenario, org.calendar, seat.requisition)
            org.awaited[i] = True
            org.env.process(requisition(org, seat.requisition, seat.unit, i, opens, False, NEVER))


def _in_order_of_opening(org: Organization, vacancies: np.ndarray) -> list[int]:
    """Seats that are empty on the first day; who waits for a recruiter waits in the order of opening."""
    empty = np.flatnonzero(~org.roster["held"][: len(vacancies)])
    return [int(i) for i in empty[np.argsort(-np.nan_to_num(vacancies["opened_days"][empty]), kind="stable")]]
