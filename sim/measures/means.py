"""Ratios of other measures, and over replications the ratio of means, which Finance adds up, beside the mean of ratios.

Such a ratio is a function of other measures of the same table, its parts: in a replication of their values, over
replications of their means. The mean of ratios is not what the sums over replications tell: where a year sells little,
its cost a dollar is high, and counts as much as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.measures.sums import positive


@dataclass(frozen=True)
class OfParts:
    """How a ratio follows from its parts. ``of`` takes arrays of one shape, one a part, and answers in that shape."""

    parts: tuple[str, ...]  # measures, given for every group and period that the ratio is given for
    of: Callable[..., np.ndarray]


def over(above: str, *below: str) -> OfParts:
    """One measure over the sum of others; undefined where there is nothing to divide by."""

    def ratio(top: np.ndarray, *rest: np.ndarray) -> np.ndarray:
        found = top / sum(rest)
        return np.where(np.isinf(found), np.nan, found)

    return OfParts((above, *below), ratio)


def over_positive(above: str, *below: str) -> OfParts:
    """As ``over``, and undefined also where what stands below is less than nothing, as dollars may be."""
    return OfParts((above, *below), lambda top, *rest: top / positive(sum(rest)))
