"""Behaviour: a base replication in which sellers respond to their pay, over the same one in which they do not."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.table import Row, bounded
from benchmarks.timing import interleaved
from sim.experiment.plan import KpiTable, Plan
from sim.experiment.replicate import replicate
from sim.experiment.settings import load_settings
from sim.scenario.load import load_source

PART = "behaviour"
ROUNDS = 11
BOUND = 2.0
_OFF, _ON = "behaviour off", "behaviour on"


def measure() -> list[Row]:
    settings = load_settings()

    def job(responsiveness: float) -> Callable[[int], object]:
        plan = Plan.of(load_source("base", [f"world.behaviour.responsiveness={responsiveness}"]), settings)
        return lambda number: [
            KpiTable()(scenario, scenario.calendar(plan.months), ledger)
            for scenario, ledger in replicate([plan], number)
        ]

    rounds = interleaved({_OFF: job(0.0), _ON: job(1.0)}, {_OFF: 8, _ON: 8}, ROUNDS)
    return [
        Row(PART, f"base scenario, {_OFF}", f"{rounds.ms(_OFF):.1f} ms"),
        Row(PART, f"base scenario, {_ON}", f"{rounds.ms(_ON):.1f} ms"),
        bounded(PART, "on over off", rounds.ratio(_ON, _OFF), BOUND, "{:.2f}"),
    ]
