"""A gap: how far one scenario lies from another under the same luck, and whether that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim.results.estimates import Estimate, compare, paired
from sim.results.percentiles import percentiles


@dataclass(frozen=True)
class Scale:
    """How differences of a measure are read: of what is yes or no, from which size on there is one, and which way is
    better.

    ``rounding`` is half of the last digit that anybody is told, in the measure's unit.
    """

    rounding: float = 0.5
    yes_no: bool = False
    better: Literal[1, -1] = 1  # 1 where more is better, -1 where less is


USD = Scale()
ODDS = Scale(0.005, yes_no=True)


@dataclass(frozen=True)
class Gap(Estimate):
    """A scenario's number less that of another under the same luck."""

    p10: float  # of single replications: what luck may make of it
    p90: float
    below: float  # share of replications in which it is below zero, by more than rounding
    above: float
    rounding: float
    wider: float = 1.0  # by how much the interval must grow to hold for the best of several plans
    better: Literal[1, -1] = 1  # 1 where more is better, -1 where less is

    @property
    def advantage(self) -> Gap:
        """The same gap turned so that above zero is better: itself where more is better."""
        if self.better > 0:
            return self
        return replace(
            self, mean=-self.mean, low=-self.high, high=-self.low, p10=-self.p90, p90=-self.p10, below=self.above,
            above=self.below, better=1,
        )  # fmt: skip

    @property
    def among_all(self) -> Estimate:
        """The interval that holds at once with those of all other plans."""
        return Estimate(self.mean, *self._ends(self.wider))

    @property
    def clear(self) -> bool:
        """Whether the sign can be trusted: the interval leaves out zero, and the difference can be seen at all."""
        return self._leaves_out_zero(1.0)

    @property
    def ahead(self) -> bool:
        """Whether the scenario is clearly better than the other, one of many though it may be."""
        return self.advantage.mean > 0 and self.clear_among_all

    @property
    def behind(self) -> bool:
        """Whether it is clearly worse than the other, one of many though it may be."""
        return self.advantage.mean < 0 and self.clear_among_all

    @property
    def clear_among_all(self) -> bool:
        """Whether it can be trusted of the best of several plans: one of many looks good by chance alone."""
        return self._leaves_out_zero(self.wider)

    def _leaves_out_zero(self, wider: float) -> bool:
        low, high = self._ends(wider)
        return abs(self.mean) >= self.rounding and (low > 0 or high < 0)

    def _ends(self, wider: float) -> tuple[float, float]:
        return self.mean - wider * (self.mean - self.low), self.mean + wider * (self.high - self.mean)


# Of what one of the two does not have.
NO_GAP = Gap(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, USD.rounding)


def gap_between(a: np.ndarray, b: np.ndarray, draws: np.ndarray, scale: Scale, wider: float = 1.0) -> Gap:
    """b - a.

    Args:
        a, b: shape (replications,), the same luck in a row; of what is yes or no 1 and 0.
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
        wider: by how much the interval must grow to hold at once with those of other plans against the same one.
    """
    found = compare(a[:, None], b[:, None], draws, np.array([scale.yes_no]))
    each = paired(a, b)
    each = each[~np.isnan(each)]
    p10, p90, below, above = np.nan, np.nan, np.nan, np.nan
    if len(each):
        p10, p90 = percentiles(each[:, None], (0.1, 0.9))[:, 0]
        below, above = np.mean(each <= -scale.rounding), np.mean(each >= scale.rounding)
    mean, low, high = (float(one[0]) for one in (found.mean_difference, found.ci_low, found.ci_high))
    return Gap(mean, low, high, float(p10), float(p90), float(below), float(above), scale.rounding, wider, scale.better)
