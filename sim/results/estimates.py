"""Estimates over replications: means, shares, percentiles and paired differences, and how far each can be trusted.

One rule of inference serves every table, sentence and figure. Replications that share a draw of the uncertainties are
not independent, so draws are the clusters. A mean, or a difference of means, has Student's t interval at 95 % over the
draws, from the spread between them; so has a ratio of means (``sim.results.ratios``), and the error of a percentile is
carried as far. Differences of several plans at once reach farther (``sim.results.simultaneous``). What is true or not
(whether the target is met) is a share over replications: it has a score interval (``sim.results.shares``) instead of a
spread, and no percentiles. Its spread follows from the share itself, so it reaches as the normal law says where every
replication has a draw of its own, and as Student's t where the spread between draws is estimated.

Matrices have one row a replication and one column a KPI row; NaN marks a value that is undefined in a replication and
is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from sim.results.percentiles import at_ranks, jackknife, maritz_jarrett
from sim.results.shares import difference_interval, share_interval

CONFIDENCE = 0.95
NORMAL = float(ndtri(0.5 + CONFIDENCE / 2))  # errors that an interval reaches by the normal law
ROUNDING = 1e-9  # a difference of no more, in its unit or of what is compared, is none


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
    ci_low: np.ndarray  # 95 % interval of the mean
    ci_high: np.ndarray
    ratio_of_means: np.ndarray  # of ratios that declare their parts, with its 95 % interval; NaN for all else
    ratio_low: np.ndarray
    ratio_high: np.ndarray


@dataclass(frozen=True)
class Difference:
    """One entry a column for b - a under the same luck; shape (columns,) each."""

    mean_difference: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p_b_above_a: np.ndarray
    variance_ratio_vs_independent: np.ndarray
    p_b_above_a_low: np.ndarray  # its 95 % score interval
    p_b_above_a_high: np.ndarray
    ratio_difference: np.ndarray  # of ratios of means, with its 95 % interval; NaN for all else
    ratio_difference_low: np.ndarray
    ratio_difference_high: np.ndarray


@dataclass(frozen=True)
class Estimate:
    """A mean over replications and its 95 % interval; NaN ends where one draw alone cannot tell."""

    mean: float
    low: float
    high: float

    @property
    def reach(self) -> float:
        """How far the interval goes to either side, where it does so evenly."""
        return (self.high - self.low) / 2

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero, so that the sign can be trusted."""
        return self.low > 0 or self.high < 0


UNKNOWN = Estimate(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Estimates:
    """One estimate a column; shape (columns,) each."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def of(self, column: int) -> Estimate:
        """The estimate of one column."""
        return Estimate(float(self.mean[column]), float(self.low[column]), float(self.high[column]))


def summarize(values: np.ndarray, draws: np.ndarray, yes_no: np.ndarray | None = None) -> Summary:
    """Mean, spread, percentiles and the standard error of each, and the interval of the mean.

    Percentiles are straight lines between order statistics. With one luck a draw their errors are Maritz and Jarrett's;
    otherwise those of the jackknife over groups of draws. NaN where too few values are defined.

    Args:
        values: shape (replications, columns). draws: shape (replications,), which draw each replication belongs to.
        yes_no: shape (columns,), which columns hold 1 for yes and 0 for no. They have no percentiles, and the standard
            error of their mean is what the score interval reaches, in critical values.
    """
    n, mean, sd = moments(values)
    order = np.argsort(values, axis=0)  # NaN sorts last
    ordered = np.take_along_axis(values, order, axis=0)
    found = at_ranks(ordered, n)
    errors = maritz_jarrett(ordered, n) if _is_alone(draws) else jackknife(order, ordered, draws)
    units, se_mean = mean_error(values, draws)
    low, high = within(mean, units, se_mean)
    if yes_no is not None and yes_no.any():
        shares = share_of(values[:, yes_no], draws)
        low[yes_no], high[yes_no] = shares.low, shares.high
        se_mean[yes_no] = (shares.high - shares.low) / (2 * _critical(values[:, yes_no], draws))
        found[:, yes_no] = errors[:, yes_no] = np.nan
    p10, p50, p90 = found
    se_p10, se_p50, se_p90 = errors
    none = np.full((3, len(mean)), np.nan)  # sim/results/ratios.py has the columns that these follow from
    return Summary(n, mean, sd, p10, p50, p90, se_mean, se_p10, se_p50, se_p90, low, high, *none)


def compare(a: np.ndarray, b: np.ndarray, draws: np.ndarray, yes_no: np.ndarray | None = None) -> Difference:
    """How much plan b differs from plan a, replication by replication.

    The interval is Student's t at 95 %, over draws where several replications share one; of what is true or not, the
    score interval of a difference between paired shares. How often b is above a, ties counted half, is such a
    difference too: half of 1 + (share above - share below). The variance ratio is what independent luck would have
    cost: (var a + var b)/var(b - a); NaN where the difference never varies.

    Args:
        a, b: shape (replications, columns), the same luck in a row. draws: shape (replications,).
        yes_no: shape (columns,), which columns hold 1 for yes and 0 for no.
    """
    difference = paired(a, b)
    both = ~np.isnan(difference)
    found = mean_interval(difference, draws)
    low, high = found.low, found.high
    signs = share_difference(np.sign(difference), draws)
    if yes_no is not None:  # their differences are signs
        low, high = np.where(yes_no, signs.low, low), np.where(yes_no, signs.high, high)
    sd = moments(difference)[2]
    apart = moments(np.where(both, a, np.nan))[2] ** 2 + moments(np.where(both, b, np.nan))[2] ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(sd > 1e-12 * np.sqrt(apart), apart / sd**2, np.nan)
    above, above_low, above_high = ((1 + x) / 2 for x in (signs.mean, signs.low, signs.high))
    none = np.full((3, len(ratio)), np.nan)
    return Difference(found.mean, low, high, above, ratio, above_low, above_high, *none)


def paired(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """b - a, entry by entry; 0 where they differ by no more than rounding."""
    difference = b - a
    with np.errstate(invalid="ignore"):
        is_none = np.abs(difference) <= ROUNDING * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    return np.where(is_none, 0.0, difference)


def mean_interval(values: np.ndarray, draws: np.ndarray) -> Estimates:
    """Means with Student's t interval, over draws where several replications share one; NaN ends from one unit alone.

    Args:
        values: shape (replications, columns). draws: shape (replications,).
    """
    mean = moments(values)[1]
    return Estimates(mean, *within(mean, *mean_error(values, draws)))


def mean_error(values: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many units (draws) tell of each mean, and its standard error from the spread between them.

    Args:
        values: shape (replications, columns). draws: shape (replications,).
    """
    n, mean, sd = moments(values)
    if not _is_alone(draws):
        units, error = _clustered_error(values, mean, draws)
        return units, np.where(units > 1, error, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return n, np.where(n > 1, sd / np.sqrt(n), np.nan)


def mean_with_error(values: np.ndarray, draws: np.ndarray) -> tuple[float, float]:
    """The mean of one quantity over replications, and its standard error; both arguments of shape (replications,)."""
    column = values.astype(float)[:, None]
    return float(moments(column)[1][0]), float(mean_error(column, draws)[1][0])


def within(mean: np.ndarray, units: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of an interval that reaches as many errors as Student's t over the units says."""
    reach = np.where(units > 1, student(units) * error, np.nan)
    return mean - reach, mean + reach


def share_of(values: np.ndarray, draws: np.ndarray) -> Estimates:
    """Shares of yes (1) among yes and no (0), with Wilson's score interval.

    Where replications share draws, their number is cut to what their spread between draws is worth, and the interval
    reaches as many errors as Student's t over draws. Without spread it is cut to the number of draws.

    Args:
        values: shape (replications, columns), 1, 0 or NaN. draws: shape (replications,).

    Source: Korn and Graubard, "Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data", Survey Methodology 24 (1998), with Wilson's interval in place of the exact one.
    """
    _, share, _ = moments(values)
    low, high = share_interval(share, _worth(values, share * (1 - share), draws), _critical(values, draws))
    return Estimates(share, low, high)


def share_difference(signs: np.ndarray, draws: np.ndarray) -> Estimates:
    """Paired differences of two shares, with Tango's score interval; shared draws count as in ``share_of``.

    Args:
        signs: shape (replications, columns): 1 where b alone says yes, -1 where a alone does, 0 where they agree, NaN
            where undefined. draws: shape (replications,).

    Source for shared draws: Yang, Sun and Hardin, "Confidence intervals for the difference of marginal probabilities in
    clustered matched-pair binary data", Pharmaceutical Statistics 11 (2012).
    """
    _, mean, _ = moments(signs)
    _, apart, _ = moments(signs**2)
    worth = _worth(signs, apart - mean**2, draws)
    more, less = (apart + mean) / 2, (apart - mean) / 2
    low, high = difference_interval(more * worth, less * worth, worth, _critical(signs, draws))
    return Estimates(mean, low, high)


def _is_alone(draws: np.ndarray) -> bool:
    """Whether no two replications share a draw."""
    return len(np.unique(draws)) == len(draws)


def student(units: np.ndarray | int, rivals: int = 1) -> np.ndarray:
    """How many errors a 95 % interval reaches by Student's t over so many units.

    Args:
        rivals: of how many such intervals all are to hold at once, by Bonferroni's rule.
    """
    return stdtrit(np.maximum(units - 1, 1), 1 - (1 - CONFIDENCE) / 2 / rivals)


def _critical(values: np.ndarray, draws: np.ndarray) -> np.ndarray | float:
    """How many errors a score interval reaches: as the normal law says, or where draws are shared Student's t."""
    return NORMAL if _is_alone(draws) else student(_units(values, draws))


def _worth(values: np.ndarray, variance: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """How many independent replications the defined ones are worth; shape (columns,).

    Args:
        variance: of one replication, were all independent.
    """
    n, mean, _ = moments(values)
    if _is_alone(draws):
        return n
    units, error = _clustered_error(values, mean, draws)
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = np.clip(variance / error**2, units, n)
    return np.where(variance > 0.0, worth, units)


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count, mean and standard deviation (n - 1) of the defined values in each column."""
    defined = ~np.isnan(values)
    n = defined.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(defined, values, 0.0).sum(axis=0) / n
        spread = np.where(defined, values - mean, 0.0)
        sd = np.where(n > 1, np.sqrt((spread**2).sum(axis=0) / (n - 1)), np.nan)
    return n, mean, sd


def _clustered_error(values: np.ndarray, mean: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many draws have a defined value, and the error of the mean from the spread of the draws' sums."""
    defined = ~np.isnan(values)
    sums, units = by_draw(np.where(defined, values - mean, 0.0), draws), _units(values, draws)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt((sums**2).sum(axis=0) * units / np.maximum(units - 1, 1)) / defined.sum(axis=0)
    return units, error


def _units(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """How many draws have a defined value; shape (columns,)."""
    return (by_draw(~np.isnan(values), draws) > 0).sum(axis=0)


def by_draw(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Sums over the replications of each draw; shape (draws, columns)."""
    if _is_alone(draws):
        return values
    number = np.unique(draws, return_inverse=True)[1]
    sums = np.zeros((number.max() + 1, values.shape[1]))
    np.add.at(sums, number, values)
    return sums
