"""Books and costs of one month, line by line, by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim import ledger
from sim.calendar import Calendar
from sim.money.billing import Collection
from sim.money.books import TERM, books, count_months
from sim.money.cost import Rates, month_of_cost, month_of_other_cost
from tests.makers.small import small

PLANNERS = Calendar(date(2027, 1, 1), 14, equal_months=True)


def term(
    place: int, start: float, end: float, value: float, earlier: int = 0, earlier_share: float = 1.0
) -> np.ndarray:
    row = np.zeros(1, TERM)
    row["place"], row["start_day"], row["end_day"], row["value_usd"] = place, start, end, value
    row["period_months"], row["anchor_day"], row["earlier"], row["earlier_share"] = (
        np.inf,
        start,
        earlier,
        earlier_share,
    )
    count_months(row, PLANNERS)
    return row


def test_an_invoice_may_stay_open_until_it_is_paid_or_given_up() -> None:
    """What is never paid is given up late; where all is paid, that day counts for nothing."""
    assert Collection(45.0, 30.0, 0.0, 180.0).longest_days == 75.0
    assert Collection(45.0, 30.0, 0.01, 180.0).longest_days == 180.0
    assert Collection(200.0, 30.0, 0.01, 180.0).longest_days == 230.0
    assert Collection(0.0, 0.0, 0.0, 180.0).longest_days == 0.0


def test_the_books_of_one_contract() -> None:
    """1,200 USD upfront for a year: a tenth is never paid and given up on day 60, the rest comes on day 45."""
    kept = books(term(1, 0.0, 360.0, 1200.0), Collection(45.0, 0.0, 0.1, 60.0), PLANNERS, 2)
    for flow in (kept.revenue, kept.billings, kept.collections, kept.written_off):
        assert not flow[0].any()
    assert kept.revenue[1].tolist() == pytest.approx([100.0] * 12 + [0.0] * 2)
    assert kept.billings[1].tolist() == [1200.0] + [0.0] * 13
    assert kept.collections[1].tolist() == [0.0, 1080.0] + [0.0] * 12
    assert kept.written_off[1].tolist() == [0.0, 0.0, 120.0] + [0.0] * 11
    assert kept.deferred_revenue[1].tolist() == pytest.approx([0.0, *np.arange(1100.0, -1.0, -100.0), 0.0, 0.0])
    assert kept.receivables[1].tolist() == pytest.approx([0.0, 1200.0, 120.0] + [0.0] * 12)


def test_terms_before_the_first_day_are_still_owed_as_far_as_their_invoices_are_open() -> None:
    """Paid after 400 days, so the invoice of day -390 is open on day 0, and that of day -750 is not.

    The term before brought 1.25 times as much, the one before that 1.25 times that.
    """
    rule = Collection(400.0, 0.0, 0.1, 60.0)
    kept = books(term(0, -30.0, 330.0, 1200.0, 3, 1.25), rule, PLANNERS, 1)
    assert kept.collections[0].tolist() == [1350.0] + [0.0] * 11 + [1080.0, 0.0]
    assert kept.written_off[0].tolist() == [0.0, 120.0] + [0.0] * 12
    assert kept.receivables[0, 0] == pytest.approx(1350.0 + 1200.0)
    assert kept.deferred_revenue[0, 0] == pytest.approx(1100.0)
    alone = books(term(0, -30.0, 330.0, 1200.0), rule, PLANNERS, 1)
    assert alone.receivables[0, 0] == pytest.approx(1200.0)
    assert not alone.collections[0, 0]


def test_a_month_of_cost_line_by_line() -> None:
    """A seller for the whole month, a recruiter for a third of it, one who left before, one who comes later."""
    costs = {
        "benefits_share": 0.2, "overhead_usd_per_head_per_year": 1200, "inflation_per_year": 0.1,
        "other_usd_per_year": {"tools": 1000.0, "rent": 100.0},
    }  # fmt: skip
    scenario = small()
    scenario = scenario.model_copy(
        update={"world": scenario.world.model_copy(update={"costs": scenario.world.costs.model_copy(update=costs)})}
    )
    rates = Rates.of(scenario, scenario.calendar(14))
    spells = np.zeros(4, ledger.SEATS)
    spells["seat"], spells["role"], spells["segment"], spells["region"] = (
        range(4),
        (0, 1, 0, 0),
        (1, -1, 0, 0),
        (1, 0, 0, 0),
    )
    spells["start_day"], spells["end_day"] = (-50.0, 380.0, 0.0, 390.0), (np.inf, np.inf, 360.0, np.inf)
    programs = np.array([[0.0, 10.0], [20.0, 0.0]])
    rows = month_of_cost(rates, 12, 360.0, 390.0, spells, programs)
    assert set(rows["day"]) == {390.0}
    assert set(rows["month"]) == {12}
    told = [tuple(row[name] for name in ("kind", "seat", "role", "segment", "region", "amount_usd")) for row in rows]
    pay, third = 8333.33, 2222.22
    assert told == [
        (ledger.SALARY, 0, 0, 1, 1, pay), (ledger.SALARY, 1, 1, -1, 0, third),
        (ledger.BENEFITS, 0, 0, 1, 1, 1666.67), (ledger.BENEFITS, 1, 1, -1, 0, 444.44),
        (ledger.OVERHEAD, 0, 0, 1, 1, 110.0), (ledger.OVERHEAD, 1, 1, -1, 0, 36.67),
        (ledger.PROGRAMS, -1, -1, 0, 1, 11.0), (ledger.PROGRAMS, -1, -1, 1, 0, 22.0),
    ]  # fmt: skip
    assert rates.salary_at(370.0, 0, 1, 1) == 100_000.0
    other = [month_of_other_cost(rates, month, 30.0 * month + 30.0) for month in (0, 11, 12)]
    assert [rows["amount_usd"].tolist() for rows in other] == [[83.33, 8.33], [83.33, 8.33], [91.67, 9.17]]
    for rows in other:
        assert set(rows["kind"]) == {ledger.OTHER_COST}
        for nobody in ("seat", "role", "segment", "region"):
            assert set(rows[nobody]) == {-1}
