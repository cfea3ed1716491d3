"""The market's path: month by month its regime, a Markov chain, and the level of its common factor."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.luck import COMMON_FACTOR, REGIME, entity, fill_normals, fill_uniforms_of
from sim.scenario.market import CommonFactor, Market


class Path(NamedTuple):
    """What the market is in each month; shape (replications, months) each."""

    regimes: np.ndarray  # by place in the scenario's list
    levels: np.ndarray  # of the common factor, in its own long-run standard deviations


def path(rules: Market, seed: int, replications: np.ndarray, months: int) -> Path:
    """The market of some replications, a pure function of (seed, replication). Plans share it; nothing else is drawn.

    Args:
        replications: which ones, shape (replications,).

    By definition of a Markov chain and a first-order autoregression; that a market is so is our own.
    """
    names, who = list(rules.regimes), entity("market")
    numbers = np.asarray(replications).astype(np.uint64)
    regimes = np.full((len(numbers), months), names.index(rules.first_regime))
    levels, drawn = np.zeros(regimes.shape), np.zeros(len(numbers))
    chances = [np.cumsum(list(rules.regimes[name].next_month.values())) for name in names]
    nexts = [np.array([names.index(other) for other in rules.regimes[name].next_month]) for name in names]
    for month in range(months):
        if month > 0:
            fill_uniforms_of(drawn, who, REGIME, np.uint64(month), np.uint64(seed), numbers)
            for place in range(len(names)):
                here = regimes[:, month - 1] == place
                reached = np.searchsorted(chances[place], drawn[here], "right")
                regimes[here, month] = nexts[place][np.minimum(reached, len(nexts[place]) - 1)]
        fill_normals(drawn, who, COMMON_FACTOR, np.uint64(month), np.uint64(seed), numbers)
        kept = kept_of(rules.common_factor) if month > 0 else 0.0
        levels[:, month] = kept * levels[:, month - 1] + math.sqrt(1.0 - kept * kept) * drawn
    return Path(regimes, levels)


def kept_of(factor: CommonFactor) -> float:
    """The part of a level that is left after a month: levels k months apart correlate by ``kept ** k``.

    By definition of a first-order autoregression. It starts stationary: the first month is as uncertain as any other.
    """
    return 0.5 ** (1.0 / factor.half_life_months)


def regime_odds(rules: Market, months: int) -> np.ndarray:
    """How likely each regime is in each month, exactly; shape (months, regimes). By definition of a Markov chain."""
    names = list(rules.regimes)
    step = np.array([[one.next_month.get(name, 0.0) for name in names] for one in rules.regimes.values()])
    now = np.eye(len(names))[names.index(rules.first_regime)]
    found = []
    for _ in range(months):
        found.append(now)
        now = now @ step
    return np.array(found)
