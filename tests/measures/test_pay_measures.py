"""Pay by rep and resignations by standing, against closed forms and against the ledger told slowly."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger as tables
from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.measures.groups import BAND_EDGES, BANDS
from sim.measures.pay import rep_pay
from sim.measures.reading import Given, Reading
from sim.scenario.load import load_source
from sim.scenario.scenario import Scenario
from tests.makers.play import WORLDS, plain

MONTHS = 12
Values = dict[tuple[str, str, str], float]


def of_the_run(scenario: Scenario, ledger: Ledger, months: int = MONTHS) -> Values:
    """The whole run's values by measure, kind of group and group."""
    layout = kpis.table(scenario, scenario.calendar(months))
    values = zip(layout.rows.labels(), layout.values(ledger), strict=True)
    return {
        (MEASURES[m].name, kind, group): float(value)
        for (period_kind, _, kind, group, m), value in values
        if period_kind == "total"
    }


def test_under_a_straight_plan_pay_follows_attainment() -> None:
    """Base 100, variable 60 at a quota of 600 thousand: pay over OTE is (100 + 60 x attainment) / 160 in every band."""
    scenario = plain(
        "levers.pay.plans.straight.components.commission.period=quarter",
        "levers.pay.plans.straight.variable_usd_per_year=60000",
        "levers.pay.roles.rep=straight",
    )
    ledger = world.simulate(scenario, MONTHS, Luck(3, 0))
    found = of_the_run(scenario, ledger)
    attained, quota = (
        np.bincount(ledger.quotas["seat"], ledger.quotas[name]) for name in ("attained_usd", "quota_usd")
    )
    attainment = attained / quota
    assert found["quota_per_rep", "all", "all"] == pytest.approx(600_000)
    assert found["quota_to_ote", "all", "all"] == pytest.approx(3.75)
    assert found["pay_to_ote", "all", "all"] == pytest.approx((100 + 60 * attainment.mean()) / 160, rel=1e-6)
    p90 = np.quantile((100 + 60 * attainment) / 160, 0.9)
    assert found["pay_to_ote_p90", "all", "all"] == pytest.approx(p90, rel=1e-6)
    edges = [0.0, *BAND_EDGES, np.inf]
    for band, low, high in zip(BANDS, edges, edges[1:], strict=False):
        mine = attainment[(attainment >= low) & (attainment < high)]
        assert found["reps", "attainment", band] == len(mine) > 0
        assert found["pay_to_ote", "attainment", band] == pytest.approx((100 + 60 * mine.mean()) / 160, rel=1e-6)
        assert found["commission_rate_of_reps", "attainment", band] == pytest.approx(0.1, rel=1e-6)
        share = mine.sum() / attainment.sum()
        assert found["variable_pay_share", "attainment", band] == pytest.approx(share, rel=1e-6)


@pytest.mark.slow
def test_resignations_stand_where_the_last_two_closes_put_them() -> None:
    """Rep by rep and close by close: the days until the next close, and who resigned in them."""
    scenario = load_source("base").at_central()
    calendar, ledger = scenario.calendar(24), world.simulate(scenario, 24, Luck(1, 0))
    first = np.unique(calendar.quarter_of_month, return_index=True)[1]
    close = [float(calendar.month_starts[month]) for month in (*first[1:], 24)]
    days, resigned = np.zeros(len(BANDS)), np.zeros(len(BANDS))
    for spell in ledger.seats:
        mine = (ledger.quotas["seat"] == spell["seat"]) & (ledger.quotas["holder"] == spell["holder"])
        rows = {int(row["quarter"]): row for row in ledger.quotas[mine]}
        for quarter in rows:
            two = [rows[q] for q in (quarter - 1, quarter) if q in rows]
            quota = sum(float(row["quota_usd"]) for row in two)
            if quota <= 0.0 or quarter + 1 == len(close) or spell["end_day"] < close[quarter]:
                continue
            band = np.searchsorted(BAND_EDGES, sum(float(row["attained_usd"]) for row in two) / quota, side="right")
            days[band] += min(float(spell["end_day"]), close[quarter + 1]) - close[quarter]
            went = spell["exit_kind"] == tables.VOLUNTARY and spell["end_day"] < close[quarter + 1]
            resigned[band] += went
    found = of_the_run(scenario, ledger, 24)
    assert found["regretted_exits", "all", "all"] == resigned[BAND_EDGES.index(1.0) + 1 :].sum() > 0
    for band, count, held in zip(BANDS, resigned, days, strict=True):
        assert found["resignation_rate", "attainment", band] == pytest.approx(count / held * 365.25)
    assert found["resignation_rate", "all", "all"] == pytest.approx(resigned.sum() / days.sum() * 365.25)


def test_every_dollar_of_reps_is_somebodys() -> None:
    """What reps earn adds up to the payments of their seats, whoever of several holders earned it."""
    scenario = load_source(str(WORLDS / "busy.yaml")).at_central()
    ledger = world.simulate(scenario, 24, Luck(1, 0))
    frame = kpis.table(scenario, scenario.calendar(24)).rows.frame
    paid = rep_pay(Reading(Given(frame, scenario), ledger))
    rows = ledger.payments[np.isin(ledger.payments["kind"], (tables.SALARY, *tables.VARIABLE_PAY))]
    sellers = np.isin(rows["seat"], ledger.quotas["seat"]) & (rows["month"] >= 0) & (rows["month"] < 24)
    assert paid.pay[:, -1].sum() == pytest.approx(rows["amount_usd"][sellers].sum(), abs=0.01)
    assert len(paid.pay) > len(np.unique(ledger.quotas["seat"])), "nobody followed anybody in a seat"
    assert (paid.on_target[:, -1] >= 0).all()
