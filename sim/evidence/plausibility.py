"""Plausibility: a scenario is played, and what comes out is set beside what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from joblib import Parallel, delayed, parallel_config

from sim.evidence.benchmarks import Benchmark, benchmarks
from sim.evidence.ours import INPUTS, OUTPUTS, Played
from sim.experiment.experiment import CHUNK
from sim.experiment.replicate import draw_of
from sim.experiment.settings import RunSettings
from sim.luck import Luck
from sim.measures import kpis
from sim.scenario.load import ScenarioSource, load
from sim.scenario.places import shipped
from sim.scenario.scenario import Scenario
from sim.world import simulate


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


def findings(source: ScenarioSource, settings: RunSettings) -> list[Finding]:
    """Every benchmark with our number, in the order of the file."""
    known = of_kind("output")
    played = _play(source, settings, known)
    central = source.at_central()
    found = []
    for one in benchmarks():
        if one.kind == "output":
            found.append(_from_replications(one, played[:, known.index(one)]))
        elif one.kind == "input":
            found.append(Finding(one, _input(one, central), np.nan))
        else:
            found.append(Finding(one, (), np.nan))
    return found


def of_kind(kind: str) -> list[Benchmark]:
    """The benchmarks of one kind, in the order of the file."""
    return [one for one in benchmarks() if one.kind == kind]


def _from_replications(benchmark: Benchmark, values: np.ndarray) -> Finding:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return Finding(benchmark, (np.nan,), np.nan)
    error = float(defined.std(ddof=1) / np.sqrt(len(defined))) if len(defined) > 1 else np.nan
    return Finding(benchmark, (float(defined.mean()),), error)


def _input(benchmark: Benchmark, scenario: Scenario) -> tuple[float, ...]:
    name, *arguments = benchmark.ours.split()
    if not _has_all(scenario, arguments):
        return (np.nan,)
    value = INPUTS[name](scenario, *arguments)
    return tuple(value) if isinstance(value, list) else (value,)


def _play(source: ScenarioSource, settings: RunSettings, wanted: Sequence[Benchmark]) -> np.ndarray:
    """Outputs by replication, shape (replications, wanted). The ledgers stay in the workers."""
    chunks = [
        range(first, min(first + CHUNK, settings.replications)) for first in range(0, settings.replications, CHUNK)
    ]
    with parallel_config("loky", inner_max_num_threads=1):
        parts = Parallel(n_jobs=min(settings.workers, len(chunks)))(
            delayed(_some)(source, settings, chunk, wanted) for chunk in chunks
        )
    return np.concatenate(parts)


def _some(source: ScenarioSource, settings: RunSettings, numbers: range, wanted: Sequence[Benchmark]) -> np.ndarray:
    return np.array([_one(source, settings, k, wanted) for k in numbers])


def _one(source: ScenarioSource, settings: RunSettings, k: int, wanted: Sequence[Benchmark]) -> list[float]:
    """Outputs of replication k, which is the one that ``run`` and ``compare`` play under this number."""
    scenario = source.at_draw(settings.seed, int(draw_of(k, settings))) if settings.uncertain else source.at_central()
    layout = kpis.table(scenario, scenario.calendar(settings.months), settings.most_rows)
    missing = [not _has_all(scenario, one.ours.split()[1:]) for one in wanted]
    played = Played(layout, simulate(scenario, settings.months, Luck(settings.seed, k)))
    return [np.nan if lacks else output(one, played) for one, lacks in zip(wanted, missing, strict=True)]


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


def output(benchmark: Benchmark, played: Played) -> float:
    """Our number for an output in one replication; NaN where undefined there."""
    name, *arguments = benchmark.ours.split()
    return OUTPUTS[name](played, *arguments)
