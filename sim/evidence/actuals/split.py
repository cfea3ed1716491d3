"""What of a driver's deviation from the plan is the market's, what luck's, and what its own.

In the plan's replications it is known what each met of the market and what the unsure assumptions came to. A straight
line from these to the drivers says how they move; what is left over is luck, all drivers together. Of a quarter that is
over only the sum is seen. It is split as the replications would be on average: over all markets that the plan held
possible, each as likely as the drivers make it (Bayes), and over which drivers of the company itself changed. A change
that the plan did not know of is held likely ``CHANGES`` of the times, and to be of the size ``CHANGE`` of the driver,
or ``FARTHER`` times as wide as luck where that is more: judged, and so wide that a driver which is plainly off keeps
nearly all of it. A change is held to stay in its driver: what fewer deals created do to the share that closes in time,
or leavers to odds, may count as the market's.

Source: slab and spike, Mitchell and Beauchamp, "Bayesian variable selection in linear regression", JASA 83 (1988).
Slopes are shrunk as far as their error says, as James and Stein (1961) do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from sim.evidence.actuals.met import Met, nothing
from sim.results.sharper import enough

CHANGES = 0.1  # how likely a driver is to have changed, before it is seen
CHANGE = 0.3  # of the driver's usual value, a standard deviation
FARTHER = 5.0
FEWEST_TOGETHER = 30  # replications, below which drivers are held to move each by itself
TOGETHER = 1e-6  # of luck's variance: keeps drivers apart that only ever move together


@dataclass(frozen=True, eq=False)
class Laws:
    """How the plan's drivers move, in their own units; shape (drivers,) and (drivers, drivers) if nothing else is said.

    ``states`` are the slopes of the market's states, shape (states, drivers), ``leverage`` what their error is made of,
    shape (states, states). ``has_market`` and ``has_unsure``: whether replications were enough to tell the market, and
    unsure assumptions, from luck.
    """

    usual: np.ndarray
    level: np.ndarray
    unsure: np.ndarray
    luck: np.ndarray
    states: np.ndarray
    leverage: np.ndarray
    paths: np.ndarray
    odds: np.ndarray
    has_market: bool
    has_unsure: bool


@dataclass(frozen=True, eq=False)
class Split:
    """Shape (drivers,) each; they add up to the deviation. ``market_error`` and ``luck_error`` say how surely the sums
    are known: the spread of each, all drivers together, in the unit of the weights.
    """

    market: np.ndarray
    own: np.ndarray
    luck: np.ndarray
    market_error: float
    luck_error: float


def learned(drivers: np.ndarray, met: Met, draws: np.ndarray) -> Laws:
    """How drivers move in the plan's replications. Where these are too few for all, assumptions go first.

    Args:
        drivers: shape (replications, drivers). draws: shape (replications,), which draw each belongs to.
    """
    for used in (met, met.without_unsure()):
        if used.columns.shape[1] == 0 or enough(used.columns, draws):
            break
    else:
        used = nothing(len(drivers))
    rows = np.column_stack([np.ones(len(drivers)), used.columns])
    inverse = np.linalg.pinv(rows.T @ rows)
    found = inverse @ rows.T @ drivers
    rest = drivers - rows @ found
    luck = rest.T @ rest / max(len(rows) - rows.shape[1], 1)
    if len(rows) < FEWEST_TOGETHER:
        luck = np.diag(np.diag(luck))
    ends = np.cumsum([1, *(one.shape[1] for one in (used.levels, used.states, used.unsure))])
    inside = [slice(*pair) for pair in pairwise(ends)]
    levels, states, unsure = (_shrunk(found[one], inverse[one, one], np.diag(luck)) for one in inside)
    return Laws(
        found[0], levels.T @ used.level_spread @ levels, unsure.T @ used.unsure_spread @ unsure,
        luck, states, inverse[inside[1], inside[1]], used.paths, used.odds,
        used.has_market == met.has_market, used.unsure.shape == met.unsure.shape,
    )  # fmt: skip


def _shrunk(slopes: np.ndarray, inverse: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Slopes of each driver, shape (columns, drivers), less what their own error would have made of them."""
    seen = np.einsum("cd,ce,ed->d", slopes, np.linalg.pinv(inverse), slopes)
    by_error = np.divide(len(slopes) * luck, seen, out=np.ones_like(seen), where=seen > 0)
    return slopes * np.clip(1.0 - by_error, 0.0, 1.0)


def change_spread(laws: Laws) -> np.ndarray:
    """How far a driver changes by itself if it does, a standard deviation, shape (drivers,)."""
    return np.maximum(CHANGE * np.abs(laws.usual), FARTHER * np.sqrt(np.diag(laws.luck)))


def split(laws: Laws, came: np.ndarray, wider: np.ndarray, weights: np.ndarray) -> Split:
    """The parts of ``came`` less ``laws.usual``. What a driver that no luck moves is off by is its own.

    Args:
        came: shape (drivers,). wider: how much wider luck is than in the plan, for as few deals as there were: a
            factor on its spread. weights: what a unit of each driver is worth.
    """
    spread = np.sqrt(np.diag(laws.luck))
    moves = np.flatnonzero(spread > 0)
    market, own, luck = np.zeros((3, len(came)))
    own[:] = came - laws.usual
    if not len(moves):
        return Split(market, own, luck, 0.0, 0.0)
    unit = spread[moves]
    level, unsure, chance = (
        one[np.ix_(moves, moves)] / np.outer(unit, unit) for one in (laws.level, laws.unsure, laws.luck)
    )
    chance += TOGETHER * np.eye(len(moves))
    value, by_chance = weights[moves] * unit, chance * np.outer(wider[moves], wider[moves])
    change = change_spread(laws)[moves] / unit
    place = laws.paths @ laws.states[:, moves] / unit
    rest = own[moves] / unit - place
    of_market = level + np.einsum("ps,st,pt->p", laws.paths, laws.leverage, laws.paths)[:, None, None] * chance
    ways = [
        _way(np.array(changed), change, of_market, unsure, by_chance, place, rest, np.log(laws.odds), value)
        for changed in product((False, True), repeat=len(moves))
    ]
    likely, parts, left = (np.concatenate(one, axis=-1) for one in zip(*ways, strict=True))
    likely = np.exp(likely - likely.max())
    likely /= likely.sum()
    market[moves], own[moves], luck[moves] = (parts @ likely) * unit
    sums = np.einsum("kdp,d->kp", parts, value)[[0, 2]]
    errors = np.sqrt((left + (sums - (sums @ likely)[:, None]) ** 2) @ likely)
    return Split(market, own, luck, *map(float, errors))


def _way(
    changed: np.ndarray, change: np.ndarray, of_market: np.ndarray, unsure: np.ndarray, by_chance: np.ndarray,
    place: np.ndarray, rest: np.ndarray, odds: np.ndarray, value: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """If those drivers changed: how likely each path is (its logarithm), shape (paths,); the parts, shape (3, drivers,
    paths); and the variance that is left of the sums of market and luck, shape (2, paths).
    """
    own = unsure + np.diag(changed * change**2)
    every = of_market + own + by_chance
    back = np.linalg.solve(every, rest[:, :, None])[:, :, 0]
    likely = odds + np.log(np.where(changed, CHANGES, 1.0 - CHANGES)).sum()
    likely = likely - 0.5 * (np.linalg.slogdet(every)[1] + (rest * back).sum(axis=1))
    parts = np.stack([(place + (of_market @ back[:, :, None])[:, :, 0]).T, (back @ own).T, (back @ by_chance).T])
    left = []
    for part in (of_market, np.broadcast_to(by_chance, every.shape)):
        across = part @ value
        known = (across * np.linalg.solve(every, across[:, :, None])[:, :, 0]).sum(axis=1)
        left.append(np.maximum(across @ value - known, 0.0))
    return likely, parts, np.stack(left)
