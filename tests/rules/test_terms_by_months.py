"""Contracts in calendar months, played: terms, renewals and invoices of customers whose days are known."""

from __future__ import annotations

import calendar as days_of
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import ledger, world
from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.money.billing import Collection
from sim.money.books import TERM, books, count_months
from sim.money.revenue import contract_value_usd
from sim.scenario.scenario import Scenario
from tests.makers.company import write
from tests.makers.play import plain

PRICE = 12_000.0
SELLER = {"name": "Ann Lee", "role": "rep", "segment": "all", "region": "here", "start_date": "2025-01-01"}
CLOSES = {"duration": "{law: fixed, mean_days: 800}", "advance_share": 1, "stalled_share": 0, "hours_per_week": 0}
QUIET = (
    "dates.equal_months=false", "dates.closed_weekdays=[]", "~opening.teams", "opening.pipeline=empty",
    "opening.vacant_share=0", "world.sources.self.opportunities_per_month_per_head=0",
    "~world.segments.all.stages.last", "world.segments.all.push_days=30",
    *(f"world.segments.all.stages.first.{key}={value}" for key, value in CLOSES.items()),
)  # fmt: skip


def won(day: str) -> dict[str, str]:
    """A deal that is won on a day, after the 800 days of its stage."""
    begun = (date.fromisoformat(day) - date(1, 1, 1)).days - 800
    entered = date.fromordinal(begun + 1).isoformat()
    return {
        "id": "D1", "owner": "Ann Lee", "source": "self", "stage": "first", "created_date": entered,
        "stage_entered_date": entered, "forecast_close_date": day, "amount_usd": "12000",
    }  # fmt: skip


def company(
    folder: Path, start: str, months: int, schedule: str, *, signs: str = "", terms: Sequence[tuple[str, str]] = (),
    contracts: str = "",
) -> tuple[Scenario, Ledger]:  # fmt: skip
    """One seller whose deal is won on a day, or whose customers are in terms; everybody renews for as much."""
    files = {"roster": [SELLER]}
    if signs:
        files["pipeline"] = [won(signs)]
    if terms:
        names = ("id", "owner", "arr_usd", "term_start", "term_end")
        files["customers"] = [
            dict(zip(names, (f"C{k}", "Ann Lee", "12000", *term), strict=True)) for k, term in enumerate(terms)
        ]
    given = ", ".join(f"{name}: {write(folder / f'{name}.csv', rows)}" for name, rows in files.items())
    scenario = plain(
        *QUIET, f"dates.start={start}", f"opening.files={{{given}}}",
        f"+world.segments.all.contracts={contracts or f'{{renew_share: 1, term_months: {months}}}'}",
        f"+world.billing={{schedule: {schedule}, collection_days: 0, gross_margin_share: 0.75}}",
    )  # fmt: skip
    return scenario, world.simulate(scenario, 14, Luck(1, 0))


def by_month(run: tuple[Scenario, Ledger], measure: str) -> list[float]:
    scenario, book = run
    layout = kpis.table(scenario, scenario.calendar(14))
    rows = zip(layout.rows.labels(), layout.values(book).tolist(), strict=True)
    return [value for (kind, _, of, _, m), value in rows if (kind, of, MEASURES[m].name) == ("month", "all", measure)]


def begun(run: tuple[Scenario, Ledger]) -> list[str]:
    """When contracts begin, in order."""
    scenario, book = run
    dates = scenario.calendar(14)
    return [dates.date_of(float(row["start_day"])).isoformat() for row in book.contracts]


def test_a_contract_of_31_january_is_invoiced_in_every_month(tmp_path: Path) -> None:
    run = company(tmp_path, "2027-01-01", 12, "monthly", signs="2027-01-31")
    assert by_month(run, "billings") == [1_000.0] * 14
    assert begun(run) == ["2027-01-31", "2028-01-31"]


def test_a_term_of_a_month_renews_once_a_month_and_comes_back_to_the_31st(tmp_path: Path) -> None:
    run = company(tmp_path, "2027-10-01", 1, "upfront", signs="2027-12-31")
    assert by_month(run, "billings") == [0.0, 0.0] + [1_000.0] * 12
    assert begun(run)[:5] == ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]


def test_a_yearly_price_is_one_invoice_an_anniversary(tmp_path: Path) -> None:
    run = company(tmp_path, "2028-02-01", 12, "annual", signs="2028-02-29")
    assert by_month(run, "billings") == [PRICE] + [0.0] * 11 + [PRICE, 0.0]
    assert begun(run) == ["2028-02-29", "2029-02-28"]


def test_a_term_of_a_file_is_worth_its_price(tmp_path: Path) -> None:
    """It begins with the first day."""
    run = company(tmp_path, "2027-01-01", 12, "annual", terms=[("2027-01-01", "2028-01-01")])
    assert by_month(run, "billings") == [PRICE] + [0.0] * 11 + [PRICE, 0.0]
    assert begun(run) == ["2027-01-01", "2028-01-01"]


def test_the_terms_of_a_file_keep_their_day(tmp_path: Path) -> None:
    """Whichever of their ends lies on the 31st; the last term is long over, and was renewed meanwhile."""
    terms = [("2026-08-31", "2027-02-28"), ("2026-09-30", "2027-03-31"), ("2026-03-31", "2026-09-30")]
    run = company(tmp_path, "2027-01-01", 6, "monthly", terms=terms)
    assert by_month(run, "billings") == [3_000.0] * 14
    renewed = run[1].contracts["kind"] == ledger.RENEWAL_TERM
    dates = np.array(begun(run))
    for customer, days in enumerate([["2027-02-28", "2027-08-31", "2028-02-29"]] + 2 * [["2027-03-31", "2027-09-30"]]):
        assert dates[renewed & (run[1].contracts["customer"] == customer)].tolist() == days


CALENDARS = st.sampled_from([Calendar(date(2027, 1, 1), 24, equal_months=equal) for equal in (False, True)])


@given(
    CALENDARS, st.dates(date(2023, 1, 1), date(2033, 12, 31)), st.integers(0, 23), st.integers(1, 36),
    st.sampled_from([1, 3, 12]), st.integers(0, 2), st.integers(0, 10**7),
)  # fmt: skip
def test_invoices_of_any_contract(
    calendar: Calendar, signed: date, hour: int, months: int, period: int, renewals: int, cents_a_month: int
) -> None:
    """They add up to the price, are alike, fall in every month or on anniversaries, and all is earned at the end.

    Also of later terms, which count from the day on which the first one began.
    """
    anchor = calendar.day_of(signed) + hour / 24
    start, end = (calendar.plus_months(anchor, months * term) for term in (renewals, renewals + 1))
    term = np.zeros(1, TERM)
    term["start_day"], term["end_day"], term["anchor_day"], term["period_months"] = start, end, anchor, period
    count_months(term, calendar)
    term["value_usd"] = contract_value_usd(0.12 * cents_a_month, term["months"])
    assert np.round(100 * term["value_usd"]) == months * cents_a_month

    over = Calendar(calendar.start, 400, equal_months=calendar.equal_months)
    first = over.month_of(float(start))
    kept = books(term, Collection(0.0, 0.0, 0.0, 0.0), over, 1)
    billed = np.round(100 * kept.billings[0]).astype(int)
    if start >= 0.0:
        assert kept.deferred_revenue[0, 0] == 0.0
        assert billed.sum() == months * cents_a_month
        at = np.flatnonzero(billed)
        whole, rest = divmod(months, period)
        expected = [period * cents_a_month] * whole + [rest * cents_a_month] * (rest > 0)
        if cents_a_month:
            assert billed[at].tolist() == expected
            assert at.tolist() == list(range(first, first + months, period))
    assert kept.deferred_revenue[0, -1] == pytest.approx(0.0, abs=1e-6)
    assert np.all(kept.deferred_revenue[0] > -1e-6)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(0, 60))
def test_the_planners_calendar_tells_the_dates_that_it_is_told(when: date, months: int) -> None:
    """Up to the 30th; the 31st is the 30th there, and of February's 29th and 30th day the last is told."""
    equal = Calendar(date(2027, 1, 1), 24, equal_months=True)
    day = equal.day_of(when)
    assert equal.date_of(day) == when.replace(day=min(when.day, 30))
    later = equal.date_of(float(equal.plus_months(day, months)))
    assert later.day == min(when.day, 30, days_of.monthrange(later.year, later.month)[1])


def test_growth_of_a_slow_start_comes_back_to_the_31st(tmp_path: Path) -> None:
    rule = "{renew_share: 1, term_months: 12, starts_at_share: 0.5, grows: monthly, grows_over_months: 4}"
    run = company(tmp_path, "2027-10-01", 12, "annual", signs="2027-10-31", contracts=rule)
    grown = run[1].contracts[run[1].contracts["kind"] == ledger.GROWTH_TERM]
    dates = [run[0].calendar(14).date_of(float(day)).isoformat() for day in grown["start_day"]]
    assert dates == ["2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29"]
    assert set(grown["anchor_day"]) == {run[1].contracts["start_day"][0]}
