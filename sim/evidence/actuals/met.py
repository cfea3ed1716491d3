"""What a plan's replications met: the market around a quarter, and what its unsure assumptions came to.

Both follow from the seed and the replication's number alone. So does how they lie over all luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.experiment.circumstances import HALF, UNPLAYED, market_is_unsure, scores_drawn
from sim.rules.market import path
from sim.scenario.load import ScenarioSource

SAMPLE = 4_000  # unplayed replications that tell how markets lie
FEWEST_THAT_MET = 5  # replications; a state of the market that fewer met cannot be known again
NO_MARKET, UNSURE_MARKET = "no market", "unsure market"


@dataclass(frozen=True, eq=False)
class Met:
    """Columns are less their means over all luck. ``levels`` of the market's common factor, in the quarter and in the
    half-year before; ``states``, the part of that time in each regime but the first; ``unsure``, the uncertainties on
    their normal scale; shape (replications, columns) each. ``level_spread`` and ``unsure_spread`` are their covariances
    over all luck; ``paths`` the states that the market may have, shape (paths, states), each as likely as ``odds``.
    ``without`` says why there is no market, if so; ``unknown`` are regimes that hardly any replication met.
    """

    levels: np.ndarray
    states: np.ndarray
    unsure: np.ndarray
    level_spread: np.ndarray
    unsure_spread: np.ndarray
    paths: np.ndarray
    odds: np.ndarray
    without: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def columns(self) -> np.ndarray:
        """All of them, shape (replications, columns): levels, states, unsure."""
        return np.hstack([self.levels, self.states, self.unsure])

    @property
    def has_market(self) -> bool:
        """Whether the plan has a market that moves."""
        return self.levels.shape[1] + self.states.shape[1] > 0

    def without_unsure(self) -> Met:
        """The market alone."""
        return replace(self, unsure=self.unsure[:, :0], unsure_spread=np.zeros((0, 0)))


def nothing(replications: int, without: str = NO_MARKET) -> Met:
    """Of a plan that leaves nothing but luck."""
    none, flat = np.zeros((replications, 0)), np.zeros((0, 0))
    return Met(none, none, none, flat, flat, np.zeros((1, 0)), np.ones(1), without)


def met(source: ScenarioSource, seed: int, numbers: np.ndarray, draws: np.ndarray | None, months: Sequence[int]) -> Met:
    """What some replications met.

    Args:
        numbers: the replications, shape (replications,). draws: of the uncertainties, as long; None where they were
            held. months: of the quarter, from 0.
    """
    found, unplayed = vars(nothing(len(numbers))), UNPLAYED + np.arange(SAMPLE)
    if draws is not None:
        mine, others = (np.array(scores_drawn(source, seed, those)).T for those in (draws, unplayed))
        if others.size:
            found |= {"unsure": mine - others.mean(axis=0), "unsure_spread": _spread(others)}
        if market_is_unsure(source):
            return Met(**found | {"without": UNSURE_MARKET})
    return Met(**found | _market(source, seed, numbers, unplayed, months))


def _spread(columns: np.ndarray) -> np.ndarray:
    return np.atleast_2d(np.cov(columns, rowvar=False))


def _market(
    source: ScenarioSource, seed: int, numbers: np.ndarray, unplayed: np.ndarray, months: Sequence[int]
) -> dict[str, object]:
    rules = source.at_central().world.market
    mine, others = (path(rules, seed, those, months[-1] + 1) for those in (numbers, unplayed))
    windows = [one for one in (list(months), list(range(max(0, months[0] - HALF), months[0]))) if one]
    found: dict[str, object] = {}
    if rules.common_factor.leads_sigma_log or rules.common_factor.odds_sigma_logit:
        found["levels"], apart = (_means(one.levels, windows) for one in (mine, others))
        found["level_spread"] = _spread(apart)
    unknown: list[tuple[int, str]] = []
    known: list[tuple[int, str]] = []
    for place, name in enumerate(rules.regimes):
        if name != rules.first_regime and (others.regimes == place).any():
            enough = ((mine.regimes == place).any(axis=1)).sum() >= FEWEST_THAT_MET
            (known if enough else unknown).append((place, name))
    keep = ~np.isin(others.regimes, [place for place, _ in unknown]).any(axis=1)
    if known:
        shares = [
            np.hstack([_means((one == place).astype(float), windows) for place, _ in known])
            for one in (mine.regimes, others.regimes[keep])
        ]
        met_by = (shares[0] > 0).sum(axis=0) >= FEWEST_THAT_MET
        usual = shares[1].mean(axis=0)[met_by]
        paths, counts = np.unique(shares[1][:, met_by], axis=0, return_counts=True)
        found |= {"states": shares[0][:, met_by] - usual, "paths": paths - usual, "odds": counts / counts.sum()}
    moves = "levels" in found or known
    return found | {"without": "" if moves else NO_MARKET, "unknown": tuple(name for _, name in unknown)}


def _means(of: np.ndarray, windows: Sequence[Sequence[int]]) -> np.ndarray:
    """By window, shape (replications, windows)."""
    return np.column_stack([of[:, list(months)].mean(axis=1) for months in windows])
