"""The contest: all plans against each other under the same luck, one replication after another.

The means say which plan to choose. The contest says how the choice may turn out: how often each plan comes out best,
how much it falls short of whichever did, how often it is ahead of each other one, and whether it is better in bad
outcomes and in good ones alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.results.estimates import CONFIDENCE, Estimate, mean_interval, paired, share_of
from sim.results.gap import ODDS, gap_between
from sim.results.simultaneous import widening

Throughout = Literal["every outcome", "bad outcomes first", ""]

LEVELS = np.arange(1, 20) / 20  # from the worst twentieth to the best; beyond them a run knows too little
RESAMPLES = 500
MOST_RIVALS = 10  # that one plan is held against outcome by outcome
BLOCK_VALUES = 4_000_000  # sorted at once, to bound memory
SEED = 20261130  # of the bootstrap, so that the same run is told alike wherever it is told


@dataclass(frozen=True)
class Chances:
    """One plan among all.

    ``best`` is the share of replications in which no other plan is ahead; plans that are level share them. ``regret``
    is how far it falls short, on average, of the plan that came out best, in the unit of what they are ranked by.
    """

    plan: str
    best: Estimate
    regret: Estimate


@dataclass(frozen=True)
class Contest:
    """All plans against each other by ``measure``, in its unit.

    ``ahead[a, b]``: the share of replications in which a is ahead of b; where they are level, half. ``throughout[a,
    b]``: whether a is clearly better than b in every outcome from the worst twentieth to the best ("every outcome"), or
    in the mean of the worst ones however many are taken ("bad outcomes first"); empty where neither can be told.
    ``leads``: whether the likeliest best plan is clearly more often best than every other.
    """

    measure: str
    chances: tuple[Chances, ...]  # in the run's order
    ahead: Mapping[tuple[str, str], Estimate]
    throughout: Mapping[tuple[str, str], Throughout]
    leads: bool

    @property
    def likeliest(self) -> Chances:
        """The plan that comes out best most often."""
        return max(self.chances, key=lambda one: one.best.mean)

    def of(self, plan: str) -> Chances:
        """The chances of a plan."""
        return next(one for one in self.chances if one.plan == plan)


def contest(values: Mapping[str, np.ndarray], draws: np.ndarray, measure: str, pick: str) -> Contest | None:
    """The contest of plans; None of fewer than two, or where no replication has a number for all of them.

    Args:
        values: by plan, shape (replications,), the same luck in a row; the more the better.
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
        pick: the plan that is held against others outcome by outcome.
    """
    names = list(values)
    table = np.array([values[name] for name in names], float).T
    known = ~np.isnan(table).any(axis=1)
    table, draws = table[known], draws[known]
    if len(names) < 2 or not len(table):
        return None
    short = table.max(axis=1, keepdims=True) - table
    short[paired(table, table + short) == 0] = 0.0  # level but for rounding
    best = (short == 0) / (short == 0).sum(axis=1, keepdims=True)
    shares, regrets = share_of(best, draws), mean_interval(short, draws)
    chances = tuple(Chances(name, shares.of(at), regrets.of(at)) for at, name in enumerate(names))
    ahead: dict[tuple[str, str], Estimate] = {}
    for at, name in enumerate(names):
        differences = np.array([paired(table[:, other], table[:, at]) for other in range(len(names))]).T
        found = share_of((np.sign(differences) + 1) / 2, draws)
        ahead |= {(name, other): found.of(to) for to, other in enumerate(names) if other != name}
    return Contest(measure, chances, ahead, _throughout(table, draws, names, pick), _leads(best, draws))


def _leads(best: np.ndarray, draws: np.ndarray) -> bool:
    """Whether the plan that is best most often is clearly so, held against all others at once."""
    top = int(best.mean(axis=0).argmax())
    others = [at for at in range(best.shape[1]) if at != top]
    differences = np.array([best[:, top] - best[:, at] for at in others]).T
    wider = widening(differences, draws, True)
    return all(gap_between(best[:, at], best[:, top], draws, ODDS, wider).ahead for at in others)


def _throughout(
    table: np.ndarray, draws: np.ndarray, names: Sequence[str], pick: str
) -> dict[tuple[str, str], Throughout]:
    """The pick against each of its nearest rivals and they against it, outcome by outcome."""
    mine = names.index(pick)
    nearest = sorted((at for at in range(len(names)) if at != mine), key=lambda at: -table[:, at].mean())[:MOST_RIVALS]
    chosen = [mine, *nearest]
    better, deeper = dominance(table[:, chosen], draws)
    found: dict[tuple[str, str], Throughout] = {}
    for at in range(1, len(chosen)):
        for one, two in ((0, at), (at, 0)):
            said: Throughout = "every outcome" if better[one, two] else "bad outcomes first" if deeper[one, two] else ""
            found[names[chosen[one]], names[chosen[two]]] = said
    return found


def dominance(table: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of which pairs of plans the first is clearly better outcome by outcome, and bad outcomes first; (plans, plans).

    It is first-order stochastic dominance over ``LEVELS``, and second-order dominance as the mean of the outcomes up to
    each level and of all of them. Each level is asked by a one-sided test on paired draws played anew, and dominance is
    told only where all say so: then the chance to tell it where it does not hold is at most 5 %, whatever the plans.

    Args:
        table: shape (replications, plans). draws: shape (replications,).

    Source: Davidson and Duclos, "Testing for restricted stochastic dominance", Econometric Reviews 32 (2013); Berger,
    "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24 (1982), for asking all levels.
    """
    number = np.unique(draws, return_inverse=True)[1]
    units, plans = int(number.max()) + 1, table.shape[1]
    never = np.zeros((plans, plans), bool)
    if units < 2:
        return never, never
    order = np.argsort(table, axis=0, kind="stable")
    ordered = np.take_along_axis(table, order, axis=0)
    of_unit = number[order]
    rng = np.random.default_rng(SEED)
    block = max(1, min(RESAMPLES, BLOCK_VALUES // table.size))
    reached = [_levels(ordered, np.ones((1, *table.shape)))]
    for begun in range(0, RESAMPLES, block):
        count = min(block, RESAMPLES - begun)
        times = rng.multinomial(units, np.full(units, 1 / units), size=count)  # how often each draw is taken
        reached.append(_levels(ordered, times[:, of_unit].astype(float)))
    levels, means = (np.concatenate(parts) for parts in zip(*reached, strict=True))
    return _all_better(levels), _all_better(means)


def _levels(ordered: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each plan's outcome at each of ``LEVELS``, and the mean of those up to it and of all; times is how often each is.

    Args:
        ordered: shape (replications, plans), by size. times: shape (resamples, replications, plans).

    Returns: shape (resamples, plans, levels) and (resamples, plans, levels + 1).
    """
    upto = times.cumsum(axis=1)
    total = upto[:, -1:, :]
    sums = (times * ordered).cumsum(axis=1)
    outcomes, means = [], []
    for level in (*LEVELS, 1.0):
        place = np.minimum((upto < level * total - 1e-9).sum(axis=1, keepdims=True), len(ordered) - 1)
        at = np.take_along_axis(np.broadcast_to(ordered, upto.shape), place, axis=1)
        below = np.take_along_axis(sums, place, axis=1) - (np.take_along_axis(upto, place, axis=1) - level * total) * at
        outcomes.append(at[:, 0])
        means.append((below / (level * total))[:, 0])
    return np.stack(outcomes[:-1], axis=-1), np.stack(means, axis=-1)


def _all_better(reached: np.ndarray) -> np.ndarray:
    """Of which pairs the first is clearly above the second at every level; the first entry is what was seen."""
    seen, again = reached[0], reached[1:]
    plans = seen.shape[0]
    better = np.zeros((plans, plans), bool)
    for one in range(plans):
        for two in range(plans):
            difference = seen[one] - seen[two]
            if one == two or (difference <= 0).any():
                continue
            low = np.quantile(again[:, one] - again[:, two], 1 - CONFIDENCE, axis=0)
            better[one, two] = bool((low > 0).all())
    return better
