"""``salesim stress`` through the command, on worlds small enough to know what must come out.

In the plain world nothing interferes: each seat sells by luck of its own, and deals of half the size bring half the
bookings. Four seats more bring what four seats sell and cost what four seats cost, so that they stop paying where deals
are so much smaller that the two are equal.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.decide.shocks import break_even
from sim.evidence.trust.levels import QUESTIONS
from tests.makers.play import WORLDS
from tests.makers.trusted import trusted

Capture = pytest.CaptureFixture[str]
PLAIN = str(WORLDS / "plain.yaml")
TODAY = "kind: step, from_date: 2027-01-01"
MORE = "{role: rep, segment: all, region: here, seats: 4}"
FILES = {
    "more": f"question: More?\ndefaults: [{PLAIN.removesuffix('.yaml')}]\nopening: {{teams: {{extra: {MORE}}}}}\n",
    "half": f"kind: weather\nworld: {{shocks: {{half: {{acts_on: size, {TODAY}, multiplier: 0.5}}}}}}\n",
    "tiny": f"kind: weather\nworld: {{shocks: {{tiny: {{acts_on: size, {TODAY}, multiplier: 0.0625}}}}}}\n",
    "north": f"kind: weather\nworld: {{shocks: {{x: {{acts_on: size, region: north, {TODAY}, multiplier: 0.5}}}}}}\n",
    "fewer": "kind: weather\nlevers: {departures: {some: {role: rep, count: 2, on_date: 2027-02-01}}}\n",
    "steady": "kind: weather\nworld: {segments: {all: {push_days: 45}}}\n",
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    for name, text in FILES.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return {name: str(tmp_path / f"{name}.yaml") for name in FILES}


def run(tmp_path: Path, capsys: Capture, *words: str, replications: int = 30) -> str:
    world = ["opening.pipeline=empty", "opening.teams.reps.seats=4", "world.costs.salary_usd_per_year.rep=100000"]
    how = [f"run.replications={replications}", "run.n_jobs=1", "run.months=4", f"run.results_folder={tmp_path / 'out'}"]
    assert main(["stress", *world, *how, *words]) == 0
    return capsys.readouterr().out


def found(tmp_path: Path, capsys: Capture, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(tmp_path, capsys, "--json", "run.figures=false", *words))
    return document


def cell(document: dict[str, Any], plan: str, shock: str | None) -> dict[str, Any]:
    return next(one for one in document["cells"] if (one["plan"], one["shock"]) == (plan, shock))


@pytest.mark.slow
def test_half_the_size_is_half_the_bookings_and_where_that_turns_the_choice_is_found(
    tmp_path: Path, capsys: Capture, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(break_even, "HALVINGS", 2)  # from 1 to 4 down to a width of 0.75, and a straight line there
    plans, shocks = f"scenarios=[{PLAIN},{files['more']}]", f"shocks=[{files['half']}]"
    document = found(tmp_path, capsys, plans, shocks, "break_even=true")
    assert document["criterion"] == document["worth"] == "bookings_less_cost", "nothing is billed here"
    assert document["pick"] == "more"
    plain, more = (cell(document, name, None) for name in ("plain", "more"))
    for name, calm in (("plain", plain), ("more", more)):
        half = cell(document, name, "half")
        assert half["bookings_p10_usd"] == pytest.approx(calm["bookings_p10_usd"] / 2, rel=1e-6)
        assert half["worth_change_usd"]["mean"] < 0
    assert document["choice"]["half"]["becomes"] == "stays more"
    assert document["weakest"]["plain"] == {"shock": "half", "may_cost_as_much": []}
    # Where do four seats stop paying? What they book, less what they cost, is known without a shock and at half.
    calm_gain = more["worth_usd"] - plain["worth_usd"]
    half_gain = cell(document, "more", "half")["worth_usd"] - cell(document, "plain", "half")["worth_usd"]
    booked = 2 * (calm_gain - half_gain)
    at = math.log2(booked / (booked - calm_gain))  # halvings
    (even,) = document["break_even"]
    assert even["turns_to"] == "plain"
    assert even["at_times"] == pytest.approx(at, abs=0.1)
    assert even["low_times"] < at < even["high_times"]


def test_the_screen_says_the_choice_first_and_the_page_the_same(
    tmp_path: Path, capsys: Capture, files: dict[str, str]
) -> None:
    said = run(tmp_path, capsys, f"scenarios=[{PLAIN},{files['more']}]", f"shocks=[{files['tiny']},{files['fewer']}]")
    do, becomes = (
        next(line for line in said.splitlines() if line.startswith(one)) for one in ("Do more", "The choice")
    )
    assert becomes.startswith("The choice turns under tiny, where plain brings")
    assert "More stays clearly ahead of plain under fewer" in becomes
    assert "Plain is weakest against tiny: it costs $" in said
    (folder,) = (one for one in (tmp_path / "out").iterdir() if not one.name.startswith("."))
    assert str(folder) in said
    page = (folder / "report.html").read_text()
    assert {levels[-1] for levels in trusted(page).values()} == {1}
    assert list(trusted(page)) == list(QUESTIONS)
    assert do in page
    assert becomes in page
    assert "tiny would turn the choice" in page.lower()
    assert "<svg" in page
    with (folder / "stress.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["plan"], row["shock"]) for row in rows][:3] == [("plain", "none"), ("more", "none"), ("plain", "tiny")]
    assert rows[2]["choice"] == "turns to plain"
    assert float(rows[2]["bookings_change_mean_usd"]) == pytest.approx(-float(rows[0]["bookings_mean_usd"]) * 15 / 16)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (folder / manifest["shocks"]["tiny"]).read_text() == FILES["tiny"]
    assert manifest["verdict"]["pick"] == "more"


def test_a_small_run_chooses_nothing(tmp_path: Path, capsys: Capture, files: dict[str, str]) -> None:
    plans = f"scenarios=[{PLAIN},{files['more']}]"
    said = run(tmp_path, capsys, plans, f"shocks=[{files['tiny']}]", "run.figures=false", replications=4)
    assert "too few to judge a plan by" in said
    assert not any(line.startswith(("The choice", "No shock")) for line in said.splitlines())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("scenario=PLAIN", "shocks=[north]"), '"north" is no region'),
        (("scenario=PLAIN", "shocks=[half,half]"), 'two shocks are named "half"'),
        (("scenario=PLAIN", "shocks=[PLAIN]"), "this is a company, not what befalls one"),
        (("scenario=PLAIN", "shocks=[steady]", "world.segments.all.push_days=45"), "is set on the command line"),
        (("scenario=PLAIN", "shocks=[resession]"), 'Did you mean "recession"?'),
        (("scenario=PLAIN", "shocks=[half]", "break_even=true"), "give two plans or more"),
        (("scenario=PLAIN", "shocks=[half]", "break_even=perhaps"), "allowed are true and false"),
        (("scenario=recession", "shocks=[half]"), "recession is weather"),
        (("scenario=PLAIN", "shock=[half]"), 'Did you mean "shocks"?'),
    ],
)  # fmt: skip
def test_wrong_input_is_one_line(
    tmp_path: Path, capsys: Capture, files: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    for name, path in {"PLAIN": PLAIN, **files}.items():
        words = tuple(
            word if "=" in word and not word.startswith(("scenario", "shock")) else
            word.replace(f"[{name}", f"[{path}").replace(f",{name}", f",{path}").replace(f"={name}", f"={path}")
            for word in words
        )  # fmt: skip
    assert main(["stress", "run.replications=2", "run.n_jobs=1", f"run.results_folder={tmp_path / 'out'}", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
