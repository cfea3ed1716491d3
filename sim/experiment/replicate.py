"""Replications of one or more plans under the same luck: a pure function of scenarios, settings and numbers."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.experiment.one_more_head import OneMore, Yardstick
from sim.experiment.settings import RunSettings
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.kpis import Rows
from sim.org.first_day.opening import Opening
from sim.org.first_day.past import Past
from sim.scenario.load import ScenarioSource
from sim.scenario.scenario import Scenario, World
from sim.world import past_of, prepare, simulate


@dataclass(frozen=True)
class Part:
    """Some replications of all plans, and the process that played them."""

    numbers: range
    values: tuple[np.ndarray, ...]  # by plan, shape (replications, rows of the plan)
    process_id: int
    one_more: tuple[np.ndarray, ...] = ()  # of each replication that is played with one head more; see Yardstick


def draw_of(numbers: np.ndarray | int, settings: RunSettings) -> np.ndarray | int:
    """Which draw of the uncertainties each replication belongs to."""
    return numbers // settings.lucks_per_draw


def plan_rows(sources: Sequence[ScenarioSource], settings: RunSettings) -> list[Rows]:
    """The rows of each plan's KPI table. No draw changes them."""
    centrals = [source.at_central() for source in sources]
    return [kpis.table(scenario, scenario.calendar(settings.months), settings.most_rows).rows for scenario in centrals]


def pasts_of(sources: Sequence[ScenarioSource]) -> tuple[Past, ...]:
    """What the years before the first day have left, by plan; plans on the same opening and world share it."""
    return tuple(past_of(source.at_central()) for source in sources)


def replicate(
    sources: Sequence[ScenarioSource],
    settings: RunSettings,
    numbers: range,
    more: Sequence[OneMore] = (),
    pasts: Sequence[Past] | None = None,
) -> Part:
    """Play replications ``numbers`` of every plan. ``pasts``: from ``pasts_of``, when they are known already.

    Replication k has luck k and draw k // lucks_per_draw in all plans, whoever plays it and beside which others.
    ``more`` are plans with one head more than the first, played in as many replications as the settings say.
    """
    _spare_the_collector()
    pasts = pasts_of(sources) if pasts is None else pasts
    played = [[] for _ in sources]  # type: list[list[np.ndarray]]
    one_more = []
    for k in numbers:
        added = [one.source for one in more] if k < settings.with_one_more_head else []
        before = [*pasts, *[pasts[0]] * len(added)]
        measured = []
        for place, (scenario, ledger) in enumerate(_play([*sources, *added], settings, k, before)):
            calendar = scenario.calendar(settings.months)
            if place < len(sources):
                played[place].append(kpis.table(scenario, calendar, settings.most_rows).values(ledger))
            if added and (place == 0 or place >= len(sources)):
                measured.append(Yardstick(scenario, calendar).of(ledger))
        one_more += [np.array(measured)] if measured else []
    return Part(numbers, tuple(np.array(values) for values in played), os.getpid(), tuple(one_more))


@cache
def _spare_the_collector() -> None:
    """Once a process: what the imports made stays, so no garbage collection needs to look at it again."""
    gc.collect()
    gc.freeze()


def _play(
    sources: Sequence[ScenarioSource], settings: RunSettings, k: int, pasts: Sequence[Past]
) -> Iterator[tuple[Scenario, Ledger]]:
    """One replication, plan by plan. Plans on the same opening and world share their first day."""
    luck = Luck(settings.seed, k)
    first_days: list[tuple[Scenario, Past, Opening]] = []
    for source, past in zip(sources, pasts, strict=True):
        draw = int(draw_of(k, settings))
        scenario = source.at_draw(settings.seed, draw) if settings.uncertain else source.at_central()
        alike = (day for one, before, day in first_days if before is past and _same_first_day(one, scenario))
        first_day = next(alike, None)
        if first_day is None:
            first_day = prepare(scenario, settings.months, luck, past)
            first_days.append((scenario, past, first_day))
        yield scenario, simulate(scenario, settings.months, luck, first_day)


def _same_first_day(one: Scenario, other: Scenario) -> bool:
    if one is other:
        return True
    if one.opening != other.opening or one.dates != other.dates:
        return False
    acts_before = [name for name in World.model_fields if name not in ("shocks", "value")]  # neither acts before it
    return all(getattr(one.world, name) == getattr(other.world, name) for name in acts_before)
