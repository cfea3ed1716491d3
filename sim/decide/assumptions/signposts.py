"""Signposts: at most three conditions that describe the replications that miss the target.

A condition is an uncertainty, or the market's path in a half-year, above or below a value. They are found one after the
other: each is the one that best parts misses from the rest among the replications that the ones before leave. A
search always finds something, so two things must confirm it. Shuffled misses, which nothing explains, must seldom part
as well; and conditions found anew in replications drawn with replacement must do better than the target's own odds in
those that were not drawn, 19 times in 20. What is told of them is less by how much they look better where they were
found.

Source: Friedman and Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9 (1999), for boxes;
Bryant and Lempert, "Thinking inside the box", Technological Forecasting and Social Change 77 (2010), for coverage and
density; Efron and Tibshirani, "Improvements on cross-validation: the .632+ bootstrap method", JASA 92 (1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.results.estimates import Estimate, share_of
from sim.results.percentiles import percentiles

MOST_CONDITIONS = 3
FEWEST_OF_EACH = 20  # misses, and others; with fewer nothing is told
SHARES = np.linspace(0.1, 0.9, 17)  # percentiles of an unknown at which a condition may begin
LEAST_COVERED = 0.4  # of all misses, that the conditions together must describe
ENOUGH = 0.95  # of those left that miss: no further condition is looked for
SHUFFLES, RESAMPLES = 200, 200
RARE = 0.05
SEED = 20_261_129


@dataclass(frozen=True)
class Condition:
    """One unknown above or below a value."""

    unknown: int  # its column
    above: bool
    value: float

    def holds(self, unknowns: np.ndarray) -> np.ndarray:
        """Where it holds; shape (replications,)."""
        column = unknowns[:, self.unknown]
        return column > self.value if self.above else column <= self.value


@dataclass(frozen=True)
class Signposts:
    """What misses share. Without conditions there is nothing to say.

    ``density``: how often the target is missed where the conditions hold; ``elsewhere`` the same where they do not.
    ``coverage``: the part of misses that they describe. All three are less by how much conditions look better where
    they were found, with the range of the bootstrap. ``base``: how often it is missed at all.
    """

    replications: int
    misses: int
    base: Estimate
    conditions: tuple[Condition, ...] = ()
    holding: int = 0  # replications in which all hold
    missing: int = 0  # of those that miss
    density: Estimate | None = None
    elsewhere: Estimate | None = None
    coverage: Estimate | None = None

    @property
    def enough(self) -> bool:
        """Whether there are misses and others enough to look for what they share."""
        return FEWEST_OF_EACH <= self.misses <= self.replications - FEWEST_OF_EACH


def signposts(unknowns: np.ndarray, missed: np.ndarray, draws: np.ndarray) -> Signposts:
    """What the replications that miss share.

    Args:
        unknowns: shape (replications, unknowns). missed: shape (replications,), whether the target is missed.
        draws: shape (replications,), which draw each replication belongs to.
    """
    base = share_of(missed[:, None].astype(float), draws).of(0)
    found = Signposts(len(missed), int(missed.sum()), base)
    if not found.enough:
        return found
    rng = np.random.default_rng(SEED)
    conditions = _box(unknowns, missed, rng)
    if not conditions:
        return found
    seen = _rates(conditions, unknowns, missed)
    within, without = _again(unknowns, missed, rng)
    if np.mean(without[:, 0] > without[:, 1]) < 1 - RARE:
        return found
    flattery = within - without  # what conditions look better by where they were found
    low, high = percentiles(without, (0.025, 0.975))
    middle = without.sum(axis=0) / RESAMPLES
    told = np.clip(seen - flattery.sum(axis=0) / RESAMPLES, 0.0, 1.0)
    density, elsewhere, coverage = (
        Estimate(*np.clip([told[k], told[k] + low[k] - middle[k], told[k] + high[k] - middle[k]], 0.0, 1.0).tolist())
        for k in range(3)
    )
    inside = _inside(conditions, unknowns)
    return Signposts(
        found.replications, found.misses, base, tuple(conditions), int(inside.sum()), int(missed[inside].sum()),
        density, elsewhere, coverage,
    )  # fmt: skip


def _box(unknowns: np.ndarray, missed: np.ndarray, shuffler: np.random.Generator | None) -> list[Condition]:
    """The conditions, found one after the other; tested against shuffled misses where there is a shuffler."""
    conditions: list[Condition] = []
    inside = np.ones(len(missed), bool)
    while len(conditions) < MOST_CONDITIONS:
        here, of = unknowns[inside], missed[inside]
        if of.mean() >= ENOUGH or len(of) < 2 * FEWEST_OF_EACH:
            break
        candidates, holds = _candidates(here)
        if not candidates:
            break
        covered = holds.T.astype(float) @ of / missed.sum()
        scores = np.where(covered >= LEAST_COVERED, _parting(holds, of[:, None])[:, 0], -np.inf)
        best = int(np.argmax(scores))
        if not scores[best] > 0:
            break
        if shuffler is not None:
            shuffled = np.stack([shuffler.permutation(of) for _ in range(SHUFFLES)], axis=1)
            by_chance = _parting(holds, shuffled).max(axis=0)
            if (1 + np.sum(by_chance >= scores[best])) / (1 + SHUFFLES) > RARE:
                break
        conditions.append(candidates[best])
        inside = inside & candidates[best].holds(unknowns)
    return _without_idle(conditions)


def _candidates(unknowns: np.ndarray) -> tuple[list[Condition], np.ndarray]:
    """Every condition that may be tried, and where each holds; shape (replications, conditions)."""
    conditions: list[Condition] = []
    for column in range(unknowns.shape[1]):
        for value in np.unique(percentiles(unknowns[:, [column]], SHARES.tolist())[:, 0]):
            conditions += [Condition(column, above, float(value)) for above in (False, True)]
    holds = [one.holds(unknowns) for one in conditions]
    kept = [place for place, one in enumerate(holds) if 0 < one.sum() < len(one)]
    return [conditions[place] for place in kept], np.array([holds[place] for place in kept]).T.reshape(
        len(unknowns), -1
    )


def _parting(holds: np.ndarray, missed: np.ndarray) -> np.ndarray:
    """How far each condition parts misses from the rest, in errors; above nought where more miss where it holds.

    Args:
        holds: shape (replications, conditions). missed: shape (replications, trials).

    Returns: shape (conditions, trials).
    """
    count, size = len(holds), holds.sum(axis=0)[:, None]
    share = missed.sum(axis=0) / count
    within = holds.T.astype(float) @ missed.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(share * (1 - share) * size * (count - size) / max(count - 1, 1))
        return np.where(error > 0, (within - size * share) / error, -np.inf)


def _without_idle(conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions without those that a later one on the same side of the same unknown makes idle."""
    last = {(one.unknown, one.above): one for one in conditions}
    return [one for one in conditions if last[one.unknown, one.above] is one]


def _inside(conditions: Sequence[Condition], unknowns: np.ndarray) -> np.ndarray:
    inside = np.ones(len(unknowns), bool)
    for one in conditions:
        inside &= one.holds(unknowns)
    return inside


def _again(unknowns: np.ndarray, missed: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Of conditions found anew in resamples their ``_rates`` within the resample, and in what was left out of it.

    Shape (resamples, 3) each; a resample that finds nothing counts as one that does no better.
    """
    within, without = [], []
    for _ in range(RESAMPLES):
        chosen = rng.integers(len(missed), size=len(missed))
        out = np.ones(len(missed), bool)
        out[chosen] = False
        conditions = _box(unknowns[chosen], missed[chosen], None) if missed[chosen].any() else []
        within.append(_rates(conditions, unknowns[chosen], missed[chosen]))
        without.append(_rates(conditions, unknowns[out], missed[out]))
    return np.array(within), np.array(without)


def _rates(conditions: Sequence[Condition], unknowns: np.ndarray, missed: np.ndarray) -> np.ndarray:
    """How often is missed where conditions hold, how often elsewhere, and the part of misses that they describe."""
    inside, base = _inside(conditions, unknowns), missed.mean()
    if not conditions or not inside.any() or inside.all() or not missed.any():
        return np.array([base, base, 1.0])
    return np.array([missed[inside].mean(), missed[~inside].mean(), inside[missed].mean()])
