"""Triggers on screen, in the report, in the run folder and in a trace: whether they fired, what was read, the price."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.results.run_folder import read_run
from sim.results.waiting import firings, waitings
from sim.show.pages import plan as plan_page
from sim.show.waiting import said
from tests.makers.play import WORLDS

BUSY, WAITS = str(WORLDS / "busy.yaml"), str(WORLDS / "triggers.yaml")
QUICK = ["run.months=7", "run.n_jobs=1", "run.figures=false", "run.one_more_head_replications=0"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of one that waits with one that does not, enough replications to speak of."""
    results = tmp_path_factory.mktemp("results")
    words = [f"scenarios=[{BUSY},{WAITS}]", "run.replications=30", f"run.results_folder={results}", *QUICK]
    assert main(["compare", *words]) == 0
    return (results / "latest").resolve()


@pytest.mark.slow
def test_the_answer_says_the_odds_and_what_waiting_costs_from_the_replications(played: Path) -> None:
    run = read_run(played)
    kpis = pd.read_parquet(played / "kpis.parquet")
    mine = kpis[(kpis["scenario"] == "triggers") & (kpis["measure"] == "fired") & (kpis["period_kind"] == "total")]
    share = mine.groupby("group", observed=True)["value"].mean()
    ahead, behind = firings(run, "triggers")
    assert (ahead.chance.mean, behind.chance.mean) == (share["ahead"], share["behind"])
    assert 0 < ahead.fired < ahead.replications == 30
    (one,) = waitings(run)
    assert (one.plan, one.fixed) == ("triggers", "busy")
    assert one.gap.mean == pytest.approx(run.statistic("triggers", "bookings") - run.statistic("triggers", "cost")
        - run.statistic("busy", "bookings") + run.statistic("busy", "cost"))  # fmt: skip
    (text,) = said(run)
    assert text.startswith("Triggers waits until bookings to date are above $1,500,000: ahead fires with odds of ")
    assert "Triggers waits until bookings in the last quarter are below 90% of target: behind fires" in text
    assert "against busy" in text


def test_only_the_plan_that_waits_has_rows_about_triggers(played: Path) -> None:
    summary = pd.read_csv(played / "summary.csv")
    rows = summary[summary["measure"].isin(["fired", "months_until_fired"])]
    assert set(rows["scenario"]) == {"triggers"}
    assert set(rows["group_kind"]) == {"trigger"}
    by_month = rows[(rows["measure"] == "fired") & (rows["period_kind"] == "month") & (rows["group"] == "ahead")]
    total = rows[(rows["measure"] == "fired") & (rows["period_kind"] == "total") & (rows["group"] == "ahead")]
    assert by_month["mean"].sum() == pytest.approx(total["mean"].iloc[0])  # it fires once


def test_the_plan_page_has_what_waits_and_for_what(played: Path) -> None:
    tables = {table.title: table for table in plan_page.tables(read_run(played))}
    rows = [row.texts for row in tables["What plans wait for"].rows]
    assert [row[:3] for row in rows] == [
        ("triggers", "ahead", "Bookings to date are above $1,500,000"),
        ("", "behind", "Bookings in the last quarter are below 90% of target"),
    ]
    steps = [row.texts for row in tables["What triggers does otherwise than busy"].rows]
    assert ("hire", "AE, small, east", "none", "3, when ahead fires") in steps
    assert ("no hiring", "everybody", "none", "90 days, when behind fires") in steps
    assert steps[-1] == ("All seats", "opened in the run", "4", "4 to 7")


def test_a_run_without_triggers_says_nothing_of_them(tmp_path: Path, capsys: Capture) -> None:
    words = [f"scenario={BUSY}", "run.replications=2", f"run.results_folder={tmp_path}", *QUICK]
    assert main(["run", *words]) == 0
    assert "waits" not in capsys.readouterr().out
    run = read_run((tmp_path / "latest").resolve())
    assert said(run) == []
    assert "What plans wait for" not in [table.title for table in plan_page.tables(run)]
    assert json.loads((tmp_path / "latest" / "manifest.json").read_text())["replications"] == 2


def test_a_trace_tells_on_which_day_a_trigger_fired_what_was_read_and_which_did_not(capsys: Capture) -> None:
    never = "levers.triggers.behind.below=0"
    assert main(["trace", f"scenario={WAITS}", "run.months=9", "rep=second_wave/1", "luck=1", never]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = [line.strip() for line in lines[1:] if "rigger" in line]
    assert told[0] == "Triggers"
    assert told[1].split("  ")[0].endswith("-01")
    assert '"ahead" fired, acts on ' in told[1]
    assert ": read $" in told[1]
    assert told[1].endswith("; it waits until bookings to date are above $1,500,000.")
    assert (
        told[2] == 'Trigger "behind" did not fire: it waits until bookings in the last quarter are below 0% of target.'
    )
    assert told[3] == told[1]  # once more in the life of the seat that it opened


def test_a_trace_of_a_seat_that_never_opened_says_what_it_waits_for(capsys: Capture) -> None:
    never = "levers.triggers.ahead.above=1e12"
    assert main(["trace", f"scenario={WAITS}", "run.months=4", "rep=second_wave/1", never]) == 2
    assert 'rep=second_wave/1: the seat waits for trigger "ahead", which did not act' in capsys.readouterr().err
