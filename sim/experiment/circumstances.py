"""Circumstances: what a replication met that no plan decides, the draws of the uncertainties and the market's path.

All of it follows from the seed and the replication's number alone, so it is known without playing, of replications
that nobody plays as well. Its mean over all luck is known exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.experiment.settings import RunSettings
from sim.luck import UNCERTAINTY, entity, fill_uniforms_of
from sim.rules.market import Path, path, regime_odds
from sim.scenario.load import ScenarioSource
from sim.scenario.market import Market

UNPLAYED = 1 << 40  # the first replication that no command plays
SAMPLE = 20_000  # of those, so many tell how circumstances spread
HALF = 6  # months over which the market's path is told as one number


@dataclass(frozen=True)
class Circumstances:
    """One column each: an uncertainty on its normal scale, and by half-year the market's mean level and its time in
    each regime but the first. All less their true means.

    ``met`` are those of the replications, shape (replications, columns), ``others`` those of replications that nobody
    plays, shape (``SAMPLE``, columns).
    """

    met: np.ndarray
    others: np.ndarray


def circumstances(source: ScenarioSource, settings: RunSettings, numbers: np.ndarray) -> Circumstances:
    """What some replications of a scenario meet; without columns where it leaves nothing to luck of that kind.

    The market is left out where its rules are uncertain themselves: then its mean is another one in each draw.

    Args:
        numbers: the replications, shape (replications,).
    """
    unplayed = UNPLAYED + np.arange(SAMPLE)
    drawn = scores_drawn(source, settings.seed, numbers // settings.lucks_per_draw) if settings.uncertain else []
    others = scores_drawn(source, settings.seed, unplayed) if settings.uncertain else []
    if not settings.uncertain or not market_is_unsure(source):
        scenario = source.at_central()
        rules, calendar = scenario.world.market, scenario.calendar(settings.months)
        odds = regime_odds(rules, calendar.months)
        drawn += _by_half(rules, odds, path(rules, settings.seed, numbers, calendar.months))
        others += _by_half(rules, odds, _unplayed_path(rules.model_dump_json(), settings.seed, calendar.months))
    beyond = np.array(others).reshape(-1, SAMPLE).T
    return Circumstances(np.array(drawn).reshape(-1, len(numbers)).T, beyond - beyond.mean(axis=0))


def market_is_unsure(source: ScenarioSource) -> bool:
    """Whether the market's own rules are uncertain, so that its mean is another one in each draw."""
    return any(one.path[:2] == ("world", "market") for one in source.references)


def scores_drawn(source: ScenarioSource, seed: int, draws: np.ndarray) -> list[np.ndarray]:
    """The uncertainties that a scenario refers to; shape (draws,) each."""
    found, u, keys = [], np.empty(len(draws)), draws.astype(np.uint64)
    for name in dict.fromkeys(one.name for one in source.references):
        law = source.uncertainties[name]
        fill_uniforms_of(u, entity(law.luck_name(name)), UNCERTAINTY, np.uint64(0), np.uint64(seed), keys)
        found.append(law.scores(u))
    return found


@lru_cache(maxsize=4)
def _unplayed_path(rules: str, seed: int, months: int) -> Path:
    """The market of the unplayed replications, which most plans share; ``rules`` as JSON."""
    return path(Market.model_validate_json(rules), seed, UNPLAYED + np.arange(SAMPLE), months)


def _by_half(rules: Market, odds: np.ndarray, market: Path) -> list[np.ndarray]:
    """The market by half-year; shape (replications,) each. Nothing of a market that does not move.

    Args:
        odds: of each regime in each month, shape (months, regimes).
    """
    found, factor = [], rules.common_factor
    for begun in range(0, len(odds), HALF):
        months = slice(begun, begun + HALF)
        if factor.leads_sigma_log or factor.odds_sigma_logit:
            found.append(market.levels[:, months].mean(axis=1))
        for place, name in enumerate(rules.regimes):
            if name != rules.first_regime and odds[months, place].any():
                found.append((market.regimes[:, months] == place).mean(axis=1) - odds[months, place].mean())
    return found
