"""Dates of a column, told by the whole column: which of day and month comes first is never guessed cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.crm.errors import ExportError
from sim.crm.opportunities import NONE
from sim.crm.table import Distinct
from sim.records.cells import DAY_FIRST, EITHER, MONTH_FIRST, SERIAL, TELLS, Unreadable, day, order_told_by

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb fev fév", "mar mär mrz", "apr avr abr", "may mai maj", "jun juin", "jul juil", "aug aoû ago",
         "sep set", "oct okt", "nov", "dec dez déc dic"), 1,
    )
    for name in names.split()
}  # fmt: skip
ISO_ONLY = r"^(\d{4}-\d{2}-\d{2}([T ].*)?)?$"
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+", re.I)
_NAMED = (
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[-/ ]*(?P<month>[^\W\d]{3,})\.?[-/, ]*(?P<year>\d{4}|\d{2})\b.*"),
    re.compile(r"(?P<month>[^\W\d]{3,})\.?[- ]*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[- ]+(?P<year>\d{4})\b.*"),
)  # fmt: skip
_SHORT_YEAR = re.compile(r"(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})(\D.*)?")
_EPOCH = re.compile(r"(\d{10})(\d{3})?")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(?:\s*([ap])\.?m\b)?", re.I)
_PART_OF_A_DAY = re.compile(r"\d{5}(\.\d+)")


@dataclass(frozen=True)
class Dates:
    """A column of dates: ``days`` int64, -1 none; which cells hold something that is no date; how it was read."""

    days: np.ndarray
    unreadable: np.ndarray
    notes: tuple[str, ...] = ()


@dataclass
class _Written:
    """What the different texts of a column tell: a text of each kind, with its first row."""

    texts: list[str]
    first: dict[int, str]


def read_dates(file: str, columns: dict[str, pa.ChunkedArray], told: str = "") -> dict[str, Dates]:
    """The columns of dates of a file, by name.

    A column that may be read in two ways is read as the file's other columns are. Raises ExportError where they do not
    tell, or where a column has both orders, or days of Excel among dates that it turned around.

    Args:
        told: ``MONTH_FIRST`` or ``DAY_FIRST`` where the mapping says so.
    """
    distinct = {name: Distinct.of(_shortened(column)) for name, column in columns.items()}
    written = {name: _written(one.texts) for name, one in distinct.items()}
    clear = {order for one in written.values() if (order := _clear(one))}
    return {
        name: _dates(one, written[name].texts, _order(file, name, written[name], told, clear))
        for name, one in distinct.items()
    }


def read_moments(file: str, name: str, column: pa.ChunkedArray, told: str = "") -> tuple[np.ndarray, Dates]:
    """A column of dates with times: float64 days, NaN for none, and the dates."""
    distinct = Distinct.of(column)
    written = _written(distinct.texts)
    dates = _dates(distinct, written.texts, _order(file, name, written, told, set()))
    times = np.array([_time(text) for text in distinct.texts], np.float64)
    return np.where(dates.days == NONE, np.nan, dates.days + times[distinct.codes]), dates


def _shortened(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Of a column that has nothing but 2026-12-31 and times, the days: time stamps are too many to read each."""
    if pc.all(pc.match_substring_regex(column, ISO_ONLY), min_count=0).as_py():
        return pc.utf8_slice_codeunits(column, 0, 10)
    return column


def _written(texts: list[str]) -> _Written:
    plain = [_plain(text) for text in texts]
    first: dict[int, str] = {}
    for text, original in zip(plain, texts, strict=True):
        if text[4:5] != "-":
            first.setdefault(order_told_by(text), original)
    return _Written(plain, first)


def _plain(text: str) -> str:
    """A date with its month as a number and four digits of its year; other texts as they are."""
    if text[4:5] == "-":
        return text
    if text.isascii() and text.isdigit():
        found = _EPOCH.fullmatch(text)
        return datetime.fromtimestamp(int(found[1]), UTC).date().isoformat() if found else text
    bare = text[text.index(" ") :].strip() if _WEEKDAY.match(text) else text
    for pattern in _NAMED:
        found = pattern.fullmatch(bare)
        month = found and _month(found["month"])
        if found and month:
            year = found["year"] if len(found["year"]) == 4 else _century(found["year"])
            return f"{year}-{month:02d}-{int(found['day']):02d}"
    found = _SHORT_YEAR.fullmatch(bare)
    if found:
        return f"{found[1]}{_century(found[2])}{found[3] or ''}"
    return bare


def _month(word: str) -> int | None:
    small = word.casefold()
    return MONTHS.get(small[:4]) or MONTHS.get(small[:3])


def _century(year: str) -> str:
    return f"{'19' if int(year) >= 70 else '20'}{year}"


def _clear(written: _Written) -> str:
    """The order that a column itself tells, "" for none or both."""
    ways = [way for way in (MONTH_FIRST, DAY_FIRST) if TELLS[way] in written.first]
    return ways[0] if len(ways) == 1 else ""


def _order(file: str, name: str, written: _Written, told: str, clear: set[str]) -> str:
    """Which of day and month comes first in a column, "" where it does not matter."""
    first = written.first
    ways = [way for way in (MONTH_FIRST, DAY_FIRST) if TELLS[way] in first]
    if told or not (ways or EITHER in first):
        return told or MONTH_FIRST
    if len(ways) == 2:
        both = " and ".join(f'"{first[TELLS[way]][:40]}" ({way.replace("_", " ")})' for way in ways)
        raise ExportError(f'{file}: the column "{name}" has dates of two kinds, {both}; mend it, or {_say(name)}')
    if SERIAL in first:
        example = first[TELLS[ways[0]] if ways else EITHER]
        raise ExportError(
            f'{file}: the column "{name}" has numbers of Excel such as "{first[SERIAL][:40]}" among dates such as '
            f'"{example[:40]}": Excel turned some of them around; export it anew with dates as 2026-12-31.'
        )
    if not ways and len(clear) != 1:
        raise ExportError(
            f'{file}: the column "{name}" may be read month first or day first (a cell is "{first[EITHER][:40]}"); '
            + _say(name)
        )
    return ways[0] if ways else next(iter(clear))


def _say(name: str) -> str:
    return f"say dates: {MONTH_FIRST} or dates: {DAY_FIRST} in the mapping."


def _dates(distinct: Distinct, texts: list[str], order: str) -> Dates:
    days = np.array([_day(text, order) for text in texts], np.int64)
    unreadable = np.array([bool(text) for text in texts], bool) & (days == NONE)
    slashed = any(order_told_by(text) in (*TELLS.values(), EITHER) for text in texts[:1000])
    serial = any(order_told_by(text) == SERIAL for text in texts[:1000])
    notes = (f"is read {order.replace('_', ' ')}",) * slashed + ("has numbers that are read as days of Excel",) * serial
    return Dates(days[distinct.codes], unreadable[distinct.codes], notes)


def _day(text: str, order: str) -> int:
    try:
        found = day(text, order)
    except Unreadable:
        return NONE
    return found.toordinal() if found is not None else NONE


def _time(text: str) -> float:
    """The time of a time stamp as a part of a day, as it is written."""
    found = _CLOCK.search(text)
    if found:
        hour = int(found[1]) % 12 + 12 * (found[4].lower() == "p") if found[4] else int(found[1])
        return (hour + (int(found[2]) + float(found[3] or 0) / 60) / 60) / 24
    if part := _PART_OF_A_DAY.fullmatch(text):
        return float(part[1])
    if epoch := _EPOCH.fullmatch(text):
        return int(epoch[1]) % 86_400 / 86_400
    return 0.0


def iso(number: int) -> str:
    """A day as 2026-12-31; "" for none."""
    return "" if number == NONE else date.fromordinal(int(number)).isoformat()
