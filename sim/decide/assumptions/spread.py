"""What the spread is made of: assumptions, luck, and what the two do together, as shares that add up to one.

Luck is one more factor. Row i has two draws of the uncertainties and two lots of luck, and is played

    A      with the first draw and the first luck
    B      with the second draw and the second luck
    AB_j   as A, with uncertainty j from the second draw: luck is A's own, so the change is what j does and no chance
    AL     as A, with the second luck: the change is what luck does

A and B are plain replications of the plan, so that runs of it that are kept serve here and what is played here serves
them. Of a factor, ``alone`` is the part of the variance that would be gone, on the mean, were it known, and ``total``
the part that would be left were it alone unknown: what it makes by itself and together with others. B and AL differ in
assumptions only, so assumptions as a whole are one more factor.

Source: Saltelli et al., "Variance based sensitivity analysis of model output", Computer Physics Communications 181
(2010), for ``alone``; Jansen, "Analysis of variance designs for model output", ibid. 117 (1999), for ``total``.
Errors are the jackknife's over rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.results.estimates import UNKNOWN, Estimate
from sim.results.ratios import ratio_of_means

LEAST_SPREAD = 1e-9  # of the mean: what varies by less does not vary


@dataclass(frozen=True)
class Factor:
    """One uncertainty, or several that are drawn together, and its part of the variance."""

    names: tuple[str, ...]
    alone: Estimate
    total: Estimate


@dataclass(frozen=True)
class Spread:
    """The parts of a measure's variance. Those of assumptions, luck and the two together add up to one."""

    rows: int
    sd: float
    assumptions: Estimate
    luck: Estimate
    together: Estimate
    factors: tuple[Factor, ...]  # the greatest total first

    @property
    def varies(self) -> bool:
        """Whether there is any spread to be told of."""
        return self.assumptions.mean == self.assumptions.mean


def spread_of(a: np.ndarray, b: np.ndarray, crossed: Mapping[tuple[str, ...], np.ndarray], luck: np.ndarray) -> Spread:
    """The parts of the variance.

    Args:
        a, b, luck: what A, B and AL came to, row by row; shape (rows,). crossed: by factor the same of AB_j.
    """
    defined = np.isfinite(np.stack([a, b, luck, *crossed.values()])).all(axis=0)
    a, b, luck = a[defined], b[defined], luck[defined]
    crossed = {names: values[defined] for names, values in crossed.items()}
    rows = len(a)
    middle = (a.sum() + b.sum()) / max(2 * rows, 1)
    variance = ((a - middle) ** 2 + (b - middle) ** 2) / 2
    sd = float(np.sqrt(variance.sum() / max(rows, 1)))
    if rows < 2 or sd <= LEAST_SPREAD * abs(middle):
        return Spread(rows, sd, UNKNOWN, UNKNOWN, UNKNOWN, ())

    def share(parts: np.ndarray) -> Estimate:
        found = ratio_of_means([parts[:, None], variance[:, None]], lambda x, y: x / y, np.arange(rows))
        return found.of(0)

    assumptions, luck_alone = _two_parts(a - middle, b - middle, luck - middle, variance)
    factors = [
        Factor(names, share(_alone(a, b - middle, one)), share(_total(a, one))) for names, one in crossed.items()
    ]
    return Spread(
        rows, sd, share(assumptions), share(luck_alone), share(variance - assumptions - luck_alone),
        tuple(sorted(factors, key=lambda one: -one.total.mean)),
    )  # fmt: skip


def _two_parts(a: np.ndarray, b: np.ndarray, al: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row by row what makes the part of all assumptions by themselves, and that of luck; all less the mean.

    Each part is known in two ways: from what moves with it, and as what the other's total leaves. The first is sharp
    where the part is small, the second where the other is; they are weighed by how sharp they are on normal outcomes.
    """
    by_luck, by_all = _total(a, al), _total(b, al)
    luck, every = by_luck.sum() / variance.sum(), by_all.sum() / variance.sum()
    first, second = luck**2 / (luck**2 + every), every**2 / (every**2 + luck)
    assumptions = first * a * (al - b) + (1 - first) * (variance - by_luck)
    return assumptions, second * b * (al - a) + (1 - second) * (variance - by_all)


def _alone(a: np.ndarray, b: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Row by row what makes the part of one factor by itself: B shares with the moved row that factor and no other."""
    return b * (moved - a)


def _total(a: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Row by row what makes the part of one factor with all that it does together with others."""
    return (a - moved) ** 2 / 2


def plays_of(rows: int, factors: Sequence[object]) -> int:
    """How many plays so many rows take."""
    return rows * (len(factors) + 3)
