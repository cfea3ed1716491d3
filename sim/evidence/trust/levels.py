"""Five factors for each question that a run is asked, 0 to 4, from what tests hold and what the run itself is.

The factors are those of NASA-STD-7009 (credibility of models and simulations) and ASME V&V 40, told for planning: what
the numbers come from, whether they are computed right, whether they agree with the world, whether what is unsure is in
the ranges, and whether the answer stays when something is changed. 0 is nothing, 1 published or judged elsewhere, 2
held in part or on the company's own files, 3 held on the company's own past or by more than one proof, 4 to the cent.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.results.run_folder import RunFolder

FILE = Path(__file__).with_name("held.csv")
QUESTIONS = ("hire", "pay", "territory", "forecast")
DATA, VERIFICATION, VALIDATION, UNCERTAINTY, ROBUSTNESS = (
    "data", "verification", "validation", "uncertainty", "robustness",
)  # fmt: skip
FACTORS = (DATA, VERIFICATION, VALIDATION, UNCERTAINTY, ROBUSTNESS)
HIGHEST = 4


@dataclass(frozen=True)
class Level:
    """How far one factor of a question is held, 0 to 4, and because of what."""

    question: str
    factor: str
    level: int
    because: str


def held() -> list[tuple[Level, tuple[str, ...]]]:
    """What the project's own tests hold, with the files of these tests."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [
            (Level(row["question"], row["factor"], int(row["level"]), row["because"]), tuple(row["held_by"].split()))
            for row in csv.DictReader(lines)
        ]


def levels(run: RunFolder) -> list[Level]:
    """Every factor of every question for a run, in the order of QUESTIONS and FACTORS."""
    known = {(one.question, one.factor): one for one, _ in held()}
    of_run = {DATA: _data(run), UNCERTAINTY: _uncertainty(run), ROBUSTNESS: _robustness(run)}
    return [
        known.get((question, factor)) or Level(question, factor, *of_run[factor])
        for question in QUESTIONS
        for factor in FACTORS
    ]


def weakest(of: list[Level]) -> Level:
    """The first of the lowest."""
    return min(of, key=lambda one: one.level)


def _scenario(run: RunFolder) -> Mapping[str, Any]:
    return run.scenarios.get(run.reference, {})


def _own_fits(scenario: Mapping[str, Any]) -> bool:
    """Whether uncertainties are rows, which fits to own data leave behind."""
    unsure = (scenario.get("uncertainties") or {}).values()
    return any(isinstance(one, dict) and one.get("kind") == "rows" for one in unsure)


def _own_files(scenario: Mapping[str, Any]) -> bool:
    files = (scenario.get("opening") or {}).get("files") or {}
    return any(files.get(kind) for kind in ("roster", "pipeline", "customers"))


def _data(run: RunFolder) -> tuple[int, str]:
    scenario = _scenario(run)
    if _own_fits(scenario):
        return 3, "rates and the first day are learned from the company's own exports"
    if _own_files(scenario):
        return 2, "the first day is the company's own, the rates are published or judged"
    return 1, "a plausible company: its numbers are published or judged, not yours"


def _uncertainty(run: RunFolder) -> tuple[int, str]:
    scenario, settings = _scenario(run), run.manifest.get("settings") or {}
    if run.replication_count < 2:
        return 0, "one replication has no range"
    if not settings.get("uncertain", True) or not scenario.get("uncertainties"):
        return 1, "ranges hold luck and the market, as if every assumption were known"
    if _own_fits(scenario):
        return 3, "ranges hold luck, the market, and what fits to own data leave open"
    return 2, "ranges hold luck, the market and unsure assumptions, whose ranges are judged"


def _robustness(run: RunFolder) -> tuple[int, str]:
    if len(run.plans) < 2:
        return 0, "nothing was changed; salesim stress and sensitivity do it"
    verdict = run.verdict
    if not verdict.enough or not verdict.pick:
        return 0, "no plan can be told from the others yet"
    if verdict.turned:
        return 1, "another criterion would choose another plan"
    return 2, "the usual criteria choose the same plan; salesim stress tries shocks"
