"""Calendar months: the same day of a later month, or the last of a shorter one, and the way back."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import Calendar

REAL = Calendar(date(2027, 1, 1), 24)
EQUAL = Calendar(date(2027, 1, 1), 24, equal_months=True)


@pytest.mark.parametrize(
    ("first", "months", "right"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 31), 2, date(2027, 3, 31)),
        (date(2027, 1, 31), 12, date(2028, 1, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 7, 1), 6, date(2028, 1, 1)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
    ],
)
def test_dates(first: date, months: int, right: date) -> None:
    later = REAL.plus_months(np.array([REAL.day_of(first)]), months)
    assert later.tolist() == [REAL.day_of(right)]
    if months > 0:
        assert REAL.months_between(np.array([REAL.day_of(first)]), later).tolist() == [months]


def test_a_part_of_a_month_is_of_the_days_of_the_month_that_begins_there() -> None:
    assert float(REAL.plus_months(np.array(31.0), 0.5)) == 31.0 + 14.0
    assert float(REAL.plus_months(np.array(0.25), 1.5)) == pytest.approx(31.25 + 14.0)
    assert float(EQUAL.plus_months(np.array(31.0), 1.5)) == 76.0


@given(st.floats(-20_000, 20_000), st.floats(0, 600), st.sampled_from([REAL, EQUAL]))
def test_what_is_added_is_between(day: float, months: float, calendar: Calendar) -> None:
    later = calendar.plus_months(np.array(day), months)
    assert later >= day - 1e-9
    again = calendar.plus_months(np.array(day), calendar.months_between(np.array(day), later))
    assert again == pytest.approx(later, abs=1e-6)


@given(st.floats(-5_000, 5_000), st.floats(0, 100), st.floats(0, 100))
def test_more_months_are_never_earlier(day: float, months: float, more: float) -> None:
    first, second = REAL.plus_months(np.array(day), np.array([months, months + more]))
    assert second >= first - 1e-6


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_a_date_is_printed_as_it_was_given(when: date) -> None:
    """On the planner's calendar, too, but for 31sts, which are 30ths."""
    assert REAL.date_of(REAL.day_of(when) + 0.5) == when
    assert EQUAL.date_of(EQUAL.day_of(when) + 0.5) == (when if when.day < 31 else when.replace(day=30))
