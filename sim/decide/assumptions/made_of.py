"""What a plan's spread is made of, and what the replications that miss its target share, from the same plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.decide.assumptions.crossed import crossed, drawn_together
from sim.decide.assumptions.market_path import MONTHS_OF_HALF, TotalsAndMarket, split
from sim.decide.assumptions.sensitivity import used
from sim.decide.assumptions.signposts import Signposts, signposts
from sim.decide.assumptions.spread import Spread, spread_of
from sim.experiment.plan import Asked, Plan
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.experiment.total import totals_of
from sim.results.judged_by import worth_of
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource

FEWEST_ROWS = 30
PLAYS = TotalsAndMarket()
BOOKINGS = "bookings"


@dataclass(frozen=True)
class Watched:
    """What a signpost may be about: an uncertainty by name, or the market in a half-year, its level or its regime."""

    kind: str  # uncertainty, level or regime
    name: str  # of the uncertainty, or the months of the half-year


@dataclass(frozen=True)
class MadeOf:
    """Of a plan: the parts of what it is worth and of its bookings, and what missed years share."""

    name: str
    worth: str
    months: int
    plays: int
    first_regime: str
    spreads: Mapping[str, Spread]  # of worth and of bookings
    watched: tuple[Watched, ...]  # by column of the signposts
    signposts: Signposts


def check_rows(source: ScenarioSource, settings: RunSettings) -> None:
    """Raises UserError where there is nothing to take apart, or too little to do it with."""
    if not settings.uncertain or not used(source):
        raise UserError(f"shares: nothing is uncertain in {source.name}, so all of its spread is luck.")
    if settings.lucks_per_draw > 1:
        raise UserError("shares: each row draws its luck anew itself; leave run.lucks_per_draw out.")
    if settings.replications < FEWEST_ROWS:
        raise UserError(
            f"shares: {settings.replications} rows tell nothing of shares; give {FEWEST_ROWS} or more"
            " (run.replications)."
        )


def made_of(source: ScenarioSource, settings: RunSettings, player: Player) -> MadeOf:
    """Plays two replications a row and each crossing of them. Raises ScenarioError for an impossible draw."""
    rows, factors = settings.replications, drawn_together(source, used(source))
    names = tuple(source.uncertainties)
    first, second = range(rows), range(rows, 2 * rows)
    asked = [Asked(Plan.of(source, settings), PLAYS, range(2 * rows))]
    asked += [Asked(Plan.of(crossed(source, factor, rows), settings), PLAYS, first) for factor in factors]
    asked.append(Asked(Plan.of(crossed(source, names, -rows), settings), PLAYS, second))
    parts = [split(values) for values in player.values(asked)]
    totals = [totals_of(values) for values, _ in parts]
    worth = worth_of(totals)
    spreads = {
        measure: spread_of(
            totals[0][measure][:rows], totals[0][measure][rows:],
            {factor: one[measure] for factor, one in zip(factors, totals[1:-1], strict=True)}, totals[-1][measure],
        )
        for measure in dict.fromkeys((worth, BOOKINGS))
    }  # fmt: skip
    watched, unknowns = _watched(source, settings, parts[0][1])
    met = totals[0]["hits_target"]
    known = np.isfinite(met) & np.isfinite(unknowns).all(axis=1)
    posts = signposts(unknowns[known], met[known] < 0.5, np.flatnonzero(known))
    plays = sum(len(one.numbers) for one in asked)
    regime = source.at_central().world.market.first_regime
    return MadeOf(source.name, worth, settings.months, plays, regime, spreads, tuple(watched), posts)


def _watched(source: ScenarioSource, settings: RunSettings, market: np.ndarray) -> tuple[list[Watched], np.ndarray]:
    """What differs between plain replications and might be watched: shape (replications, watched)."""
    drawn = [source.drawn(settings.seed, number) for number in range(len(market))]
    names = used(source)
    watched = [Watched("uncertainty", name) for name in names]
    halves = _halves(source.at_central().calendar(settings.months).month_labels)
    watched += [Watched(kind, half) for kind in ("level", "regime") for half in halves]
    values = np.hstack([np.array([[one[name] for name in names] for one in drawn]), market])
    moves = np.ptp(values, axis=0) > 0
    return [one for one, does in zip(watched, moves, strict=True) if does], values[:, moves]


def _halves(months: Sequence[str]) -> list[str]:
    """``2027-01 to 2027-06`` and so on."""
    starts = range(0, len(months), MONTHS_OF_HALF)
    return [f"{months[at]} to {months[min(at + MONTHS_OF_HALF, len(months)) - 1]}" for at in starts]
