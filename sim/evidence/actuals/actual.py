"""A quarter as it was, from a company's exports: the counts that the plan's drivers are made of, and their rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import NONE, OPEN, WON, Opportunities, Roster
from sim.evidence.actuals.drivers import Values
from sim.evidence.actuals.planned import Planned, drivers_of
from sim.rules.ramp import integral_days


@dataclass(frozen=True, eq=False)
class Actual:
    """``values`` are the drivers. Of the deals, rows by index: ``open_at_start``, ``created``, ``closed``, ``won``; of
    the roster, ``joined`` and ``left``: sellers who came or went since the plan's first day. ``has_people`` is False
    without a roster: then arrivals, exits and ramp cannot be told, and deals created stand for them.
    """

    values: Values
    bookings_cents: int
    open_at_start: np.ndarray
    created: np.ndarray
    closed: np.ndarray
    won: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    has_people: bool
    without_amount: int  # wins


def actual(deals: Opportunities, roster: Roster | None, plan: Planned) -> Actual:
    """The plan's quarter as it was. Wins whose amount is not known book what the others do on average."""
    first, last = plan.first, plan.last
    is_closed = (deals.outcome != OPEN) & (deals.closed >= first) & (deals.closed <= last)
    before = (deals.created < first) & ((deals.outcome == OPEN) | (deals.closed >= first))
    created = (deals.created >= first) & (deals.created <= last)
    won = is_closed & (deals.outcome == WON)
    amount = deals.amount[won]
    known = np.isfinite(amount)
    usual = float(amount[known].mean()) if known.any() else 0.0
    booked = np.where(known, amount, usual)
    cents = int(np.round(booked * 100).sum())
    raw = {
        "open": float(before.sum()), "created": float(created.sum()), "closed": float(is_closed.sum()),
        "wins": float(won.sum()), "bookings": cents / 100, "heads": 1.0, "exits": 0.0, "ramped": 1.0,
    }  # fmt: skip
    joined = left = np.zeros(0, np.int64)
    if roster is not None:
        sellers = selling(deals, roster, plan)
        joined = sellers[(roster.start[sellers] >= plan.starts) & (roster.start[sellers] <= last)]
        ended = roster.end[sellers]
        left = sellers[(ended != NONE) & (ended >= plan.starts) & (ended <= last)]
        raw |= _people(roster, sellers, left, plan)
    return Actual(
        drivers_of(raw), cents, np.flatnonzero(before), np.flatnonzero(created), np.flatnonzero(is_closed),
        np.flatnonzero(won), joined, left, roster is not None, int((~known).sum()),
    )  # fmt: skip


def selling(deals: Opportunities, roster: Roster, plan: Planned) -> np.ndarray:
    """The rows of the roster who sell: those in a role that somebody who owns deals is in, or who own one themselves.

    A role counts where at least half of its people own a deal, so that a manager who took over one makes no sellers of
    all managers.
    """
    owners = {deals.owner.names[code] for code in np.unique(deals.owner.codes) if code != NONE}
    owns = np.array([name in owners for name in roster.owner], bool)
    there = (roster.end == NONE) | (roster.end >= plan.starts)
    sells = owns & ~roster.role.known
    for code in np.unique(roster.role.codes[roster.role.known]):
        inside = (roster.role.codes == code) & there
        if inside.any() and owns[inside].mean() >= 0.5:
            sells |= roster.role.codes == code
    return np.flatnonzero(sells & there)


def _people(roster: Roster, sellers: np.ndarray, left: np.ndarray, plan: Planned) -> dict[str, float]:
    """Average sellers of the quarter, those missing since they left, and sellers counted by ramp."""
    days = plan.last + 1 - plan.first
    start = np.where(roster.start[sellers] == NONE, plan.first - 10**5, roster.start[sellers])
    end = np.where(roster.end[sellers] == NONE, plan.last + 1, roster.end[sellers])
    from_day, to_day = np.maximum(start, plan.first), np.minimum(end, plan.last + 1)
    is_here = to_day > from_day
    tenure = np.where(is_here, to_day - start, 0), np.where(is_here, from_day - start, 0)
    ramped = np.subtract(*(_ramped_days(plan, one) for one in tenure))
    missing = plan.last + 1 - np.maximum(roster.end[left], np.maximum(plan.first, roster.start[left]))
    return {
        "heads": float(np.where(is_here, to_day - from_day, 0).sum() / days),
        "ramped": float(ramped.sum() / days),
        "exits": float(missing.sum() / days),
    }


def _ramped_days(plan: Planned, tenure: np.ndarray) -> np.ndarray:
    """Expected days of full productivity by tenure in days; the share of hires who never ramp stays at its ceiling."""
    ability, days = plan.role.ability, tenure.astype(float)
    never = ability.never_ramps_share
    all_the_way = integral_days(plan.role.ramp, days, plan.days_per_month)
    stuck = integral_days(plan.role.ramp, days, plan.days_per_month, ability.never_ramps_ceiling)
    ramped: np.ndarray = (1 - never) * all_the_way + never * stuck
    return ramped
