"""The tables alone: groups and months add up, balances roll from opening to closing, ratios can be worked out anew.

Only what a run writes is read here, ``kpis.parquet``, as somebody in Finance would.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import ROLLS
from sim.measures.open_pipeline import MOST_COVERAGE
from sim.results.kpi_file import KpiFile
from sim.scenario.load import load
from sim.scenario.scenario import UNALLOCATED
from sim.world import simulate
from tests.makers import footing
from tests.makers.play import WORLDS

LINES_OF_COST = (
    "salaries", "variable_pay", "benefits", "recruiting", "overhead", "programs", "severance", "training",
    "partner_margins", "other_cost",
)  # fmt: skip
PLAYED = {
    "base": ("base", ["opening.past_seat_years=0", "world.costs.other_usd_per_year={marketing: 1200000}"], 13),
    "every lever": (str(WORLDS / "every_lever.yaml"), [], 13),
    "busy": (str(WORLDS / "busy.yaml"), [], 9),
    "from files": ("from_files", ["opening.past_seat_years=0"], 5),
}


@pytest.fixture(scope="module", params=PLAYED)
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """One replication's rows, read from the file that a run writes."""
    scenario, overrides, months = PLAYED[request.param]
    plan, file = load(scenario, overrides), tmp_path_factory.mktemp("run") / "kpis.parquet"
    layout = kpis.table(plan, plan.calendar(months), most_rows=100_000)
    values = layout.values(simulate(plan, months, Luck(4, 0)))
    with KpiFile(file, ["plan"], [layout.rows]) as growing:
        growing.add(0, np.array([0]), np.array([0]), values[None])
    return pd.read_parquet(file).astype(dict.fromkeys((*footing.WHERE, "measure"), str))


def test_groups_add_up_to_all(table: pd.DataFrame) -> None:
    held = footing.groups_add_up(table)
    assert len({name for name, _ in held}) > 50
    assert {kind for _, kind in held} == {"segment", "region", "segment_region", "role", "source", "stage"}


def test_months_quarters_and_years_add_up(table: pd.DataFrame) -> None:
    footing.periods_add_up(table)


@pytest.mark.parametrize("roll", ROLLS, ids=str)
def test_balances_roll_to_the_cent(table: pd.DataFrame, roll) -> None:
    held = footing.rolls(table, roll)
    assert {"all", "segment"} <= set(held.index.get_level_values("group_kind"))
    assert {"quarter", "year", "total"} <= set(held.index.get_level_values("period_kind"))


def test_the_lines_of_the_cost_are_the_cost(table: pd.DataFrame) -> None:
    lines = footing.side_by_side(table[table["group_kind"] == "all"], "cost", *LINES_OF_COST)
    assert "quarter" in lines.index.get_level_values("period_kind")
    np.testing.assert_allclose(lines[list(LINES_OF_COST)].sum(axis=1), lines["cost"], atol=footing.CENT)


@pytest.mark.parametrize(
    ("name", "part", "whole", "most"),
    [
        ("coverage", "dated_pipeline", "target", np.inf),
        ("to_go_coverage", "to_go_pipeline", "to_go_target", MOST_COVERAGE),
    ],
)
def test_coverage_is_worked_out_anew_from_what_stands_beside_it(
    table: pd.DataFrame, name: str, part: str, whole: str, most: float
) -> None:
    rows = pd.concat([footing.grid(table, one) for one in (name, part, whole)], axis=1, join="outer")
    rows.columns = pd.Index(["given", "part", "whole"])
    rows = rows[rows.index.get_level_values("group") != UNALLOCATED]
    again = (rows["part"] / rows["whole"].where(rows["whole"] > 0.0)).clip(upper=most)
    short = rows.index.get_level_values("period_kind").isin(["month", "quarter"]) & rows["given"].notna()
    np.testing.assert_allclose(rows["given"][short], again[short], rtol=1e-9)
    assert short.sum() > 5
    of_quarters = again.xs("quarter", level="period_kind").groupby(level=["group_kind", "group"]).mean()
    totals = rows["given"].xs(("total", "total"), level=("period_kind", "period")).dropna()
    assert len(totals) > 0
    np.testing.assert_allclose(totals, of_quarters.loc[totals.index], rtol=1e-9)
