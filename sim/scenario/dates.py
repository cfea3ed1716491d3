"""Dates: the first day, the fiscal year, and the days on which nobody works."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim import fiscal, holidays
from sim.calendar import DAYS_PER_WEEK, Calendar
from sim.scenario.names import Text
from sim.scenario.quantities import Day, Noun

LEAST_OPEN_DAYS_PER_YEAR = 26


class FiscalWeeks(Noun):
    """Fiscal months of whole weeks, in years of 52 or 53. The 53rd week belongs to the year's last month.

    A year ends with the month before ``fiscal_year_start_month``; months are called after calendar months.
    """

    pattern: Literal["4-4-5", "4-5-4", "5-4-4"] = Field(description="weeks of a quarter's three months")
    last_weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = Field(
        default="saturday", description="the weekday on which years, and all months, end"
    )
    year_ends: Literal["last", "nearest"] = Field(
        description="last: on the last such weekday of the month before fiscal_year_start_month; nearest: on the one"
        " nearest to that month's last day"
    )

    def before(self, start_month: int) -> fiscal.FiscalWeeks:
        """The rule of years that begin with a month, 1 to 12."""
        first, second, third = (int(weeks) for weeks in self.pattern.split("-"))
        weekday = fiscal.WEEKDAYS.index(self.last_weekday)
        return fiscal.FiscalWeeks((first, second, third), weekday, self.year_ends == "nearest", start_month)


class Dates(Noun):
    """The calendar. Durations run in calendar days, rates per working day."""

    start: Day = Field(description="first day; the first of a month, or of a fiscal month with fiscal_weeks")
    fiscal_year_start_month: int = Field(
        default=1, ge=1, le=12, description="number of the month in which fiscal years begin"
    )
    fiscal_year_named_by: Literal["end", "beginning"] = Field(
        default="end",
        description="the calendar year after which a fiscal year is called: that of its last or first month",
    )
    fiscal_weeks: FiscalWeeks | None = Field(
        default=None, description="months of whole weeks, such as 4-4-5; none for calendar months"
    )
    closed_weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(
        default_factory=lambda: [5, 6], max_length=6, description="Monday is 0"
    )
    holidays: list[Text] = Field(
        default_factory=list, max_length=366, description=f"closed every year: {holidays.FORMS}"
    )
    equal_months: bool = Field(default=False, description="planner's calendar: months of 30 days, all open")

    @model_validator(mode="after")
    def _possible(self) -> Dates:
        if not 1970 <= self.start.year <= 2200:
            raise ValueError(f"start is {self.start}; allowed are the years 1970 to 2200")
        if self.equal_months and self.fiscal_weeks is not None:
            raise ValueError("equal_months and fiscal_weeks are two calendars; leave one of them out")
        self._begins_a_month()
        for text in self.holidays:
            holidays.read(text)
        open_days = self._open_days_per_year()
        if open_days < LEAST_OPEN_DAYS_PER_YEAR:
            raise ValueError(
                f"closed_weekdays and holidays leave {open_days:.0f} open days a year; at least "
                f"{LEAST_OPEN_DAYS_PER_YEAR} are needed"
            )
        return self

    def _begins_a_month(self) -> None:
        weeks = self._weeks()
        if weeks is None:
            if self.start.day != 1:
                raise ValueError(f"start is {self.start}; it must be the first of a month")
            return
        month = weeks.month_of(self.start)
        first, after = weeks.month_begins(month), weeks.month_begins(month + 1)
        if self.start != first:
            raise ValueError(
                f"start is {self.start}; with fiscal_weeks it must be the first day of a fiscal month, such as"
                f" {first} or {after}"
            )

    def _open_days_per_year(self) -> float:
        """On average over weekdays, which fall on every date in turn."""
        dates = 366 - len(set(self.holidays))
        return dates * (7 - len(set(self.closed_weekdays))) / DAYS_PER_WEEK

    def _weeks(self) -> fiscal.FiscalWeeks | None:
        return None if self.fiscal_weeks is None else self.fiscal_weeks.before(self.fiscal_year_start_month)

    def start_of_years_before(self, years: int) -> date:
        """The first day of the same month so many fiscal years before."""
        weeks = self._weeks()
        if weeks is None:
            return self.start.replace(year=self.start.year - years)
        return weeks.month_begins(weeks.month_of(self.start) - 12 * years)

    def fiscal_years_around(self, when: date) -> tuple[date, date]:
        """The first days of the fiscal year in which a date falls and of the one after it."""
        weeks = self._weeks()
        if weeks is None:
            month = self.fiscal_year_start_month
            year = when.year - ((when.month, when.day) < (month, 1))
            return date(year, month, 1), date(year + 1, month, 1)
        number = weeks.month_of(when)
        first = number - (number + 1 - self.fiscal_year_start_month) % 12
        return weeks.month_begins(first), weeks.month_begins(first + 12)

    def calendar(self, months: int) -> Calendar:
        """The calendar over a horizon in months."""
        return _calendar(
            self.start,
            months,
            self.fiscal_year_start_month,
            tuple(self.closed_weekdays),
            tuple(holidays.read(text) for text in self.holidays),
            self.equal_months,
            self._weeks(),
            self.fiscal_year_named_by,
        )


_calendar = lru_cache(maxsize=64)(Calendar)  # its tables are made once, not once a replication
