"""Revenue: what a contract is worth, and how much of it is earned by when.

Revenue is recognized ratably by day over a contract's term (ASC 606-10-25-31, a service that the customer uses evenly).
Cents are settled on the sum to date, so that the months of a term add up to its value exactly.
"""

from __future__ import annotations

import numpy as np

from sim.money.cents import to_cents


def contract_value_usd(
    arr_usd: np.ndarray, start_day: np.ndarray, end_day: np.ndarray, days_per_year: float
) -> np.ndarray:
    """What a contract brings over its whole term, to the cent; shape of the arguments.

    Args:
        arr_usd: annual recurring revenue. start_day, end_day: of the term, in days.
    """
    return to_cents(np.asarray(arr_usd) * (np.asarray(end_day) - start_day) / days_per_year)


def recognized_by_usd(
    value_usd: np.ndarray, start_day: np.ndarray, end_day: np.ndarray, instants: np.ndarray
) -> np.ndarray:
    """Revenue recognized from a term's first day to each instant, to the cent; shape (contracts, instants).

    A term of no length, a one-off sale, is recognized whole at its start.

    Args:
        value_usd, start_day, end_day: shape (contracts,). instants: in days, shape (instants,).
    """
    days = np.maximum(np.asarray(end_day, float) - start_day, 1e-9)
    earned = np.asarray(instants, float)[None, :] - np.asarray(start_day)[:, None]  # days passed
    np.maximum(earned, 0.0, out=earned)
    np.minimum(earned, days[:, None], out=earned)
    earned *= (value_usd / days)[:, None]
    return to_cents(earned)
