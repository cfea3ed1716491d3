"""Ranges, keys that move together and files of plans: what becomes of them, and what is said of impossible ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.ranges import range_values
from sim.app.request import parse
from sim.cli import main
from sim.scenario.load import ScenarioSource
from tests.makers.play import WORLDS

Capture = pytest.CaptureFixture[str]
PLAIN = f"scenario={WORLDS / 'plain.yaml'}"
DAYS, SEATS, QUOTA = "levers.backfill.approval_days", "opening.teams.reps.seats", "levers.quota.usd_per_year.all"


def plans(*words: str) -> list[ScenarioSource]:
    return parse("sweep", [PLAIN, *words]).sources()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1:0.3:0.05", "0.1 0.15 0.2 0.25 0.3"),  # both ends, and no dust behind the comma
        ("0:30:10", "0 10 20 30"),
        ("0:30:20", "0 20"),
        ("1:3", "1 2 3"),
        ("0.3:-0.1:-0.2", "0.3 0.1 -0.1"),
        ("range(0,30,10)", "0 10 20"),  # as Hydra: without its end
        ("range(0,31,10)", "0 10 20 30"),
        ("range(0.1,0.3,0.05)", "0.1 0.15 0.2 0.25"),
        ("range(3)", "0 1 2"),
        ("range(start=2,stop=8,step=3)", "2 5"),
        ("range(3,0,-1)", "3 2 1"),
        ("1e3:2e3:500", "1000 1500 2000"),
    ],
)
def test_a_range_has_these_values(text: str, values: str) -> None:
    assert list(range_values("key", text)) == values.split()


def test_a_range_makes_plans_as_its_list_does() -> None:
    ranged, listed = plans(f"sweep.{DAYS}=0:30:15"), plans(f"sweep.{DAYS}=[0,15,30]")
    assert [one.raw for one in ranged] == [one.raw for one in listed]
    assert [one.name for one in ranged] == ["approval_days 0", "approval_days 15", "approval_days 30"]


def test_zipped_keys_move_together_and_cross_the_others() -> None:
    words = [f"sweep.{DAYS}=[0,7]", f"sweep.{SEATS}=10:20:10", f"sweep.{QUOTA}=[5e5,6e5]"]
    found = plans(*words, f"sweep.zip=[{DAYS},{QUOTA}]")
    got = [(one.raw["levers"]["backfill"]["approval_days"], one.raw["opening"]["teams"]["reps"]["seats"],
            one.raw["levers"]["quota"]["usd_per_year"]["all"]) for one in found]  # fmt: skip
    assert got == [(0, 10, 5e5), (0, 20, 5e5), (7, 10, 6e5), (7, 20, 6e5)]
    assert found[3].name == "approval_days 7, all 6e5, seats 20"
    assert len(plans(*words, "sweep.zip=all")) == 2


def write(folder: Path, text: str) -> str:
    (folder / "plans.csv").write_text(text, encoding="utf-8")
    return f"sweep.file={folder / 'plans.csv'}"


def test_a_file_has_a_plan_a_row_and_an_empty_cell_changes_nothing(tmp_path: Path) -> None:
    text = f'\ufeffname,{DAYS},{SEATS},kind\n"as, it is",,,\nquick,3,,\n\nsmall,7,10,plan\nbad luck,7,20,\n'
    word = write(tmp_path, text)
    found = plans(word)
    assert [one.name for one in found] == ["as, it is", "quick", "small", "bad luck"]
    as_is, quick, small, _ = (one.at_central() for one in found)
    base = plans(f"sweep.{DAYS}=[0,1]")[0].at_central()
    assert as_is.levers.backfill == base.levers.backfill
    assert (small.levers.backfill.approval_days, small.opening.teams["reps"].seats) == (7, 10)
    assert quick.opening.teams["reps"].seats == base.opening.teams["reps"].seats == 40
    kinds = [one.kind for one in found]
    assert kinds == ["plan", "plan", "plan", "weather"], "a row that sets the world is weather unless it says plan"
    assert len(plans(write(tmp_path, f"name,{SEATS}\na,1\nb,2\n"), f"sweep.{DAYS}=[0,7]")) == 4


LEVER = f"name,{DAYS}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "plans.csv is empty"),
        ("\n\n", "plans.csv is empty"),
        (LEVER, "plans.csv has no plans below its first line"),
        ("nam,levers.routing\na,race\n", 'plans.csv:1: has no column "name". Did you mean "nam"?'),
        (f"name;{DAYS}\na;1\n", "separated by commas"),
        ("name\na\nb\n", "plans.csv:1: there is no column but name"),
        ("name,lever.routing\na,race\n", '"lever.routing" is no key that a plan can set. Did you mean "levers"?'),
        ("name,levers.backfil.approval_days\na,1\nb,2\n", 'unknown key. Did you mean "backfill"?'),
        (LEVER + "a,1\nb,2\na,3\n", 'plans.csv:4: a plan named "a" stands in line 2 already'),
        (LEVER + "a,1\n,2\n", "plans.csv:3: the plan has no name"),
        (LEVER + "a,1\nb,2,3\n", "plans.csv:3: has 3 cells, and the first line 2"),
        (LEVER + "a,1\nb,-1\n", "-1 is out of range; allowed is 0 to 3,650. (At plans.csv:3.)"),
        (LEVER + "a,1\nb,1\n", '"b" is the same plan as "a"'),
        (LEVER + "a,\nb,\n", f"no plan gives {DAYS} a value"),
        (f"name,{DAYS},{DAYS}\na,1,2\n", "is there twice"),
        (LEVER + "a,1\n", "a sweep of one plan has nothing to hold it against"),
        (LEVER + f"{'x' * 101},1\nb,2\n", "the name has 101 letters"),
        (LEVER + "a,1\nb,\"1,000\"\n", "thousands separators"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_one_line(tmp_path: Path, text: str, said: str, capsys: Capture) -> None:
    refused(capsys, said, write(tmp_path, text))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "a sweep of nothing"),
        ([f"sweep.{DAYS}="], "expected a list of values"),
        ([f"sweep.{DAYS}=[]"], "has 0 values"),
        ([f"sweep.{DAYS}=0:30:0"], "goes nowhere, because its step is 0"),
        ([f"sweep.{DAYS}=0:30:-10"], "goes nowhere, because it never comes from 0 to 30 in steps of -10"),
        ([f"sweep.{DAYS}=30:0:10"], "never comes from 30 to 0"),
        ([f"sweep.{DAYS}=7:7:1"], "starts where it ends"),
        ([f"sweep.{DAYS}=range(0,30,0)"], "step is 0"),
        ([f"sweep.{DAYS}=range(30,0)"], "never comes from 30 to 0"),
        ([f"sweep.{DAYS}=range(a,b)"], "cannot be read as a range"),
        ([f"sweep.{DAYS}=range(0,30"], "cannot be read as a range"),
        ([f"sweep.{DAYS}=0.1:0.3"], "has one value, for its step is 1"),
        ([f"sweep.{DAYS}=0:1e9:1"], "at most 1,000 are allowed"),
        ([f"sweep.{DAYS}=0:600:1"], "sweep takes at most 500 scenarios"),
        ([f"sweep.{DAYS}=0:-30:-10"], f"(At {DAYS}=-10. 2 more of the sweep"),
        ([f"sweep.{DAYS}=[0,7]", f"sweep.{SEATS}=[1,2,3]", "sweep.zip=all"],
         f"{DAYS} has 2 values, {SEATS} has 3 values"),
        ([f"sweep.{DAYS}=[0,7]", f"sweep.{SEATS}=[1,2]", f"sweep.zip=[{DAYS},opening.teams.reps.seat]"],
         f'"opening.teams.reps.seat" is not swept. Did you mean "{SEATS}"?'),
        ([f"sweep.{DAYS}=[0,7]", "sweep.zip=all"], "name two swept keys or more"),
        (["sweep.fil=plans.csv"], '"fil" cannot be swept. Did you mean "file"?'),
        (["sweep.file=nowhere.csv"], "nowhere.csv cannot be read"),
        (["sweep.file="], "give the file of plans"),
        (["sweep.levers.backfil.approval_days=[0,7]"], 'unknown key. Did you mean "backfill"?'),
        ([f"sweep.{DAYS}=[0,7]", "criterion=best"], "criterion"),
    ],
)  # fmt: skip
def test_a_sweep_that_cannot_be_is_one_line(words: list[str], said: str, tmp_path: Path, capsys: Capture) -> None:
    refused(capsys, said, *words, f"run.results_folder={tmp_path / 'out'}")
    assert not (tmp_path / "out").exists(), "nothing was played"


def test_a_key_stands_in_a_file_or_in_a_sweep(tmp_path: Path, capsys: Capture) -> None:
    file = write(tmp_path, LEVER + "a,1\nb,2\n")
    refused(capsys, "is swept, and", file, f"sweep.{DAYS}=[1,2]")
    refused(capsys, "is both set and swept", file, f"{DAYS}=3")


def refused(capsys: Capture, said: str, *words: str) -> None:
    assert main(["sweep", PLAIN, *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
