"""A sweep plays one plan for each value of a key; ``name=`` names a plan."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from rich.console import Console
from rich.table import Table

from sim.app.plans_table import plans_table
from sim.app.playing import PatientConsole
from sim.app.request import parse
from sim.cli import main
from sim.results.run_folder import read_run
from sim.scenario.load import load_source
from sim.show.answer import Score, answer
from sim.show.differences import differences_said
from sim.show.formats import Cell

Capture = pytest.CaptureFixture[str]
DAYS = "levers.backfill.approval_days"
COUNT = "levers.requisitions.q2_smb.count"


def names(*words: str) -> list[str]:
    return [source.name for source in parse("compare", words).sources()]


@pytest.mark.slow
def test_a_sweep_is_compared_and_stored_like_plans_of_their_own(tmp_path: Path, capsys: Capture) -> None:
    quick = ["run.replications=2", "run.n_jobs=1", "run.months=3", "run.figures=false"]
    words = ["scenario=base", f"sweep.{DAYS}=[0,7,30]", f"run.results_folder={tmp_path}", *quick]
    assert main(["compare", *words]) == 0
    said = capsys.readouterr().out
    assert all(f"Approval days {days} books" in said for days in (7, 30))
    folder = tmp_path / "latest"
    run = read_run(folder)
    for sentence in (*answer(run), *differences_said(run.verdict, run.plans)):
        assert sentence in said, "the screen says what the report says"
    with (folder / "summary.csv").open() as file:
        assert {row["scenario"] for row in csv.DictReader(file)} == {f"approval_days {days}" for days in (0, 7, 30)}
    with (folder / "differences.csv").open() as file:
        pairs = {(row["a"], row["b"]) for row in csv.DictReader(file)}
    assert pairs == {("approval_days 0", "approval_days 7"), ("approval_days 0", "approval_days 30")}
    files = ["scenario.yaml", "scenario-approval_days_7.yaml", "scenario-approval_days_30.yaml"]
    assert [one["file"] for one in json.loads((folder / "manifest.json").read_text())["scenarios"]] == files
    saved = [yaml.safe_load((folder / file).read_text()) for file in files]
    assert [one["levers"]["backfill"]["approval_days"] for one in saved] == [0, 7, 30]
    assert load_source(str(folder / files[1])).name == "approval_days 7"


def test_a_swept_plan_is_the_scenario_with_the_key_set() -> None:
    swept = parse("compare", ["scenario=base", f"sweep.{DAYS}=[0,30]"]).sources()[1].at_central()
    typed = load_source("base", [f"{DAYS}=30"]).at_central()
    assert swept.model_dump(exclude={"name", "question"}) == typed.model_dump(exclude={"name", "question"})
    assert swept.question.endswith(f"Here: {DAYS}=30.")


def test_plans_are_named_by_what_differs() -> None:
    assert names("scenarios=[base,hire_early]", f"sweep.{DAYS}=[0,7]") == [
        "base, approval_days 0", "base, approval_days 7",
        "hire_early, approval_days 0", "hire_early, approval_days 7",
    ]  # fmt: skip
    assert names("scenario=base", f"sweep.{DAYS}=[0,7]", "sweep.levers.routing=[race,round_robin]") == [
        "approval_days 0, routing race", "approval_days 0, routing round_robin",
        "approval_days 7, routing race", "approval_days 7, routing round_robin",
    ]  # fmt: skip
    two = names("scenario=base", f"sweep.{COUNT}=[1,2]", "sweep.levers.requisitions.q2_mid_market.count=[1,2]")
    assert two[1] == "q2_smb.count 1, q2_mid_market.count 2"
    dated = names(
        "scenario=base", "levers.coverage.target_ratio.start=2", "sweep.levers.coverage.target_ratio.2027-07-01=[3,4]"
    )
    assert dated[1] == "target_ratio.2027-07-01 4"


def test_a_list_can_be_a_value() -> None:
    sweep = "sweep.levers.target.by_quarter=[[0.25,0.25,0.25,0.25],[0.1,0.2,0.3,0.4]]"
    sources = parse("compare", ["scenario=base", sweep]).sources()
    assert [source.raw["levers"]["target"]["by_quarter"][0] for source in sources] == [0.25, 0.1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sweep.levers.backfil.approval_days=[0,7]"], 'levers.backfil: unknown key. Did you mean "backfill"?'),
        (["sweep.lever.routing=[race,x]"], '"lever.routing" cannot be swept. Did you mean "levers"?'),
        (["sweep.run.months=[6,12]"], '"run.months" cannot be swept.'),
        ([f"sweep.{DAYS}=[]"], f"sweep.{DAYS}: has 0 values; a sweep needs 2 or more"),
        ([f"sweep.{DAYS}=7"], f"sweep.{DAYS}: expected a list of values; got 7."),
        ([f"sweep.{DAYS}=0,7"], "a list needs brackets: sweep=[0,7]"),
        ([f"sweep.{DAYS}=[7,0,7.0]"], 'sweep: "approval_days 7.0" is the same plan as "approval_days 7"'),
        ([f"sweep.{DAYS}=[7,-1]"], f"{DAYS}: -1 is out of range; allowed is 0 to 3,650. (At {DAYS}=-1.)"),
        ([f"sweep.{DAYS}=[1,2]", f"sweep.{DAYS}=[3,4]"], f"sweep.{DAYS} is given twice"),
        ([f"sweep.{DAYS}=[1,2]", f"{DAYS}=3"], f"{DAYS} is both set and swept"),
        ([f"sweep.{DAYS}=[1,2]", "name=mine"], "name= names one plan; those of a sweep are named by their values."),
        ([f"sweep.{DAYS}=[{','.join(map(str, range(51)))}]"], "1 are given, with 51 values each: 51 plans."),
        ([f"{DAYS}=[1,2]", "scenario=hire_early"], "write sweep. before the key: compare sweep.KEY=[...]"),
    ],
)  # fmt: skip
def test_a_sweep_that_cannot_be(words: list[str], said: str, capsys: Capture) -> None:
    assert main(["compare", "scenario=base", *words]) == 2
    assert said in capsys.readouterr().err


def test_only_commands_that_take_several_plans_sweep(capsys: Capture) -> None:
    assert main(["run", "scenario=base", f"sweep.{DAYS}=[0,7]"]) == 2
    assert "a sweep plays a plan for each value, which compare and sweep do" in capsys.readouterr().err


def test_a_name_on_the_command_line_names_the_plan(capsys: Capture) -> None:
    assert load_source("hire_early", ["name=mine"]).at_central().name == "mine"
    assert load_source("hire_early", ["levers.routing=race"]).name == "hire_early"
    assert main(["check", "scenarios=[base,hire_early]", "name=mine"]) == 2
    assert "(name= names all plans of a command line.)" in capsys.readouterr().err
    assert main(["check", "scenario=base", "name=7"]) == 2
    assert "command line: name: expected text; got 7." in capsys.readouterr().err


ALIKE = tuple(f"a plan with a very long name that says all there is to say about it {end}" for end in ("early", "late"))


def alike() -> Table:
    usd, odds = Cell(123_456_789.0, "dollars"), Cell(1.0, "odds")
    none = ("", "")
    scores = [
        Score(
            name, name, "", "", (), usd, none, None, none, odds, Cell(0.0, "points"), none, (usd,) * 3, none, usd, none
        )
        for name in ALIKE
    ]
    return plans_table(scores, "bookings_less_cost")


@pytest.mark.parametrize("width", [72, 80, 200])
def test_a_narrow_terminal_cuts_no_name(width: int) -> None:
    console = Console(width=width, file=io.StringIO())
    console.print(alike())
    said = console.file.getvalue()  # type: ignore[attr-defined]
    first_column = "".join(
        line[1:].replace("┃", "│").split("│")[0].strip() for line in said.splitlines() if line.startswith(("│", "┃"))
    )
    assert first_column.replace(" ", "") == "plan" + "".join(ALIKE).replace(" ", "")
    assert said.count("$123.5M") == 10
    assert max(map(len, said.splitlines())) <= width


def test_a_file_gets_whole_lines(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    PatientConsole().print(alike())
    said = capsys.readouterr().out
    assert all(name in said for name in ALIKE)
