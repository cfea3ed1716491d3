"""Cents: how amounts are rounded, half a cent up everywhere, and divided into parts that add up to them."""

from __future__ import annotations

import numpy as np

from sim.rules.amounts import SAME_CENTS


def to_cents(amount_usd: np.ndarray) -> np.ndarray:
    """Amounts to the cent, half cents up as payroll does; what lies below a half by binary rounding counts as one.

    By definition.
    """
    cents = np.asarray(amount_usd) * 100.0
    cents += 0.5
    cents += SAME_CENTS
    whole: np.ndarray = np.floor(cents, out=cents if isinstance(cents, np.ndarray) else None)
    whole /= 100.0
    return whole


def in_cents(amount_usd: np.ndarray) -> np.ndarray:
    """``to_cents`` as whole numbers of cents, for sums that must be exact. By definition."""
    return nearest(np.asarray(amount_usd) * 100.0)


def nearest(cents: np.ndarray) -> np.ndarray:
    """Whole cents, of amounts in cents: half a cent up. By definition."""
    return np.floor(np.asarray(cents) + 0.5 + SAME_CENTS).astype(np.int64)


def parts_of(cents: np.ndarray, of: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Amounts divided into parts that add up to them exactly, in whole cents; shape (parts,).

    Each part has its whole cents, and the cents left over go to the largest remainders; of equal ones to the first.

    Args:
        cents: whole cents, at least 0, shape (amounts,).
        of: the amount that each part is of, shape (parts,). share: the part's share; those of an amount add up to 1.

    By definition: the largest remainders, which is Hamilton's method.
    """
    exact = cents[of] * share
    parts = np.floor(exact + SAME_CENTS).astype(np.int64)
    given = np.zeros(len(cents), np.int64)
    np.add.at(given, of, parts)
    order = np.lexsort((-np.round((exact - parts) / SAME_CENTS), of))  # stable: of equal remainders the first
    begins = np.searchsorted(of[order], of[order])
    parts[order] += np.arange(len(of)) - begins < (cents - given)[of[order]]
    return parts
