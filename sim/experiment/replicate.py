"""One replication of one or more plans under the same luck, and a task of some replications as a worker does it."""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from sim.experiment.fingerprint import machine
from sim.experiment.plan import Observer, Plan
from sim.ledger import Ledger
from sim.luck import Luck
from sim.org.first_day.opening import Opening
from sim.org.first_day.past import Past
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario, World
from sim.world import past_of, prepare, simulate


def pasts_of(plans: Sequence[Plan]) -> tuple[Past, ...]:
    """What the years before the first day have left, by plan; plans on the same opening and world share it."""
    return tuple(past_of(plan.source.at_central()) for plan in plans)


def replicate(
    plans: Sequence[Plan], number: int, pasts: Sequence[Past] | None = None
) -> Iterator[tuple[Scenario, Ledger]]:
    """One replication, plan by plan. Plans on the same opening and world share their first day.

    ``pasts``: from ``pasts_of``, when they are known already. Raises ScenarioError for an impossible draw.
    """
    first_days: list[tuple[tuple[Luck, int], Scenario, Past, Opening]] = []
    for plan, past in zip(plans, pasts_of(plans) if pasts is None else pasts, strict=True):
        luck = Luck(plan.seed, number)
        run = luck, plan.months
        scenario = plan.scenario(number)
        alike = (
            day for of, one, before, day in first_days
            if of == run and before is past and _same_first_day(one, scenario)
        )  # fmt: skip
        first_day = next(alike, None)
        if first_day is None:
            first_day = prepare(scenario, plan.months, luck, past)
            first_days.append((run, scenario, past, first_day))
        yield scenario, simulate(scenario, plan.months, luck, first_day)


class ImpossibleDraw(Exception):
    """A draw of a lean plan makes no scenario. ``plan.scenario`` of the whole plan says where the trouble is."""

    def __init__(self, place: int, number: int) -> None:
        super().__init__(place, number)
        self.place, self.number = place, number


@dataclass(frozen=True)
class Cargo:
    """What a worker is given once for many tasks."""

    plans: tuple[Plan, ...]
    pasts: tuple[Past, ...]  # by plan
    observers: tuple[Observer, ...]

    @classmethod
    def of(cls, plans: Sequence[Plan], observers: Sequence[Observer]) -> Cargo:
        """With plans as lean as can be, and the pasts played here, once."""
        return cls(tuple(plan.lean() for plan in plans), pasts_of(plans), tuple(observers))

    def packed(self) -> bytes:
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)


@dataclass(frozen=True)
class Job:
    """Some replications of a plan with what is measured of them; both by their places in the cargo."""

    plan: int
    observer: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Done:
    """What a task came to, and the process that did it."""

    values: tuple[np.ndarray, ...]  # by job, shape (numbers, ...)
    process_id: int
    machine: str


def work(packed: bytes, jobs: Sequence[Job]) -> Done:
    """Do a task: play each plan once a replication and measure all that is asked of it. Raises ImpossibleDraw."""
    spare_the_collector()
    cargo = _unpacked(packed)
    values: list[list[np.ndarray]] = [[] for _ in jobs]
    for number in sorted({k for job in jobs for k in job.numbers}):
        plans = list(dict.fromkeys(job.plan for job in jobs if number in job.numbers))
        played = replicate([cargo.plans[p] for p in plans], number, [cargo.pasts[p] for p in plans])
        for plan in plans:
            try:
                scenario, ledger = next(played)
            except ScenarioError:
                raise ImpossibleDraw(plan, number) from None
            calendar = scenario.calendar(cargo.plans[plan].months)
            for place, job in enumerate(jobs):
                if job.plan == plan and number in job.numbers:
                    values[place].append(cargo.observers[job.observer](scenario, calendar, ledger))
    return Done(tuple(np.array(one) for one in values), os.getpid(), machine())


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Cargo:
    cargo: Cargo = pickle.loads(packed)
    return cargo


@cache
def spare_the_collector() -> None:
    """Once a process: what the imports made stays, so no garbage collection needs to look at it again."""
    gc.collect()
    gc.freeze()


def _same_first_day(one: Scenario, other: Scenario) -> bool:
    if one is other:
        return True
    if one.opening != other.opening or one.dates != other.dates:
        return False
    acts_before = [name for name in World.model_fields if name not in ("shocks", "value")]  # neither acts before it
    return all(getattr(one.world, name) == getattr(other.world, name) for name in acts_before)
