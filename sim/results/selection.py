"""Selection: which plan is the best, found by playing on only until the others can be left behind.

At each look a plan is left behind that lies too far below another under the same luck, too far for their paired
differences to make up in the replications that are still to come. Whoever is left at the end is the best plan, or falls
short of it by no more than what one says not to mind, in at least 95 of 100 runs. The procedure asks for differences
that are near normal; those under the same luck are, as luck in common falls out of them.

Source: Kim and Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM Transactions
on Modeling and Computer Simulation 11 (2001), with c = 1 and the variance of paired differences at the first look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.results.estimates import CONFIDENCE, by_draw, paired


@dataclass(frozen=True)
class Selection:
    """Which plans are left, by their columns, the best mean first; and how many draws surely leave one."""

    left: tuple[int, ...]
    needed: int


def select(values: np.ndarray, draws: np.ndarray, indifference: float, ends: Sequence[int]) -> Selection:
    """Which plans are left after all looks so far.

    Args:
        values: shape (replications, plans), the same luck in a row; the more the better. Replications in which a plan
            has no number are left out.
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
        indifference: by how much the plan that is chosen may fall short of the best.
        ends: how many replications each look has; the last has all.
    """
    left = list(range(values.shape[1]))
    needed = 0
    spread: np.ndarray | None = None
    units = np.empty((0, len(left)))
    reach = math.inf
    for end in ends:
        units = _units(values[:end], draws[:end])
        count = len(units)
        if spread is None:
            if count < 2:
                continue
            reach = 2 * _eta(len(left), count) * (count - 1)
            spread = _variances(units)
            needed = math.ceil(float(spread.max()) * reach / indifference**2) + 1
        mean = units.mean(axis=0)
        margin = np.maximum(0.0, indifference / 2 / count * (reach * spread / indifference**2 - count))
        left = [one for one in left if all(mean[one] >= mean[other] - margin[one, other] for other in left)]
        if count >= needed:
            left = [max(left, key=lambda one: mean[one])]
    means = units.mean(axis=0) if len(units) else np.zeros(len(left))
    return Selection(tuple(sorted(left, key=lambda one: -means[one])), needed)


def _eta(plans: int, count: int) -> float:
    """Kim and Nelson's eta: how far one must look for all rivals to be told apart with the confidence asked."""
    outside = (1 - CONFIDENCE) / max(plans - 1, 1)
    return ((2 * outside) ** (-2 / (count - 1)) - 1) / 2


def _variances(units: np.ndarray) -> np.ndarray:
    """Of each pair of plans the variance of their differences; shape (plans, plans)."""
    plans = units.shape[1]
    found = np.zeros((plans, plans))
    for one in range(plans):
        for other in range(one):
            found[one, other] = found[other, one] = paired(units[:, one], units[:, other]).var(ddof=1)
    return found


def _units(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Each draw's means, shape (draws, plans)."""
    defined = ~np.isnan(values).any(axis=1)
    ones = np.ones((int(defined.sum()), 1))
    return by_draw(values[defined], draws[defined]) / by_draw(ones, draws[defined])
