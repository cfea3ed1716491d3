"""Shapley values: what each of some causes has to do with a gap, in whole cents that add up to it.

What a cause changes depends on which others have come before. Its part is the mean of what it changes over all orders
in which the causes may come. Parts add up to the gap; causes that do the same have the same part; one that changes
nothing has none. Everything is reckoned in whole numbers: a part is a fraction of cents, fractions are cut off towards
nothing, and the cents that are then left go to the parts with the largest remainders, the first named where they tie.

Source: Shapley, "A value for n-person games", Contributions to the Theory of Games II (1953).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

MOST_CAUSES = 7  # 128 worlds
CENTS = 100
MOST_USD = 1e12  # so that nothing overflows


@dataclass(frozen=True)
class Split:
    """What causes have to do with a gap, replication by replication, in whole cents; shape (replications, causes)."""

    part: np.ndarray  # rows add up to the gap
    alone: np.ndarray  # what a cause changes where it comes alone
    last: np.ndarray  # what it changes where all others have come


def cents_of(usd: np.ndarray) -> np.ndarray:
    """Dollars as whole cents. Raises ValueError for what is no number, or too large."""
    if not (np.abs(usd) < MOST_USD).all():
        raise ValueError("cents are reckoned of dollars below a trillion only")
    return np.rint(usd * CENTS).astype(np.int64)


def split(cents: np.ndarray) -> Split:
    """Split the gap between no cause and all causes.

    Args:
        cents: shape (2**causes, replications), whole numbers; bit i of a row's place says whether cause i has come.
    """
    worlds = len(cents)
    causes = worlds.bit_length() - 1
    if worlds != 1 << causes or not 1 <= causes <= MOST_CAUSES:
        raise ValueError(f"{worlds} worlds are not those of 1 to {MOST_CAUSES} causes")
    everything = worlds - 1
    part = np.zeros((cents.shape[1], causes), np.int64)
    alone, last = np.zeros_like(part), np.zeros_like(part)
    for cause in range(causes):
        mine = 1 << cause
        for before in (world for world in range(worlds) if not world & mine):
            others = before.bit_count()
            orders = factorial(others) * factorial(causes - others - 1)
            part[:, cause] += orders * (cents[before | mine] - cents[before])
        alone[:, cause] = cents[mine] - cents[0]
        last[:, cause] = cents[everything] - cents[everything & ~mine]
    gap = cents[everything] - cents[0]
    whole = factorial(causes)
    shared = [shared_out(row, whole, int(total)) for row, total in zip(part.tolist(), gap, strict=True)]
    return Split(np.array(shared, np.int64).reshape(part.shape), alone, last)


def shared_out(numerators: list[int], whole: int, total: int) -> list[int]:
    """Fractions, each a numerator over ``whole``, as whole numbers that add up to ``total``, which is their sum or
    within one of it. Turning all signs turns the signs of what comes out, and nothing stays nothing.
    """
    kept = [abs(one) // whole * (1 if one > 0 else -1) for one in numerators]
    left = total - sum(kept)
    step = 1 if left > 0 else -1
    rest = [one - whole * cents for one, cents in zip(numerators, kept, strict=True)]
    for place in sorted(range(len(kept)), key=lambda place: -step * rest[place])[: abs(left)]:
        kept[place] += step
    return kept


def mean_cents(cents: np.ndarray) -> int:
    """The mean of whole cents over replications, as whole cents; half a cent goes up."""
    total, count = int(cents.sum()), len(cents)
    return (2 * total + count) // (2 * count)


def mean_parts(part: np.ndarray, total: int) -> list[int]:
    """The mean of each part over replications, as whole cents that add up to the gap of the rounded means.

    Args:
        part: shape (replications, causes). total: the mean of one end less that of the other, both as whole cents.
    """
    return shared_out([int(one) for one in part.sum(axis=0)], len(part), total)
