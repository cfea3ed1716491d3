"""Ratios over replications: the ratio of means, which Finance adds up, beside the mean of ratios.

A replication's ratio is a function of other measures of the same table, its parts. The mean of such ratios is not what
the sums over replications tell: where a year sells little, its cost a dollar is high, and counts as much as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.measures.sums import positive


@dataclass(frozen=True)
class OfParts:
    """How a ratio follows from its parts. ``of`` takes arrays of one shape, one a part, and answers in that shape."""

    parts: tuple[str, ...]  # measures, given for every group and period that the ratio is given for
    of: Callable[..., np.ndarray]


def over(above: str, *below: str) -> OfParts:
    """One measure over the sum of others; undefined where nothing is left to divide by."""
    return OfParts((above, *below), lambda top, *rest: top / positive(sum(rest)))


def months_to_earn(usd: np.ndarray, usd_per_year: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Months in which revenue of so much a year leaves an amount at a margin."""
    return usd / positive(usd_per_year / MONTHS_PER_YEAR * margin)


def payback(cost: np.ndarray, new_arr: np.ndarray, gross_profit: np.ndarray, revenue: np.ndarray) -> np.ndarray:
    """Months in which the ARR of the customers won earns cost."""
    return months_to_earn(cost, new_arr, gross_profit / positive(revenue))


def payback_on_average(
    cost: np.ndarray, won: np.ndarray, arr: np.ndarray, customers: np.ndarray, gross_profit: np.ndarray,
    revenue: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Months in which an average customer earns what a customer won costs."""
    return months_to_earn(cost / positive(won), arr / positive(customers), gross_profit / positive(revenue))
