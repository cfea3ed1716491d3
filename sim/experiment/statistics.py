"""Statistics over replications: means and percentiles with their Monte Carlo errors, and paired differences.

Matrices have one row a replication and one column a KPI row; NaN marks a value that is undefined in a replication and
is left out. Replications that share a draw of the uncertainties are not independent: then errors come from a jackknife
over groups of draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, stdtrit

SHARES = (0.10, 0.50, 0.90)
JACKKNIFE_GROUPS = 20
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Summary:
    """One entry a column; shape (columns,) each."""

    n_defined: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    p10: np.ndarray
    p50: np.ndarray
    p90: np.ndarray
    se_mean: np.ndarray
    se_p10: np.ndarray
    se_p50: np.ndarray
    se_p90: np.ndarray


@dataclass(frozen=True)
class Difference:
    """One entry a column for b - a under the same luck; shape (columns,) each."""

    mean_difference: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p_b_above_a: np.ndarray
    variance_ratio_vs_independent: np.ndarray


def summarize(values: np.ndarray, draws: np.ndarray) -> Summary:
    """Mean, spread, percentiles and the standard error of each.

    Percentiles are straight lines between order statistics. With one luck a draw their errors are Maritz and Jarrett's;
    otherwise, as the mean's, those of the jackknife over groups of draws. NaN where too few values are defined.

    Args:
        values: shape (replications, columns). draws: shape (replications,), which draw each replication belongs to.
    """
    n, mean, sd = moments(values)
    order = np.argsort(values, axis=0)  # NaN sorts last
    ordered = np.take_along_axis(values, order, axis=0)
    p10, p50, p90 = _at_ranks(ordered, n)
    if len(np.unique(draws)) == len(draws):
        with np.errstate(invalid="ignore", divide="ignore"):
            se_mean = np.where(n > 1, sd / np.sqrt(n), np.nan)
        se_p10, se_p50, se_p90 = _maritz_jarrett(ordered, n)
    else:
        se_mean, (se_p10, se_p50, se_p90) = _jackknife(values, order, ordered, draws)
    return Summary(n, mean, sd, p10, p50, p90, se_mean, se_p10, se_p50, se_p90)


def compare(a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> Difference:
    """How much plan b differs from plan a, replication by replication.

    The interval is Student's t at 95 %, over draws where several replications share one. The variance ratio is what
    independent luck would have cost: (var a + var b)/var(b - a); NaN where the difference never varies.

    Args:
        a, b: shape (replications, columns), the same luck in a row. draws: shape (replications,).
    """
    difference = b - a
    both = ~np.isnan(difference)
    n, mean, sd = moments(difference)
    units, se = n, np.full(mean.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        if len(np.unique(draws)) == len(draws):
            se = sd / np.sqrt(n)
        else:
            units, se = _clustered_error(difference, mean, draws)
        reach = np.where(units > 1, stdtrit(np.maximum(units - 1, 1), 0.5 + CONFIDENCE / 2) * se, np.nan)
        above = ((difference > 0) + 0.5 * (difference == 0)).sum(axis=0) / n
        apart = moments(np.where(both, a, np.nan))[2] ** 2 + moments(np.where(both, b, np.nan))[2] ** 2
        ratio = np.where(sd > 1e-12 * np.sqrt(apart), apart / sd**2, np.nan)
    return Difference(mean, mean - reach, mean + reach, above, ratio)


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count, mean and standard deviation (n - 1) of the defined values in each column."""
    defined = ~np.isnan(values)
    n = defined.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(defined, values, 0.0).sum(axis=0) / n
        spread = np.where(defined, values - mean, 0.0)
        sd = np.where(n > 1, np.sqrt((spread**2).sum(axis=0) / (n - 1)), np.nan)
    return n, mean, sd


def _at_ranks(ordered: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The percentiles of the first n entries of each ordered column; shape (3, columns)."""
    last = np.maximum(n - 1, 0)
    position = np.array(SHARES)[:, None] * last
    low = np.floor(position).astype(int)
    column = np.arange(ordered.shape[1])
    below, above = ordered[low, column], ordered[np.minimum(low + 1, last), column]
    return below + (above - below) * (position - low)


def _maritz_jarrett(ordered: np.ndarray, n: np.ndarray) -> np.ndarray:
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


def _jackknife(
    values: np.ndarray, order: np.ndarray, ordered: np.ndarray, draws: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Errors of the mean, shape (columns,), and percentiles, shape (3, columns), leaving out a group of draws in turn.

    A percentile read off one or two order statistics is too rough for a jackknife, so the smooth one of Harrell and
    Davis stands in for it.

    Source: Shao and Wu, "A general theory for jackknife variance estimation", Annals of Statistics 17 (1989);
    Harrell and Davis, "A new distribution-free quantile estimator", Biometrika 69 (1982).
    """
    number = np.unique(draws, return_inverse=True)[1]
    groups = min(number.max() + 1, JACKKNIFE_GROUPS)
    if groups < 2:
        return np.full(values.shape[1], np.nan), np.full((len(SHARES), values.shape[1]), np.nan)
    group = number % groups
    means, quantiles = [], []
    for left_out in range(groups):
        means.append(moments(values[group != left_out])[1])
        kept = (group != left_out)[order] & ~np.isnan(ordered)
        quantiles.append(_smooth_percentiles(_pushed_up(ordered, kept), kept.sum(axis=0)))
    return _spread_of_jackknife(np.array(means)), _spread_of_jackknife(np.array(quantiles))


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


def _spread_of_jackknife(left_out: np.ndarray) -> np.ndarray:
    groups = len(left_out)
    return np.sqrt((groups - 1) / groups * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))


def _clustered_error(values: np.ndarray, mean: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many draws have a defined value, and the error of the mean from the spread of the draws' sums."""
    number = np.unique(draws, return_inverse=True)[1]
    defined = ~np.isnan(values)
    sums = np.zeros((number.max() + 1, values.shape[1]))
    np.add.at(sums, number, np.where(defined, values - mean, 0.0))
    present = np.zeros(sums.shape)
    np.add.at(present, number, defined)
    units = (present > 0).sum(axis=0)
    error = np.sqrt((sums**2).sum(axis=0) * units / np.maximum(units - 1, 1)) / defined.sum(axis=0)
    return units, error
