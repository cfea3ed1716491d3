"""Shapley values: what each of some causes has to do with a gap, in whole cents that add up to it.

What a cause changes depends on which others have come before. Its part is the mean of what it changes over all orders
in which the causes may come. Parts add up to the gap; causes that do the same have the same part; one that changes
nothing has none. Everything is reckoned in whole numbers: a part is a fraction of cents, fractions are cut off towards
nothing, and the cents that are then left go to the parts with the largest remainders, the first named where they tie.

Source: Shapley, "A value for n-person games", Contributions to the Theory of Games II (1953).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np

MOST_CAUSES = 7
MOST_FOR_ALL = 4  # causes of which every order is looked at: 16 worlds
SEED = 20261129  # of the orders, so that the same gap is told alike wherever it is told
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


def orders_of(causes: int, replications: int) -> np.ndarray:
    """The orders in which causes come, shape (replications, orders, causes).

    All of them up to ``MOST_FOR_ALL`` causes. Of more, each replication has one and the same read backwards, drawn so
    that every order is as likely as any other, and that in as many replications as there are causes each stands once in
    every place: what is saved goes into replications, which tell more than orders do.

    Source: Castro, Gómez and Tejada, "Polynomial calculation of the Shapley value based on sampling" (2009).
    """
    if not 1 <= causes <= MOST_CAUSES:
        raise ValueError(f"{causes} causes are not 1 to {MOST_CAUSES}")
    if causes <= MOST_FOR_ALL:
        return np.broadcast_to(np.array(list(permutations(range(causes)))), (replications, factorial(causes), causes))
    drawn = [np.random.default_rng((SEED, k // causes)).permutation(causes) for k in range(replications)]
    forwards = np.array([np.roll(one, k) for k, one in enumerate(drawn)])
    return np.stack([forwards, forwards[:, ::-1]], axis=1)


def worlds_of(orders: np.ndarray) -> np.ndarray:
    """Which worlds each replication is played in: those that its orders pass, and those in which a cause comes alone or
    last; shape (2**causes, replications). Bit i of a row's place says whether cause i has come."""
    replications, _, causes = orders.shape
    played = np.zeros((1 << causes, replications), bool)
    ends = [0, *(1 << k for k in range(causes))]
    played[ends] = played[[(1 << causes) - 1 - one for one in ends]] = True
    come = np.bitwise_or.accumulate(1 << orders, axis=2)
    played[come, np.arange(replications)[:, None, None]] = True
    return played


def split(cents: np.ndarray, orders: np.ndarray) -> Split:
    """Split the gap between no cause and all causes.

    Args:
        cents: shape (2**causes, replications), whole numbers; bit i of a row's place says whether cause i has come.
            Only the worlds of ``worlds_of`` are read.
        orders: shape (replications, orders, causes), as ``orders_of`` gives them.
    """
    replications, count, causes = orders.shape
    if cents.shape != (1 << causes, replications):
        raise ValueError(
            f"numbers of shape {cents.shape} do not belong to {replications} replications, {causes} causes"
        )
    row = np.arange(replications)[:, None]
    part = np.zeros((replications, causes), np.int64)
    before = np.zeros((replications, count), np.int64)
    for cause in np.moveaxis(orders, 2, 0):
        after = before | 1 << cause
        np.add.at(part, (row, cause), cents[after, row] - cents[before, row])
        before = after
    each = 1 << np.arange(causes)
    alone = (cents[each] - cents[0]).T
    last = (cents[-1] - cents[len(cents) - 1 - each]).T
    shared = [shared_out(one, count, int(gap)) for one, gap in zip(part.tolist(), cents[-1] - cents[0], strict=True)]
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
