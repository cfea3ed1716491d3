"""``salesim search`` through the command, on a world so small that its plans can be told by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.evidence.trust.levels import QUESTIONS
from sim.experiment import workers
from sim.scenario.load import load
from tests.makers.play import WORLDS
from tests.makers.trusted import trusted

Capture = pytest.CaptureFixture[str]
WORLD = (
    f"scenario={WORLDS / 'plain.yaml'}", "opening.past_seat_years=0", "opening.teams.reps.seats=4",
    "+opening.teams.hiring={role: recruiter, region: here, seats: 4}", "+world.roles.recruiter={duty: recruits}",
    "world.hiring.recruiting_mean_days={rep: 1, recruiter: 1}", "world.costs.salary_usd_per_year.recruiter=50000",
)  # fmt: skip
HIRES = "search.hires.rep=0..6"


def words(tmp_path: Path, *more: str) -> list[str]:
    quick = ["run.n_jobs=1", "run.months=3", f"run.results_folder={tmp_path}"]
    for usual in ("run.replications=30", "levers.target.usd_per_year.all=3000000"):
        if not any(word.startswith(usual.partition("=")[0]) for word in more):
            quick.append(usual)
    return ["search", *WORLD, *quick, "search.fresh_replications=40", "search.trials=4", *more]


def found(tmp_path: Path, capsys: Capture, *more: str) -> dict[str, Any]:
    assert main(words(tmp_path, "--json", *more)) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_the_cheapest_plan_is_confirmed_and_can_be_run(tmp_path: Path, capsys: Capture) -> None:
    """Heads cost the same each, so the cheapest plan that does it has the fewest; and no opening earlier is dearer."""
    document = found(tmp_path, capsys, HIRES, "search.target_odds=0.5")
    assert document["confirmed"]
    chosen = document["chosen"]
    assert 0 < chosen["levers"]["hires.rep.all"] <= 6
    assert document["looks"][-1]["surely"] >= 0.5 or any(look["confirmed"] for look in document["looks"])
    assert chosen["odds"]["mean"] > document["odds_as_it_is"]
    folder = Path(document["folder"])
    plan = load(str(folder / "scenario-plain_best.yaml"))
    assert plan.levers.requisitions["more rep all here"].count == chosen["levers"]["hires.rep.all"]
    costs = [one["added_cost_usd"]["mean"] for one in document["frontier"]]
    assert costs == sorted(costs)
    (until,) = document["deadlines"]
    assert until["needed_for_odds"]
    assert until["opens"] == "2027-01-01" <= until["latest"]
    assert until["month_later_worth_usd"]["mean"] < 0
    at_end = chosen["levers"]["hires.rep.all"] == 6
    assert any("the end of its range" in said for said in document["answer"]) == at_end


def test_a_plan_at_the_end_of_a_range_says_that_more_may_be_better(tmp_path: Path, capsys: Capture) -> None:
    document = found(tmp_path, capsys, "search.hires.rep=0..1", "search.target_odds=0.99", "search.deadlines=false")
    assert not document["confirmed"]
    (said,) = (one for one in document["answer"] if "the end of its range" in one)
    assert said.startswith("At the end of its range: hires.rep.all (1).")


def test_the_screen_says_the_decision_first_and_the_folder_holds_it(tmp_path: Path, capsys: Capture) -> None:
    assert main(words(tmp_path, HIRES, "search.target_odds=0.5", "search.deadlines=false")) == 0
    said = capsys.readouterr().out.splitlines()
    first = next(line for line in said if line.startswith("The cheapest plan found"))
    assert "at least 50% of the time: plain with" in first
    assert "more rep" in first
    assert any(line.startswith("Confirmed under fresh luck") for line in said)
    (folder,) = (one for one in tmp_path.iterdir() if not one.name.startswith("."))
    page = (folder / "report.html").read_text()
    assert {levels[-1] for levels in trusted(page).values()} == {2}
    assert list(trusted(page)) == list(QUESTIONS)
    assert first.split(":")[0] in page
    assert page.count("<svg") == 1
    assert "<script" not in page
    with (folder / "search.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["standing"] for line in lines].count("chosen") == 1
    assert {line["hires.rep.all"] for line in lines} >= {"0", "6"}
    with (folder / "looks.csv").open() as file:
        looks = list(csv.DictReader(file))
    assert any(look["confirmed"] == "yes" and float(look["odds_above_share"]) >= 0.5 for look in looks)


@pytest.mark.keeps
def test_the_same_command_gives_the_same_bytes_and_plays_nothing(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (HIRES, "search.target_odds=0.5", "search.deadlines=false", "run.figures=false")
    first = found(tmp_path, capsys, *more)

    def nobody(*_: object) -> None:
        raise AssertionError("something is played again")

    monkeypatch.setattr(workers, "work", nobody)
    second = found(tmp_path, capsys, *more)
    one, other = Path(first.pop("folder")), Path(second.pop("folder"))
    assert first == second
    for file in ("search.csv", "looks.csv", "deadlines.csv", "scenario-plain_best.yaml"):
        assert (one / file).read_bytes() == (other / file).read_bytes()


def test_where_no_plan_reaches_the_odds_it_says_so_and_what_the_best_reaches(tmp_path: Path, capsys: Capture) -> None:
    target = "levers.target.usd_per_year.all=20000000"
    document = found(tmp_path, capsys, "search.hires.rep=0..2", "search.target_odds=0.9", target)
    assert not document["confirmed"]
    assert document["chosen"] is None
    assert document["answer"][0].startswith("No plan within these levers that was tried meets the target 90%")
    assert document["nearest"]["odds"]["high"] < 0.9
    assert not list(Path(document["folder"]).glob("scenario-*.yaml"))


def test_within_a_budget_the_plan_worth_most_is_the_one_that_spends_it(tmp_path: Path, capsys: Capture) -> None:
    """Each head costs 100,000 a year, a third of it in four months, and sells for more."""
    document = found(tmp_path, capsys, HIRES, "search.budget_usd=+110000", "search.deadlines=false")
    assert document["may_add_usd"] == pytest.approx(110_000)
    assert document["confirmed"]
    assert document["chosen"]["levers"]["hires.rep.all"] == 3
    assert document["looks"][-1]["surely"] <= 110_000


@pytest.mark.keeps
def test_the_block_of_a_file_is_the_same_as_its_words(tmp_path: Path, capsys: Capture) -> None:
    block = tmp_path / "block.yaml"
    block.write_text("target_odds: 0.5\ndeadlines: false\nhires:\n  rep: 0..6\n")
    results = tmp_path / "results"
    by_file = found(results, capsys, f"search={block}", "run.figures=false")
    by_words = found(results, capsys, HIRES, "search.target_odds=0.5", "search.deadlines=false", "run.figures=false")
    assert by_file["chosen"] == by_words["chosen"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((HIRES, "search.target_odds=1.2"), "search.target_odds=1.2: allowed is 0.8 for 80%, from 0.01 to 0.99"),
        ((HIRES,), "give either search.target_odds=0.8"),
        ((HIRES, "search.target_odds=0.5", "search.budget_usd=1"), "give either"),
        ((HIRES, "search.budget_usd=1000"), "is below what is committed: plain costs $"),
        (("search.target_odds=0.5",), "there is no lever to search over"),
        (("search.target_odds=0.5", "search.hire.rep=0..3"), 'Did you mean "hires"?'),
        (("search.target_odds=0.5", "search.hires.reps=0..3"), 'Did you mean "rep"?'),
        (("search.target_odds=0.5", "search.hires.rep=0..0"), "needs 2 or more"),
        (("search.target_odds=0.5", "search.hires.rep=three"), "expected a range or a list"),
        (("search.target_odds=0.5", "search.opens=2027-01..2027-03"), "no search.hires of that name"),
        (("search.target_odds=0.5", "search.levers.backfil.approval_days=0..9"), 'Did you mean "backfill"?'),
        (("search.target_odds=0.5", "search.levers.backfill.approval_days=-9..9"), "search.levers.backfill"),
        (("search.target_odds=0.5", HIRES, "run.replications=10"), "too few to tell odds"),
        (("search.target_odds=0.5", HIRES, "run.lucks_per_draw=2"), "leave it at 1"),
        (("search=nowhere.yaml",), "search=nowhere.yaml: cannot be read"),
        (("search.target_odds=0.5", "search.target_odds=0.6", HIRES), "given twice"),
        (("searches.target_odds=0.5", HIRES), 'Did you mean "search"?'),
    ],
)
def test_wrong_input_is_one_line(tmp_path: Path, capsys: Capture, more: tuple[str, ...], said: str) -> None:
    assert main(words(tmp_path, *more)) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not [one for one in tmp_path.iterdir() if not one.name.startswith(".")]
