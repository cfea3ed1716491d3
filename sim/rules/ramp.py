"""Ramp: how productive a person is by tenure, as a share of full productivity, and its exact integral.

Ramp enters the model once, as hours. A month is ``days_per_month`` calendar days: 365.25/12, or 30 on the planner's
calendar. Whoever has not started yet (negative tenure) has share 0.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from sim.compiled import compiled
from sim.scenario.people import LinearRamp, LogisticRamp, NoRamp, Ramp, Schedule

Numbers = float | np.ndarray


def share(ramp: Ramp, tenure_days: Numbers, days_per_month: float, ceiling: Numbers = 1.0) -> np.ndarray:
    """Productive share at each tenure, at most ``ceiling`` (below 1 for a hire who never ramps).

    The logistic is the plain one, 1/(1 + exp(-k (t - h))): it passes one half exactly at ``half_months`` as the
    scenario says, and so starts a little above 0.

    Args:
        tenure_days: shape (n,), calendar days since the first day in the job.
        ceiling: shape (n,) or one number.

    By definition of the forms; their numbers are the scenario's.
    """
    tenure = np.asarray(tenure_days, float)
    curve = _curve(ramp, np.maximum(tenure, 0.0) / days_per_month)
    return np.where(tenure < 0.0, 0.0, np.minimum(curve, ceiling))


def integral_days(ramp: Ramp, tenure_days: Numbers, days_per_month: float, ceiling: Numbers = 1.0) -> np.ndarray:
    """Ramped days: the integral of ``share`` over tenure from 0, in days; 0 for negative tenure. Exact.

    Between two instants a person gives ``integral_days(later) - integral_days(earlier)`` ramped days.

    By definition.
    """
    months = np.maximum(np.asarray(tenure_days, float), 0.0) / days_per_month
    top = np.asarray(ceiling, float)
    if isinstance(ramp, NoRamp):
        ramped = months * np.minimum(top, 1.0)
    elif isinstance(ramp, LogisticRamp):
        ramped = _logistic_integral(ramp, months, top)
    else:
        months, top = np.broadcast_arrays(months, top)
        ramped = np.zeros(months.shape)
        _add_pieces(ramped.ravel(), *_pieces(ramp), months.ravel(), top.ravel())
    return ramped * days_per_month


def full_after_days(ramp: Ramp, days_per_month: float) -> float:
    """Tenure from which the share no longer changes; of the logistic, from which it lacks less than 1e-9 of 1.

    By definition.
    """
    if isinstance(ramp, NoRamp):
        return 0.0
    if isinstance(ramp, LogisticRamp):
        return (ramp.half_months + 21.0 / ramp.steepness_per_month) * days_per_month
    return float(_pieces(ramp)[0][-1]) * days_per_month


def _curve(ramp: Ramp, months: np.ndarray) -> np.ndarray:
    """The share without ceiling; ``months`` is not negative."""
    if isinstance(ramp, NoRamp):
        return np.ones_like(months)
    if isinstance(ramp, LogisticRamp):
        return expit(ramp.steepness_per_month * (months - ramp.half_months))
    starts, levels, slopes = _pieces(ramp)
    piece = np.searchsorted(starts, months, side="right") - 1
    return levels[piece] + slopes[piece] * (months - starts[piece])


def _pieces(ramp: Schedule | LinearRamp) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The curve as straight pieces: where each starts (months), its share there, its slope a month. The last is 1."""
    if isinstance(ramp, LinearRamp):
        slope = (1.0 - ramp.from_share) / ramp.months
        return np.array([0.0, ramp.months]), np.array([ramp.from_share, 1.0]), np.array([slope, 0.0])
    levels = np.array([*ramp.shares, 1.0])
    slopes = np.zeros(len(levels))
    if ramp.between == "linear":
        slopes[:-1] = np.diff(levels) / ramp.step_months
    return ramp.step_months * np.arange(len(levels)), levels, slopes


@compiled
def _add_pieces(total, starts, levels, slopes, months, ceiling):
    """Add the integral of min(curve, ceiling), piece by piece: each is its line less what sticks out on top."""
    for k in range(len(starts)):
        length = starts[k + 1] - starts[k] if k + 1 < len(starts) else np.inf
        level, slope = levels[k], slopes[k]
        for i in range(len(months)):
            inside = min(max(months[i] - starts[k], 0.0), length)
            excess = max(level - ceiling[i], 0.0)
            if slope == 0.0:
                above = excess * inside
            else:
                above = (max(level + slope * inside - ceiling[i], 0.0) ** 2 - excess**2) / (2.0 * slope)
            total[i] += (level + 0.5 * slope * inside) * inside - above


def _logistic_integral(ramp: LogisticRamp, months: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """The logistic rises, so min(curve, ceiling) is the curve up to their crossing and the ceiling after it."""
    steep, half = ramp.steepness_per_month, ramp.half_months
    with np.errstate(divide="ignore"):
        log_odds = np.log(ceiling) - np.log1p(-np.minimum(ceiling, 1.0))
        crossing = np.where(ceiling >= 1.0, np.inf, half + log_odds / steep)
    until = np.minimum(months, np.maximum(crossing, 0.0))
    area = (np.logaddexp(0.0, steep * (until - half)) - np.logaddexp(0.0, -steep * half)) / steep
    return area + ceiling * (months - until)
