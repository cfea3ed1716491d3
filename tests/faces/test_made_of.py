"""``salesim sensitivity shares=true`` through the command, on worlds small enough to know what must come out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.decide.assumptions.crossed import crossed, drawn_together
from sim.evidence.trust.levels import QUESTIONS
from sim.experiment.plan import Plan
from sim.experiment.settings import load_settings
from sim.scenario.load import load_source
from tests.makers.play import WORLDS
from tests.makers.trusted import trusted

Capture = pytest.CaptureFixture[str]
PLAIN = str(WORLDS / "plain.yaml")
VOLUME = (
    "+uncertainties.volume={kind: uniform, low: 0.5, high: 1.5}",
    "world.sources.self.opportunities_per_month_per_head={uncertain: volume, times: 5}",
)
SIZE = (
    "+uncertainties.size={kind: uniform, low: 0.5, high: 1.5}",
    "world.sources.self.size_multiplier={uncertain: size}",
)


def run(tmp_path: Path, capsys: Capture, *words: str, rows: int = 30) -> str:
    quick = [f"run.replications={rows}", "run.n_jobs=1", "run.months=1", f"run.results_folder={tmp_path}"]
    assert main(["sensitivity", f"scenario={PLAIN}", "shares=true", *quick, *words]) == 0
    return capsys.readouterr().out


def found(tmp_path: Path, capsys: Capture, *words: str, rows: int = 30) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(tmp_path, capsys, "--json", *words, rows=rows))
    return document


def test_a_world_of_many_deals_is_all_assumption(tmp_path: Path, capsys: Capture) -> None:
    """A hundred reps have little luck: what nobody knows of sizes makes the spread."""
    unused = ["+uncertainties.idle={kind: uniform, low: 0, high: 1}"]
    document = found(tmp_path, capsys, *SIZE, *unused, "opening.teams.reps.seats=100")
    (factor,) = document["spreads"]["bookings"]["factors"]
    assert factor["names"] == ["size"], "what no number hangs on is no factor"
    spread = document["spreads"]["bookings"]
    assert spread["assumptions"]["mean"] > 0.6
    assert sum(spread[part]["mean"] for part in ("assumptions", "luck", "together")) == pytest.approx(1.0)
    assert factor["total"]["mean"] == pytest.approx(1 - spread["luck"]["mean"], abs=0.25)
    assert document["plays"] == 30 * 4
    folder = Path(document["folder"])
    with (folder / "spread.csv").open() as file:
        lines = list(csv.DictReader(file))
    told = [line["part"] for line in lines if line["measure"] == "bookings"]
    assert told == ["assumptions", "luck", "together", "factor"]
    page = (folder / "report.html").read_text()
    assert {levels[-1] for levels in trusted(page).values()} == {2}
    assert list(trusted(page)) == list(QUESTIONS)
    assert document["answer"][1] in page
    assert "<svg" in page
    assert "<script" not in page
    assert json.loads((folder / "manifest.json").read_text())["command"].startswith("salesim sensitivity")


def test_the_years_that_miss_share_what_makes_them_miss(tmp_path: Path, capsys: Capture) -> None:
    """Sizes decide alone whether a target in the middle is met, and the signpost says so, and where."""
    target = "levers.target.usd_per_year.all=55e6"
    words = [*SIZE, "opening.teams.reps.seats=100", target, "run.figures=false"]
    document = found(tmp_path, capsys, *words, rows=40)
    missed = document["missed"]
    assert missed["replications"] == 80
    assert 20 <= missed["misses"] <= 60
    (condition,) = missed["conditions"]
    assert (condition["kind"], condition["name"], condition["side"]) == ("uncertainty", "size", "at_most")
    assert 0.7 < condition["value"] < 1.3
    assert missed["share_where_they_hold"]["mean"] > missed["share_elsewhere"]["mean"]
    assert f"to watch: size at most {condition['value']:.3g}. Where this holds" in document["answer"][2]
    with (Path(document["folder"]) / "signposts.csv").open() as file:
        (line,) = csv.DictReader(file)
    assert (line["name"], line["side"]) == ("size", "at_most")


def test_the_screen_says_the_answer_before_the_table(tmp_path: Path, capsys: Capture) -> None:
    said = run(tmp_path, capsys, *SIZE, "run.figures=false").splitlines()
    answer = next(place for place, line in enumerate(said) if line.startswith("The spread of bookings"))
    table = next(place for place, line in enumerate(said) if "by itself" in line and "with others, too" in line)
    assert answer < table
    assert "replications miss the target" in said[answer + 2]
    assert not list(tmp_path.glob("*/report.html"))


def test_crossing_takes_one_uncertainty_from_the_other_draw_and_leaves_luck() -> None:
    source = load_source(PLAIN, [*VOLUME, *SIZE])
    first, second = source.drawn(1, 3), source.drawn(1, 13)
    mixed = crossed(source, ("size",), 10)
    assert mixed.drawn(1, 3) == {"volume": first["volume"], "size": second["size"]}
    assert crossed(source, ("volume", "size"), -10).drawn(1, 13) == first
    scenario = Plan.of(mixed, load_settings()).scenario(3)
    assert scenario.world.sources["self"].size_multiplier == second["size"]
    assert mixed.file_hashes != crossed(source, ("volume",), 10).file_hashes != source.file_hashes
    assert drawn_together(source, ["volume", "size"]) == [("volume",), ("size",)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["shares=true"], "nothing is uncertain in plain, so all of its spread is luck"),
        (["shares=yes", *SIZE], "shares=yes: allowed are true and false"),
        (["shares=true", *SIZE, "run.uncertain=false"], "nothing is uncertain"),
        (["shares=true", *SIZE, "run.lucks_per_draw=2"], "leave run.lucks_per_draw out"),
        (["shares=true", *SIZE, "run.replications=29"], "29 rows tell nothing of shares; give 30 or more"),
        (["shares=true", *SIZE, "drivers=[world.segments.*.push_days]"], "without drivers"),
        (["shares=true", *SIZE, "sweep.levers.backfill.approval_days=[0,7]"], "told of one plan"),
        (["share=true", *SIZE], 'Did you mean "shares"?'),
    ],
)
def test_wrong_input_of_shares_is_one_line(tmp_path: Path, capsys: Capture, words: list[str], said: str) -> None:
    assert main(["sensitivity", f"scenario={PLAIN}", f"run.results_folder={tmp_path}", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())
