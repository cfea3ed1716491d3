"""Percentiles over replications, as straight lines between order statistics, and their standard errors.

Matrices have one row a replication and one column a KPI row; NaN marks what is undefined and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import betainc

SHARES = (0.10, 0.50, 0.90)
JACKKNIFE_GROUPS = 20


def percentiles(values: np.ndarray, shares: Sequence[float] = SHARES) -> np.ndarray:
    """Straight lines between order statistics of what is defined; shape (shares, columns), NaN where nothing is."""
    defined = (~np.isnan(values)).sum(axis=0)
    return at_ranks(np.sort(values, axis=0), defined, shares)


def at_ranks(ordered: np.ndarray, n: np.ndarray, shares: Sequence[float] = SHARES) -> np.ndarray:
    """The percentiles of the first n entries of each ordered column; shape (shares, columns)."""
    last = np.maximum(n - 1, 0)
    position = np.array(shares)[:, None] * last
    low = np.floor(position).astype(int)
    column = np.arange(ordered.shape[1])
    below, above = ordered[low, column], ordered[np.minimum(low + 1, last), column]
    return below + (above - below) * (position - low)


def maritz_jarrett(ordered: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Standard errors of percentiles from the beta law of order statistics; shape (3, columns).

    Source: Maritz and Jarrett, "A note on estimating the variance of the sample median", JASA 73 (1978).
    """
    errors = np.full((len(SHARES), ordered.shape[1]), np.nan)
    for count in np.unique(n[n > 1]):
        columns = np.flatnonzero(n == count)
        part = ordered[:count, columns]
        centered = part - part[count // 2]  # squares of large numbers would cancel badly
        weights = _order_weights(int(count))
        first, second = weights @ centered, weights @ centered**2
        errors[:, columns] = np.sqrt(np.maximum(second - first**2, 0.0))
    return errors


def _order_weights(count: int) -> np.ndarray:
    """How likely each order statistic stands where the percentile is; shape (3, count)."""
    edges = np.arange(count + 1) / count
    shares = np.array(SHARES)[:, None]
    return np.diff(betainc((count + 1) * shares, (count + 1) * (1 - shares), edges), axis=1)


def jackknife(order: np.ndarray, ordered: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Errors of percentiles, shape (3, columns), leaving out a group of draws in turn.

    A percentile read off one or two order statistics is too rough for a jackknife, so the smooth one of Harrell and
    Davis stands in for it.

    Args:
        order: the places of ``ordered``, the values of each column by size, shape (replications, columns).

    Source: Shao and Wu, "A general theory for jackknife variance estimation", Annals of Statistics 17 (1989);
    Harrell and Davis, "A new distribution-free quantile estimator", Biometrika 69 (1982).
    """
    number = np.unique(draws, return_inverse=True)[1]
    groups = min(number.max() + 1, JACKKNIFE_GROUPS)
    if groups < 2:
        return np.full((len(SHARES), ordered.shape[1]), np.nan)
    group = number % groups
    without = []
    for left_out in range(groups):
        kept = (group != left_out)[order] & ~np.isnan(ordered)
        without.append(_smooth_percentiles(_pushed_up(ordered, kept), kept.sum(axis=0)))
    found = np.array(without)
    return np.sqrt((groups - 1) / groups * ((found - found.mean(axis=0)) ** 2).sum(axis=0))


def _pushed_up(ordered: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The kept entries of each column moved to its top, in their order; NaN below."""
    rank = np.argsort(~kept, axis=0, kind="stable")
    return np.where(np.take_along_axis(kept, rank, axis=0), np.take_along_axis(ordered, rank, axis=0), np.nan)


def _smooth_percentiles(ordered: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Harrell and Davis' percentiles of the first n entries of each ordered column; shape (3, columns)."""
    quantiles = np.full((len(SHARES), ordered.shape[1]), np.nan)
    for count in np.unique(n[n > 1]):
        columns = np.flatnonzero(n == count)
        quantiles[:, columns] = _order_weights(int(count)) @ ordered[:count, columns]
    return quantiles
