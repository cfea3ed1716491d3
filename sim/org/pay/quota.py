"""Quotas: at a quarter's end each rep's quota, what they sold of it, and the review that follows."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.money.cents import to_cents
from sim.money.credit import spell_of
from sim.money.plans import clipped
from sim.org.state.duties import SELLS
from sim.org.state.organization import Organization
from sim.org.state.tenure import fill_usual_ramped
from sim.rules import quota
from sim.rules.attainment import LEAST_QUOTA_SHARE
from sim.scenario.quota import TargetQuota


def close_quarter(org: Organization, quarter: int) -> tuple[np.ndarray, np.ndarray]:
    """Write a quota row for everyone who sold in the quarter, pay, and remember it of those still here.

    Returns the rows of the ledger's seats that had a quota, and the quota rows.
    """
    calendar = org.calendar
    months = np.flatnonzero(calendar.quarter_of_month == quarter)
    start, end = float(calendar.month_starts[months[0]]), float(calendar.month_starts[months[-1] + 1])
    spells = org.journal.seats.rows
    sold = sold_by_spell(org, start, end)
    selling = org.duty[spells["seat"]] == SELLS
    rows = np.flatnonzero(selling & (spells["start_day"] < end) & (spells["end_day"] > start))
    full = own_full_usd(org, rows, months)
    table = np.zeros(len(rows), ledger.QUOTAS)
    for name in ("seat", "holder", "segment", "region"):
        table[name] = spells[name][rows]
    table["month"], table["quarter"] = months[0], quarter
    table["full_usd"] = full
    table["quota_usd"] = to_cents(full * carried_share(org, spells[rows], start, end))
    table["attained_usd"] = sold[rows]
    org.journal.quotas.extend(table)
    org.journal.payments.extend(
        org.finance.payroll.payments(
            quarter, spells, org.journal.quotas.rows, org.pipeline.credits, org.pipeline.deals, org.pipeline.customers
        )
    )
    remember(org, rows, table)
    ratchet(org, quarter)
    return rows, table


def carried_usd(org: Organization, rows: np.ndarray, quarter: int, full_usd: np.ndarray) -> np.ndarray:
    """The quota that spells carry in a quarter, as far as is known now; 0 before they begin.

    Args:
        full_usd: from ``full_quota_usd`` for the quarter's months.
    """
    calendar = org.calendar
    months = np.flatnonzero(calendar.quarter_of_month == quarter)
    start, end = float(calendar.month_starts[months[0]]), float(calendar.month_starts[months[-1] + 1])
    spells = org.journal.seats.rows[rows]
    carried = own_of(org, rows, full_usd) * carried_share(org, spells, start, end)
    return np.where(spells["start_day"] < end, to_cents(carried), 0.0)


def carried_share(org: Organization, spells: np.ndarray, start: float, end: float) -> np.ndarray:
    """The part of a quarter's whole quota that each spell carries, relieved for ramp where the lever says so."""
    held, relieved = org_shares(org, spells, start, end)
    return relieved if org.scenario.levers.quota.ramped_relief else held


def org_shares(org: Organization, spells: np.ndarray, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """The part of a quarter that each spell covers, plain and weighted with the role's usual ramp; months count alike.

    Relief goes by the days in the seat and those credited at a transfer, whatever slowed somebody's own ramp.
    """
    months = org.calendar.month_starts
    edges = months[(months >= start) & (months <= end)]
    within = clipped(edges, spells)
    held, ramped = np.diff(within, axis=1), np.empty((len(spells), len(edges) - 1))
    since, credited = (spells[name].astype(float) for name in ("start_day", "credited_days"))
    fill_usual_ramped(ramped, org.week.ramps, spells["role"].astype(np.int64), since, credited, within)
    if org.scenario.levers.quota.cut_by == "months":
        days, weights = np.diff(edges), org.calendar.month_weight[org.calendar.month_of(start) :][: len(edges) - 1]
        held, ramped = (np.average(part / days, axis=1, weights=weights) for part in (held, ramped))
        return held, ramped
    return held.sum(axis=1) / (end - start), ramped.sum(axis=1) / (end - start)


def sold_by_spell(org: Organization, start: float, end: float) -> np.ndarray:
    """Credited US dollars of a quarter by row of the ledger's seats."""
    credits = org.pipeline.credits
    credits = credits[np.searchsorted(credits["day"], start) : np.searchsorted(credits["day"], end)]
    rows = spell_of(org.journal.seats.rows, credits["seat"], credits["holder"])
    return np.bincount(rows, credits["share"] * credits["amount_usd"], len(org.journal.seats))


def full_quota_usd(org: Organization, months: np.ndarray) -> np.ndarray:
    """Quota of a ramped rep for months of one quarter, shape (segments, regions); before any ratchet."""
    target_usd = org.finance.target_usd[:, :, months].sum(axis=2)
    return quota.full_usd(org.scenario, org.calendar, months, target_usd, seats_that_share(org))


def seats_that_share(org: Organization) -> np.ndarray:
    """Selling seats over which a top-down quota is split, shape (segments, regions)."""
    rule, selling = org.scenario.levers.quota, org.duty == SELLS
    if isinstance(rule, TargetQuota) and rule.resplit_on_hire:
        selling = selling & org.roster["held"]
    else:
        selling = selling & (np.arange(len(selling)) < org.seating.opening_count)
    shape = len(org.scenario.world.segments), len(org.scenario.world.regions)
    return np.bincount(org.roster["cell"][selling], minlength=shape[0] * shape[1]).reshape(shape)


def own_full_usd(org: Organization, rows: np.ndarray, months: np.ndarray) -> np.ndarray:
    """The whole quota of each spell for months of one quarter, ratchet included. rows: of the ledger's seats."""
    return own_of(org, rows, full_quota_usd(org, months))


def own_of(org: Organization, rows: np.ndarray, full_usd: np.ndarray) -> np.ndarray:
    """Each spell's own of the quotas by segment and region, ratchet included."""
    spells = org.journal.seats.rows
    full = full_usd[spells["segment"][rows], spells["region"][rows]]
    full = full * quota.role_factor(org.scenario)[spells["role"][rows], spells["segment"][rows]]
    if org.finance.quota_factors:
        full = full * np.array([org.finance.quota_factors.get(row, 1.0) for row in rows.tolist()])
    return full


def ratchet(org: Organization, quarter: int) -> None:
    """At a fiscal year's end: whoever carried half of its quota or more gets one that knows what they sold."""
    weight, calendar = org.scenario.levers.quota.ratchet_weight, org.calendar
    year = calendar.year_of_month[calendar.quarter_of_month == quarter][0]
    if weight == 0.0 or quarter != calendar.quarter_of_month[calendar.year_of_month == year][-1]:
        return
    quarters = np.unique(calendar.quarter_of_month[calendar.year_of_month == year])
    rows = org.journal.quotas.rows[np.isin(org.journal.quotas.rows["quarter"], quarters)]
    spell = spell_of(org.journal.seats.rows, rows["seat"], rows["holder"])
    full, carried, sold = (
        np.bincount(spell, rows[name], len(org.journal.seats)) for name in ("full_usd", "quota_usd", "attained_usd")
    )
    held = np.bincount(spell, minlength=len(org.journal.seats))  # quarters
    whole = full / np.maximum(held, 1) * len(quarters)
    stays = org.journal.seats.rows["end_day"] == ledger.NEVER
    kept = np.flatnonzero(stays & (carried > 0) & (carried >= LEAST_QUOTA_SHARE * whole))
    before = np.array([org.finance.quota_factors.get(row, 1.0) for row in kept.tolist()])
    after = quota.ratcheted(before, sold[kept] / carried[kept], weight)
    org.finance.quota_factors.update(zip(kept.tolist(), after.tolist(), strict=True))


def remember(org: Organization, rows: np.ndarray, table: np.ndarray) -> None:
    """Keep the quarter in mind for the exit hazard of those still here."""
    here = org.journal.seats.rows["end_day"][rows] == ledger.NEVER
    seats, roster = table["seat"][here], org.roster
    for name, last in (("sold_usd", "attained_usd"), ("quota_usd", "quota_usd")):
        roster[name][seats, 1] = roster[name][seats, 0]
        roster[name][seats, 0] = table[last][here]
