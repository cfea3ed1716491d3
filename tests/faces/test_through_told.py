"""A first plan that is played more often than the others: what it costs, what it changes, and where it is told."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.results.layout import SHARPER
from sim.results.run_folder import read_run
from sim.show.answer import answer
from sim.show.pages import PAGES
from tests.makers.play import WORLDS

PLAIN = str(WORLDS / "plain.yaml")
QUICK = [
    f"scenarios=[{PLAIN}]", "sweep.world.segments.all.deal_size.mean_usd=[50000,55000]", "run.months=4",
    "world.market.common_factor={leads_sigma_log: 0.3, odds_sigma_logit: 0.2, half_life_months: 6}",
    "levers.target.usd_per_year.all=25000000", "run.n_jobs=1", "run.figures=false",
    "run.one_more_head_replications=0", "opening.past_seat_years=0",
]  # fmt: skip
FEW, MORE = ("run.replications=32", "run.lucks_per_draw=2"), "run.reference_replications=64"


def compared(capsys: pytest.CaptureFixture[str], results: Path, *words: str) -> tuple[Path, dict]:
    capsys.readouterr()
    assert main(["compare", *QUICK, f"run.results_folder={results}", *words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    return Path(document["folder"]), document


@pytest.mark.slow
@pytest.mark.keeps
def test_the_first_plan_played_more_often_tells_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plainly, without = compared(capsys, tmp_path, *FEW)
    _, all_of_it = compared(capsys, tmp_path, "run.replications=64", FEW[1])
    folder, document = compared(capsys, tmp_path, *FEW, MORE)  # the pairs are kept
    rows = list(csv.DictReader((folder / SHARPER.file).open(encoding="utf-8")))
    assert len(rows) == 2 * 5
    assert {row["through"] for row in rows} == {read_run(folder).reference}

    # What was played beyond the others is this plan's own luck: a run of as many plays the same.
    plan = next(one for one in rows if one["scenario"] != one["through"] and one["statistic"] == "mean")
    alone = next(one for one in rows if one["scenario"] == one["through"] and one["statistic"] == "mean")
    means = {one["name"]: one["means"]["bookings"] for one in all_of_it["plans"]}
    assert float(alone["sharper"]) == pytest.approx(means[alone["scenario"]])
    assert (plan["provisional"], alone["provisional"]) == ("few", "")
    error = (float(plan["sharper_high"]) - float(plan["sharper_low"])) / 2
    assert abs(float(plan["sharper"]) - means[plan["scenario"]]) < 0.2 * error  # what 64 replications leave open, too
    assert error < 0.8 * (float(plan["plain_high"]) - float(plan["plain"]))

    told = next(one for one in document["plans"] if one["name"] == plan["scenario"])["through_reference"]
    assert told["bookings_mean"]["mean"] == pytest.approx(float(plan["sharper"]))
    assert told["bookings_mean"]["provisional"] == "few"
    assert set(told) == {"bookings_mean", "bookings_p10", "bookings_p50", "bookings_p90", "hits_target"}
    (said,) = (one for one in document["answer"] if one.startswith("Through "))
    assert "which was played 64 times" in said
    assert "as provisional: it shares too few replications" in said
    found = read_run(folder)
    assert said in answer(found)
    (page,) = (one for one in PAGES if one.name == "number")
    (table,) = (one for one in page.tables(found) if one.title.startswith("Through "))
    assert [row.texts[1] for row in table.rows][5:7] == ["bookings, mean, provisional", "bookings, P10, provisional"]

    assert not (plainly / SHARPER.file).exists()
    assert all(one["through_reference"] is None for one in without["plans"])
    for path in plainly.iterdir():
        assert path.name == "manifest.json" or path.read_bytes() == (folder / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["compare", *QUICK, *FEW, "run.reference_replications=32"], "every plan is played 32 times (run."),
        (["compare", *QUICK, *FEW, "run.reference_replications=9"], "give more than that"),
        (["compare", *QUICK, *FEW, MORE, "run.precision=1e6"], "a run that stops by itself (run.precision)"),
        (["run", "run.reference_replications=900"], "run tells no plan through another; only compare"),
        (["stress", "run.reference_replications=900"], "How often one plan is played is run.replications"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_gets_one_line(words: list[str], problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    named = [f"scenario={PLAIN}"] if words[0] == "run" else []
    assert main([*words, *named]) == 2
    line = capsys.readouterr().err.strip()
    assert "run.reference_replications" in line
    assert problem in line
    assert "\n" not in line
