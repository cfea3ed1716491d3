"""A run that stops by itself: it ends at a look, with the bytes of a run of so many, and says how close it came."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.cli import main
from sim.results.criterion import criterion_of
from sim.results.precision import precision
from sim.results.verdict import Played

SMALL = [
    "run.months=3", "run.figures=false", "run.one_more_head_replications=0", "opening.past_seat_years=0",
]  # fmt: skip


def play(folder: Path, *words: str, plans: str = "scenarios=[base,hire_early]") -> Path:
    assert (
        main(["compare" if "scenarios" in plans else "run", plans, *SMALL, f"run.results_folder={folder}", *words]) == 0
    )
    return (folder / "latest").resolve()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


@pytest.mark.slow
def test_it_stops_at_the_first_look_that_knows_enough_with_the_bytes_of_a_run_of_so_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = play(tmp_path / "stopped", "run.replications=300", "run.precision=1e9")
    said = capsys.readouterr().out
    assert "at most 300 replications of 3 months" in said
    assert (
        "Stopped after 64 of at most 300 replications: how far each plan lies from the first by value is known" in said
    )
    plain = play(tmp_path / "plain", "run.replications=64")
    assert files(stopped) == files(plain)
    played = pq.read_table(stopped / "kpis.parquet", columns=["scenario", "draw"]).to_pandas()
    assert {plan: set(rows["draw"]) for plan, rows in played.groupby("scenario", observed=True)} == {
        plan: set(range(64)) for plan in ("base", "hire_early")
    }
    facts = json.loads((stopped / "manifest.json").read_text())
    assert facts["replications"] == 64
    assert facts["precision"]["within"] < 1e9


@pytest.mark.slow
def test_at_the_limit_it_says_what_more_replications_would_buy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = play(tmp_path, "run.replications=70", "run.precision=1000", plans="scenario=base")
    facts = json.loads((folder / "manifest.json").read_text())["precision"]
    assert (facts["replications"], facts["most"], facts["measure"]) == (70, 70, "value")
    assert facts["needed"] == pytest.approx(70 * (facts["within"] / 1000) ** 2, rel=0.06)
    said = capsys.readouterr().out
    assert "After 70 replications, the most allowed, the mean of value is known to within $" in said
    assert f"about {facts['needed']:,} would do: run.replications={facts['needed']}" in said
    assert files(folder) == files(play(tmp_path / "plain", "run.replications=70", plans="scenario=base"))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["compare", "scenarios=[base,hire_early]", "run.precision=0"], "run.precision"),
        (["run", "scenario=base", "run.precision=-1"], "run.precision"),
        (["run", "scenario=base", "run.precision=1", "run.precision_of=p11"], "p10"),
        (
            ["run", "scenario=base", "run.precision=1", "run.precision_of=p10", "run.lucks_per_draw=2"],
            "run.lucks_per_draw=1",
        ),
        (["stress", "run.precision=1"], "run.precision: stress plays what it needs"),
    ],
)
def test_what_cannot_be_asked_gets_one_line(words: list[str], problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    line = capsys.readouterr().err.strip()
    assert problem in line
    assert "\n" not in line


def played(*plans: np.ndarray) -> list[Played]:
    names = "abc"
    return [
        Played(names[at], "plan", {"bookings": one, "cost": np.zeros(len(one)), "hits_target": (one > 0) * 1.0})
        for at, one in enumerate(plans)
    ]


def test_of_several_plans_the_widest_difference_counts_and_luck_in_common_does_not() -> None:
    rng = np.random.default_rng(1)
    luck, own = rng.normal(0, 100, 200), rng.normal(0, 1, 200)
    pair = precision(played(luck, luck + own), np.arange(200), "mean", 1.0, criterion_of("value"), 200)
    assert pair.measure == "bookings_less_cost"
    assert pair.within == pytest.approx(2.19 * own.std(ddof=1) / np.sqrt(200), rel=0.03)  # t at 98.5%, 199 degrees
    three = precision(played(luck, luck + own, luck + 2 * own), np.arange(200), "mean", 1.0, criterion_of("value"), 200)
    assert 2.1 * pair.within < three.within < 2.4 * pair.within  # twice as wide, and for two at once
    alone = precision(played(luck), np.arange(200), "mean", 1.0, criterion_of("value"), 200)
    assert alone.within > 50 * pair.within


def test_odds_are_in_points_and_percentiles_of_each_plan() -> None:
    luck = np.random.default_rng(2).normal(size=400)
    odds = precision(played(luck), np.arange(400), "odds", 1.0, criterion_of("value"), 400)
    assert odds.within == pytest.approx(100 * 2.005 * np.sqrt(0.25 / 400), rel=0.03)  # normal law at 95.5%
    assert odds.needed == pytest.approx(400 * odds.within**2, rel=0.06)
    p50 = precision(played(luck, luck), np.arange(400), "p50", 1.0, criterion_of("value"), 400)
    assert not p50.compared
    assert p50.within == pytest.approx(2.24 * np.sqrt(np.pi / 2) / 20, rel=0.25)  # of a median, for two at once
    few = precision(played(luck[:8]), np.arange(8), "p10", 1.0, criterion_of("value"), 8)
    assert np.isnan(few.within)
    assert few.needed is None
    assert not few.reached


def test_the_best_plan_is_told_from_a_far_one_and_not_from_a_near_one_and_weather_does_not_compete() -> None:
    rng = np.random.default_rng(3)
    luck, own = rng.normal(0, 100, 128), rng.normal(0, 1, (128, 3))
    far, near = played(luck + own[:, 0], luck + own[:, 1] - 5), played(luck + own[:, 0], luck + own[:, 1] + 0.05)
    found = precision(far, np.arange(128), "best", 0.1, criterion_of("value"), 1000)
    assert (found.left, found.reached) == (("a",), True)
    found = precision(near, np.arange(128), "best", 0.1, criterion_of("value"), 1000)
    assert set(found.left) == {"a", "b"}
    assert found.needed is not None
    assert found.needed > 128
    with_weather = [*far, Played("c", "weather", {**far[0].totals, "bookings": luck + 50})]
    assert precision(with_weather, np.arange(128), "best", 0.1, criterion_of("value"), 1000).left == ("a",)


@pytest.mark.slow
def test_the_best_plan_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(tmp_path, "run.replications=300", "run.precision=5e8", "run.precision_of=best")
    said = capsys.readouterr().out
    assert "is the best plan by value, or falls short of it by $500.0M at most, 19 times in 20." in said
    play(tmp_path, "run.replications=64", "run.precision=1", "run.precision_of=best")
    said = capsys.readouterr().out
    assert "After 64 replications, the most allowed, which of " in said
    assert "replications surely tell: run.replications=" in said
