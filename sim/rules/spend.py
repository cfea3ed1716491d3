"""Spend: how what was spent on a source's program until now acts on its leads."""

from __future__ import annotations

import math
from collections.abc import Sequence


def felt_spend(steps: Sequence[tuple[float, float]], day: float, lag_days: float) -> float:
    """Relative spend as the market feels it: past spend, weighted with exp(-age / lag): its mean age is the lag.

    Args:
        steps: days and the relative spend in force from each on, in order; before the first day it was 1.
        lag_days: 0 for no lag: the spend in force.

    The exponential carry-over is judged.
    """
    level, felt, since = 1.0, 0.0, -math.inf
    for start, after in [*steps, (math.inf, 1.0)]:
        until = min(start, day)
        if until > since:
            felt += level * (_weight(day - until, lag_days) - _weight(day - since, lag_days))
        if start > day:
            return felt if lag_days > 0 else level
        level, since = after, start
    return felt


def _weight(age_days: float, lag_days: float) -> float:
    """Part of the weight of all spend that lies further back."""
    return math.exp(-age_days / lag_days) if lag_days > 0 else 0.0
