"""Any measure as criterion, through the commands, on a world small enough to know what must come out.

Four seats more book more and cost more: by bookings the plan with them wins, by cost the one without.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.app.run_document import document_of
from sim.cli import main
from sim.results.criterion import criterion_of
from sim.results.run_folder import read_run
from sim.results.store import facts_of
from sim.results.verdict import Horizon, Played, judge
from sim.show.answer import RATIO, divided
from sim.show.differences import differences_said
from sim.show.html import report_of
from sim.show.verdict import paragraphs
from tests.makers.play import WORLDS

Capture = pytest.CaptureFixture[str]
PLAIN = str(WORLDS / "plain.yaml")
SEATS = "opening.teams.reps.seats"
WORLD = ["opening.pipeline=empty", f"{SEATS}=4", "world.costs.salary_usd_per_year.rep=100000"]
MORE = (
    f"question: More?\ndefaults: [{PLAIN.removesuffix('.yaml')}]\n"
    "opening: {teams: {extra: {role: rep, segment: all, region: here, seats: 4}}}\n"
)


def asked(tmp_path: Path, *words: str, months: int = 3) -> list[str]:
    (tmp_path / "more.yaml").write_text(MORE)
    quick = ["run.replications=30", "run.n_jobs=1", f"run.months={months}", "run.figures=false"]
    return [*WORLD, *quick, f"run.results_folder={tmp_path / 'out'}", *words]


def compared(tmp_path: Path, capsys: Capture, *words: str, first: str = PLAIN, months: int = 3) -> dict[str, Any]:
    """What ``compare --json`` says of the two plans."""
    more = str(tmp_path / "more.yaml")
    plans = f"scenarios=[{first},{more if first == PLAIN else PLAIN}]"
    assert main(["compare", "--json", plans, *asked(tmp_path, *words, months=months)]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def table(document: dict[str, Any], name: str) -> list[dict[str, str]]:
    with (Path(document["folder"]) / name).open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("first", [pytest.param("plain", marks=pytest.mark.slow), "more"])
def test_by_cost_the_cheaper_plan_wins_and_by_bookings_the_other_whichever_stands_first(
    tmp_path: Path, capsys: Capture, first: str
) -> None:
    place = PLAIN if first == "plain" else str(tmp_path / "more.yaml")
    by_cost = compared(tmp_path, capsys, "criterion=cost", first=place)
    by_bookings = compared(tmp_path, capsys, "criterion=bookings", first=place)
    assert (by_cost["verdict"]["pick"], by_bookings["verdict"]["pick"]) == ("plain", "more")
    for document, name, way in ((by_cost, "cost", "less"), (by_bookings, "bookings", "more")):
        facts = document["verdict"]
        assert (facts["asked"], facts["criterion"], facts["unit"], facts["better"]) == (name, name, "USD", way)
        assert f"Plans are ranked by {name}: the {way}, the better." in document["answer"][1]
        means = {one["name"]: one["means"] for one in document["plans"]}
        apart = abs(means["more"][name] - means["plain"][name])
        (gap,) = (one["against_reference"][name] for one in document["plans"] if one["against_reference"])
        assert gap["mean"] == pytest.approx(apart if first == "plain" else -apart), "told in its own direction"
        assert gap["ci_low"] <= gap["mean"] <= gap["ci_high"]
    said, other = ("Keep plain: more comes to $", "Do more: it comes to $")
    if first == "more":
        said, other = ("Do plain: it comes to $", "Keep more: plain comes to $")
    assert by_cost["answer"][0].startswith(said)
    assert by_bookings["answer"][0].startswith(other)
    assert f" {'more' if first == 'plain' else 'less'}" in by_cost["answer"][0]
    assert " in cost" in by_cost["answer"][0]
    assert by_cost["turned_by_criterion"]["odds"] == "more", "who wins by another criterion is said"
    assert "By odds and by bookings less cost alone more would come first." in by_cost["answer"][1]
    lines = {(one["plan"], one["against"]): one for one in table(by_cost, "contest.csv")}
    assert float(lines["plain", "more"]["share_ahead"]) == 1.0
    assert float(lines["plain", "all"]["regret_usd"]) == 0.0
    cost = {one["name"]: one["means"]["cost"] for one in by_cost["plans"]}
    assert float(lines["more", "all"]["regret_usd"]) == pytest.approx(cost["more"] - cost["plain"])


@pytest.mark.slow
def test_a_ratio_is_the_mean_of_ratios_as_in_the_tables_and_the_folder_comes_to_the_same_verdict(
    tmp_path: Path, capsys: Capture
) -> None:
    document = compared(tmp_path, capsys, "criterion=cycle_days_won", months=6)
    folder = Path(document["folder"])
    (line,) = (
        one for one in table(document, "differences.csv")
        if (one["measure"], one["period"], one["group_kind"]) == ("cycle_days_won", "total", "all")
    )  # fmt: skip
    gap = document["plans"][1]["against_reference"]["cycle_days_won"]
    for name, column in (("mean", "mean_difference"), ("ci_low", "ci_low"), ("ci_high", "ci_high")):
        assert gap[name] == pytest.approx(float(line[column]), rel=1e-9)
    said = document["answer"][1]
    assert "Plans are ranked by days to win, the mean of the replications' own ratios: the less, the better" in said
    assert " days" in document["answer"][0]
    assert "in days to win" in document["differences"][0]
    assert "regret_days" in table(document, "contest.csv")[0]
    run = read_run(folder)
    assert facts_of(run.verdict) == json.loads((folder / "manifest.json").read_text())["verdict"]
    again = document_of(run)
    assert json.dumps(again, sort_keys=True) == json.dumps(document, sort_keys=True)
    assert paragraphs(run.verdict, "x")[0] == document["answer"][0]
    assert differences_said(run.verdict, run.plans) == document["differences"]
    assert "Days to win, days" in report_of(run).read_text()


def test_a_sweep_by_cost_puts_the_cheapest_first_and_says_so_in_dollars(tmp_path: Path, capsys: Capture) -> None:
    words = [f"scenario={PLAIN}", "kind=plan", f"sweep.{SEATS}=[4,2,6]", "criterion=cost", "--json"]
    assert main(["sweep", *words, *(one for one in asked(tmp_path) if not one.startswith(SEATS))]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["best"], document["criterion"]) == ("seats 2", "cost")
    assert (document["unit"], document["better"]) == ("USD", "less")
    assert document["answer"][0].startswith("Best by cost: seats 2, $")
    assert all(one["from_best"]["mean"] > 0 for one in document["plans"] if one["name"] != "seats 2")
    lines = table(document, "sweep.csv")
    assert {(one["criterion"], one["unit"]) for one in lines} == {("cost", "USD")}
    assert [one["is_best"] for one in lines] == ["no", "yes", "no"]


@pytest.mark.slow
def test_a_shock_is_told_in_the_criterions_unit(tmp_path: Path, capsys: Capture) -> None:
    slow = "kind: weather\nworld: {segments: {all: {stages: {first: {duration: {mean_days: 30}}}}}}\n"
    (tmp_path / "slow.yaml").write_text(slow)
    arguments = asked(tmp_path, f"scenarios=[{PLAIN},{tmp_path / 'more.yaml'}]", f"shocks=[{tmp_path / 'slow.yaml'}]")
    assert main(["stress", "--json", "criterion=win_rate_broad", *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["criterion"] == document["worth"] == "win_rate_broad"
    assert "mean of the replications' own ratios" in document["answer"][0]
    hit = next(one for one in document["cells"] if one["shock"] == "slow")
    assert -1 < hit["worth_change_share"]["mean"] < 1
    line = next(one for one in table(document, "stress.csv") if one["shock"] == "slow" and one["plan"] == hit["plan"])
    assert line["over_pick_unit"] == "share"
    assert float(line["win_rate_broad_change_mean_share"]) == pytest.approx(hit["worth_change_share"]["mean"])


@pytest.mark.slow
def test_what_a_scenario_has_no_number_for_is_said_with_what_is_known(tmp_path: Path, capsys: Capture) -> None:
    document = compared(tmp_path, capsys, "criterion=gross_profit")
    assert document["verdict"]["criterion"] == "bookings_less_cost"
    said = " ".join(document["answer"])
    assert "Not every plan has a number for gross profit (gross_profit) in any replication;" in said
    assert "the criterion is bookings less cost instead. They can be ranked by odds, too." in said


REFUSED = [
    ("compare", "criterion=bokings", 'run.criterion: "bokings" is not allowed; choose one of value, odds,'),
    ("compare", "criterion=bokings", 'Did you mean "bookings"?'),
    ("sweep", "criterion=win_rate", "Did you mean win_rate_narrow or win_rate_broad or win_rate_cohort?"),
    ("compare", "criterion=heads", '"heads": neither more nor less of it is better in itself, so it ranks no plans.'),
    ("stress", "criterion=target", "What ranks plans: bookings, "),
    ("compare", "criterion=variable_pay", "What ranks plans: cost, "),
    ("compare", "criterion=pay_per_head", '"pay_per_head" is given by role only, not for everybody over the whole run'),
    ("compare", "criterion=", 'run.criterion: "" is not allowed'),
    ("why", "criterion=grr", "criterion=grr: gross revenue retention is no dollars that could be split to the cent;"),
    ("why", "criterion=cac", "such as bookings, cost, contribution, value, bookings_less_cost."),
    ("search", "criterion=cost", "criterion: search has a goal of its own, search.target_odds or search.budget_usd,"),
    ("search", "run.criterion=cost", "so a criterion changes nothing; run, compare, sweep, stress and why take one."),
    ("sensitivity", "criterion=cost", "criterion: sensitivity ranks no plans"),
]


@pytest.mark.parametrize(("command", "word", "problem"), REFUSED)
def test_a_criterion_that_ranks_nothing_is_one_line(capsys: Capture, command: str, word: str, problem: str) -> None:
    scenarios = "scenario=base" if command in ("search", "sensitivity") else "scenarios=[base,hire_late]"
    more = [f"sweep.{SEATS}=[1,2]"] if command == "sweep" else []
    assert main([command, scenarios, *more, word]) == 2
    line = capsys.readouterr().err.strip()
    assert problem in line
    assert "\n" not in line


@pytest.mark.slow
def test_why_splits_a_measure_in_dollars_that_adds_up(tmp_path: Path, capsys: Capture) -> None:
    fewer = "question: Fewer?\ndefaults: [" + PLAIN.removesuffix(".yaml") + "]\nopening: {teams: {reps: {seats: 2}}}\n"
    (tmp_path / "fewer.yaml").write_text(fewer)
    plans = f"scenarios=[{PLAIN},{tmp_path / 'fewer.yaml'}]"
    words = [one for one in asked(tmp_path) if not one.startswith((SEATS, "run.replications"))]
    assert main(["why", plans, "criterion=pipeline_created", "run.replications=8", "--json", *words]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["measure"] == "pipeline_created"
    assert " of pipeline created" in document["answer"][0] or "pipeline created than plain" in document["answer"][0]


@pytest.mark.parametrize(("times", "low", "said"), [(-1.0, 0.5, 1), (-1.0, 2.0, 1), (1.0, 0.5, 0), (-1e-9, 0.5, 0)])
def test_where_finances_ratio_tells_the_plans_the_other_way_round_it_is_said(
    times: float, low: float, said: int
) -> None:
    luck = np.random.default_rng(1).normal(size=40)
    usual = {"bookings": 1e6 + luck, "cost": 1e5 + luck, "hits_target": np.ones(40), "target": np.ones(40)}
    rates = {name: 0.5 + 0.01 * luck + gain for name, gain in (("a", 0.0), ("b", 0.05))}
    played = [Played(name, "plan", {**usual, "cost_of_sales": rate}) for name, rate in rates.items()]
    found = judge(played, np.arange(40), criterion_of("cost_of_sales"), Horizon(2.0))
    assert found.decides is not None
    mean = times * found.decides.mean
    cells = [mean, mean - low * abs(mean), mean + low * abs(mean)]
    row = pd.DataFrame([cells], index=["total"], columns=list(RATIO))
    run: Any = SimpleNamespace(verdict=found, reference="a", difference_rows=lambda *key: row)
    told = divided(run)
    assert len(told) == said
    if told:
        assert ": b comes to 0.050 less in cost over bookings (" in told[0]
        assert ("0.025 to 0.075" in told[0]) == (low < 1)
        assert ("may be chance" in told[0]) == (low > 1)
    run.reference = "weather"
    assert not divided(run), "the table is held against another scenario"
