"""Billing: when contracts are invoiced, when invoices are paid, and what is never paid.

Collection is a fixed schedule, not a draw: of what is billed on a day a share is never paid, and the rest comes in
three equal parts around the mean delay. Parts are settled on the sum to date, so that they add up to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import Calendar, months_later
from sim.compiled import compiled
from sim.money.cents import to_cents
from sim.money.revenue import contract_months
from sim.rules.amounts import to_the_cent

PARTS = 3  # early, on the mean, late
ROUNDING_MONTHS = 1e-6  # a period that ends so near a term's end ends with it

# ``until``: the first instant that it is not for.
INVOICE = np.dtype([("contract", "i8"), ("day", "f8"), ("until", "f8"), ("amount_usd", "f8")])
RECEIPT = np.dtype([("invoice", "i8"), ("day", "f8"), ("amount_usd", "f8")])


@dataclass(frozen=True)
class Collection:
    """How invoices are paid."""

    mean_days: float  # from invoice to payment
    spread_days: float  # a third is paid so much earlier than the mean, a third so much later
    uncollectible_share: float
    write_off_days: float  # from invoice to the day on which what was not paid is given up

    @property
    def longest_days(self) -> float:
        """How long an invoice may stay open. By definition."""
        never = self.write_off_days if self.uncollectible_share > 0.0 else 0.0
        return max(self.mean_days + self.spread_days, never)


def invoices(
    value_usd: np.ndarray, start_day: np.ndarray, end_day: np.ndarray, period_months: np.ndarray, calendar: Calendar,
    anchor_day: np.ndarray | None = None, counted: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:  # fmt: skip
    """The invoices of contracts, each in advance for one billing period or what is left of the term.

    They are written on the day of the month on which the contract began, or the last of a shorter month, and are alike:
    of a contract of twelve months each month's is a twelfth, leap year or not.

    Args:
        value_usd, start_day, end_day, period_months: of each contract, shape (contracts,); a period of infinite length
            bills the whole term upfront. anchor_day: from which its months count; from its first day, if none is given.
        counted: ``contract_months``, where they are known.

    Returns: rows of INVOICE, contract by contract in order of day; those of a contract add up to its value to the cent.

    By definition.
    """
    start, end, value = np.asarray(start_day, float), np.asarray(end_day, float), np.asarray(value_usd, float)
    anchor, period = start if anchor_day is None else anchor_day, np.asarray(period_months, float)
    first, months = counted or contract_months(anchor, start, end, calendar)
    count = np.maximum(np.ceil((months - ROUNDING_MONTHS) / period), 1.0).astype(np.int64)
    rows = np.empty(int(count.sum()), INVOICE)
    terms = anchor, start, end, first, months, period
    _fill_invoices(rows, count, value, terms, calendar.first_ordinal, calendar.equal_months)
    return rows


@compiled
def _fill_invoices(rows, count, value, terms, first_ordinal, equal_months):
    """Bill the difference between what is billed to date at each period's start and at the next one's."""
    anchor, start, end, first, months, period = terms
    n = 0
    for contract in range(len(count)):
        before, day = 0.0, start[contract]
        for nth in range(1, count[contract] + 1):
            row = rows[n]
            row["contract"] = contract
            row["day"] = day
            after, day = value[contract], end[contract]
            if nth < count[contract]:
                billed = nth * period[contract]
                after = to_the_cent(value[contract] * billed / max(months[contract], ROUNDING_MONTHS))
                day = months_later(anchor[contract], first[contract] + billed, first_ordinal, equal_months)
            row["until"] = day
            row["amount_usd"] = to_the_cent(after - before)
            before = after
            n += 1


def receipts(billed: np.ndarray, rule: Collection) -> np.ndarray:
    """What customers pay on invoices.

    Args:
        billed: rows of INVOICE.

    Returns: rows of RECEIPT, one a part and invoice; with what is written off they add up to the invoice to the cent.

    Judged: three equal parts around the mean.
    """
    rows = np.empty((1 if rule.spread_days == 0.0 else PARTS, len(billed)), RECEIPT)
    _fill_receipts(rows, billed, written_off_usd(billed, rule), rule.mean_days, rule.spread_days)
    return rows.ravel()


@compiled
def _fill_receipts(rows, billed, written_off, mean_days, spread_days):
    """Pay each invoice in equal parts, the earliest first, less what is written off; rows: shape (parts, invoices)."""
    parts = len(rows)
    for i in range(len(billed)):
        paid, to_date = to_the_cent(billed[i]["amount_usd"] - written_off[i]), 0.0
        for k in range(parts):
            before, to_date = to_date, to_the_cent(paid * (k + 1) / parts)
            row = rows[k, i]
            row["invoice"] = i
            row["day"] = billed[i]["day"] + mean_days + (k - (parts - 1) / 2) * spread_days
            row["amount_usd"] = to_the_cent(to_date - before)


def written_off_usd(billed: np.ndarray, rule: Collection) -> np.ndarray:
    """What of each invoice is never paid, to the cent; given up ``write_off_days`` after the invoice. By definition."""
    return to_cents(billed["amount_usd"] * rule.uncollectible_share)


def earlier_terms(
    start_day: np.ndarray, end_day: np.ndarray, earlier: np.ndarray, longest_days: float, calendar: Calendar,
    anchor_day: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Terms before those that run on the first day, as far back as their invoices may be open on that day.

    Args:
        start_day, end_day: of the terms that run on day 0, shape (contracts,). earlier: how many went before each.
            anchor_day: from which their months count; from their first day, if none is given.

    Returns: the contract that each goes before, how many terms before, and its first and last day; shape (terms,).

    By definition.
    """
    start = np.asarray(start_day, float)
    days = np.maximum(np.asarray(end_day, float) - start, 1.0)
    count = np.maximum(np.ceil((longest_days + start) / days), 0.0).astype(np.int64)
    count = np.minimum(count, earlier)
    contract = np.repeat(np.arange(len(count)), count)
    back = 1 + np.arange(len(contract)) - np.repeat(np.cumsum(count) - count, count)
    anchor = start if anchor_day is None else anchor_day
    begun, months = contract_months(anchor, start, end_day, calendar)
    months = np.maximum(months, 1.0 / 31.0)[contract]
    first, last = (
        calendar.plus_months(anchor[contract], begun[contract] - terms * months) for terms in (back, back - 1)
    )
    return contract, back, first, last
