"""Billing: when contracts are invoiced, when invoices are paid, and what is never paid.

Collection is a fixed schedule, not a draw: of what is billed on a day a share is never paid, and the rest comes in
three equal parts around the mean delay. Parts are settled on the sum to date, so that they add up to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.money.cents import to_cents

PARTS = 3  # early, on the mean, late
ROUNDING_DAYS = 1e-6  # a period that ends so near a term's end ends with it

INVOICE = np.dtype([("contract", "i8"), ("day", "f8"), ("amount_usd", "f8")])
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
        """How long an invoice may stay open."""
        never = self.write_off_days if self.uncollectible_share > 0.0 else 0.0
        return max(self.mean_days + self.spread_days, never)


def invoices(value_usd: np.ndarray, start_day: np.ndarray, end_day: np.ndarray, period_days: np.ndarray) -> np.ndarray:
    """The invoices of contracts, each in advance for one billing period or what is left of the term.

    Args:
        value_usd, start_day, end_day, period_days: of each contract, shape (contracts,); a period of infinite length
            bills the whole term upfront.

    Returns: rows of INVOICE, contract by contract in order of day; those of a contract add up to its value to the cent.
    """
    start, value = np.asarray(start_day, float), np.asarray(value_usd, float)
    days = np.asarray(end_day, float) - start
    count = np.maximum(np.ceil((days - ROUNDING_DAYS) / period_days), 1.0).astype(np.int64)
    rows = np.zeros(int(count.sum()), INVOICE)
    contract = rows["contract"] = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    begun = np.where(nth > 0, nth * np.where(np.isinf(period_days), 0.0, period_days)[contract], 0.0)
    rows["day"] = start[contract] + begun
    billed_before = to_cents(value[contract] * begun / np.maximum(days, ROUNDING_DAYS)[contract])
    is_last = nth == count[contract] - 1
    billed_after = np.where(is_last, value[contract], np.append(billed_before[1:], 0.0))
    rows["amount_usd"] = to_cents(billed_after - billed_before)
    return rows


def receipts(billed: np.ndarray, rule: Collection) -> np.ndarray:
    """What customers pay on invoices.

    Args:
        billed: rows of INVOICE.

    Returns: rows of RECEIPT, one a part and invoice; with what is written off they add up to the invoice to the cent.
    """
    paid = to_cents(billed["amount_usd"] - written_off_usd(billed, rule))
    parts = 1 if rule.spread_days == 0.0 else PARTS
    rows = np.zeros((parts, len(billed)), RECEIPT)
    to_date = np.zeros(len(billed))
    for k, part in enumerate(rows):
        before, to_date = to_date, to_cents(paid * (k + 1) / parts)
        part["invoice"] = np.arange(len(billed))
        part["day"] = billed["day"] + rule.mean_days + (k - (parts - 1) / 2) * rule.spread_days
        part["amount_usd"] = to_cents(to_date - before)
    return rows.ravel()


def written_off_usd(billed: np.ndarray, rule: Collection) -> np.ndarray:
    """What of each invoice is never paid, to the cent; given up ``write_off_days`` after the invoice."""
    return to_cents(billed["amount_usd"] * rule.uncollectible_share)


def earlier_terms(
    start_day: np.ndarray, end_day: np.ndarray, longest_days: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Terms before those that run on the first day, as far back as their invoices may be open on that day.

    The base of the first day is taken as alike in the past: those who came since stand for those who left.

    Args:
        start_day, end_day: of the terms that run on day 0, shape (contracts,).

    Returns: the contract that each is a copy of, and its first and last day; shape (copies,).
    """
    days = np.maximum(np.asarray(end_day, float) - start_day, 1.0)
    count = np.maximum(np.ceil((longest_days + np.asarray(start_day, float)) / days), 0.0).astype(np.int64)
    contract = np.repeat(np.arange(len(count)), count)
    back = 1 + np.arange(len(contract)) - np.repeat(np.cumsum(count) - count, count)
    return contract, start_day[contract] - back * days[contract], start_day[contract] - (back - 1) * days[contract]
