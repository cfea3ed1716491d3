"""``salesim sensitivity`` through the command, on worlds small enough to know what must come out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.evidence.trust.levels import QUESTIONS
from tests.makers.play import WORLDS
from tests.makers.trusted import trusted

Capture = pytest.CaptureFixture[str]
PLAIN = str(WORLDS / "plain.yaml")
UNSURE = (
    "+uncertainties.volume={kind: uniform, low: 0.5, high: 1.5}",
    "world.sources.self.opportunities_per_month_per_head={uncertain: volume, times: 5}",
)


def run(tmp_path: Path, capsys: Capture, *words: str) -> str:
    quick = ["run.replications=4", "run.n_jobs=1", "run.months=4", f"run.results_folder={tmp_path}"]
    assert main(["sensitivity", f"scenario={PLAIN}", *quick, *words]) == 0
    return capsys.readouterr().out


def found(tmp_path: Path, capsys: Capture, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(tmp_path, capsys, "--json", *words))
    return document


def test_larger_amounts_bring_as_much_more_of_all_that_is_booked(tmp_path: Path, capsys: Capture) -> None:
    """Bookings are amounts: a tenth up and a tenth down are a fifth of them, and a step is a tenth."""
    key = "world.sources.self.size_multiplier"
    document = found(tmp_path, capsys, f"drivers=[{key}]")
    assert document["worth"] == "bookings_less_cost"
    bars = {bar["name"]: bar for bar in document["bars"]}
    amounts, booked = bars[key], document["mean_bookings_usd"]
    assert amounts["low_to_high_bookings_usd"]["mean"] == pytest.approx(0.2 * booked, rel=1e-6)
    assert amounts["high_end"]["bookings_usd"]["mean"] == pytest.approx(0.1 * booked, rel=1e-6)
    assert amounts["better_by_a_tenth_usd"]["mean"] == pytest.approx(0.1 * booked, rel=1e-6)
    assert amounts["told_from_zero"]
    new = bars["deal_amounts"]  # from the first day on: deals that are open then stay as they are
    assert 0 < new["high_end"]["bookings_usd"]["mean"] < amounts["high_end"]["bookings_usd"]["mean"]
    assert new["high_end"]["bookings_usd"]["mean"] == pytest.approx(-new["low_end"]["bookings_usd"]["mean"], rel=1e-6)
    assert bars["win_rate"]["low_to_high_bookings_usd"]["mean"] > 0
    assert "inbound_leads" not in bars, "the world has no such source"
    assert not bars["time_to_hire"]["told_from_zero"], "nobody leaves, so nobody is hired"
    sizes = [abs(bar["low_to_high_worth_usd"]["mean"]) for bar in document["bars"]]
    assert sizes == sorted(sizes, reverse=True)


def test_an_uncertainty_goes_from_its_tenth_to_its_ninetieth_percentile(tmp_path: Path, capsys: Capture) -> None:
    document = found(tmp_path, capsys, *UNSURE)
    (bar,) = (bar for bar in document["bars"] if bar["kind"] == "uncertainty")
    assert bar["name"] == "volume"
    assert bar["low_end"]["at"] == pytest.approx(0.6)
    assert bar["high_end"]["at"] == pytest.approx(1.4)
    assert bar["low_end"]["bookings_usd"]["mean"] < 0 < bar["high_end"]["bookings_usd"]["mean"]
    whole = bar["low_to_high_bookings_usd"]["mean"]
    parts = bar["high_end"]["bookings_usd"]["mean"] - bar["low_end"]["bookings_usd"]["mean"]
    assert whole == pytest.approx(parts), "both ends are held against the same middle"


@pytest.mark.slow
def test_the_screen_says_what_cannot_be_told(tmp_path: Path, capsys: Capture) -> None:
    said = run(tmp_path, capsys, "run.figures=false")
    assert "What moves bookings less cost of plain" in said
    untold = next(line for line in said.splitlines() if line.startswith("Not told from nothing"))
    assert "Time to hire" in untold, "nobody leaves, so nobody is hired"
    assert not list(tmp_path.glob("*/report.html"))


@pytest.mark.slow
def test_its_folder_holds_the_table_and_a_page_with_the_answer(tmp_path: Path, capsys: Capture) -> None:
    said = run(tmp_path, capsys)
    (folder,) = (one for one in tmp_path.iterdir() if not one.name.startswith("."))
    assert str(folder) in said
    page = (folder / "report.html").read_text()
    assert {levels[-1] for levels in trusted(page).values()} == {2}
    assert list(trusted(page)) == list(QUESTIONS)
    answer = next(line for line in said.splitlines() if line.startswith("What moves"))
    assert answer.split(";")[0] in page
    assert "<svg" in page
    assert "<script" not in page
    with (folder / "sensitivity.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert {line["measure"] for line in lines} == {"bookings_less_cost", "bookings"}
    amounts = next(line for line in lines if (line["name"], line["measure"]) == ("deal_amounts", "bookings"))
    assert float(amounts["high_end_at"]) == pytest.approx(1.1)
    step = float(amounts["better_by_a_tenth_mean_usd"])
    assert step == pytest.approx(float(amounts["low_to_high_mean_usd"]) / 2)
    assert json.loads((folder / "manifest.json").read_text())["command"].startswith("salesim sensitivity")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("drivers=[world.segmets.all.push_days]", 'Did you mean "world.segments.all.push_days"?'),
        ("drivers=[world.regions.here.lead_weight,dates.fiscal_year_start_month]", "changes nothing"),
        ("driver=[a]", 'Did you mean "drivers"?'),
        ("run.replications=0", "run.replications"),
    ],
)
def test_wrong_input_is_one_line(tmp_path: Path, capsys: Capture, word: str, said: str) -> None:
    assert main(["sensitivity", f"scenario={PLAIN}", f"run.results_folder={tmp_path}", word]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_of_several_plans_it_says_what_knowing_is_worth(tmp_path: Path, capsys: Capture) -> None:
    plans = ["scenario=" + PLAIN, "sweep.levers.quota.usd_per_year.all=[600000,900000]", *UNSURE]
    quick = ["run.replications=30", "run.n_jobs=1", "run.months=1", f"run.results_folder={tmp_path}"]
    assert main(["sensitivity", *plans, *quick, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (unknown,) = document["worth_of_knowing_usd"]
    assert unknown["name"] == "volume"
    assert 0 <= unknown["low"] <= unknown["mean"] <= unknown["high"]
    assert not unknown["told_from_zero"], "a quota changes no deal, so nothing turns the choice"
    assert "<svg" in (Path(document["folder"]) / "report.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run.replications=29", *UNSURE], "29 draws"),
        ([], "nothing to know"),
        (["drivers=[world.segments.all.push_days]", *UNSURE], "give one scenario"),
        (["kind=weather", *UNSURE], "two plans or more"),
    ],
)
def test_a_choice_about_which_nothing_can_be_known_is_one_line(
    tmp_path: Path, capsys: Capture, words: list[str], said: str
) -> None:
    plans = ["scenario=" + PLAIN, "sweep.levers.quota.usd_per_year.all=[600000,900000]"]
    assert main(["sensitivity", *plans, f"run.results_folder={tmp_path}", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
