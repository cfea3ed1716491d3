"""Fiscal years of 52 and 53 weeks, as published, and that all that counts by months counts by theirs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import ledger
from sim.calendar import HISTORY_DAYS, HISTORY_MONTHS, Calendar
from sim.fiscal import FiscalWeeks
from sim.scenario.dates import Dates
from sim.scenario.errors import ScenarioError
from tests.laws.test_public_cases import ANN, company, play, segment, tiers, won_on
from tests.makers.play import plain
from tests.makers.published import whole

RETAIL = FiscalWeeks((4, 5, 4), 5, True, 2)  # the Saturday nearest to 31 January
APPLE = FiscalWeeks((5, 4, 4), 5, False, 10)  # the last Saturday of September
WIDE = [4 / 14, 5 / 14, 5 / 14]  # of a quarter with a 53rd week
WEEKS = {"pattern": "4-5-4", "year_ends": "nearest"}


def retail(months: int, start: date = date(2023, 1, 29), named_by: str = "beginning") -> Calendar:
    return Calendar(start, months, 2, weeks=RETAIL, year_named_by=named_by)


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        (RETAIL, ["2007-02-03", "2013-02-02", "2018-02-03", "2023-01-28", "2024-02-03", "2025-02-01"]),
        (APPLE, ["2016-09-24", "2017-09-30", "2022-09-24", "2023-09-30", "2024-09-28"]),
    ],
)
def test_years_end_as_published(rule: FiscalWeeks, ends: list[str]) -> None:
    for text in ends:
        day = date.fromisoformat(text)
        number = rule.month_of(day)
        assert rule.year_ends(number) == day
        assert (number + 1 - (rule.start_month - 1)) % 12 == 0


def test_years_of_53_weeks_are_those_published() -> None:
    """Retail years by their beginning, Apple's by their end."""
    for rule, years in ((RETAIL, {2006, 2012, 2017, 2023}), (APPLE, {2006, 2012, 2017, 2023})):
        ends = {year: rule.year_ends(12 * year + rule.start_month - 2) for year in range(2004, 2026)}
        long = {year for year in range(2005, 2026) if ends[year] - ends[year - 1] == timedelta(weeks=53)}
        assert {year - (rule is RETAIL) for year in long} == years


@given(st.integers(0, 6), st.integers(1, 12), st.booleans(), st.integers(1990, 2090))
def test_years_end_where_pandas_says(weekday: int, month: int, nearest: bool, year: int) -> None:
    ours = FiscalWeeks((4, 4, 5), weekday, nearest, month % 12 + 1)
    theirs = pd.offsets.FY5253(weekday=weekday, startingMonth=month, variation="nearest" if nearest else "last")
    last = ours.year_ends(12 * year + month - 1)
    assert theirs.is_on_offset(pd.Timestamp(last))
    assert (pd.Timestamp(last) + theirs).date() == ours.year_ends(12 * (year + 1) + month - 1)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from([RETAIL, APPLE]))
def test_a_day_is_in_one_month(day: date, rule: FiscalWeeks) -> None:
    number = rule.month_of(day)
    first, after = rule.month_begins(number), rule.month_begins(number + 1)
    assert first <= day < after
    assert (after - first).days in (28, 35, 42)
    assert abs((first - date(number // 12, number % 12 + 1, 1)).days) <= 10


def test_the_retail_year_of_2023() -> None:
    calendar = retail(26)
    assert (np.diff(calendar.month_starts[:14]) / 7).tolist() == [4, 5, 4] * 3 + [4, 5, 5, 4]
    assert calendar.month_labels[0] == "2023-02"
    assert calendar.month_labels[11] == "2024-01"
    assert calendar.quarter_labels[3:5] == ("2023-Q4", "2024-Q1")
    assert calendar.date_of(calendar.month_starts[12]) == date(2024, 2, 4)
    assert retail(26, named_by="end").year_labels == ("2024", "2025", "2026")
    assert Calendar(date(2023, 7, 1), 24, 7, year_named_by="beginning").year_labels == ("2023", "2024")


@given(st.integers(0, 23), st.integers(-HISTORY_DAYS, 700))
def test_months_of_the_past_and_of_the_run_are_those_of_the_rule(later: int, day: int) -> None:
    calendar = retail(24, RETAIL.month_begins(12 * 2023 + 1 + later))
    number = RETAIL.month_of(calendar.start + timedelta(days=day))
    month = calendar.month_number(float(day))
    assert month == min(number - RETAIL.month_of(calendar.start), 23)
    assert month >= -HISTORY_MONTHS
    assert calendar.month_of_year(month) == number % 12 or month == 23
    assert calendar.month_of_fiscal_year(month) == (number - 1) % 12 or month == 23


def test_the_last_open_day_is_the_fiscal_months() -> None:
    calendar = retail(24)
    ends = calendar.month_starts[1:].astype(int) - 2  # a month ends on a Saturday; the Friday is open
    assert calendar.last_open_days[HISTORY_DAYS + ends].tolist() == ends.tolist()
    assert calendar.last_open_days[HISTORY_DAYS + ends - 25].tolist() == ends.tolist()


def test_pay_and_quotas_go_by_the_fiscal_months(tmp_path: Path) -> None:
    """What is sold on 2 February 2024 is of the last month of 2023, and of its last quarter.

    Of 150,000 a quarter, months of 5, 4 and 5 of 13, 13 and 14 weeks carry 57,692.31, 46,153.85 and 53,571.43.
    """
    sold = [(date(2023, 2, 27), 60_000), (date(2023, 4, 29), 50_000), (date(2024, 2, 2), 70_000)]
    entered = [((day - timedelta(days=800)).isoformat(), usd) for day, usd in sold]
    part = {"commission_share": 0.1, "period": "month", "tiers": tiers((0, 1), (1, 2))}
    levers = {
        "quota": {"usd_per_year": {"all": 600_000}},
        "pay": {"plans": {"ae": {"components": {"c": part}}}, "roles": {"ae": "ae"}},
    }
    dates = {"start": "2023-01-29", "fiscal_year_start_month": 2, "fiscal_weeks": WEEKS}
    files = {"roster": ANN.replace("2025", "2021"), "pipeline": won_on(*entered)}
    plan = company(tmp_path, files, levers, {"all": segment()}, **dates, fiscal_year_named_by="beginning")
    book = play(plan)
    paid = book.payments[book.payments["kind"] == ledger.COMMISSION]
    earned = np.bincount(paid["month"], paid["amount_usd"], 12)
    assert earned[[1, 2, 11]] == pytest.approx([6_230.77, 5_384.62, 5_357.14 + 3_285.71], abs=0.001)
    assert set(paid["day"].tolist()) == {63.0, 91.0, 371.0}
    assert book.quotas["attained_usd"].tolist() == [110_000, 0, 0, 70_000]
    assert whole(plan, 12, book, "bookings", "year").tolist() == [180_000]
    of_year = 4 * whole(plan, 12, book, "target", "month")
    assert of_year.tolist() == pytest.approx([*[4 / 13, 5 / 13, 4 / 13] * 3, *WIDE])


def test_the_years_before_begin_with_the_same_month() -> None:
    dates = Dates.model_validate({"start": "2023-01-29", "fiscal_year_start_month": 2, "fiscal_weeks": WEEKS})
    before = dates.start_of_years_before(5)
    assert before == date(2018, 2, 4)
    assert Dates.model_validate({**dates.model_dump(), "start": before}).calendar(60).horizon == 1820.0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": "2023-02-01"}, "must be the first day of a fiscal month, such as 2023-01-29 or 2023-02-26"),
        ({"start": "2023-01-29", "equal_months": "true"}, "equal_months and fiscal_weeks are two calendars"),
    ],
)
def test_what_does_not_fit_is_said(given: dict[str, str], said: str) -> None:
    weeks = "+dates.fiscal_weeks={pattern: 4-5-4, year_ends: nearest}"
    changes = [f"dates.{key}={value}" for key, value in {"equal_months": "false", **given}.items()]
    with pytest.raises(ScenarioError, match=said):
        plain(*changes, weeks, "+dates.fiscal_year_start_month=2")
