"""Holidays that move: by weekday of a month, by Easter, and those observed on another day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sim import holidays
from sim.calendar import HISTORY_DAYS, Calendar

WEEKEND = (5, 6)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("fourth thursday of november", ["2026-11-26", "2027-11-25"]),
        ("fourth thursday of november +1", ["2026-11-27", "2027-11-26"]),
        ("last monday of may", ["2026-05-25", "2027-05-31"]),
        ("First Monday of September", ["2026-09-07", "2027-09-06"]),
        ("easter -2", ["2026-04-03", "2027-03-26"]),
        ("easter+1", ["2026-04-06", "2027-03-29"]),
        ("easter", ["2026-04-05", "2027-03-28"]),
        ("12-25", ["2026-12-25", "2027-12-25"]),
        ("07-04 observed nearest", ["2026-07-03", "2027-07-05"]),
        ("12-26, observed next", ["2026-12-28", "2027-12-27"]),
        ("02-29", []),
    ],
)
def test_in_two_years(text: str, days: list[str]) -> None:
    found = holidays.days([holidays.read(text)], WEEKEND, range(2026, 2028))
    assert sorted(day.isoformat() for day in found) == days


def test_two_that_are_observed_are_kept_on_two_days() -> None:
    """Christmas of 2027 is a Saturday: it and the day after are kept on Monday and Tuesday."""
    both = [holidays.read(f"12-{day} observed next") for day in (25, 26)]
    assert holidays.days(both, WEEKEND, range(2027, 2028)) == {date(2027, 12, 27), date(2027, 12, 28)}


def test_a_new_year_may_be_observed_in_the_year_before() -> None:
    new_year = (holidays.read("01-01 observed nearest"),)
    calendar = Calendar(date(2027, 1, 1), 12, holidays=new_year)
    last = HISTORY_DAYS + int(calendar.day_of(date(2027, 12, 31)))  # 1 January 2028 is a Saturday
    assert calendar.open_days[last] == 0.0
    assert calendar.open_days[HISTORY_DAYS] == 0.0


def test_a_calendar_is_closed_on_them_and_on_no_other_weekday() -> None:
    texts = ("last thursday of november", "easter -2", "12-25")
    calendar = Calendar(date(2027, 1, 1), 12, holidays=tuple(holidays.read(text) for text in texts))
    year = [date(2027, 1, 1) + timedelta(days=k) for k in range(365)]
    closed = [day for k, day in enumerate(year) if day.weekday() < 5 and not calendar.open_days[HISTORY_DAYS + k]]
    assert closed == [date(2027, 3, 26), date(2027, 11, 25)]
