"""A run of many plans: figures and long tables show a few, short titles, and a grid for two sweeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.results.run_folder import RunFolder, read_run
from sim.show import assumptions
from sim.show.few import MOST, few, grids, left_out, title
from sim.show.figures import cost_against_odds
from sim.show.figures.style import house_style
from sim.show.words import plan_name
from tests.makers.fake_run import Plan, write_fake_run

DAYS, DELAYS = (0, 7, 14, 30), (0, 2, 5)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    plans = [Plan(f"approval_days {a}, delay_days {b}", 9 + a / 10, 3 + b) for a in DAYS for b in DELAYS]
    return read_run(write_fake_run(tmp_path_factory.mktemp("many"), plans, replications=30))


def test_figures_and_long_tables_show_a_few_and_it_is_said(many: RunFolder) -> None:
    shown = few(many)
    assert len(shown.plans) == MOST < len(many.plans) == 12
    assert shown.plans[0] == many.plans[0] == many.reference
    assert shown.verdict is many.verdict
    assert many.verdict.pick in shown.plans
    assert f"Of 12 plans, figures and tables by period show {MOST}: the reference, the one" in left_out(many, shown)
    assert few(shown) is shown
    assert left_out(shown, few(shown)) == ""


def test_the_title_is_short(many: RunFolder) -> None:
    assert title(many.plans) == "Approval days 0, delay days 0 against 11 other plans"
    assert title(many.plans[:1]) == "Approval days 0, delay days 0"
    assert title(["base", "hire_early", "hire_late"]) == "Base against hire early and hire late"


def test_two_sweeps_are_a_grid(many: RunFolder) -> None:
    worth, chance = grids(many)
    assert worth.title.endswith("by approval days (down) and delay days (across)")
    assert worth.columns == ("Approval days", "0", "2", "5")
    assert [row.texts[0] for row in worth.rows] == ["0", "7", "14", "30"]
    assert len({len(row.texts) for row in worth.rows}) == 1
    assert chance.title.startswith("Odds of the target")
    assert all(cell.endswith("%") for row in chance.rows for cell in row.texts[1:])


def test_plans_that_are_no_pairs_make_no_grid(many: RunFolder) -> None:
    assert grids(few(many)) == []


def test_what_many_plans_change_has_a_row_each(many: RunFolder) -> None:
    scenarios = {plan: {"levers": {"days": k, "same": 1}} for k, plan in enumerate(many.plans)}
    table = assumptions.changes(replace(many, scenarios=scenarios))
    assert table is not None
    assert table.columns == ("Plan", "levers.days")
    assert [row.texts[1] for row in table.rows] == [str(k) for k in range(12)]


def test_names_of_a_sweep_are_cut_so_that_they_can_be_told_apart(many: RunFolder) -> None:
    assert plan_name("approval_days 60, delay_days 2", 24) == "approva… 60, delay da… 2"
    assert plan_name("approval_days 60, delay_days 2", 40) == "approval days 60, delay days 2"
    assert len({plan_name(plan, 24) for plan in many.plans}) == len(many.plans)
    assert plan_name("a_scenario_with_a_very_long_name", 12) == "a scenario…"


def test_many_names_stand_in_the_legend_and_fit(many: RunFolder) -> None:
    with house_style():
        drawn = cost_against_odds.draw(few(many)).figure
        (legend,) = drawn.legends
        assert len(legend.get_texts()) == MOST + 1
        assert not drawn.axes[0].texts
        drawn.canvas.draw()
        assert legend.get_window_extent().x1 <= drawn.bbox.x1
