"""Dates: months, fiscal quarters and years, open and closed days, and the working clock.

Inside the simulation a time is a float, days since the scenario's first day. Rates run on the *working clock*: it
advances by one over an open day and stands still over a closed one, so a rate per working day needs no correction
for weekends and holidays. Durations run on calendar days.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from sim import holidays
from sim.compiled import compiled
from sim.fiscal import FiscalWeeks
from sim.holidays import Holiday

HISTORY_DAYS = 1500  # how far before the first day the tables reach, for the warm-up
HISTORY_MONTHS = 50
FOUR_YEARS_DAYS = 1461
SHORTEST_MONTH_DAYS = 28
DAYS_PER_WEEK, WEEKS_PER_YEAR = 7.0, 52.0
MONTHS_PER_QUARTER, MONTHS_PER_YEAR = 3, 12
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
EVEN_MONTH_DAYS = 30.0  # of the planner's calendar
_SAME_MONTHS = 1e-9  # what lies so near is the same but for binary rounding
_ERA_DAYS, _ERA_MONTHS = 146097, 4800  # after 400 years dates repeat
_ORDINAL_BEFORE_YEAR_1 = 305  # from 1 March of the year 0, with which years of the algorithm below begin


def first_of_month(number: int) -> date:
    """The first day of a month counted from January of the year 0: year times 12, and the month less 1."""
    return date(number // MONTHS_PER_YEAR, number % MONTHS_PER_YEAR + 1, 1)


@dataclass(frozen=True)
class Calendar:
    """The calendar of one run.

    ``equal_months`` gives the planner's calendar: every month has 30 days, every day is open. It exists for
    closed-form checks and published sheets whose quarters are equal. With ``weeks`` the months of the run are of whole
    weeks, called after the calendar month of which they have the most; ``start`` is the first day of one.
    """

    start: date
    months: int
    fiscal_year_start_month: int = 1
    closed_weekdays: tuple[int, ...] = (5, 6)  # Monday is 0
    holidays: tuple[Holiday, ...] = ()
    equal_months: bool = False
    weeks: FiscalWeeks | None = None
    year_named_by: str = "end"  # or "beginning"

    @cached_property
    def month_starts(self) -> np.ndarray:
        """First day of each month as a day number, and the horizon as the last entry; shape (months + 1,)."""
        return np.array([self._month_start(m) for m in range(self.months + 1)])

    def _month_start(self, month: int) -> float:
        if self.equal_months:
            return EVEN_MONTH_DAYS * month
        first = self._month_date(month) if self.weeks is None else self.weeks.month_begins(self._first_number + month)
        return float((first - self.start).days)

    @cached_property
    def _first_number(self) -> int:
        """Twelve times the year plus the calendar month (January 0) after which the first month is called."""
        if self.weeks is not None:
            return self.weeks.month_of(self.start)
        return 12 * self.start.year + self.start.month - 1

    def _month_date(self, month: int) -> date:
        """The first of the calendar month after which a month is called."""
        year, index = divmod(self._first_number + month, 12)
        return date(year, index + 1, 1)

    def month_of_year(self, month: np.ndarray | int) -> np.ndarray:
        """Calendar month (January 0) after which months are called, for months counted from the first."""
        return np.asarray((self._first_number + month) % 12)

    def month_of_fiscal_year(self, month: np.ndarray | int) -> np.ndarray:
        """Month of the fiscal year, 0 to 11, for months counted from the first; negative in the history."""
        return np.asarray((self._first_number + 1 - self.fiscal_year_start_month + month) % 12)

    @property
    def horizon(self) -> float:
        """The first instant after the run, in days."""
        return float(self.month_starts[-1])

    def day_of(self, when: date) -> float:
        """The day number of a date's midnight."""
        if self.equal_months:
            whole = (when.year - self.start.year) * 12 + when.month - self.start.month
            return EVEN_MONTH_DAYS * whole + min(when.day, int(EVEN_MONTH_DAYS)) - 1
        return float((when - self.start).days)

    def date_of(self, day: float) -> date:
        """The date on which an instant falls."""
        if self.equal_months:
            month, rest = divmod(int(np.floor(day)), int(EVEN_MONTH_DAYS))
            first = self._month_date(month)
            return first + timedelta(days=min(rest, (self._month_date(month + 1) - first).days - 1))
        return self.start + timedelta(days=int(np.floor(day)))

    @cached_property
    def first_ordinal(self) -> int:
        """The first day in days since 1 March of the year 0, as ``months_later`` asks for it."""
        return self.start.toordinal() + _ORDINAL_BEFORE_YEAR_1

    def plus_months(self, day: np.ndarray | float, months: np.ndarray | float) -> np.ndarray:
        """``months_later`` of arrays, which broadcast."""
        day, months = np.broadcast_arrays(np.asarray(day, float), np.asarray(months, float))
        found = np.empty(day.shape)
        _all_later(found.reshape(-1), day.flatten(), months.flatten(), self.first_ordinal, self.equal_months)
        return found

    def months_between(self, first: np.ndarray | float, last: np.ndarray | float) -> np.ndarray:
        """``months_from`` of arrays, which broadcast."""
        first, last = np.broadcast_arrays(np.asarray(first, float), np.asarray(last, float))
        found = np.empty(first.shape)
        _all_between(found.reshape(-1), first.flatten(), last.flatten(), self.first_ordinal, self.equal_months)
        return found

    def coming_months(self, month: np.ndarray | int) -> np.ndarray:
        """This month and the two after it, as far ahead as coverage looks; past the horizon the last one repeats.

        Shape of ``month``, with 3 at the end.
        """
        return np.minimum(np.asarray(month)[..., None] + np.arange(MONTHS_PER_QUARTER), self.months - 1)

    def month_number(self, day: float) -> int:
        """The month in which an instant falls, counted from the first day's month; negative in the history."""
        if day >= 0:
            return self.month_of(day)
        if self.equal_months:
            return int(np.floor(day / EVEN_MONTH_DAYS))
        if self.weeks is not None:
            return bisect_right(self._past_starts, day) - 1 - HISTORY_MONTHS
        when = self.date_of(day)
        return 12 * (when.year - self.start.year) + when.month - self.start.month

    def month_of(self, day: float) -> int:
        """The index of the month in which an instant falls; the last month for the horizon itself."""
        return min(max(bisect_right(self._month_start_list, day) - 1, 0), self.months - 1)

    @cached_property
    def _month_start_list(self) -> list[float]:
        return [float(day) for day in self.month_starts]

    @cached_property
    def _past_starts(self) -> list[float]:
        return [self._month_start(month) for month in range(-HISTORY_MONTHS, 1)]

    @cached_property
    def fiscal_month(self) -> np.ndarray:
        """Month of the fiscal year, 0 to 11, for each month of the run."""
        return self.month_of_fiscal_year(np.arange(self.months))

    @cached_property
    def fiscal_year(self) -> np.ndarray:
        """Fiscal year, named after the calendar year in which it ends or begins, for each month of the run."""
        begins = (self._first_number + np.arange(self.months) - (self.fiscal_year_start_month - 1)) // 12
        return begins + (self.fiscal_year_start_month > 1 and self.year_named_by == "end")

    @cached_property
    def quarter_of_month(self) -> np.ndarray:
        """Index of the run's quarter in which each month falls, counted from 0."""
        begun = self.fiscal_month[0] % 3
        return (begun + np.arange(self.months)) // 3

    @cached_property
    def month_weight(self) -> np.ndarray:
        """What each month counts for in its quarter, in thirds of it: 1, or by its weeks where months are of weeks."""
        if self.weeks is None:
            return np.ones(self.months)
        first = np.arange(self.months) - self.fiscal_month % 3
        starts, ends = ([self._month_start(int(m)) for m in months] for months in (first, first + 3))
        return 3.0 * np.diff(self.month_starts) / np.subtract(ends, starts)

    @cached_property
    def year_of_month(self) -> np.ndarray:
        """Index of the run's fiscal year in which each month falls, counted from 0."""
        return self.fiscal_year - self.fiscal_year[0]

    @cached_property
    def month_labels(self) -> tuple[str, ...]:
        return tuple(self._month_date(m).strftime("%Y-%m") for m in range(self.months))

    @cached_property
    def quarter_labels(self) -> tuple[str, ...]:
        """Such as ``2027-Q1``: fiscal year and fiscal quarter."""
        seen: dict[int, str] = {}
        for m in range(self.months):
            seen.setdefault(int(self.quarter_of_month[m]), f"{self.fiscal_year[m]}-Q{self.fiscal_month[m] // 3 + 1}")
        return tuple(seen.values())

    @cached_property
    def year_labels(self) -> tuple[str, ...]:
        return tuple(str(y) for y in dict.fromkeys(self.fiscal_year.tolist()))

    @cached_property
    def open_days(self) -> np.ndarray:
        """1.0 for an open day and 0.0 for a closed one, from ``-HISTORY_DAYS`` to past the horizon."""
        count = HISTORY_DAYS + int(self.horizon) + 800
        if self.equal_months:
            return np.ones(count)
        days = np.arange(count) - HISTORY_DAYS
        weekday = (self.start.weekday() + days) % 7
        is_open = ~np.isin(weekday, self.closed_weekdays)
        if self.holidays:
            first, last = (self.start + timedelta(days=int(day)) for day in days[[0, -1]])
            found = holidays.days(self.holidays, self.closed_weekdays, range(first.year - 1, last.year + 2))
            closed = np.array([(day - first).days for day in found])
            is_open[closed[(closed >= 0) & (closed < count)]] = False
        return is_open.astype(float)

    @cached_property
    def worked_before(self) -> np.ndarray:
        """Open days before each day's midnight, counted from the start of the table."""
        return np.concatenate([[0.0], np.cumsum(self.open_days)])

    @cached_property
    def open_day_numbers(self) -> np.ndarray:
        """The day number of the n-th open day of the table: the inverse of ``worked_before``."""
        return np.flatnonzero(self.open_days).astype(float) - HISTORY_DAYS

    @cached_property
    def last_open_days(self) -> np.ndarray:
        """The last open day of each day's month, by the days of ``open_days``; an earlier month's where it has none."""
        days = np.arange(len(self.open_days)) - HISTORY_DAYS
        if self.equal_months:
            return EVEN_MONTH_DAYS * (days // int(EVEN_MONTH_DAYS)) + EVEN_MONTH_DAYS - 1.0
        if self.weeks is None:
            months = np.datetime64(self.start) + days.astype("timedelta64[D]")
            month_of_day = months.astype("datetime64[M]").astype(int)
        else:
            most = self.months + 1 + int((days[-1] - self.horizon) / SHORTEST_MONTH_DAYS)
            starts = [self._month_start(month) for month in range(-HISTORY_MONTHS, most)]
            month_of_day = np.searchsorted(starts, days, side="right")
        lasts = np.flatnonzero(np.diff(month_of_day, append=-1))
        found = self.open_day_numbers[np.searchsorted(self.open_day_numbers, days[lasts] + 1.0) - 1]
        return np.repeat(found, np.diff(lasts, prepend=-1))

    @cached_property
    def working_days_per_month(self) -> float:
        """Average open days in a month, over the four years before the first day, so that no horizon changes it."""
        before = self.open_days[HISTORY_DAYS - FOUR_YEARS_DAYS : HISTORY_DAYS]
        return float(before.mean() * self.days_per_month)

    @property
    def days_per_month(self) -> float:
        """Calendar days in an average month, for tenures and ramp."""
        return EVEN_MONTH_DAYS if self.equal_months else DAYS_PER_MONTH

    @property
    def days_per_year(self) -> float:
        """Calendar days in an average year, for what comes at a rate a year, such as exits."""
        return MONTHS_PER_YEAR * self.days_per_month


@compiled
def months_later(day, months, first_ordinal, equal_months):
    """The instant so many calendar months after another: on the same day of the month, or the last of a shorter one.

    A part of a month is that part of the days until the next such day; months may be negative.

    Args:
        first_ordinal, equal_months: of the calendar.
    """
    if equal_months:
        return day + EVEN_MONTH_DAYS * months
    whole = math.floor(months + _SAME_MONTHS)
    low = _same_day(day, whole, first_ordinal)
    if months - whole > _SAME_MONTHS:
        low += (months - whole) * (_same_day(day, whole + 1, first_ordinal) - low)
    return low


@compiled
def months_from(first, last, first_ordinal, equal_months):
    """Calendar months from an instant to another, negative to an earlier one: what ``months_later`` has to add.

    What returns ought to count from one anchor: months of their own from 28 February do not come back to the 31st.
    """
    if first == last:
        return 0.0
    if equal_months:
        return (last - first) / EVEN_MONTH_DAYS
    month, of_month, hour = _month_of(first, first_ordinal)
    there, _, _ = _month_of(last, first_ordinal)
    begins, ends = _month_begins(there), _month_begins(there + 1)
    low = begins - first_ordinal + min(of_month, ends - begins - 1) + hour
    if low > last:
        there, high = there - 1, low
        before = _month_begins(there)
        low = before - first_ordinal + min(of_month, begins - before - 1) + hour
    else:
        high = ends - first_ordinal + min(of_month, _month_begins(there + 2) - ends - 1) + hour
    return there - month + (last - low) / (high - low)


@compiled
def _same_day(day, months, first_ordinal):
    """Whole months later."""
    month, of_month, hour = _month_of(day, first_ordinal)
    return _day_in(month + int(months), of_month, first_ordinal) + hour


@compiled
def _month_of(day, first_ordinal):
    """The month of an instant, counted from March of the year 0, its date there from 0 on, and the part of that day.

    Days to dates and back by the algorithm of H. Hinnant, whose years begin with March.
    """
    midnight = math.floor(day)
    count = int(midnight) + first_ordinal
    era = count // _ERA_DAYS
    rest = np.uint32(count - era * _ERA_DAYS)  # numbers without a sign divide several times as fast
    year = (rest - rest // np.uint32(1460) + rest // np.uint32(36524) - rest // np.uint32(146096)) // np.uint32(365)
    of_year = rest - (np.uint32(365) * year + year // np.uint32(4) - year // np.uint32(100))
    month = (np.uint32(5) * of_year + np.uint32(2)) // np.uint32(153)
    of_month = of_year - (np.uint32(153) * month + np.uint32(2)) // np.uint32(5)
    return 4800 * era + 12 * np.int64(year) + np.int64(month), np.int64(of_month), day - midnight


@compiled
def _day_in(month, of_month, first_ordinal):
    """The midnight of a date, from 0 on, in a month, or of its last day."""
    begins = _month_begins(month)
    return begins - first_ordinal + min(of_month, _month_begins(month + 1) - begins - 1)


@compiled
def _month_begins(month):
    """The first day of a month, both counted from March of the year 0."""
    era = month // _ERA_MONTHS
    rest = np.uint32(month - era * _ERA_MONTHS)
    year = rest // np.uint32(12)
    of_era = np.uint32(365) * year + year // np.uint32(4) - year // np.uint32(100)
    of_year = (np.uint32(153) * (rest - np.uint32(12) * year) + np.uint32(2)) // np.uint32(5)
    return _ERA_DAYS * era + np.int64(of_era) + np.int64(of_year)


@compiled
def _all_later(found, day, months, first_ordinal, equal_months):
    for i in range(len(found)):
        found[i] = months_later(day[i], months[i], first_ordinal, equal_months)


@compiled
def _all_between(found, first, last, first_ordinal, equal_months):
    for i in range(len(found)):
        found[i] = months_from(first[i], last[i], first_ordinal, equal_months)
