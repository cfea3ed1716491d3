"""A gap: how far one scenario lies from another under the same luck, and whether that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.results.estimates import Estimate, compare, paired
from sim.results.percentiles import percentiles

# Below this a difference is none: half of the last digit that anybody is told, in dollars and as a share.
ROUNDING, ROUNDING_OF_ODDS = 0.5, 0.005


@dataclass(frozen=True)
class Gap(Estimate):
    """A scenario's number less that of another under the same luck."""

    p10: float  # of single replications: what luck may make of it
    p90: float
    below: float  # share of replications in which it is below zero, by more than rounding
    above: float
    rounding: float
    wider: float = 1.0  # by how much the interval must grow to hold for the best of several plans

    @property
    def clear(self) -> bool:
        """Whether the sign can be trusted: the interval leaves out zero, and the difference can be seen at all."""
        return self._leaves_out_zero(1.0)

    @property
    def ahead(self) -> bool:
        """Whether the scenario is clearly better than the other, one of many though it may be."""
        return self.mean > 0 and self.clear_among_all

    @property
    def clear_among_all(self) -> bool:
        """Whether it can be trusted of the best of several plans: one of many looks good by chance alone."""
        return self._leaves_out_zero(self.wider)

    def _leaves_out_zero(self, wider: float) -> bool:
        low, high = self.mean - wider * (self.mean - self.low), self.mean + wider * (self.high - self.mean)
        return abs(self.mean) >= self.rounding and (low > 0 or high < 0)


NO_GAP = Gap(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, ROUNDING)  # of what one of the two does not have


def gap_between(a: np.ndarray, b: np.ndarray, draws: np.ndarray, is_odds: bool, wider: float = 1.0) -> Gap:
    """b - a.

    Args:
        a, b: shape (replications,), the same luck in a row; of odds 1 where the target is met and 0 where not.
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
        wider: by how much the interval must grow to hold at once with those of other plans against the same one.
    """
    found = compare(a[:, None], b[:, None], draws, np.array([is_odds]))
    each = paired(a, b)
    each = each[~np.isnan(each)]
    rounding = ROUNDING_OF_ODDS if is_odds else ROUNDING
    p10, p90, below, above = np.nan, np.nan, np.nan, np.nan
    if len(each):
        p10, p90 = percentiles(each[:, None], (0.1, 0.9))[:, 0]
        below, above = np.mean(each <= -rounding), np.mean(each >= rounding)
    mean, low, high = (float(one[0]) for one in (found.mean_difference, found.ci_low, found.ci_high))
    return Gap(mean, low, high, float(p10), float(p90), float(below), float(above), rounding, wider)
