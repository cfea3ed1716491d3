"""``salesim why`` through the command, on worlds small enough to know what must come out."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.cli import main
from sim.evidence.trust.levels import QUESTIONS
from tests.makers.play import WORLDS
from tests.makers.trusted import trusted

Capture = pytest.CaptureFixture[str]
PLAIN = WORLDS / "plain.yaml"
LARGER = {"world.segments.all.deal_size.mean_usd": 60000}
DEARER = {"world.costs.salary_usd_per_year.rep": 120000}
QUIET = ("run.n_jobs=1", "run.months=4", "run.replications=3", "run.figures=false")


def written(folder: Path, name: str, changes: dict[str, Any]) -> str:
    """The plain world under another name, with some keys changed."""
    content = yaml.safe_load(PLAIN.read_text())
    content["opening"]["past_seat_years"] = 0
    for key, value in changes.items():
        *above, last = key.split(".")
        group = content
        for word in above:
            group = group.setdefault(word, {})
        group[last] = value
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return str(path)


def why(tmp_path: Path, capsys: Capture, *plans: str, words: tuple[str, ...] = QUIET) -> dict[str, Any]:
    results = f"run.results_folder={tmp_path / 'results'}"
    assert main(["why", f"scenarios=[{','.join(plans)}]", results, *words, "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def parts(document: dict[str, Any], measure: str) -> dict[str, Decimal]:
    return {" ".join(one["causes"]): cents(one["part_usd"]) for one in document["measures"][measure]["parts"]}


def cents(usd: float) -> Decimal:
    return Decimal(str(usd)).quantize(Decimal("0.01"))


def gap(document: dict[str, Any], measure: str) -> Decimal:
    one = document["measures"][measure]
    return cents(one["end_usd"]) - cents(one["start_usd"])


def test_plans_that_differ_in_one_group_owe_it_the_whole_gap(tmp_path: Path, capsys: Capture) -> None:
    found = why(tmp_path, capsys, written(tmp_path, "a", {}), written(tmp_path, "b", DEARER))
    assert gap(found, "cost") > 0
    assert parts(found, "cost")["money"] == gap(found, "cost")
    (only,) = (one for one in found["measures"]["cost"]["parts"] if one["causes"] == ["money"])
    assert only["alone"] == only["last"] == only["part"]
    assert parts(found, "bookings")["money"] == gap(found, "bookings") == 0
    assert found["measure"] == "bookings_less_cost"


def test_each_cause_gets_what_is_its_own_and_all_add_up_to_the_cent(tmp_path: Path, capsys: Capture) -> None:
    """Amounts bring bookings and salaries cost, so neither has a part in the other's gap."""
    a, b = written(tmp_path, "a", {}), written(tmp_path, "b", {**LARGER, **DEARER})
    there, back = why(tmp_path, capsys, a, b), why(tmp_path, capsys, b, a)
    for measure in ("bookings", "cost", "bookings_less_cost"):
        assert sum(parts(there, measure).values()) == gap(there, measure) != 0
        assert parts(back, measure) == {cause: -part for cause, part in parts(there, measure).items()}
    assert parts(there, "bookings")["money"] == 0
    assert parts(there, "bookings")["amounts"] > 0
    assert parts(there, "cost")["amounts"] == 0
    assert parts(there, "cost")["money"] == gap(there, "cost")


@pytest.mark.keeps
def test_the_other_way_round_plays_nothing_that_was_played(tmp_path: Path, capsys: Capture) -> None:
    a, b = written(tmp_path, "a", {}), written(tmp_path, "b", {**LARGER, **DEARER})
    results = f"run.results_folder={tmp_path / 'results'}"
    assert main(["why", f"scenarios=[{a},{b}]", results, *QUIET]) == 0
    capsys.readouterr()
    assert main(["why", f"scenarios=[{b},{a}]", results, *QUIET]) == 0
    assert "3 of 3 replications are kept" in capsys.readouterr().out


def test_a_cause_that_is_no_plan_by_itself_is_told_with_the_one_it_hangs_on(tmp_path: Path, capsys: Capture) -> None:
    """A hire for a role that only one plan has cannot come before the role does."""
    recruits = {
        "world.roles.recruiter": {"duty": "recruits"},
        "world.hiring.recruiting_mean_days": {"rep": 30, "recruiter": 30, "helper": 10},
        "world.costs.salary_usd_per_year": {"rep": 100000, "recruiter": 50000, "helper": 50000},
        "opening.teams.recruiters": {"role": "recruiter", "region": "here", "seats": 1},
    }
    less = {key: value for key, value in recruits.items() if "recruiting" not in key and "salary" not in key}
    less["world.hiring.recruiting_mean_days"] = {"rep": 30, "recruiter": 30}
    less["world.costs.salary_usd_per_year"] = {"rep": 100000, "recruiter": 50000}
    more = {
        **recruits,
        "world.roles.helper": {"duty": "supports"},
        "levers.requisitions.first": {"role": "helper", "region": "here", "open_date": "2027-02-01"},
        "world.segments.all.deal_size.mean_usd": 60000,
    }
    found = why(tmp_path, capsys, written(tmp_path, "a", less), written(tmp_path, "b", more))
    (together,) = found["told_together"]
    assert {"first_day", "support"} <= set(together)
    assert "amounts" not in together
    assert sum(parts(found, "cost").values()) == gap(found, "cost") > 0


def test_of_more_than_seven_causes_the_smallest_are_told_together(tmp_path: Path, capsys: Capture) -> None:
    segment = "world.segments.all"
    many = {
        **LARGER, **DEARER, f"{segment}.stages.first.advance_share": 0.6,
        f"{segment}.stages.last.duration.mean_days": 25, f"{segment}.stages.first.hours_per_week": 2.0,
        "world.sources.self.opportunities_per_month_per_head": 6, "levers.quota.usd_per_year.all": 650000,
        "levers.orphans.delay_days": 20, "world.roles.rep.exits.grace_months": 3, "world.hiring.notice_days": 3,
    }  # fmt: skip
    few = ("run.n_jobs=1", "run.months=1", "run.replications=1", "run.figures=false")
    found = why(tmp_path, capsys, written(tmp_path, "a", {}), written(tmp_path, "b", many), words=few)
    assert len(found["measures"]["bookings"]["parts"]) == 7
    small = found["smallest_put_together"]
    assert len(small) >= 4
    assert "money" not in small, "salaries are by far the largest of a month"
    assert sum(parts(found, "bookings_less_cost").values()) == gap(found, "bookings_less_cost") != 0


UNRAMPED = {
    "world.roles.rep.ramp": {"kind": "linear", "months": 12},
    "world.roles.rep.exits.voluntary_per_year": 0.5,
    "world.market": {
        "regimes": {"normal": {"next_month": {"bad": 1}}, "bad": {"leads_multiplier": 0.5, "next_month": {"bad": 1}}},
        "first_regime": "normal",
    },
}


def test_a_plan_against_its_target_foots_from_the_target_to_the_bookings(tmp_path: Path, capsys: Capture) -> None:
    found = why(tmp_path, capsys, written(tmp_path, "a", UNRAMPED))
    bookings = found["measures"]["bookings"]
    target, paper, booked = map(cents, (found["target_usd"], bookings["start_usd"], bookings["end_usd"]))
    assert target == cents(1000000 / 3)
    assert paper + sum(parts(found, "bookings").values()) == booked
    mine = parts(found, "bookings")
    assert mine["ramp"] < 0, "who is not ramped yet finds less"
    assert mine["market"] < 0, "half of the leads"
    assert "engineers" not in mine, "no deal needs one"
    lost = found["paper_less_target_usd"]["mean"] - found["plan_less_target_usd"]["mean"]
    assert lost == pytest.approx(float(-sum(mine.values())), abs=0.02)


def test_the_screen_foots_and_the_folder_holds_tables_and_a_page(tmp_path: Path, capsys: Capture) -> None:
    a, b = written(tmp_path, "a", {}), written(tmp_path, "b", {**LARGER, **DEARER})
    results = tmp_path / "results"
    words = ["run.n_jobs=1", "run.months=4", "run.replications=3", f"run.results_folder={results}"]
    assert main(["why", f"scenarios=[{a},{b}]", *words]) == 0
    said = capsys.readouterr().out
    (folder,) = (one for one in results.iterdir() if not one.name.startswith("."))
    assert str(folder) in said
    with (folder / "why.csv").open() as file:
        lines = [line for line in csv.DictReader(file) if line["measure"] == "bookings_less_cost"]
    amounts = [Decimal(line["part_usd"]) for line in lines]
    assert sum(amounts[:-1]) == amounts[-1], "as it stands in the file"
    shown = [line for line in said.splitlines() if line.startswith(("Costs and billing", "Deal amounts"))]
    assert len(shown) == 2
    page = (folder / "report.html").read_text()
    assert {levels[-1] for levels in trusted(page).values()} == {1}
    assert list(trusted(page)) == list(QUESTIONS)
    assert "<svg" in page
    assert "<script" not in page
    assert "What held b back" in page
    with (folder / "why_by_period.csv").open() as file:
        periods = list(csv.DictReader(file))
    assert sum(one["period_kind"] == "month" for one in periods) == 4
    assert {one["held_back_by"] for one in periods if one["period_kind"] == "quarter"} == {"leads"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scenarios=[PLAIN,PLAIN,PLAIN]"], "at most 2"),
        ([], "needs a scenario"),
        (["scenario=PLAIN", "run.replications=0"], "run.replications"),
        (["scenario=PLAIN", "measures=[a]"], "unknown key"),
        (["scenario=PLAIN", "levers.target.usd_per_year.all=0"], "has no target"),
        (["scenario=PLAIN", "criterion=odds"], "odds are no dollars"),
        (["scenario=PLAIN", "criterion=valeu"], "criterion"),
    ],
)
def test_wrong_input_is_one_line(tmp_path: Path, capsys: Capture, words: list[str], said: str) -> None:
    given = [word.replace("PLAIN", str(PLAIN)) for word in words]
    assert main(["why", *given, f"run.results_folder={tmp_path}"]) == 2
    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 1, error
    assert said in error
    assert not list(tmp_path.iterdir())


def test_plans_that_say_the_same_have_no_gap_to_explain(tmp_path: Path, capsys: Capture) -> None:
    a, b = written(tmp_path, "a", {}), written(tmp_path, "b", {})
    assert main(["why", f"scenarios=[{a},{b}]", f"run.results_folder={tmp_path / 'results'}"]) == 2
    assert "say the same but for their names" in capsys.readouterr().err
