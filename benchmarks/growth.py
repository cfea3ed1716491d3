"""Growth: the cost of a rep in organizations of 100, 500 and 2,000 reps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.matched import MONTHS, matched_scenario
from benchmarks.table import Row, bounded
from benchmarks.timing import interleaved
from sim.luck import Luck
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from sim.world import simulate

PART = "growth"
TIMES = (1, 5, 20)
ROUNDS = 3


def grown_base(times: int) -> Scenario:
    """The base scenario with ``times`` as many seats, hires, leads and dollars of target."""
    raw = load("base").model_dump()
    levers = raw["levers"]
    _multiply_each(raw["opening"]["teams"], "seats", times)
    _multiply_each(levers["requisitions"], "count", times)
    levers["target"]["usd_per_year"] = _multiplied(levers["target"]["usd_per_year"], times)
    for source in raw["world"]["sources"].values():
        if source["kind"] == "inbound":
            source["leads_per_month"] = _multiplied(source["leads_per_month"], times)
            source["program_usd_per_month"] *= times
    return Scenario.model_validate(raw)


def _multiply_each(nouns: dict[str, dict[str, Any]], field: str, times: int) -> None:
    for noun in nouns.values():
        noun[field] *= times


def _multiplied(numbers: dict[str, float], times: int) -> dict[str, float]:
    return {name: number * times for name, number in numbers.items()}


def measure() -> list[Row]:
    rows = []
    for title, scenario_of in (("matched workload", matched_scenario), ("base scenario", grown_base)):
        rows += _growth(title, scenario_of)
    return rows


def _growth(title: str, scenario_of: Callable[[int], Scenario]) -> list[Row]:
    jobs = {str(100 * times): partial(_run, scenario_of(times)) for times in TIMES}
    rounds = interleaved(jobs, {str(100 * times): 20 // times for times in TIMES}, ROUNDS)
    rows = [
        Row(
            PART,
            f"{title}, {int(reps):,} reps",
            f"{rounds.ms(reps):.0f} ms = {rounds.ms(reps) / int(reps):.3f} ms a rep",
        )
        for reps in jobs
    ]
    each = rounds.ratio("2000", "100") / 20
    return [*rows, bounded(PART, f"{title}: cost of a rep, 2,000 reps over 100", each, 1.5, "{:.2f}")]


def _run(scenario: Scenario, replication: int) -> object:
    return simulate(scenario, MONTHS, Luck(1, replication))
