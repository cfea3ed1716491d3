"""Whether a quarter went on as the year before it, or turned.

The rule: of the three-month sums of wins that ended at the month ends of the year up to the cut, the lowest and the
highest are taken, each with what chance alone moves a count (two square roots). A quarter outside them turned. With
fewer than three such sums nothing can be said.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CALM, UP, DOWN, UNKNOWN = "calm", "turned up", "turned down", "not to be told"
LEAST_QUARTERS = 3
_CHANCE = 2.0  # square roots of a count


def turn(past_wins: Sequence[float], came: float) -> str:
    """What a quarter did, from wins in the quarters of the past year and in the quarter itself."""
    seen = [wins for wins in past_wins if np.isfinite(wins)]
    if len(seen) < LEAST_QUARTERS or not np.isfinite(came):
        return UNKNOWN
    low, high = min(seen), max(seen)
    if came > high + _CHANCE * np.sqrt(high):
        return UP
    if came < low - _CHANCE * np.sqrt(low):
        return DOWN
    return CALM
