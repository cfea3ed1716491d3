"""Intervals of shares: of one share, and of the difference between two under the same luck.

A share of 0 out of n is no proof that something never happens, and plans that met the target in the same replications
need not have the same odds. The spread of the replications says 0 in both cases; a score interval asks instead which
true shares would make what was seen too rare. All functions work on arrays, one entry a column.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv

HALVINGS = 60  # of an interval of length 2: as fine as doubles are


def share_interval(share: np.ndarray, n: np.ndarray, critical: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end for one share seen in n independent replications; NaN where n is 0.

    Args:
        critical: how many standard errors the interval reaches.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        square = critical**2 / n
        middle = (share + square / 2) / (1 + square)
        reach = np.sqrt(square * share * (1 - share) + square**2 / 4) / (1 + square)
    return np.clip(middle - reach, 0.0, 1.0), np.clip(middle + reach, 0.0, 1.0)


def surely_above(yes: int, n: int, error: float) -> float:
    """What the true share is above, but for a chance of ``error`` at the most, whatever the true share is.

    Args:
        yes: how often it was so in n independent replications.

    Source: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    Biometrika 26 (1934); one side of it.
    """
    return float(betaincinv(yes, n - yes + 1, error)) if yes > 0 else 0.0


def difference_interval(
    more: np.ndarray, less: np.ndarray, n: np.ndarray, critical: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end for b's share less a's, seen in n pairs; NaN where n is 0.

    Args:
        more, less: pairs in which b alone said yes, and a alone. They need not be whole numbers.
        critical: how many standard errors the interval reaches.

    With no pair in which they differ it reaches critical^2 / (n + critical^2) either way; where they differ in every
    pair it is Wilson's interval.

    Source: T. Tango, "Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design", Statistics in Medicine 17 (1998).
    """
    more, less, n, critical = np.broadcast_arrays(*(np.asarray(x, float) for x in (more, less, n, critical)))
    low = _lower_end(more, less, n, critical)
    high = -_lower_end(less, more, n, critical)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def _lower_end(more: np.ndarray, less: np.ndarray, n: np.ndarray, critical: np.ndarray) -> np.ndarray:
    """The difference below what was seen at which the score is ``critical``; found by halving, as the score falls."""
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.full(n.shape, -1.0), (more - less) / n
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            too_rare = _excess(middle, more, less, n, critical) > 0.0
            low, high = np.where(too_rare, middle, low), np.where(too_rare, high, middle)
    return (low + high) / 2


def _excess(
    difference: np.ndarray, more: np.ndarray, less: np.ndarray, n: np.ndarray, critical: np.ndarray
) -> np.ndarray:
    """What was seen less n x difference, beyond ``critical`` of its standard errors were the difference true.

    The chance of "a alone" that goes into the error is the likeliest under that difference: the root of a parabola.
    """
    linear = (2 * n - more + less) * difference - more - less
    constant = -less * difference * (1 - difference)
    a_alone = (np.sqrt(np.maximum(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
    variance = n * (2 * a_alone + difference * (1 - difference))
    return more - less - n * difference - critical * np.sqrt(np.maximum(variance, 0.0))
