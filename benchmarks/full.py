"""Full: one replication of the base scenario as a run does it, with its draw, its ledger and all its measures.

Sellers do not answer to pay in it; what that takes on top is the part ``behaviour``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.bare_loop import BareLoop
from benchmarks.matched import BARE
from benchmarks.table import Row, bounded
from benchmarks.timing import interleaved
from benchmarks.workload import Workload
from sim.experiment.plan import KpiTable, Plan
from sim.experiment.replicate import replicate
from sim.experiment.settings import load_settings
from sim.scenario.load import load_source

PART = "full"
ROUNDS = 11
# Over the bare C loop of the matched workload: half as much again as when there were only sellers and SDRs.
BOUND = 1.5 * 60 / 7.6


def base_replication() -> Callable[[int], np.ndarray]:
    """A function from a replication's number to the measures of the base scenario, shape (rows,)."""
    plan, table = Plan.of(load_source("base", ["world.behaviour.responsiveness=0"]), load_settings()), KpiTable()

    def play(number: int) -> np.ndarray:
        ((scenario, ledger),) = replicate([plan], number)
        return table(scenario, scenario.calendar(plan.months), ledger)

    return play


def measure() -> list[Row]:
    play = base_replication()
    name = f"base scenario, ledger and {len(play(0)):,} measures"
    jobs: dict[str, Callable[[int], object]] = {name: play}
    rows = []
    try:
        jobs[BARE] = partial(BareLoop().replicate, Workload())
    except FileNotFoundError as missing:
        rows.append(Row(PART, f"over {BARE}", "not measured", f"{missing}"))
    rounds = interleaved(jobs, {name: 8, BARE: 16}, ROUNDS)
    rows.append(Row(PART, name, f"{rounds.ms(name):.1f} ms"))
    if BARE in jobs:
        rows.append(bounded(PART, f"over {BARE} of the matched workload", rounds.ratio(name, BARE), BOUND, "{:.2f}"))
    return rows
