"""``salesim sweep`` through the command, on a world small enough to know which plan must be best."""

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
SEATS, SIZE = "opening.teams.reps.seats", "world.sources.self.size_multiplier"


def run(tmp_path: Path, capsys: Capture, *words: str, replications: int = 30) -> str:
    quick = [f"run.replications={replications}", "run.n_jobs=1", "run.months=1", f"run.results_folder={tmp_path}"]
    assert main(["sweep", f"scenario={PLAIN}", "kind=plan", *quick, *words]) == 0
    return capsys.readouterr().out


def found(tmp_path: Path, capsys: Capture, *words: str, replications: int = 30) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(tmp_path, capsys, "--json", *words, replications=replications))
    return document


def test_larger_deals_are_best_and_at_the_end_of_what_was_tried(tmp_path: Path, capsys: Capture) -> None:
    document = found(tmp_path, capsys, f"sweep.{SIZE}=1:2:0.5")
    assert document["best"] == "size_multiplier 2"
    assert document["not_told_from_best"] == []
    first, middle, best = document["plans"]
    assert best["means"]["bookings"] == pytest.approx(2 * first["means"]["bookings"])
    assert middle["from_best"]["mean"] == pytest.approx(-first["means"]["bookings"] / 2)
    assert middle["from_best"]["ci_high"] < 0
    assert best["from_first"]["mean"] == pytest.approx(first["means"]["bookings"])
    assert best["set"] == {SIZE: "2"}
    assert "Size multiplier 2 is at the end of what was tried" in document["answer"][-1]
    folder = Path(document["folder"])
    page = (folder / "report.html").read_text()
    assert {levels[-1] for levels in trusted(page).values()} == {1}
    assert list(trusted(page)) == list(QUESTIONS)
    assert document["answer"][0] in page
    assert "<polyline" in page
    with (folder / "sweep.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line[SIZE] for line in lines] == ["1", "1.5", "2"]
    assert [line["is_best"] for line in lines] == ["no", "no", "yes"]
    assert [line["told_from_best"] for line in lines] == ["yes", "yes", ""]
    assert float(lines[0]["bookings_mean_usd"]) == pytest.approx(first["means"]["bookings"])
    saved = sorted(one.name for one in folder.glob("scenario*.yaml"))
    assert saved == ["scenario-size_multiplier_2.yaml", "scenario.yaml"], "the reference and the best can be run again"


def test_what_changes_nothing_cannot_be_told_apart(tmp_path: Path, capsys: Capture) -> None:
    document = found(tmp_path, capsys, "sweep.levers.quota.usd_per_year.all=[5e5,6e5,7e5]", "run.figures=false")
    assert document["answer"] == ["By bookings less cost the 3 plans are the same in every replication."]
    assert len(document["not_told_from_best"]) == 2
    assert not (Path(document["folder"]) / "report.html").exists()


def test_few_replications_name_no_best(tmp_path: Path, capsys: Capture) -> None:
    words = [f"sweep.{SIZE}=[1,2]", "run.figures=false"]
    document = found(tmp_path, capsys, *words, replications=29)
    assert document["best"] is None
    assert "29 replications are too few to tell plans apart" in document["answer"][0]
    said = run(tmp_path, capsys, *words, replications=29)
    assert "best by" not in said.lower()


def test_the_world_is_weather_of_which_none_is_best(tmp_path: Path, capsys: Capture) -> None:
    quick = ["run.replications=30", "run.n_jobs=1", "run.months=1", f"run.results_folder={tmp_path}"]
    assert main(["sweep", f"scenario={PLAIN}", f"sweep.{SIZE}=[1,2,0.5]", *quick, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["best"] is None
    assert [one["kind"] for one in document["plans"]] == ["plan", "weather", "weather"]
    (said,) = document["answer"]
    assert "none is best" in said
    assert "falls most" in said
    assert said.index("size multiplier 0.5") < said.index("rises most") < said.rindex("size multiplier 2")


def test_two_keys_make_a_heat_map_and_the_screen_says_the_best_first(tmp_path: Path, capsys: Capture) -> None:
    said = run(tmp_path, capsys, f"sweep.{SIZE}=[1,2]", f"sweep.{SEATS}=[5,20]")
    lines = said.splitlines()
    answer = next(place for place, line in enumerate(lines) if line.startswith("Best by bookings less cost"))
    assert lines[answer].startswith("Best by bookings less cost: size multiplier 2, seats 20, ")
    table = next(place for place, line in enumerate(lines) if "against the best" in line and "P10" in line)
    assert answer < table
    assert lines[table + 1].startswith("size multiplier 2, seats 20")
    assert lines[table + 1].endswith("best")
    (folder,) = (one for one in tmp_path.iterdir() if not one.name.startswith("."))
    assert (folder / "report.html").read_text().count("<rect") == 4 + 1, "four cells, and a frame about the best"


@pytest.mark.keeps
def test_plans_of_a_later_turn_have_the_same_luck_and_are_not_played_again(tmp_path: Path, capsys: Capture) -> None:
    """Eleven plans are played in two turns."""
    words = [f"sweep.{SIZE}=1:2:0.1", "run.figures=false"]
    document = found(tmp_path, capsys, *words, replications=2)
    means = [one["means"]["bookings"] for one in document["plans"]]
    assert means == pytest.approx([means[0] * (1 + k / 10) for k in range(11)])
    assert main(["sweep", f"scenario={PLAIN}", "kind=plan", "run.replications=2", "run.n_jobs=1", "run.months=1",
                 f"run.results_folder={tmp_path}", *words]) == 0  # fmt: skip
    assert "4 of 4 replications were kept from before." in capsys.readouterr().out
    one, other = (path.read_bytes() for path in tmp_path.glob("*/sweep.csv"))
    assert one == other


def test_compare_prints_one_document(tmp_path: Path, capsys: Capture) -> None:
    quick = [
        "run.replications=30",
        "run.n_jobs=1",
        "run.months=1",
        "run.figures=false",
        f"run.results_folder={tmp_path}",
    ]
    assert main(["compare", f"scenario={PLAIN}", "kind=plan", f"sweep.{SIZE}=[1,2]", *quick, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["verdict"]["pick"] == "size_multiplier 2"
    assert document["answer"][0].startswith("Do size multiplier 2")
    first, second = document["plans"]
    assert first["against_reference"] == {}
    more = second["against_reference"]["bookings"]
    assert more["mean"] == pytest.approx(first["means"]["bookings"])
    assert more["told_from_zero"]
    assert Path(document["folder"]).is_dir()
