"""Matched: the product's engine, a plain SimPy model and a bare C loop on the same workload, in one interleaved run."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import plain_simpy
from benchmarks.bare_loop import BareLoop
from benchmarks.table import Row, bounded
from benchmarks.timing import interleaved
from benchmarks.workload import Outcome, Workload
from sim import ledger
from sim.luck import Luck
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from sim.world import assemble, drive, prepare, simulate

PART = "matched"
SCENARIO = Path(__file__).with_name("matched.yaml")
MONTHS = 24
OURS, CLOSED, SIMPY, BARE = "this engine", "with monthly closes and the ledger", "plain SimPy", "bare C loop"
EVENTS = (ledger.CREATED, ledger.ADVANCED, ledger.WIN, ledger.LOSS, ledger.GAVE_UP)
ROUNDS = 11
REPLICATIONS = {OURS: 8, CLOSED: 8, SIMPY: 1, BARE: 16}


def matched_scenario(times: int = 1) -> Scenario:
    """The matched workload as a scenario, with ``times`` as many reps."""
    teams = [f"ae_{months}" for months in range(2, 7)]
    return load(str(SCENARIO), [f"opening.teams.{team}.seats={20 * times}" for team in teams])


def two_clocks(scenario: Scenario, replication: int) -> Outcome:
    """One replication by the product's engine, without what the other two do not do: monthly closes and a ledger."""
    luck = Luck(1, replication)
    with np.errstate(over="ignore"):
        first_day = prepare(scenario, MONTHS, luck)
        org = assemble(scenario, scenario.calendar(MONTHS), luck, first_day, with_closes=False)
        drive(org)
    left = np.count_nonzero(org.journal.seats.rows["exit_kind"] == ledger.VOLUNTARY)
    events = np.count_nonzero(np.isin(org.pipeline.moves["kind"], EVENTS))
    return Outcome(float(org.pipeline.credits["amount_usd"].sum()), int(events + left))


def ours(scenario: Scenario, replication: int) -> Outcome:
    """One replication as a run plays it."""
    told = simulate(scenario, MONTHS, Luck(1, replication))
    left = np.count_nonzero(told.seats["exit_kind"] == ledger.VOLUNTARY)
    events = np.count_nonzero(np.isin(told.moves["kind"], EVENTS))
    return Outcome(float(told.credits["amount_usd"].sum()), int(events + left))


def measure() -> list[Row]:
    load = Workload()
    scenario = matched_scenario()
    jobs: dict[str, Callable[[int], Outcome]] = {
        OURS: partial(two_clocks, scenario),
        CLOSED: partial(ours, scenario),
        SIMPY: partial(plain_simpy.replicate, load),
    }
    rows = []
    try:
        jobs[BARE] = partial(BareLoop().replicate, load)
    except FileNotFoundError as missing:
        rows.append(Row(PART, BARE, "not measured", f"{missing}"))
    rounds = interleaved(jobs, REPLICATIONS, ROUNDS)
    for name, job in jobs.items():
        events = statistics.mean(job(r).events for r in range(5))
        rows.append(Row(PART, f"{name}, {events:,.0f} events a replication", f"{rounds.ms(name):.1f} ms"))
    rows.append(bounded(PART, f"{OURS} over {SIMPY}", rounds.ratio(OURS, SIMPY), 1 / 10, "{:.3f}"))
    if BARE in jobs:
        rows.append(bounded(PART, f"{OURS} over {BARE}", rounds.ratio(OURS, BARE), 4.0, "{:.2f}"))
        rows.append(Row(PART, f"{CLOSED} over {BARE}", f"{rounds.ratio(CLOSED, BARE):.2f}"))
    return rows
