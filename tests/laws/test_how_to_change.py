"""docs/how_to_change.md: each recipe is applied to a copy of the project, and what it promises is then there.

The page's diffs are the change, so the page cannot go stale. What plays is played uncompiled: a copy has no cache.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how_to_change.md"
MOST_FILES = {"a measure": 1, "a page with a figure": 2, "a command": 2, "a lever": 5, "a lead source": 6}
PARTS = ("sim", "scenarios", "configs", "docs")


def recipe(name: str) -> str:
    """The diffs of a recipe, as one patch."""
    page = PAGE.read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {name[0].upper()}{name[1:]}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    return "".join(re.findall(r"^```diff\n(.*?)^```", section, re.M | re.S))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def follow(copy: Path, name: str) -> None:
    """Apply a recipe, and see that it stays within the files that it may touch."""
    patch = recipe(name)
    touched = set(re.findall(r"^\+\+\+ b/(sim/\S+)", patch, re.M))
    assert 0 < len(touched) <= MOST_FILES[name], touched
    done = subprocess.run(
        ["git", "apply", "--recount", "--unidiff-zero", "-"], cwd=copy, input=patch, text=True, capture_output=True
    )
    assert done.returncode == 0, f"the recipe no longer fits the code; mend {PAGE.name}:\n{done.stderr}"


def salesim(copy: Path, *words: str) -> str:
    """What a command of the copy says. It is played uncompiled and keeps nothing."""
    env = {**os.environ, "PYTHONPATH": str(copy), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-m", "sim", *words], cwd=copy, env=env, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def played(copy: Path, *words: str, figures: str = "false") -> Path:
    """The folder of a small run of the copy."""
    quick = ("run.replications=1", "run.months=4", "run.n_jobs=1", "run.keep=false", f"run.figures={figures}")
    salesim(copy, "run", "scenario=tests/worlds/plain.yaml", *quick, *words)
    return copy / "results" / "latest"


def total(folder: Path, measure: str, group_kind: str = "all", group: str = "all") -> float:
    """The mean of a measure over the whole run."""
    table = pd.read_csv(folder / "summary.csv")
    here = (table["measure"] == measure) & (table["period_kind"] == "total")
    return float(table.loc[here & (table["group_kind"] == group_kind) & (table["group"] == group), "mean"].iloc[0])


@pytest.fixture
def world(copy: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "worlds", copy / "tests" / "worlds")
    return copy


@pytest.mark.slow
def test_a_measure(world: Path) -> None:
    follow(world, "a measure")
    folder = played(world)
    assert 0.0 < total(folder, "large_bookings") < total(folder, "bookings")
    declared = pd.read_csv(folder / "measures.csv").set_index("name").loc["large_bookings"]
    assert declared["label"] == "Bookings of large deals"
    assert "large_bookings" in salesim(world, "measures")


@pytest.mark.slow
def test_a_command(copy: Path) -> None:
    follow(copy, "a command")
    assert "ae: 100 seats" in salesim(copy, "seats", "scenario=base")
    assert "count the seats" in salesim(copy, "help")


@pytest.mark.slow
def test_a_page_with_a_figure(world: Path) -> None:
    follow(world, "a page with a figure")
    folder = played(world, figures="true")
    assert "Slips by quarter" in (folder / "report.html").read_text(encoding="utf-8")
    assert (folder / "figures" / "slips_by_quarter.png").stat().st_size > 5_000


@pytest.mark.slow
def test_a_lever(world: Path) -> None:
    before = total(played(world), "bookings")
    follow(world, "a lever")
    assert total(played(world), "bookings") == before  # at 0 nothing changes
    assert total(played(world, "levers.references_logit=0.5"), "bookings") > 1.2 * before


@pytest.mark.slow
def test_a_lead_source(world: Path) -> None:
    """200 leads a month of which 0.4 become opportunities, in four months: 320, give or take three times 18."""
    follow(world, "a lead source")
    fairs = "world.sources.fairs={kind: events, leads_per_month: {all: 200}, show_up_share: 0.4}"
    found = total(played(world, fairs), "opportunities_created", "source", "fairs")
    assert abs(found - 320) < 54
