"""Five factors for each question that is asked, 0 to 4, from what tests hold and what a run itself is.

The factors are those of NASA-STD-7009 (credibility of models and simulations) and ASME V&V 40, told for planning: what
the numbers come from, whether they are computed right, whether they agree with the world, whether what is unsure is in
the ranges, and whether the answer stays when something is changed. 0 is nothing, 1 published or judged elsewhere, 2
held in part or on the company's own files, 3 held on the company's own past or by more than one proof, 4 to the cent.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.results.run_folder import RunFolder

FILE = Path(__file__).with_name("held.csv")
QUESTIONS = ("hire", "pay", "territory", "forecast")
DATA, VERIFICATION, VALIDATION, UNCERTAINTY, ROBUSTNESS = (
    "data", "verification", "validation", "uncertainty", "robustness",
)  # fmt: skip
FACTORS = (DATA, VERIFICATION, VALIDATION, UNCERTAINTY, ROBUSTNESS)
HIGHEST = 4


class Ground(NamedTuple):
    """How far a factor is held, 0 to 4, and because of what."""

    level: int
    because: str


NOTHING_CHANGED = Ground(0, "nothing was changed; salesim stress and sensitivity do it")


@dataclass(frozen=True)
class Level:
    """How far one factor of a question is held, 0 to 4, and because of what."""

    question: str
    factor: str
    level: int
    because: str


@lru_cache(maxsize=1)
def held() -> tuple[tuple[Level, tuple[str, ...]], ...]:
    """What the project's own tests hold, with the files of these tests."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            (Level(row["question"], row["factor"], int(row["level"]), row["because"]), tuple(row["held_by"].split()))
            for row in csv.DictReader(lines)
        )


def levels(run: RunFolder) -> list[Level]:
    """Every factor of every question for a run, in the order of QUESTIONS and FACTORS."""
    scenario, settings = run.scenarios.get(run.reference, {}), run.manifest.get("settings") or {}
    uncertainty = uncertainty_of(scenario, run.replication_count, settings.get("uncertain", True))
    return levels_on(QUESTIONS, {DATA: data_of(scenario), UNCERTAINTY: uncertainty, ROBUSTNESS: _robustness(run)})


def levels_on(questions: Sequence[str], grounds: Mapping[str, Ground]) -> list[Level]:
    """Every factor of some questions, by question and in the order of FACTORS: as its ground says, or else as held."""
    return [
        Level(question, factor, *(grounds.get(factor) or held_of(question, factor)))
        for question in questions
        for factor in FACTORS
    ]


def held_of(what: str, factor: str) -> Ground:
    """What the project's own tests hold of a question, or of a command that has tests of its own."""
    return next(
        Ground(one.level, one.because) for one, _ in held() if (one.question, one.factor) == (what, factor)
    )  # fmt: skip


def weakest(of: list[Level]) -> Level:
    """The first of the lowest."""
    return min(of, key=lambda one: one.level)


def _own_fits(scenario: Mapping[str, Any]) -> bool:
    """Whether uncertainties are rows, which fits to own data leave behind."""
    unsure = (scenario.get("uncertainties") or {}).values()
    return any(isinstance(one, dict) and one.get("kind") == "rows" for one in unsure)


def _own_files(scenario: Mapping[str, Any]) -> bool:
    files = (scenario.get("opening") or {}).get("files") or {}
    return any(files.get(kind) for kind in ("roster", "pipeline", "customers"))


def data_of(scenario: Mapping[str, Any], of: str = "") -> Ground:
    """What a scenario's numbers come from; ``of`` says whose they are."""
    if _own_fits(scenario):
        return Ground(3, f"{of}rates and the first day are learned from the company's own exports")
    if _own_files(scenario):
        return Ground(2, f"{of}the first day is the company's own, the rates are published or judged")
    return Ground(1, f"{of}a plausible company: its numbers are published or judged, not yours")


def uncertainty_of(scenario: Mapping[str, Any], replications: int, uncertain: bool) -> Ground:
    """What the ranges of a played scenario hold."""
    if replications < 2:
        return Ground(0, "one replication has no range")
    if not uncertain or not scenario.get("uncertainties"):
        return Ground(1, "ranges hold luck and the market, as if every assumption were known")
    if _own_fits(scenario):
        return Ground(3, "ranges hold luck, the market, and what fits to own data leave open")
    return Ground(2, "ranges hold luck, the market and unsure assumptions, whose ranges are judged")


def _robustness(run: RunFolder) -> Ground:
    if len(run.plans) < 2:
        return NOTHING_CHANGED
    verdict = run.verdict
    if not verdict.enough or not verdict.pick:
        return Ground(0, "no plan can be told from the others yet")
    if verdict.turned:
        return Ground(1, "another criterion would choose another plan")
    return Ground(2, "the usual criteria choose the same plan; salesim stress tries shocks")
