"""Plausibility: a scenario is played, and what comes out is set beside what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.calendar import Calendar
from sim.evidence.published.benchmarks import Benchmark, benchmarks
from sim.evidence.published.model_values import INPUTS, OUTPUTS, Played
from sim.experiment.plan import Asked, Plan, draw_of
from sim.experiment.play import Player, Progress
from sim.experiment.settings import RunSettings
from sim.ledger import Ledger
from sim.measures import kpis
from sim.results.estimates import mean_with_error
from sim.scenario.load import ScenarioSource, load
from sim.scenario.reading.folders import shipped
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Finding:
    """A benchmark with our number: a mean over replications with its standard error, or what the scenario says.

    ``value`` is empty for what comes later, and holds several numbers for a ramp. ``error`` is NaN for an input.
    """

    benchmark: Benchmark
    value: tuple[float, ...]
    error: float

    @property
    def inside(self) -> bool:
        """Whether a single number lies in the published range. False where it is undefined."""
        return len(self.value) == 1 and self.benchmark.holds(self.value[0])

    def outside_beyond_doubt(self, errors: float) -> bool:
        """Whether an output is undefined, or outside by more than so many of its standard errors."""
        leeway = errors * self.error if np.isfinite(self.error) else 0.0
        return not self.benchmark.holds(self.value[0], leeway)


def findings(source: ScenarioSource, settings: RunSettings, progress: Progress | None = None) -> list[Finding]:
    """Every benchmark with our number, in the order of the file."""
    known = of_kind("output")
    played = _play(source, settings, known, progress)
    draws = np.asarray(draw_of(np.arange(len(played)), settings))
    central = source.at_central()
    found = []
    for one in benchmarks():
        if one.kind == "output":
            found.append(_from_replications(one, played[:, known.index(one)], draws))
        elif one.kind == "input":
            found.append(Finding(one, _input(one, central), np.nan))
        else:
            found.append(Finding(one, (), np.nan))
    return found


def of_kind(kind: str) -> list[Benchmark]:
    """The benchmarks of one kind, in the order of the file."""
    return [one for one in benchmarks() if one.kind == kind]


def _from_replications(benchmark: Benchmark, values: np.ndarray, draws: np.ndarray) -> Finding:
    mean, error = mean_with_error(values, draws)
    return Finding(benchmark, (mean,), error)


def _input(benchmark: Benchmark, scenario: Scenario) -> tuple[float, ...]:
    name, *arguments = benchmark.ours.split()
    if not _has_all(scenario, arguments):
        return (np.nan,)
    value = INPUTS[name](scenario, *arguments)
    return tuple(value) if isinstance(value, list) else (value,)


def _play(
    source: ScenarioSource, settings: RunSettings, wanted: Sequence[Benchmark], progress: Progress | None = None
) -> np.ndarray:
    """Outputs by replication, shape (replications, wanted). The ledgers stay in the workers.

    Replication k is the one that ``run`` and ``compare`` play under this number.
    """
    observer = Outputs(tuple(one.ours for one in wanted), settings.most_rows)
    with Player(settings, progress) as player:
        (values,) = player.values([Asked(Plan.of(source, settings), observer, range(settings.replications))])
    return values


@dataclass(frozen=True)
class Outputs:
    """Our number for each output of a list, as ``benchmarks.csv`` names them; NaN where undefined, shape (wanted,)."""

    wanted: tuple[str, ...]
    most_rows: int

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        played = Played(kpis.table(scenario, calendar, self.most_rows), ledger)
        return np.array([
            output(one, played) if _has_all(scenario, one.split()[1:]) else np.nan for one in self.wanted
        ])  # fmt: skip


def _has_all(scenario: Scenario, arguments: Sequence[str]) -> bool:
    """Whether a company has the roles, segments and sources of base that a benchmark names; else it has no number."""
    own = _names(scenario)
    return all(word in own for word in arguments if word in _names_of_base())


@lru_cache(maxsize=1)
def _names_of_base() -> frozenset[str]:
    return _names(load(str(shipped("scenarios") / "base.yaml")))


def _names(scenario: Scenario) -> frozenset[str]:
    world = scenario.world
    return frozenset((*world.roles, *world.segments, *world.sources, *world.regions))


def output(ours: str, played: Played) -> float:
    """Our number for an output, named with its arguments, in one replication; NaN where undefined there."""
    name, *arguments = ours.split()
    return OUTPUTS[name](played, *arguments)
