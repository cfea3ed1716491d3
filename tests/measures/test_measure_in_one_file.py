"""A new measure with a sum of its own touches one file of ``sim/``: done here on a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parents[1]
CHAPTER = "measures/support.py"

SUM = """
def _reassigned(reading: Reading) -> Cube:
    moves, frame = reading.ledger.moves, reading.frame
    kept = (moves["kind"] == tables.REASSIGNED) & reading.within_run(moves["day"])
    month, cell = frame.periods.month_index(moves["day"][kept]), reading.cells("deals")[moves["deal"][kept]]
    return Cube(("reassigned",), by_month(frame, cell, month))


MEASURES = (
"""
MEASURE = """
    Measure(
        "deals_reassigned", "Deals that changed hands", "deals", "flow", "Deals that another rep took over.",
        "count of reassignments by day", lambda s: s["reassigned"], SELDOM,
    ),
)  # fmt: skip
"""
PLAY = """
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.app.measures_page import page
from tests.makers import ledgers
from tests.makers.small import small

scenario = small()
calendar = scenario.calendar(6)
ledger = ledgers.invented(scenario, calendar, luck=3)
layout = kpis.table(scenario, calendar)
ledger.moves["kind"][:] = ledgers.tables.REASSIGNED
values = layout.values(ledger)
days = ledger.moves["day"]
in_run = ((days >= 0) & (days < calendar.horizon)).sum()
print(values[layout.rows.total_place("deals_reassigned")] == in_run, "### deals_reassigned" in page())
"""


def test_a_measure_with_a_sum_of_its_own_touches_one_file(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "sim" / CHAPTER
    text = path.read_text(encoding="utf-8")
    text = text.replace("\nMEASURES = (\n", SUM, 1).replace("\n)  # fmt: skip\n", MEASURE, 1)
    path.write_text(text.replace("sums=(_waits,)", "sums=(_waits, _reassigned)", 1), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PLAY], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "True"], done.stderr
