"""The books: revenue, invoices and payments of many contracts by month, and the balances between them.

Balances close: deferred revenue opens + billings - revenue, receivables open + billings - collections - written off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.calendar import Calendar
from sim.compiled import compiled
from sim.money.billing import Collection, earlier_terms, invoices, receipts, written_off_usd
from sim.money.cents import to_cents
from sim.money.revenue import add_recognized, contract_months

# A contract's term: where it counts, what it brings in all, and for how long an invoice is (infinite: for all of it).
TERM = np.dtype([
    ("place", "i8"), ("start_day", "f8"), ("end_day", "f8"), ("value_usd", "f8"), ("period_months", "f8"),
    ("anchor_day", "f8"), ("begun_months", "f8"), ("months", "f8"),  # from which they count, to its start, and its own
    ("earlier", "i8"),  # terms that went before one that runs on the first day
    ("earlier_share", "f8"),  # what the term before brought over what this one does, those who left since counted in
])  # fmt: skip


@dataclass(frozen=True)
class Books:
    """In US dollars. Flows by place and month, shape (places, M); balances at the edges of months, (places, M + 1)."""

    revenue: np.ndarray
    billings: np.ndarray
    collections: np.ndarray
    written_off: np.ndarray
    deferred_revenue: np.ndarray
    receivables: np.ndarray


def count_months(terms: np.ndarray, calendar: Calendar) -> None:
    """Fill in the months of rows of TERM whose days are known; by definition of ``contract_months``."""
    counted = contract_months(terms["anchor_day"], terms["start_day"], terms["end_day"], calendar)
    terms["begun_months"], terms["months"] = counted


def books(terms: np.ndarray, rule: Collection, calendar: Calendar, places: int) -> Books:
    """The books of contracts over a run.

    Args:
        terms: rows of TERM. What was before day 0 makes up the opening balances.
        places: how many places the flows are kept for.

    By definition.
    """
    edges = calendar.month_starts
    before = _earlier(terms[terms["earlier"] > 0], rule, calendar)
    earned, billed, paid, lost = np.zeros((4, places, len(edges)))
    for some in (terms, before):
        value, start, end, period, anchor = (
            some[name] for name in ("value_usd", "start_day", "end_day", "period_months", "anchor_day")
        )
        counted = some["begun_months"], some["months"]
        rows = invoices(value, start, end, period, calendar, anchor, counted)
        place = some["place"][rows["contract"]]
        add_recognized(earned, place, rows["amount_usd"], rows["day"], rows["until"], edges)
        payments = receipts(rows, rule)
        _add_by_edge(billed, place, rows["day"], rows["amount_usd"], edges)
        _add_by_edge(paid, place[payments["invoice"]], payments["day"], payments["amount_usd"], edges)
        _add_by_edge(lost, place, rows["day"] + rule.write_off_days, written_off_usd(rows, rule), edges)
    to_date = np.cumsum(billed, axis=1)
    return Books(
        revenue=np.diff(earned, axis=1),
        billings=billed[:, 1:],
        collections=paid[:, 1:],
        written_off=lost[:, 1:],
        deferred_revenue=to_date - earned,
        receivables=to_date - np.cumsum(paid, axis=1) - np.cumsum(lost, axis=1),
    )


@compiled
def _add_by_edge(by_place, place, day, usd, edges):
    """Add dollars between each edge, a whole day, and the one before it; first what was before all, none past the last.

    by_place: shape (places, edges).
    """
    for i in range(len(place)):
        k = np.searchsorted(edges, math.floor(day[i]), "right")
        if k < len(edges):
            by_place[place[i], k] += usd[i]


def _earlier(lasting: np.ndarray, rule: Collection, calendar: Calendar) -> np.ndarray:
    """The terms before those that ran on the first day, those of customers who have left since counted in."""
    copy_of, back, start, end = earlier_terms(
        lasting["start_day"], lasting["end_day"], lasting["earlier"], rule.longest_days, calendar, lasting["anchor_day"]
    )
    before = lasting[copy_of]
    before["start_day"], before["end_day"] = start, end
    count_months(before, calendar)
    before["value_usd"] = to_cents(before["value_usd"] * before["earlier_share"] ** back)
    return before
