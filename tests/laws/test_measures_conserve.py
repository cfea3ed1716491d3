"""Measures conserve: groups add up to all, months to quarters and years, on random ledgers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger as tables
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.measures.periods import MONTH
from tests.makers import footing, ledgers
from tests.makers.small import small

SCENARIO = small()


def played(months, luck):
    calendar = SCENARIO.calendar(months)
    ledger = ledgers.invented(SCENARIO, calendar, luck)
    layout = kpis.table(SCENARIO, calendar)
    keys = [(MEASURES[m].name, kind, period, group, name) for kind, period, group, name, m in layout.rows.labels()]
    return ledger, calendar, dict(zip(keys, layout.values(ledger), strict=True))


many = settings(max_examples=15)
runs = given(months=st.integers(1, 40), luck=st.integers(0, 2**31))


@many
@runs
def test_groups_and_periods_add_up(months, luck):
    calendar = SCENARIO.calendar(months)
    layout = kpis.table(SCENARIO, calendar)
    rows = footing.rows_of(layout, layout.values(ledgers.invented(SCENARIO, calendar, luck)))
    footing.groups_add_up(rows[rows["group_kind"] != "stage"])  # invented photographs do not agree by stage
    footing.periods_add_up(rows)


@many
@runs
def test_measures_agree_with_the_ledger_row_by_row(months, luck):
    ledger, calendar, kpi = played(months, luck)
    deals, end = ledger.deals, calendar.horizon
    measures = ("bookings", "wins", "losses", "cost", "heads")
    total = {name: kpi[name, "total", "total", "all", "all"] for name in measures}
    closed = (deals["closed_day"] >= 0) & (deals["closed_day"] < end)
    assert total["wins"] == (closed & (deals["state"] == tables.WON)).sum()
    assert total["losses"] == (closed & (deals["state"] == tables.LOST)).sum()
    assert total["bookings"] == pytest.approx(deals["amount_usd"][closed & (deals["state"] == tables.WON)].sum())
    assert total["cost"] == pytest.approx(ledger.payments["amount_usd"].sum())
    held = [max(0.0, min(s["end_day"], end) - max(s["start_day"], 0.0)) for s in ledger.seats]
    assert total["heads"] == pytest.approx(sum(held) / end)


@many
@runs
def test_nobody_is_more_than_one_equivalent(months, luck):
    _, _, kpi = played(months, luck)
    for (name, *where), sellers in kpi.items():
        if name == "selling_heads":
            assert 0.0 <= kpi["ramped_rep_equivalents", *where] <= sellers + 1e-9


def test_rows_stay_within_the_limit_and_are_named_once():
    for months in (6, 24, 60, 120):
        rows = kpis.table(SCENARIO, SCENARIO.calendar(months), 6000).rows
        assert len(rows) <= 6000
        assert len(set(rows.labels())) == len(rows)
        assert (rows.group_kind[rows.period_kind == MONTH] == 0).all()
    assert not (rows.period_kind == MONTH).any()  # 120 months of every measure do not fit
