"""What replications met is what they were played in, and figures held against it are told wherever a run is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from sim import world
from sim.cli import main
from sim.experiment.circumstances import circumstances
from sim.experiment.settings import RunSettings
from sim.luck import Luck
from sim.results.layout import SHARPER
from sim.results.run_folder import read_run
from sim.scenario.load import load_source
from sim.show.answer import answer
from sim.show.pages import PAGES
from tests.makers.play import WORLDS

# A quick world whose market moves, and in which the size of deals is not known.
MOVES = (
    "world.market.regimes={normal: {next_month: {normal: 0.8, poor: 0.2}},"
    " poor: {logit: -0.4, next_month: {poor: 0.7, normal: 0.3}}}",
    "world.market.common_factor={leads_sigma_log: 0.3, odds_sigma_logit: 0.2, half_life_months: 6}",
    "+uncertainties={size: {kind: lognormal, median: 50000, sigma_log: 0.2}, often: {kind: choice, values: [4, 5, 9],"
    " weights: [2, 1, 1]}, unused: {kind: normal, mean: 0, sd: 1}}",
    "world.segments.all.deal_size.mean_usd={uncertain: size}",
    "world.sources.self.opportunities_per_month_per_head={uncertain: often}",
)
PLAIN = str(WORLDS / "plain.yaml")
QUIET = ["run.keep=false", "run.figures=false", "run.one_more_head_replications=0", "opening.past_seat_years=0"]


def test_circumstances_are_those_in_which_a_replication_was_played() -> None:
    source, settings = load_source(PLAIN, MOVES), RunSettings(months=10, seed=3, lucks_per_draw=2)
    found = circumstances(source, settings, np.arange(6))
    assert found.met.shape == (6, 2 + 2 * 2)  # two uncertainties that are used; level and poor times of two half-years
    for k in range(6):
        drawn, (size, often) = source.drawn(3, k // 2), found.met[k, :2]
        assert drawn["size"] == pytest.approx(50_000 * np.exp(0.2 * size))
        assert drawn["often"] - (2 * 4 + 5 + 9) / 4 == pytest.approx(often)
        market = world.simulate(source.at_draw(3, k // 2), 10, Luck(3, k)).market
        poor = market["regime"] == 1
        odds = np.array([0.0, *(0.4 * (1 - 0.5**month) for month in range(1, 10))])
        by_half = [(level[part].mean(), poor[part].mean() - odds[part].mean())
                   for level in [market["level"]] for part in (slice(0, 6), slice(6, 10))]  # fmt: skip
        np.testing.assert_allclose(found.met[k, 2:], np.ravel(by_half), atol=1e-12)


def test_what_is_met_is_nothing_on_average_and_rules_that_are_drawn_are_left_out() -> None:
    settings = RunSettings(months=10)
    many = circumstances(load_source(PLAIN, MOVES), settings, np.arange(5000)).met
    assert np.all(np.abs(many.mean(axis=0)) < 4.5 * many.std(axis=0) / np.sqrt(5000))
    drawn = load_source(PLAIN, [*MOVES[:1], "world.market.common_factor.leads_sigma_log={uncertain: width}",
                                "+uncertainties={width: {kind: uniform, low: 0.1, high: 0.3}}"])  # fmt: skip
    assert circumstances(drawn, settings, np.arange(5)).met.shape == (5, 1)
    assert circumstances(drawn, RunSettings(months=10, uncertain=False), np.arange(5)).met.shape == (5, 4)
    assert circumstances(load_source(PLAIN), settings, np.arange(5)).met.shape == (5, 0)


@pytest.mark.slow
def test_a_run_tells_them_on_the_screen_in_its_files_and_in_its_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = "levers.target.usd_per_year.all=25000000"
    words = [f"scenarios=[{PLAIN}]", "sweep.levers.backfill.approval_days=[0,30]", *MOVES, target, "run.months=10"]
    how = ["run.replications=64", "run.n_jobs=1", f"run.results_folder={tmp_path}", *QUIET]
    assert main(["compare", *words, *how, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = list(csv.DictReader((Path(document["folder"]) / SHARPER.file).open(encoding="utf-8")))
    assert len(rows) == 2 * 5
    (mean,) = (row for row in rows if row["statistic"] == "mean" and row["scenario"] == document["plans"][0]["name"])
    told = document["plans"][0]["sharper"]["bookings_mean"]
    assert told["mean"] == pytest.approx(float(mean["sharper"]))
    assert float(mean["plain"]) == pytest.approx(document["plans"][0]["means"]["bookings"])
    assert told["ci_high"] - told["ci_low"] < 0.5 * (float(mean["plain_high"]) - float(mean["plain_low"]))
    (said,) = (one for one in document["answer"] if one.startswith("Held against the market and the assumptions that"))
    assert "these 64 replications happened to meet" in said
    assert said.count("give or take") == 4
    folder = Path(document["folder"])
    found = read_run(folder)
    assert said in answer(found)  # the report's first page and the screen
    (page,) = (one for one in PAGES if one.name == "number")
    (table,) = (one for one in page.tables(found) if one.title.startswith("Held against"))
    assert [row.texts[1] for row in table.rows[:5]] == [
        "bookings, mean", "bookings, P10", "bookings, P50", "bookings, P90", "odds of target",
    ]  # fmt: skip
    (folder / SHARPER.file).unlink()  # as of a folder that an older version wrote
    assert not any(one.startswith("Held against") for one in answer(read_run(folder)))


def test_of_few_replications_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    how = ["run.months=10", "run.n_jobs=1", f"run.results_folder={tmp_path}", *QUIET]
    assert main(["run", f"scenario={PLAIN}", *MOVES, "run.replications=40", *how, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["plans"][0]["sharper"] is None
    assert not (Path(document["folder"]) / SHARPER.file).exists()
