"""The compiled loop never reads or writes past an array: it is played with numba's bounds checks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import ledger
from sim.calendar import Calendar
from sim.luck import Luck
from sim.pipeline import clocks
from sim.pipeline.engine import Pipeline
from sim.pipeline.moves import write_move
from sim.pipeline.rows import NoRoom
from sim.pipeline.state import build
from sim.pipeline.tables import MOVES
from sim.scenario.load import load
from tests.makers.play import WORLDS

ROOT = Path(__file__).parents[2]
QUIET = "opening.past_seat_years=0"
EDGES: list[tuple[str, ...]] = [
    (),
    ("world.segments.smb.push_days=7", "opening.warm_up_days=1000"),
    ("world.roles.ae.selling_hours_per_week=1",),
    ("world.roles.ae.selling_hours_per_week=80", "world.attention.enabled=false"),
    ("world.market.regimes.normal.cycle_multiplier=10", "world.market.regimes.normal.size_multiplier=10"),
    ("world.market.regimes.normal.cycle_multiplier=0.1", "world.market.regimes.normal.leads_multiplier=10"),
    ("world.segments.smb.stages.discovery.attempts=15", "world.segments.smb.stalls.never_revives_share=0"),
    ("dates.closed_weekdays=[1,2,3,4,5,6]",),
    ("dates.equal_months=true", "world.behaviour.responsiveness=3"),
    ("world.segments.enterprise.cycle_elasticity_to_size=1", "world.segments.enterprise.deal_size.sigma_log=3"),
]

PLAY = """
import sys
import numba
assert numba.config.BOUNDSCHECK == 1
from sim import world
from sim.luck import Luck
from sim.scenario.load import load
name, months, replications, *overrides = sys.argv[1:]
plays = [one.split() for one in overrides] or [[]]
for words in plays:
    scenario = load(name, words)
    for replication in map(int, replications.split(",")):
        try:
            world.simulate(scenario, int(months), Luck(1, replication))
        except Exception as problem:
            raise SystemExit(f"{words} {replication}: {type(problem).__name__}: {problem}") from problem
"""


def play(folder: Path, name: str, months: int, replications: str, *overrides: str) -> None:
    """Plays a scenario with bounds checks, in a process with a cache of compiled code of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PLAY, name, str(months), replications, *overrides],
        env={**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1500:]


@pytest.mark.slow
def test_nothing_lies_outside_in_base_and_at_the_edges(tmp_path: Path) -> None:
    play(tmp_path, "base", 24, ",".join(map(str, range(40))), QUIET)
    play(tmp_path, "base", 9, "0,1", *(" ".join((QUIET, *words)) for words in EDGES))
    for name in ("busy", "customers", "every_lever"):
        play(tmp_path, str(WORLDS / f"{name}.yaml"), 12, "0,1,2")


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    scenario = load(str(WORLDS / "plain.yaml"))
    calendar = scenario.calendar(3)
    return Pipeline(build(scenario, calendar, Luck(1, 0), [], []))


@pytest.mark.parametrize("day", [-1e9, -1501.5, 1e5, 1e18, np.inf])
def test_the_calendar_answers_for_days_that_its_tables_do_not_reach(pipeline: Pipeline, day: float) -> None:
    """All days are open there, and the working clock runs on without a jump."""
    assert clocks.same_time_next_open_day(pipeline.state, day) == day
    assert clocks.worked_at(pipeline.state, day) == pytest.approx(_worked(pipeline, day))


def _worked(pipeline: Pipeline, day: float) -> float:
    state = pipeline.state
    first, days = float(state.knobs[0]["origin"]), len(state.open_days)
    return day - first if day < first else float(state.worked_before[-1]) + day - first - days


def test_a_closed_day_at_the_very_end_leads_out_of_the_tables() -> None:
    scenario = load(str(WORLDS / "plain.yaml"))
    state = build(scenario, Calendar(scenario.dates.start, 1), Luck(1, 0), [], [])
    state.open_days[-3:] = 0.0
    end = len(state.open_days) + float(state.knobs[0]["origin"])
    assert clocks.same_time_next_open_day(state, end - 2.5) == end + 0.5


def test_no_row_is_written_past_a_table(pipeline: Pipeline) -> None:
    state = pipeline.state
    state.put("moves", np.zeros(2, ledger.MOVES))
    state.count[MOVES] = 0
    for _ in range(2):
        write_move(state, 0.0, 0, ledger.WIN)
    with pytest.raises(NoRoom, match="smaller"):
        write_move(state, 0.0, 0, ledger.WIN)
    assert state.count[MOVES] == 2
