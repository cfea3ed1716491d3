"""Before choosing: what it is worth to know each uncertainty before one chooses among plans, from their replications.

They are the same plays that ``salesim compare`` makes, so a comparison that was played is not played again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiment.plan import Asked, KpiTable, Plan, draw_of
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.results.estimates import moments
from sim.results.gap import USD, Gap, gap_between
from sim.results.judged_by import MEASURED, with_kept, worth_of
from sim.results.knowing import FEWEST_DRAWS, Worth, worth_of_knowing
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource


@dataclass(frozen=True)
class Unknown:
    """An uncertainty, and what knowing it before one chooses is worth."""

    name: str
    worth: Worth


@dataclass(frozen=True)
class BeforeChoosing:
    """A choice among plans, and what knowing is worth for it, the most first."""

    plans: tuple[str, ...]
    best: str  # by the mean
    next_best: str
    ahead: Gap  # of the best over the next
    by: str  # the measure that plans are worth by
    replications: int
    months: int
    unknowns: tuple[Unknown, ...]


def check_choice(sources: Sequence[ScenarioSource], settings: RunSettings) -> list[ScenarioSource]:
    """The scenarios that compete. Raises UserError where there is nothing to choose, or nothing that could be known."""
    plans = [one for one in sources if one.kind == "plan"]
    if len(plans) < 2:
        raise UserError("knowing is worth something only where there are two plans or more to choose from.")
    if not settings.uncertain or not _shared(plans):
        raise UserError("nothing that these plans share is uncertain, so there is nothing to know.")
    draws = -(-settings.replications // settings.lucks_per_draw)
    if draws < FEWEST_DRAWS:
        raise UserError(
            f"{draws} draws tell nothing of what knowing is worth; give {FEWEST_DRAWS} or more (run.replications)."
        )
    return plans


def before_choosing(plans: Sequence[ScenarioSource], settings: RunSettings, player: Player) -> BeforeChoosing:
    """Plays the plans, those of ``check_choice``, as a comparison does. Raises ScenarioError for an impossible draw."""
    numbers, table = range(settings.replications), KpiTable(settings.most_rows)
    asked = [Asked(Plan.of(one, settings), table, numbers) for one in plans]
    totals = []
    for one, values in zip(asked, player.values(asked), strict=True):
        places = {measure: table.rows(one.plan).total_place(measure) for measure in MEASURED}
        none = np.full(len(numbers), np.nan)
        totals.append(with_kept({m: none if at is None else values[:, at] for m, at in places.items()}))
    by = worth_of(totals)
    worth = np.stack([one[by] for one in totals], axis=1)
    draws = np.asarray(draw_of(np.arange(len(numbers)), settings))
    order = np.argsort(-moments(worth)[1], kind="stable")
    unknowns = [
        Unknown(name, worth_of_knowing(worth[:, 1:] - worth[:, :1], _drawn(plans[0], name, settings, draws), draws))
        for name in _shared(plans)
    ]
    unknowns.sort(key=lambda one: (not one.worth.clear, -one.worth.estimate.mean, -one.worth.estimate.high))
    first, second = (int(place) for place in order[:2])
    return BeforeChoosing(
        tuple(one.name for one in plans), plans[first].name, plans[second].name,
        gap_between(worth[:, second], worth[:, first], draws, USD), by, len(numbers), settings.months,
        tuple(unknowns),
    )  # fmt: skip


def _shared(plans: Sequence[ScenarioSource]) -> list[str]:
    """The uncertainties on which some plan hangs and that mean the same in all."""
    used = {reference.name for one in plans for reference in one.references}
    first = plans[0].uncertainties
    return [
        name for name, one in first.items()
        if name in used and all(other.uncertainties.get(name) == one for other in plans)
    ]  # fmt: skip


def _drawn(plan: ScenarioSource, name: str, settings: RunSettings, draws: np.ndarray) -> np.ndarray:
    return np.array([plan.drawn(settings.seed, int(draw))[name] for draw in draws])
