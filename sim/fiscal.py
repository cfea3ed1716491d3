"""Fiscal years of whole weeks: months of four or five weeks by a pattern, and now and then a year of 53 weeks.

A month is numbered as twelve times the year plus the calendar month (January 0) after which it is called, as in
published calendars: the retail February of 2023 began on 29 January.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta, weekday

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HALF_A_WEEK_DAYS = 3


@dataclass(frozen=True)
class FiscalWeeks:
    """How weeks make up fiscal months and years. A 53rd week belongs to the year's last month.

    ``weeks`` are those of the months of a quarter. A year ends on the last ``last_weekday`` (Monday is 0) of the month
    before ``start_month`` (1 to 12), or, with ``nearest``, on the one nearest to that month's last day.
    """

    weeks: tuple[int, int, int]
    last_weekday: int
    nearest: bool
    start_month: int

    def year_ends(self, number: int) -> date:
        """The last day of the fiscal year that ends with a month."""
        year, index = divmod(number, 12)
        last = date(year, index + 1, 1) + relativedelta(day=31)
        if self.nearest:
            last += timedelta(days=_HALF_A_WEEK_DAYS)
        return last + relativedelta(weekday=weekday(self.last_weekday)(-1))

    def month_begins(self, number: int) -> date:
        """The first day of a month."""
        of_year = (number - (self.start_month - 1)) % 12
        before = sum((self.weeks * 4)[:of_year])
        return self.year_ends(number - of_year - 1) + timedelta(days=1 + 7 * before)

    def month_of(self, day: date) -> int:
        """The number of the month in which a day falls."""
        number = 12 * day.year + day.month  # one on, for a month may begin some days before its name's
        while self.month_begins(number) > day:
            number -= 1
        return number
