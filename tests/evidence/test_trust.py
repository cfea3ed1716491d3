"""How far to trust a run: levels from what is held, and tests that are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.evidence.trust.levels import FACTORS, HIGHEST, QUESTIONS, held, levels
from sim.results.run_folder import RunFolder, read_run
from sim.show.trust import trust
from tests.makers.fake_run import Plan, write_fake_run

PLANS = [Plan("base"), Plan("early")]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> RunFolder:
    return read_run(write_fake_run(tmp_path_factory.mktemp("trust") / "run", PLANS, replications=6))


def of(run: RunFolder) -> dict[str, int]:
    return {one.factor: one.level for one in levels(run) if one.question == "hire"}


def with_scenario(run: RunFolder, **more) -> RunFolder:
    return replace(run, scenarios={name: {**one, **more} for name, one in run.scenarios.items()})


def test_every_question_has_every_factor_and_a_reason(run):
    found = levels(run)
    assert [(one.question, one.factor) for one in found] == [(q, f) for q in QUESTIONS for f in FACTORS]
    assert all(0 <= one.level <= HIGHEST and one.because for one in found)


def test_what_is_said_to_be_held_is_held_by_tests_that_are_there():
    for one, files in held():
        assert files, one
        for file in files:
            assert "def test_" in (ROOT / file).read_text(encoding="utf-8"), f"{one.question} {one.factor}: {file}"


def test_own_data_and_own_fits_raise_what_rests_on_them(run):
    bare = with_scenario(run, uncertainties={}, opening={})
    judged = with_scenario(run, uncertainties={"a": {"kind": "normal", "mean": 1, "sd": 0.1}}, opening={})
    files = with_scenario(run, uncertainties={}, opening={"files": {"roster": "roster.csv"}})
    fitted = with_scenario(run, uncertainties={"a": {"kind": "rows", "file": "joint.csv"}})
    assert [of(one)["data"] for one in (bare, judged, files, fitted)] == [1, 1, 2, 3]
    assert [of(one)["uncertainty"] for one in (bare, judged, fitted)] == [1, 2, 3]
    central = replace(judged, manifest={**judged.manifest, "settings": {"uncertain": False}})
    assert of(central)["uncertainty"] == 1


def test_an_answer_that_was_never_questioned_is_not_robust(run):
    alone = replace(run, plans=run.plans[:1])
    assert of(alone)["robustness"] == 0


def test_the_report_says_what_is_weakest(run):
    table = trust(run)
    assert len(table.rows) == len(QUESTIONS)
    for row in table.rows:
        weakest, *numbers = row.texts[1:]
        assert len(numbers) == len(FACTORS)
        assert weakest
