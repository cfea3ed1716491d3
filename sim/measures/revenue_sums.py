"""Base sums from contracts to cash, and the customers won and lost that unit economics divide by."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.sums import Cube, Frame, place
from sim.money.billing import Collection
from sim.money.books import TERM, books, count_months
from sim.money.cents import to_cents
from sim.money.revenue import contract_value_usd
from sim.scenario.billing import Billing
from sim.scenario.customers import Contracts
from sim.scenario.scenario import Scenario

BOOKED = (
    "recognized_revenue", "billings", "collections", "written_off", "deferred_revenue", "receivables", "cash_paid",
    "cash", "deferred_revenue_start", "receivables_start", "cash_start", "cost_to_serve", "gross_profit",
)  # fmt: skip
_ENDLESS = 10**6
NAMES = (*BOOKED, "new_customers", "lost_customers", "yearly_revenue_days")


def revenue_cube(frame: Frame, ledger: Ledger, scenario: Scenario) -> Cube:
    """Flows by month, balances at its end and start; cash from the first day on. Undefined where nothing is billed."""
    shape = (frame.groups.count_cells, frame.periods.count_months)
    customers = [_customers(frame, ledger, kind) for kind in (tables.ARR_NEW, tables.ARR_CHURN)]
    billing = scenario.world.billing
    booked = [np.full(shape, np.nan)] * len(BOOKED) if billing is None else _booked(frame, ledger, scenario, billing)
    yearly = np.full(shape, np.nan) if billing is None else _yearly_revenue_days(frame, ledger, scenario)
    return Cube(NAMES, np.array([*booked, *customers, yearly])[:, :, None, :])


def _yearly_revenue_days(frame: Frame, ledger: Ledger, scenario: Scenario) -> np.ndarray:
    """Revenue at its yearly rate, times the days for which it was that; shape (cells, M).

    The rate of contracts is their ARR, however long the months are in which it is earned.
    """
    moves, deals, months = ledger.arr_moves, ledger.deals, frame.periods.count_months
    edges = frame.periods.calendar.month_starts
    moves = moves[moves["day"] < edges[-1]]
    day = np.maximum(moves["day"], 0.0)
    month = frame.periods.month_index(day)
    index = frame.groups.cell(moves["segment"], moves["region"]) * months + month
    moved = place(frame, 1, 1, index, moves["amount_usd"])[0, :, 0]
    within = place(frame, 1, 1, index, moves["amount_usd"] * (edges[month + 1] - day))[0, :, 0]
    keeps = np.array([segment.contracts is not None for segment in scenario.world.segments.values()])
    once = deals[(deals["state"] == tables.WON) & ~keeps[deals["segment"]]]
    once = once[(once["closed_day"] >= 0.0) & (once["closed_day"] < edges[-1])]
    index = frame.groups.cell(once["segment"], once["region"]) * months + frame.periods.month_index(once["closed_day"])
    sold = place(frame, 1, 1, index, once["amount_usd"])[0, :, 0] * frame.periods.days_per_year
    return (np.cumsum(moved, axis=1) - moved) * np.diff(edges) + within + sold


def _booked(frame: Frame, ledger: Ledger, scenario: Scenario, billing: Billing) -> list[np.ndarray]:
    """What BOOKED names, each of shape (cells, M)."""
    rule = Collection(
        billing.collection_days, billing.collection_spread_days, billing.uncollectible_share, billing.write_off_days
    )
    terms = _contract_terms(frame, ledger, scenario, billing)
    kept = books(terms, rule, frame.periods.calendar, frame.groups.count_cells)
    paid, serving = _paid(frame, ledger), _cost_to_serve(kept.revenue, billing)
    cash = np.cumsum(kept.collections - serving - paid, axis=1)
    return [
        kept.revenue, kept.billings, kept.collections, kept.written_off,
        kept.deferred_revenue[:, 1:], kept.receivables[:, 1:], paid, cash,
        kept.deferred_revenue[:, :-1], kept.receivables[:, :-1], np.pad(cash, ((0, 0), (1, 0)))[:, :-1],
        serving, kept.revenue - serving,
    ]  # fmt: skip


def _cost_to_serve(revenue: np.ndarray, billing: Billing) -> np.ndarray:
    """What serving costs, by cell and month, in whole cents, settled on sums to date as revenue is."""
    to_date = to_cents(np.cumsum(revenue, axis=1) * billing.serving_share)
    return np.diff(to_date, axis=1, prepend=0.0)


def _contract_terms(frame: Frame, ledger: Ledger, scenario: Scenario, billing: Billing) -> np.ndarray:
    """Contracts as terms of the books; where deals make none, a sale without a term, billed and earned at once."""
    segments = scenario.world.segments
    period_months = np.array([billing.months(name) for name in segments])
    keeps = np.array([segment.contracts is not None for segment in segments.values()])
    deals, contracts = ledger.deals, ledger.contracts
    sold = (deals["state"] == tables.WON) & ~keeps[deals["segment"]]
    sold &= (deals["closed_day"] >= 0.0) & (deals["closed_day"] < frame.periods.calendar.horizon)
    once = deals[sold]
    terms = np.zeros(len(contracts) + len(once), TERM)
    lasting, single = terms[: len(contracts)], terms[len(contracts) :]
    for rows, found in ((lasting, contracts), (single, once)):
        rows["place"] = frame.groups.cell(found["segment"], found["region"])
        rows["period_months"] = period_months[found["segment"]]
    when = ("start_day", "end_day", "anchor_day")
    for name in when:
        lasting[name] = contracts[name]
    count_months(lasting, frame.periods.calendar)
    lasting["value_usd"] = contract_value_usd(contracts["arr_usd"], lasting["months"])
    _add_earlier(lasting, ledger, scenario)
    for name in when:
        single[name] = once["closed_day"]
    single["value_usd"] = once["amount_usd"]
    return terms


def _add_earlier(terms: np.ndarray, ledger: Ledger, scenario: Scenario) -> None:
    """Terms before those of the first day: as many as each customer has been through, or endlessly many of a file's.

    Customers who left at the end of theirs are counted in: for each dollar renewed there were as many more as renewal
    shares and what renewals change tell. A file's customers are taken as alike in the past, newcomers standing for
    those who left.
    """
    contracts, customers = ledger.contracts, ledger.customers
    running = np.flatnonzero(contracts["kind"] == tables.OPENING_TERM)
    if scenario.opening.has_file("customers"):
        terms["earlier"][running], terms["earlier_share"][running] = _ENDLESS, 1.0
        return
    rows = contracts[running]
    days = rows["end_day"] - rows["start_day"]
    terms["earlier"][running] = np.round((rows["start_day"] - customers["since_day"][rows["customer"]]) / days)
    before = np.array([_before_renewal(segment.contracts) for segment in scenario.world.segments.values()])
    terms["earlier_share"][running] = before[rows["segment"]]


def _before_renewal(rule: Contracts | None) -> float:
    """ARR that was up for renewal over what is left of it; nobody has renewed where nobody can."""
    if rule is None or rule.renew_share == 0.0:
        return 0.0
    change = rule.uplift_share * rule.uplift_by_share - rule.contract_share * rule.contract_by_share
    return 1.0 / (rule.renew_share * (1.0 + change))


def _paid(frame: Frame, ledger: Ledger) -> np.ndarray:
    """Dollars that left the bank in each month, by cell; a month's last payday is the instant at which it ends."""
    rows, months = ledger.payments, frame.periods.count_months
    month = np.searchsorted(frame.periods.calendar.month_starts, rows["day"], side="left") - 1
    kept = month < months
    index = frame.groups.cell(rows["segment"], rows["region"])[kept] * months + np.maximum(month[kept], 0)
    return place(frame, 1, 1, index, rows["amount_usd"][kept])[0, :, 0]


def _customers(frame: Frame, ledger: Ledger, kind: int) -> np.ndarray:
    rows = ledger.arr_moves[ledger.arr_moves["kind"] == kind]
    index = frame.groups.cell(rows["segment"], rows["region"]) * frame.periods.count_months
    return place(frame, 1, 1, index + frame.periods.month_index(rows["day"]))[0, :, 0]
