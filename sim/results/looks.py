"""Intervals for a run that stops by itself: it looks at its replications now and again, and may end at any look.

Whoever looks often and stops when the interval is short stops too often where it is short by chance. At each look the
interval therefore reaches farther than at 95 %, by as much as makes the one at which a run stops hold 95 times in 100;
how much that is was measured (``tests/measures/test_looks.py``), as no formula gives it for all laws. Sharing 5 % out
among the looks would be safe, too, but hold 99 times in 100 and play twice as much. Means of what has a long tail are
corrected for it, as Student's t alone holds 92 times in 100 even in a run that never looks.

Source: Hall, "On the removal of skewness by transformation", Journal of the Royal Statistical Society B 54 (1992);
Glynn and Whitt, "The asymptotic validity of sequential stopping rules", Annals of Applied Probability 2 (1992).
"""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, ndtri, stdtrit

from sim.results.estimates import UNKNOWN, Estimate, by_draw
from sim.results.percentiles import percentiles
from sim.results.shares import difference_interval, share_interval

FIRST_LOOK = 64
OUTSIDE = 0.03  # of each look's intervals of means, where 95 % of those at which a run stops are to hold
OUTSIDE_OF_SHARES = 0.045  # and of shares and percentiles, whose intervals know their law


def looks(most: int, lucks_per_draw: int = 1) -> list[int]:
    """How many replications each look has: 64, 128, 256 ... whole draws, and at last all."""
    found, count = [], FIRST_LOOK
    while (whole := -(-count // lucks_per_draw) * lucks_per_draw) < most:
        found.append(whole)
        count *= 2
    return [*found, most]


def mean_at(values: np.ndarray, draws: np.ndarray, rivals: int = 1) -> Estimate:
    """A mean at a look, corrected for skewness; ends are NaN where one draw alone cannot tell.

    Args:
        values: shape (replications,), NaN where undefined. draws: shape (replications,).
        rivals: of how many intervals all are to hold at once.
    """
    defined = ~np.isnan(values)
    values, draws = values[defined, None], draws[defined]
    if len(values) == 0:
        return UNKNOWN
    units = (by_draw(values, draws) / by_draw(np.ones_like(values), draws))[:, 0]
    count, mean = len(units), float(units.mean())
    if count < 2:
        return Estimate(mean, np.nan, np.nan)
    spread = float(units.std(ddof=1))
    if spread == 0.0:
        return Estimate(mean, mean, mean)
    skewness = float(np.mean((units - mean) ** 3)) / spread**3
    reach = -float(stdtrit(count - 1, OUTSIDE / rivals / 2)) / np.sqrt(count)
    high, low = (_unskewed(at, skewness, count) for at in (-reach, reach))
    return Estimate(mean, mean - spread * low, mean - spread * high)


def _unskewed(errors: float, skewness: float, count: int) -> float:
    """Hall's transformation turned round: errors of a symmetric law to those of the skewed one, in spreads."""
    if abs(skewness) < 1e-9:
        return errors
    inner = 1 + skewness * (errors - skewness / (6 * count))
    return 3 / skewness * (float(np.cbrt(inner)) - 1)


def share_at(values: np.ndarray, draws: np.ndarray) -> Estimate:
    """A share of yes (1) among yes and no (0) at a look, with Wilson's interval; as of ``mean_at``."""
    share, worth, critical = _shares(values, draws, 1)
    low, high = share_interval(np.array([share]), np.array([worth]), critical)
    return Estimate(share, float(low[0]), float(high[0]))


def share_difference_at(signs: np.ndarray, draws: np.ndarray, rivals: int = 1) -> Estimate:
    """A paired difference of shares at a look, with Tango's interval.

    Args:
        signs: shape (replications,), 1 where b alone says yes, -1 where a alone does, 0 where they agree.
        draws, rivals: as of ``mean_at``.
    """
    mean, worth, critical = _shares(signs, draws, rivals)
    apart = float(np.nanmean(signs**2)) if worth else np.nan
    more, less = (np.array([(apart + sign * mean) / 2 * worth]) for sign in (1, -1))
    low, high = difference_interval(more, less, np.array([worth]), critical)
    return Estimate(mean, float(low[0]), float(high[0]))


def _shares(values: np.ndarray, draws: np.ndarray, rivals: int) -> tuple[float, float, float]:
    """The mean of what is yes, no or a sign, how many draws tell of it, and how many errors its interval reaches."""
    defined = ~np.isnan(values)
    worth = len(np.unique(draws[defined]))  # with several replications a draw as if they were one: never too short
    return float(values[defined].mean()) if worth else np.nan, worth, -float(ndtri(OUTSIDE_OF_SHARES / rivals / 2))


def percentile_at(values: np.ndarray, share: float, rivals: int = 1) -> Estimate:
    """A percentile at a look, between two order statistics; ends are NaN where there are too few.

    Args:
        values: shape (replications,), one luck a draw, NaN where undefined.
    """
    ordered = np.sort(values[~np.isnan(values)])
    count = len(ordered)
    if count == 0:
        return UNKNOWN
    middle = float(percentiles(ordered[:, None], (share,))[0, 0])
    outside = OUTSIDE_OF_SHARES / rivals / 2
    low, high = np.searchsorted(bdtr(np.arange(count), count, share), (outside, 1 - outside)) - (1, 0)
    ends = (float(ordered[at]) if 0 <= at < count else np.nan for at in (low, high))
    return Estimate(middle, *ends)
