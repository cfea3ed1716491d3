"""Holidays: days of every year that are closed, said as a date, as a weekday of a month, or by Easter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta, weekday

from sim.fiscal import WEEKDAYS

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
FORMS = "12-25, last thursday of november, easter -2, and any of them with +1 or -1 day, or observed next or nearest"
FURTHEST_DAYS = 70
_FORM = re.compile(
    r"(?:(?P<month>\d\d)-(?P<day>\d\d)|(?P<place>[a-z]+) (?P<weekday>[a-z]+) of (?P<of>[a-z]+)|easter)"
    r"(?: ?(?P<shift>[+-] ?\d+))?(?:,? observed (?P<observed>next|nearest))?"
)


@dataclass(frozen=True)
class Holiday:
    """One holiday of every year. ``place`` is 1 to 4, or -1 for the last such weekday (Monday is 0) of the month.

    Without a place it is a day of the month, and without a month Easter Sunday of the western churches.
    """

    month: int = 0
    day: int = 0
    place: int = 0
    weekday: int = 0
    shift_days: int = 0
    observed: str = ""  # next or nearest: where it falls on a closed weekday, it is kept on an open one

    def of_year(self, year: int) -> date | None:
        """Its day in a year, before anything is observed elsewhere; none for 29 February in most years."""
        if not self.month:
            found = easter(year)
        elif self.place:
            first = 31 if self.place < 0 else 1
            found = date(year, self.month, 1) + relativedelta(day=first, weekday=weekday(self.weekday)(self.place))
        elif (self.month, self.day) == (2, 29) and date(year, 3, 1) - date(year, 2, 1) == timedelta(days=28):
            return None
        else:
            found = date(year, self.month, self.day)
        return found + timedelta(days=self.shift_days)


def read(text: str) -> Holiday:
    """A holiday as it is written. Raises ValueError, in the words of who wrote it."""
    found = _FORM.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(f"holiday {text!r} is not of a known form; allowed are {FORMS}")
    shift = int((found["shift"] or "0").replace(" ", ""))
    if abs(shift) > FURTHEST_DAYS:
        raise ValueError(f"holiday {text!r} is {abs(shift)} days away from its day; allowed are {FURTHEST_DAYS}")
    observed = found["observed"] or ""
    if found["month"]:
        month, day = int(found["month"]), int(found["day"])
        try:
            date(2024, month, day)
        except ValueError:
            raise ValueError(f"holiday {text!r} is no day of the year") from None
        return Holiday(month, day, shift_days=shift, observed=observed)
    if not found["place"]:
        return Holiday(shift_days=shift, observed=observed)
    if found["place"] == "fifth":
        raise ValueError(
            f"holiday {text!r}: a month may have no fifth {found['weekday']}; say last, or first to fourth"
        )
    for part, known in ((found["place"], tuple(PLACES)), (found["weekday"], WEEKDAYS), (found["of"], MONTHS)):
        if part not in known:
            raise ValueError(f"holiday {text!r}: {part} is not known; allowed are {', '.join(known)}")
    month, day_of_week = MONTHS.index(found["of"]) + 1, WEEKDAYS.index(found["weekday"])
    return Holiday(month, 0, PLACES[found["place"]], day_of_week, shift, observed)


def days(holidays: Iterable[Holiday], closed_weekdays: Iterable[int], years: range) -> set[date]:
    """All holidays of some years. What is observed elsewhere moves to a weekday that is open and no holiday itself."""
    closed, found = set(closed_weekdays), set()
    waiting: list[tuple[date, str]] = []
    for one in holidays:
        for day in filter(None, map(one.of_year, years)):
            if one.observed and day.weekday() in closed:
                waiting.append((day, one.observed))
            else:
                found.add(day)
    for day, observed in sorted(waiting):
        free = (near for near in _near(day, observed) if near.weekday() not in closed and near not in found)
        found.add(next(free, day))
    return found


def _near(day: date, observed: str) -> Iterator[date]:
    for away in range(1, 400):
        yield day + timedelta(days=away)
        if observed == "nearest":
            yield day - timedelta(days=away)
