"""Territory: its monthly count, and its division anew on a date."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from sim import ledger
from sim.org.state.organization import Organization
from sim.scenario.levers import Recarve

_COUNTED = (
    (ledger.ACCOUNTS, "accounts"), (ledger.ACCOUNTS_FREE, "free"), (ledger.ACCOUNTS_WORKED, "worked"),
    (ledger.ACCOUNTS_COOLING, "cooling"), (ledger.ACCOUNTS_CUSTOMERS, "customers"),
)  # fmt: skip
_TAKEN = ((ledger.ACCOUNTS_TAKEN, "taken"),)


def write_accounts(org: Organization, month: int) -> None:
    """Write how the accounts of each finite cell stand at a month's first instant."""
    _write(org, month, org.pipeline.territory(float(org.calendar.month_starts[month])), _COUNTED)


def write_taken(org: Organization, month: int) -> None:
    """Write how many accounts were newly taken in the month that closes."""
    rows = org.pipeline.state.territory
    _write(org, month, rows, _TAKEN)
    rows["taken"] = 0


def _write(org: Organization, month: int, counts: np.ndarray, quantities: tuple[tuple[int, str], ...]) -> None:
    """Write some quantities of finite cells; counts: ``tables.TERRITORY`` by cell."""
    cells = np.flatnonzero(counts["accounts"] >= 0)
    if not len(cells):
        return
    rows = np.zeros((len(quantities), len(cells)), ledger.SNAPSHOTS)
    rows["month"], rows["stage"] = month, -1
    rows["segment"], rows["region"] = org.codes.segment_region(cells)
    for block, (quantity, name) in zip(rows, quantities, strict=True):
        block["quantity"], block["value"] = quantity, counts[name][cells]
    org.journal.snapshots.extend(rows.ravel())


def start(org: Organization) -> None:
    """Start an actor for every division of territory that the plan dates."""
    for plan in org.scenario.levers.recarves.values():
        org.env.process(_recarve(org, plan))


def _recarve(org: Organization, plan: Recarve) -> Generator[simpy.Event, None, None]:
    codes = org.codes
    day = org.calendar.day_of(plan.on_date)
    if not 0 <= day < org.calendar.horizon:
        return
    yield org.env.timeout(day)
    segment = codes.segment(plan.segment)
    cells = codes.cells_of(segment)
    shares = np.array([plan.shares.get(region, 0.0) for region in codes.regions])
    change, moved = org.pipeline.recarve(cells, shares, plan.deals_share, day)
    for region, accounts in enumerate(change):
        if accounts > 0:
            org.decide_where(ledger.RECARVE, segment, region, float(accounts), "accounts won by a division anew")
    if moved:
        org.decide_where(ledger.REASSIGN, segment, -1, moved, "deals handed on with their accounts")
