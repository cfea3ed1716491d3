"""Revenue, invoices and payments: what must hold to the cent for any contract, and closed forms of an even book."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import Calendar
from sim.money import billing, revenue
from sim.money.billing import Collection

YEAR, MONTH = 360.0, 30.0
EDGES = MONTH * np.arange(-12, 25)
PLANNERS = Calendar(date(2027, 1, 1), 24, equal_months=True)
REAL = Calendar(date(2027, 1, 1), 24)

contracts = st.lists(
    st.tuples(st.integers(0, 10**9), st.floats(-700, 700), st.floats(0.0, 1200)), min_size=1, max_size=8
)
schedules = st.sampled_from([1.0, 3.0, 12.0, 12.5, np.inf])  # months
calendars = st.sampled_from([PLANNERS, REAL])
collections = st.builds(
    Collection, st.floats(0, 120), st.floats(0, 60), st.sampled_from([0.0, 0.013, 1.0]), st.floats(0, 400)
)


def book(rows: list[tuple[int, float, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value, first and last day of invented contracts."""
    cents, start, days = np.array(rows, float).T
    return cents / 100, start, start + days


def recognized(value: np.ndarray, start: np.ndarray, end: np.ndarray, instants: np.ndarray) -> np.ndarray:
    """To date, shape (contracts, instants)."""
    found = np.zeros((len(value), len(instants)))
    revenue.add_recognized(found, np.arange(len(value)), value, start, end, instants)
    return found


def cents(usd: np.ndarray) -> np.ndarray:
    return np.round(np.asarray(usd) * 100).astype(np.int64)


@given(contracts)
def test_the_revenue_of_a_term_adds_up_to_its_value(rows: list[tuple[int, float, float]]) -> None:
    value, start, end = book(rows)
    instants = np.concatenate([[-1e4], np.sort(np.random.default_rng(1).uniform(-900, 2500, 40)), [1e4]])
    to_date = cents(recognized(value, start, end, instants))
    assert np.all(np.diff(to_date, axis=1) >= 0)
    assert np.all(to_date[:, 0] == 0)
    assert np.array_equal(to_date[:, -1], cents(value))


@given(contracts, schedules)
def test_the_invoices_of_a_term_add_up_and_never_lag_its_revenue(
    rows: list[tuple[int, float, float]], period: float
) -> None:
    value, start, end = book(rows)
    billed = billing.invoices(value, start, end, np.full(len(value), period), PLANNERS)
    total = np.zeros(len(value), np.int64)
    np.add.at(total, billed["contract"], cents(billed["amount_usd"]))
    assert np.array_equal(total, cents(value))
    assert np.all(billed["amount_usd"] >= 0)
    assert np.all((billed["day"] >= start[billed["contract"]]) & (billed["day"] <= end[billed["contract"]]))
    for day in billed["day"]:
        earned = cents(recognized(value, start, end, np.array([day]))[:, 0])
        so_far = np.zeros(len(value), np.int64)
        here = billed["day"] <= day
        np.add.at(so_far, billed["contract"][here], cents(billed["amount_usd"][here]))
        assert np.all(so_far >= earned), "deferred revenue is never negative"


@given(contracts, schedules, collections)
def test_each_invoice_is_paid_or_written_off_to_the_cent(
    rows: list[tuple[int, float, float]], period: float, rule: Collection
) -> None:
    value, start, end = book(rows)
    billed = billing.invoices(value, start, end, np.full(len(value), period), PLANNERS)
    paid = billing.receipts(billed, rule)
    total = cents(billing.written_off_usd(billed, rule))
    np.add.at(total, paid["invoice"], cents(paid["amount_usd"]))
    assert np.array_equal(total, cents(billed["amount_usd"]))
    assert np.all(paid["amount_usd"] >= 0)


def even_book() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """1,200 USD a year, a contract that starts on every day of three years, each for one year."""
    start = np.arange(-720.0, 720.0)
    end = start + YEAR
    return revenue.contract_value_usd(np.full(len(start), 1200.0), PLANNERS.months_between(start, end)), start, end


def by_month(day: np.ndarray, usd: np.ndarray) -> np.ndarray:
    month = np.searchsorted(EDGES, day, side="right") - 1
    inside = (month >= 0) & (month < len(EDGES) - 1)
    return np.bincount(month[inside], usd[inside], len(EDGES) - 1)


def test_an_even_book_earns_a_twelfth_of_its_arr_each_month() -> None:
    value, start, end = even_book()
    earned = np.diff(recognized(value, start, end, EDGES), axis=1).sum(axis=0)
    np.testing.assert_allclose(earned, 360 * 1200 / 12, atol=0.01 * len(value))


@pytest.mark.parametrize("period", [1.0, 3.0, 12.0, np.inf])
def test_an_even_book_bills_and_is_paid_evenly_whatever_the_schedule(period: float) -> None:
    value, start, end = even_book()
    billed = billing.invoices(value, start, end, np.full(len(value), period), PLANNERS)
    np.testing.assert_allclose(by_month(billed["day"], billed["amount_usd"]), 360 * 1200 / 12, rtol=1e-3)
    paid = billing.receipts(billed, Collection(45.0, 30.0, 0.01, 180.0))
    np.testing.assert_allclose(by_month(paid["day"], paid["amount_usd"])[3:], 0.99 * 360 * 1200 / 12, rtol=1e-3)


def test_collections_are_billings_moved_by_the_delay() -> None:
    value, start, end = book([(120_000_00, 5.0, 360.0), (777_77, 31.0, 360.0)])
    billed = billing.invoices(value, start, end, np.full(2, 3.0), PLANNERS)
    paid = billing.receipts(billed, Collection(60.0, 0.0, 0.0, 180.0))
    assert by_month(paid["day"], paid["amount_usd"])[2:].tolist() == (
        by_month(billed["day"], billed["amount_usd"])[:-2].tolist()
    )
    spread = billing.receipts(billed, Collection(60.0, 30.0, 0.0, 180.0))
    assert spread["day"].reshape(3, -1)[:, 0].tolist() == [35.0, 65.0, 95.0]
    assert spread["amount_usd"].reshape(3, -1)[:, 0].tolist() == [10_000.0] * 3


def test_invoices_by_hand() -> None:
    """100 USD for 200 days, billed each 90 days: 45, 45 and 10; in one sum upfront."""
    one = np.array([100.0]), np.array([10.0]), np.array([210.0])
    billed = billing.invoices(*one, np.array([3.0]), PLANNERS)
    assert billed["day"].tolist() == [10.0, 100.0, 190.0]
    assert billed["amount_usd"].tolist() == [45.0, 45.0, 10.0]
    assert billing.invoices(*one, np.array([np.inf]), PLANNERS)["amount_usd"].tolist() == [100.0]
    assert recognized(*one, np.array([10.0, 60.0, 300.0])).tolist() == [[0.0, 25.0, 100.0]]


def test_the_past_of_the_first_days_base() -> None:
    """Terms of 30 days that began 10, 29 and 10 days ago, invoices open for 45 days: two before, one, none at all."""
    start, earlier = np.array([-10.0, -29.0, -10.0]), np.array([9, 9, 0])
    contract, back, first, last = billing.earlier_terms(start, start + 30.0, earlier, 45.0, PLANNERS)
    assert contract.tolist() == [0, 0, 1]
    assert back.tolist() == [1, 2, 1]
    assert first.tolist() == [-40.0, -70.0, -59.0]
    assert last.tolist() == [-10.0, -40.0, -29.0]


def test_a_contract_is_worth_its_arr_for_the_part_of_a_year_it_runs() -> None:
    assert revenue.contract_value_usd(np.array([1000.0]), PLANNERS.months_between(0.0, 90.0)).tolist() == [250.0]
    assert revenue.contract_value_usd(np.array([1000.0]), PLANNERS.months_between(0.0, 100.0)).tolist() == [277.78]


def day(year: int, month: int, of_month: int) -> float:
    return REAL.day_of(date(year, month, of_month))


@given(
    st.integers(1, 10**7), st.integers(-57_600, 57_600), st.integers(1, 36), st.sampled_from([1.0, 3.0, 12.0, np.inf])
)
def test_a_contract_of_whole_months_is_worth_its_price_and_billed_alike(
    cents_a_month: int, start: int, months: int, period: float
) -> None:
    """Whatever the day it starts on, leap year or not: invoices for as many months are alike, and so are years."""
    first = np.array([start / 64])
    end = REAL.plus_months(first, months)
    value = revenue.contract_value_usd(np.array([0.12 * cents_a_month]), REAL.months_between(first, end))
    assert cents(value).tolist() == [cents_a_month * months]
    billed = billing.invoices(value, first, end, np.array([period]), REAL)
    assert cents(billed["amount_usd"]).sum() == cents_a_month * months
    if months % period == 0:
        assert set(cents(billed["amount_usd"])) == {cents_a_month * int(period)}
    assert billed["until"].tolist() == [*billed["day"][1:], *end]
    if period == 1.0:
        date_of = [REAL.date_of(day) for day in billed["day"]]
        assert np.all(np.diff([12 * one.year + one.month for one in date_of]) == 1), "one in every month"


def test_monthly_invoices_of_a_contract_of_31_january() -> None:
    """2028 is a leap year; the next term begins on the anniversary."""
    first, end = np.array([day(2028, 1, 31)]), np.array([day(2029, 1, 31)])
    value = revenue.contract_value_usd(np.array([12_000.0]), REAL.months_between(first, end))
    billed = billing.invoices(value, first, end, np.array([1.0]), REAL)
    assert billed["amount_usd"].tolist() == [1_000.0] * 12
    assert billed["day"][:3].tolist() == [day(2028, 1, 31), day(2028, 2, 29), day(2028, 3, 31)]


@given(contracts, schedules, calendars)
def test_what_an_invoice_is_for_is_earned_after_it_is_written(
    rows: list[tuple[int, float, float]], period: float, calendar: Calendar
) -> None:
    """So deferred revenue is never negative, and by its end a term has earned its value."""
    value, start, end = book(rows)
    billed = billing.invoices(value, start, end, np.full(len(value), period), calendar)
    assert np.all(billed["day"] <= billed["until"])
    assert np.array_equal(billed["until"][:-1][np.diff(billed["contract"]) == 0],
                          billed["day"][1:][np.diff(billed["contract"]) == 0])  # fmt: skip
    total = np.zeros(len(value), np.int64)
    np.add.at(total, billed["contract"], cents(billed["amount_usd"]))
    assert np.array_equal(total, cents(value))
