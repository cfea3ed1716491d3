"""The report on worlds that are odd but allowed: what cannot be drawn says so in its place, the rest is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from json import loads
from pathlib import Path

import pandas as pd
import pytest

from sim.results.run_folder import RunFolder, read_run
from sim.show import pictures, tables
from sim.show.figures import answers, capacity, cash, fan, payout, pipeline
from sim.show.figures.style import Drawn, house_style
from sim.show.html import write_report
from sim.show.market import market
from sim.show.pages import pay
from sim.show.template import unbroken, write_whole
from sim.show.undrawn import Undrawable
from tests.makers.fake_run import SUBJECTS, Plan, pages_with, write_fake_run

NUMBERS = ["mean", "p10", "p50", "p90"]
SOME = ("cumulative_bookings", "heads_and_ramp")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fake_run(tmp_path_factory.mktemp("odd") / "two", [Plan("base"), Plan("hire_early", 14, 5)], 8)


@pytest.fixture
def run(two: Path) -> RunFolder:
    return read_run(two)


def without(run: RunFolder, drop: Callable[[pd.DataFrame], pd.Series]) -> RunFolder:
    """The run with some rows left out of its table, as a long run leaves them out."""
    return replace(run, summary=run.summary[~drop(run.summary)].reset_index(drop=True))


def at(run: RunFolder, measure: str, value: float) -> RunFolder:
    """The run with a measure at one value everywhere."""
    summary = run.summary.copy()
    summary.loc[summary["measure"] == measure, NUMBERS] = value
    return replace(run, summary=summary)


def drawn(draw: Callable[[RunFolder], Drawn], run: RunFolder) -> str:
    with house_style():
        made = draw(run)
        made.figure.canvas.draw()
    return made.finding


def test_a_figure_that_cannot_be_drawn_says_why_in_its_place_and_the_others_are_drawn(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run: RunFolder) -> Drawn:
        raise ValueError("alpha (1.02)\nis outside 0-1 <range>")

    def lacks(run: RunFolder) -> Drawn:
        raise Undrawable("the run keeps no quarters of heads.")

    subjects = {one.name: one for one in SUBJECTS if one.name in SOME}
    odd = [replace(subjects[SOME[1]], name="odd", draw=broken), replace(subjects[SOME[1]], name="poor", draw=lacks)]
    monkeypatch.setattr(pictures, "PAGES", pages_with(*odd, subjects[SOME[0]]))
    (two / "figures").mkdir(exist_ok=True)
    (two / "figures" / "odd.png").write_bytes(b"of an earlier run")
    monkeypatch.setattr("sim.results.run_folder.json.loads", lambda text: {**loads(text), "left_out": ["No quarters."]})
    page = write_report(two).read_text(encoding="utf-8")
    assert "Cannot be drawn: ValueError: alpha (1.02) is outside 0-1 &lt;range&gt; No quarters." in page
    assert "Cannot be drawn: the run keeps no quarters of heads. No quarters." in page
    assert page.count("data:image/png") == 1
    assert [path.name for path in (two / "figures").iterdir()] == [f"{SOME[0]}.png"]


def test_a_table_that_cannot_be_made_says_why_and_the_page_is_written(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr(pictures, "PAGES", pages_with())
    monkeypatch.setattr(tables, "by_period", broken)
    monkeypatch.setattr("sim.show.pages.pay.by_attainment", broken)
    page = write_report(two).read_text(encoding="utf-8")
    assert page.count("Cannot be shown: ZeroDivisionError: float division by zero") == 3  # two plans, and the pay page
    assert "All measures, whole run" in page


def test_a_full_disk_is_no_picture_s_own_matter_and_leaves_no_half_a_report(
    two: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    report = tmp_path / "report.html"
    monkeypatch.setattr("sim.show.template.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(report, "<p>")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(pictures, "save", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(two)


def test_pipeline_by_stage_is_drawn_by_year_where_quarters_are_left_out(run: RunFolder) -> None:
    stages = lambda table: table["group_kind"] == "stage"  # noqa: E731
    fine = lambda table: table["period_kind"].isin(["month", "quarter"])  # noqa: E731
    yearly = without(run, lambda table: stages(table) & fine(table))
    assert "in 2027" in drawn(pipeline.draw, yearly)
    alone = replace(yearly, plans=("base",))
    assert "of it in the stage negotiate" in drawn(pipeline.draw, alone)
    with pytest.raises(Undrawable, match=r"run\.most_rows"):
        drawn(pipeline.draw, without(run, lambda table: stages(table) & (table["period_kind"] != "total")))


@pytest.mark.parametrize("draw", [fan.draw, cash.draw])
@pytest.mark.parametrize("gone", [["month"], ["month", "quarter"]])
def test_sums_to_date_are_drawn_by_what_the_run_keeps_of_them(
    run: RunFolder, draw: Callable[[RunFolder], Drawn], gone: list[str]
) -> None:
    """Bookings may have no months while another measure has them."""
    left = {"bookings", "target", "cash_flow", "collections"}
    long = without(run, lambda table: table["measure"].isin(left) & table["period_kind"].isin(gone))
    assert long.periods("month")
    drawn(draw, long)


def test_reps_who_all_stand_in_one_band_are_drawn(run: RunFolder) -> None:
    summary = run.summary.copy()
    reps = (summary["group_kind"] == "attainment") & (summary["measure"] == "reps")
    summary.loc[reps, NUMBERS] = 0.0
    summary.loc[reps & (summary["group"] == "under 50%"), NUMBERS] = 80.0
    drawn(payout.draw, replace(run, summary=summary))


def test_pay_by_attainment_without_a_rep_has_dashes(run: RunFolder) -> None:
    rows = pay.by_attainment(at(run, "reps", 0.0)).rows
    assert {row.texts[3] for row in rows} == {"\N{EN DASH}"}


def test_capacity_without_sellers_and_pay_without_bookings_are_drawn(run: RunFolder) -> None:
    assert "\N{EN DASH}" in drawn(capacity.draw, at(run, "productivity_capacity", 0.0))
    drawn(answers.draw, at(run, "bookings", 0.0))


def test_a_market_of_which_a_scenario_states_only_parts_is_told(run: RunFolder) -> None:
    def told(rules: object) -> list[str]:
        return market(replace(run, scenarios={"base": {"world": {"market": rules}}}, plans=("base",)))

    assert told({"first_regime": "normal"}) == told({}) == told(None) == []
    assert "one regime at a time" in told({"regimes": {"normal": {}, "slump": {}}})[0]
    assert "half of a deviation is gone after 9 months" in told({"common_factor": {"leads_sigma_log": 0.1}})[0]


def test_no_line_ends_between_a_minus_sign_and_its_number() -> None:
    assert unbroken("ramp \u2212$14.0M (\u22127 to 3)") == "ramp \u2212\u2060$14.0M (\u2212\u20607 to 3)"
