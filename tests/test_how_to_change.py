"""docs/how_to_change.md: each recipe is applied to a copy of the project, and what it promises is then there.

The page's diffs are the change, so the page cannot go stale. What plays is played uncompiled: a copy has no cache.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
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


def played(copy: Path, *words: str) -> Path:
    """The folder of a small run of the copy."""
    quick = ("run.replications=2", "run.months=6", "run.n_jobs=1", "run.keep=false", "run.figures=false")
    salesim(copy, "run", "scenario=tests/worlds/plain.yaml", *quick, *words)
    return copy / "results" / "latest"
