"""Large deals take longer: how the amount of a win goes with the age at which it is won.

The log of the amount moves with the log of the age by a slope, found among the wins of one product or segment where the
law of amounts goes by them; none where BIC sees none. The mean over past wins stays that of the law of amounts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_FEWEST = 30  # wins with an amount and a day of their close
_TYPICAL = 0.3  # size of a slope before any win is seen
_POINTS = 200  # that stand for the ages of past wins


@dataclass(frozen=True)
class ByAge:
    """``slope`` of log amounts on log(1 + days), its standard ``error``, and log ages of past wins, shape (points,)."""

    slope: float
    error: float
    ages: np.ndarray

    def draws(self, rng: np.random.Generator, n: int) -> ByAgeDraws:
        """n draws of the slope."""
        slopes = self.slope + self.error * rng.standard_normal(n)
        return ByAgeDraws(slopes, np.exp(slopes[:, None] * self.ages).mean(axis=1))


@dataclass(frozen=True)
class ByAgeDraws:
    """``slopes``, and the mean factor that each makes of past wins, shape (draws,) each."""

    slopes: np.ndarray
    usual: np.ndarray

    def factors(self, draw: np.ndarray, ages: np.ndarray) -> np.ndarray:
        """On amounts of wins at these ages in days, each of its draw; in the shape of both together."""
        return np.exp(self.slopes[draw] * np.log1p(np.maximum(ages, 0))) / self.usual[draw]


def fit_by_age(amounts: np.ndarray, ages: np.ndarray, groups: np.ndarray) -> ByAge | None:
    """The slope within groups; None where there are few wins, or where it explains less than it costs (BIC).

    Args:
        amounts, ages, groups: of past wins, shape (wins,) each; amounts above 0, ages in days, groups from 0.
    """
    if len(amounts) < _FEWEST:
        return None
    ages = np.log1p(ages)
    x, y = (_within(one, groups) for one in (ages, np.log(amounts)))
    spread = float(x @ x)
    if spread <= 0 or not (y @ y) > 0:
        return None
    slope = float(x @ y) / spread
    left = float(np.sum((y - slope * x) ** 2))
    if len(y) * np.log(left / float(y @ y)) + np.log(len(y)) >= 0:
        return None
    error = np.sqrt(left / (len(y) - len(np.unique(groups)) - 1) / spread)
    trust = _TYPICAL**2 / (_TYPICAL**2 + error**2)
    points = np.sort(ages)[((np.arange(_POINTS) + 0.5) * len(ages) / _POINTS).astype(int)]
    return ByAge(trust * slope, float(np.sqrt(trust) * error), points)


def _within(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Values less the mean of their group."""
    return values - (np.bincount(groups, values) / np.maximum(np.bincount(groups), 1))[groups]
