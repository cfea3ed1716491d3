"""``salesim diff`` and ``salesim freeze``: what changed between two plans or runs, and plans that stay as they were."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.results.frozen import FROZEN
from sim.results.layout import KPIS, SUMMARY

HALVED = "world.sources.self.opportunities_per_month_per_head"
SMALL = str(Path(__file__).parents[1] / "worlds" / "bookings_capacity_2020.yaml")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs of a small world under one seed, the second with other numbers, and a third under another seed."""
    here = tmp_path_factory.mktemp("runs")
    before = Path.cwd()
    os.chdir(here)
    try:
        for name, words in (("one", []), ("two", [f"{HALVED}=0.5"]), ("three", ["run.seed=7"])):
            common = ["run.replications=3", "run.months=6", "run.figures=false", f"run.results_folder={name}"]
            assert main(["run", f"scenario={SMALL}", *common, *words]) == 0
    finally:
        os.chdir(before)
    return here


@pytest.fixture
def here(runs, monkeypatch):
    monkeypatch.chdir(runs)
    return runs


def document(capsys, *words):
    assert main(["diff", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_number_that_differs_is_told_once(capsys):
    told = document(capsys, "before=base", "after=hire_early")
    assert len(told["changes"]) == 14
    assert {(one["before"], one["after"]) for one in told["changes"]} == {(0.0, -90.0)}
    assert all(one["key"].endswith(".shift_days") for one in told["changes"])
    assert told["figures"] == []
    back = document(capsys, "before=hire_early", "after=base")
    assert {(one["before"], one["after"]) for one in back["changes"]} == {(-90.0, 0.0)}


def test_a_number_that_hangs_on_an_uncertainty_is_told_as_it_is_written(capsys, tmp_path):
    (tmp_path / "more.yaml").write_text(
        "defaults: [base, _self_]\nworld:\n  sources:\n    inbound:\n      leads_per_month:\n"
        "        smb: {uncertain: lead_volume, times: 300, plus: 4}\n",
        encoding="utf-8",
    )
    assert main(["diff", "before=base", f"after={tmp_path / 'more.yaml'}"]) == 0
    said = capsys.readouterr().out
    assert "1 number differs, 1 of world." in said
    row = next(line for line in said.splitlines() if line.startswith("world.sources.inbound.leads_per_month.smb"))
    assert row.split("  ")[-1] == "300 times the uncertain lead volume plus 4"


def test_the_same_scenario_differs_in_nothing(capsys):
    assert main(["diff", "before=base", "after=base"]) == 0
    assert capsys.readouterr().out == "base says the same as base.\n"


def test_two_runs_are_told_with_the_change_under_the_same_luck(here, capsys):
    told = document(capsys, "before=one/latest", "after=two/latest")
    assert [one["key"] for one in told["changes"]] == [HALVED]
    bookings = next(one for one in told["figures"] if one["measure"] == "bookings")
    assert bookings["same_luck"] == 3
    frames = []

    for name in ("one", "two"):
        table = pd.read_parquet(here / name / "latest" / KPIS)
        whole = table[(table.measure == "bookings") & (table.period_kind == "total") & (table.group_kind == "all")]
        frames.append(whole.set_index(["draw", "luck"])["value"])
    assert bookings["gap"]["mean"] == pytest.approx((frames[1] - frames[0]).mean())
    assert bookings["gap"]["mean"] < 0, "half the opportunities book less"


def test_runs_of_other_luck_have_no_difference_under_the_same(here, capsys):
    assert main(["diff", "before=one/latest", "after=three/latest"]) == 0
    said = capsys.readouterr().out
    assert "says the same as" in said
    assert "run.seed: 1 before, 7 after" in said
    assert "The two runs share no luck" in said


def test_a_plan_of_record_is_told_by_its_name_and_cannot_be_changed_unseen(here, capsys):
    assert main(["freeze", "one/latest", "name=plan_2020"]) == 0
    assert "Frozen: " in capsys.readouterr().out
    assert document(capsys, "before=plan_2020", "after=two/latest")["changes"]
    assert main(["freeze", "two/latest", "name=plan_2020"]) == 2
    assert "never written over" in capsys.readouterr().err
    folder = here / "results" / "plans" / "plan_2020"
    for name, change in (
        (SUMMARY.file, lambda path: path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))),
        ("more.csv", lambda path: path.write_text("x", encoding="utf-8")),
        (KPIS, lambda path: path.unlink()),
    ):
        path = folder / name
        was = path.read_bytes() if path.exists() else None
        if was is not None:
            path.chmod(0o644)
        change(path)
        assert main(["diff", "before=plan_2020", "after=two/latest"]) == 2
        assert "is not as it was frozen on 20" in capsys.readouterr().err
        path.unlink(missing_ok=True)
        if was is not None:
            path.write_bytes(was)
    assert document(capsys, "before=plan_2020", "after=two/latest")["changes"]
    assert not os.access(folder / FROZEN, os.W_OK) or os.geteuid() == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["diff", "before=base"], "diff needs after=:"),
        (["diff", "before=base", "after=hire_erly"], 'Did you mean "hire_early"?'),
        (["diff", "base"], "base"),
        (["freeze", "nowhere", "name=x"], "nowhere is not the folder of a finished run"),
        (["freeze", "one/latest"], "freeze needs a name for the plan of record"),
        (["freeze", "one/latest", "name=../x"], "name=../x: freeze needs a name"),
    ],
)
def test_what_cannot_be_is_told_in_one_message(here, capsys, words, told):
    assert main(words) == 2
    assert told in capsys.readouterr().err
