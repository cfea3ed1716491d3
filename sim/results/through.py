"""Odds of a plan through one that was played far more often: what few pairs tell when luck is shared.

Plans under the same luck differ by nearly the same amount in every replication. So a straight line from the well-known
plan to the other one, with what is left over, says from few pairs how all replications of the well-known plan would
have come out under the other. It is a straight line: where a plan moves the tails more than the middle it is off, so
nothing rests on it but the choice of what to play next.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.results.estimates import NORMAL, Estimate

FEWEST_FOR_A_SLOPE = 12  # pairs; below them the difference is taken to be the same everywhere


def odds_through(known: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Estimate:
    """How often a plan is at or above zero, by all replications of the plans that are better known.

    Args:
        known: of each such plan its number and the other's in some replications under the same luck, shape (pairs,)
            each, and its number in all replications by which it is known, shape (replications,). These are of other
            luck than those of the next.
    """
    found = [_through_one(*one) for one in known]
    count = np.array([len(every) for _, _, every in known], float)
    weight = count / count.sum()
    odds = float(np.sum(weight * [one for one, _ in found]))
    by_line = float(np.sum(weight * [error for _, error in found]))  # of the same pairs: they do not cancel
    spread = max(odds * (1 - odds), 1 / count.sum()) / count.sum()  # of the replications there are
    reach = NORMAL * float(np.sqrt(by_line**2 + spread))
    return Estimate(odds, max(odds - reach, 0.0), min(odds + reach, 1.0))


def _through_one(known: np.ndarray, pairs: np.ndarray, every: np.ndarray) -> tuple[float, float]:
    """The odds through one plan, and their error for want of pairs."""
    n = len(pairs)
    slope = 1.0
    if n >= FEWEST_FOR_A_SLOPE and np.ptp(known) > 0:
        apart = known - known.mean()
        slope = float((apart * pairs).sum() / (apart**2).sum())
    rest = pairs - pairs.mean() - slope * (known - known.mean())
    middle = pairs.mean() + slope * (every - known.mean())
    odds = float(_chances(middle, rest).mean())
    if n < 2:
        return odds, 1.0
    error = float(np.sqrt((rest**2).sum() / max(n - 2, 1) / n))
    return odds, float(_chances(middle + error, rest).mean() - _chances(middle - error, rest).mean()) / 2


def _chances(middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """For each number the share of the leftovers with which it is not below zero; shape as ``middle``."""
    below = np.searchsorted(np.sort(rest), -middle, side="left")
    return 1 - below / len(rest)
