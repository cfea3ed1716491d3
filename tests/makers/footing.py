"""What must hold of the rows of a KPI table, whatever was played: they add up, and balances roll."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from sim.measures.catalogue import MEASURES
from sim.measures.chapter import Roll
from sim.measures.kpis import KpiLayout

CENT = 0.005
WHERE = ["group_kind", "group", "period_kind", "period"]
MEASURE = {measure.name: measure for measure in MEASURES}


def rows_of(layout: KpiLayout, values: np.ndarray) -> pd.DataFrame:
    """The rows of one replication with the columns of a run's files."""
    columns = ["period_kind", "period", "group_kind", "group", "measure"]
    rows = pd.DataFrame(layout.rows.labels(), columns=columns)
    return rows.assign(measure=[MEASURES[code].name for code in rows["measure"]], value=values)


def grid(rows: pd.DataFrame, name: str) -> pd.Series:
    """A measure's values by group and period."""
    return rows[rows["measure"] == name].set_index(WHERE)["value"]


def side_by_side(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Measures as columns, where all are given."""
    return pd.concat([grid(rows, name).rename(name) for name in names], axis=1, join="inner")


def groups_add_up(rows: pd.DataFrame) -> set[tuple[str, str]]:
    """Every measure that adds up does, over each kind of group in each period; answers which ones over what."""
    rows = rows[rows["measure"].map(lambda name: MEASURE[name].adds_up)]
    key = ["measure", "period_kind", "period"]
    whole = rows[rows["group_kind"] == "all"].set_index(key)["value"].rename("whole")
    parts = rows[rows["group_kind"] != "all"].groupby([*key, "group_kind"], sort=False)["value"].sum(min_count=1)
    both = parts.rename("parts").reset_index("group_kind").join(whole, how="inner")  # some are given by role alone
    off = (both["parts"].fillna(0.0) - both["whole"].fillna(0.0)).abs() > CENT + 1e-9 * both["whole"].abs()
    assert not off.any(), both[off]
    return set(zip(both.index.get_level_values("measure"), both["group_kind"], strict=True))


def periods_add_up(rows: pd.DataFrame) -> None:
    """Flows of months, quarters and years are those of the whole run, in each group."""
    flows = rows[rows["measure"].map(lambda name: MEASURE[name].kind == "flow")]
    kinds = flows.groupby(["measure", "group_kind", "group", "period_kind"])["value"].sum(min_count=1).unstack()
    for kind in ("month", "quarter", "year"):
        given = kinds[kind].notna()
        np.testing.assert_allclose(kinds[kind][given], kinds["total"][given], rtol=1e-9, atol=CENT, err_msg=kind)


def rolls(rows: pd.DataFrame, roll: Roll) -> pd.DataFrame:
    """What opens, plus what moves it, closes; and what closes opens the next period. Answers the rows held."""
    found = side_by_side(rows, roll.opening, *roll.more, *roll.less, roll.closing)
    more, less = found[[roll.opening, *roll.more]].sum(axis=1), found[[*roll.less, roll.closing]].sum(axis=1)
    assert not (more - less).abs().gt(CENT).any(), found[(more - less).abs().gt(CENT)]
    for _, of_group in found.groupby(level=WHERE[:3], sort=False):
        for (_, before), (_, after) in pairwise(of_group.iterrows()):
            assert not abs(before[roll.closing] - after[roll.opening]) > CENT, (before, after)
    last, whole = (found.xs(kind, level="period_kind")[roll.closing] for kind in ("year", "total"))
    last = last.groupby(level=["group_kind", "group"], sort=False).last()
    np.testing.assert_allclose(last, whole.droplevel("period").loc[last.index], atol=CENT)
    return found
