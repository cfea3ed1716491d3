"""Measures conserve: groups add up to all, months to quarters and years, on random ledgers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger as tables
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.measures.periods import MONTH
from tests import ledgers
from tests.small import small

SCENARIO = small()
FLOWS = [measure.name for measure in MEASURES if measure.kind == "flow"]
# Recruiters and programs of no segment count in all and not in a segment.
SUM_OVER_SEGMENTS = [
    "bookings", "wins", "losses", "no_decisions", "opportunities_created", "pipeline_created", "slips",
    "deals_orphaned", "target", "street_quota",
]  # fmt: skip


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
def test_flows_add_up_over_time(months, luck):
    _, calendar, kpi = played(months, luck)
    for name in FLOWS:
        total = kpi[name, "total", "total", "all", "all"]
        for kind, labels in (
            ("month", calendar.month_labels),
            ("quarter", calendar.quarter_labels),
            ("year", calendar.year_labels),
        ):
            parts = [kpi.get((name, kind, label, "all", "all")) for label in labels]
            if None not in parts:
                assert sum(parts) == pytest.approx(total, rel=1e-9, abs=1e-6), (name, kind)


@many
@runs
def test_groups_add_up_to_all(months, luck):
    _, _, kpi = played(months, luck)
    for name in SUM_OVER_SEGMENTS:
        whole = kpi[name, "total", "total", "all", "all"]
        for group_kind in ("segment", "region", "segment_region", "source"):
            parts = [v for (n, _, p, g, _), v in kpi.items() if (n, p, g) == (name, "total", group_kind)]
            if parts:
                assert sum(parts) == pytest.approx(whole, rel=1e-9, abs=1e-6), (name, group_kind)
    for name in ("heads", "hires", "cost", "vacancy_days", "exits_voluntary", "open_requisitions"):
        for group_kind in ("region", "role"):
            parts = [v for (n, _, p, g, _), v in kpi.items() if (n, p, g) == (name, "total", group_kind)]
            assert sum(parts) == pytest.approx(kpi[name, "total", "total", "all", "all"]), (name, group_kind)


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
