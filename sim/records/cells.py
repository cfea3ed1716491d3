"""Cells: what a person or a spreadsheet wrote, read as amounts, dates, names and counts.

Each reader answers the value and, where it had to guess what was meant, how the cell was mended; or it raises
``Unreadable`` with the reason for which the row is set aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from sim.records.layout import folded
from sim.spelling import did_you_mean

T = TypeVar("T")
KEPT = 8192  # readings remembered: columns repeat themselves
MONTH_FIRST, DAY_FIRST = "month_first", "day_first"
TELLS = {MONTH_FIRST: 1, DAY_FIRST: 2}  # what a cell tells of the order of its column's dates
EITHER, SERIAL, SAME = 3, 4, 5  # 12/7/2026 may be two days, 7/7/2026 is one
BEGINS_A_FORMULA = ("=", "+", "-", "@")
EXCEL_BEGINS = date(1899, 12, 30)

_TIME = r"(?:(?:T|[ ,]+)\d{1,2}:\d{2}.*)?"
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME)
_COMPACT = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _TIME)
_SERIAL = re.compile(r"([2-9]\d{4})(?:\.\d*)?")  # from 1954 to 2173


class Unreadable(Exception):
    """Why a row is set aside. Its text is the reason; ``hint`` is about this one cell."""

    def __init__(self, reason: str, hint: str = ""):
        super().__init__(reason)
        self.hint = hint


def optional(column: str, read: Callable[[], T], otherwise: T, mends: list[str]) -> T:
    """What a cell says that need not be there; one that cannot be read counts as missing."""
    try:
        return read()
    except Unreadable:
        mends.append(f"{column} cannot be read; it counts as missing")
        return otherwise


def unguarded(text: str) -> str:
    """A cell without blanks around it and without the quote that keeps a spreadsheet from reading a formula."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in BEGINS_A_FORMULA else text


def person(name: str) -> str:
    """A name without case and signs; ``Last, First`` is ``First Last``."""
    parts = [folded(part) for part in name.split(",")]
    if len(parts) == 2 and all(parts):
        return f"{parts[1]} {parts[0]}"
    return folded(name) or name


@lru_cache(KEPT)
def day(text: str, order: str = "") -> date | None:
    """A date; of a time stamp, its date. None for an empty cell.

    Args:
        order: ``MONTH_FIRST`` or ``DAY_FIRST`` where the column has dates such as 12/7/2026; a year that comes first
            and a day of Excel are read whatever the order.
    """
    bare = text.strip()
    if not bare:
        return None
    if found := _SERIAL.fullmatch(bare):
        return EXCEL_BEGINS + timedelta(days=int(found[1]))
    if found := _YEAR_FIRST.fullmatch(bare) or _COMPACT.fullmatch(bare):
        year, month, of_month = found[1], found[2], found[3]
    elif order and (found := _YEAR_LAST.fullmatch(bare)):
        month, of_month = (found[1], found[2]) if order == MONTH_FIRST else (found[2], found[1])
        year = found[3]
    else:
        raise Unreadable("a date cannot be read", " Write dates as 2026-12-31.")
    try:
        when = date(int(year), int(month), int(of_month))
    except ValueError:
        raise Unreadable("a date is no day of the calendar") from None
    if not 1900 <= when.year <= 2200:
        raise Unreadable("a date is not within 1900 to 2200")
    return when


@lru_cache(KEPT)
def order_told_by(text: str) -> int:
    """What a cell tells of the order of its column's dates: of ``TELLS``, EITHER, SERIAL, or 0 for nothing."""
    bare = text.strip()
    found = _YEAR_LAST.fullmatch(bare)
    if found is None:
        return SERIAL if _SERIAL.fullmatch(bare) else 0
    first, second = int(found[1]), int(found[2])
    if first == second:
        return 0 if first > 12 else SAME
    if min(first, second) > 12:
        return 0
    return TELLS[DAY_FIRST] if first > 12 else TELLS[MONTH_FIRST] if second > 12 else EITHER


@lru_cache(KEPT)
def number(text: str) -> float:
    """A plain number from 0 to a million; 0 for an empty cell."""
    bare = text.strip()
    if not bare:
        return 0.0
    if not re.fullmatch(r"\d{1,6}(\.\d*)?", bare):
        raise Unreadable("a count or number of days is no plain number", " Write 2 or 12.5.")
    return float(bare)


def yes_or_no(text: str) -> bool | None:
    """An answer; None for an empty cell."""
    word = text.strip().casefold()
    if word in ("yes", "y", "true", "1"):
        return True
    if word in ("no", "n", "false", "0"):
        return False
    if word:
        raise Unreadable("an answer is neither yes nor no")
    return None


class NameReader:
    """Finds the code of a name whatever its case and spacing."""

    def __init__(self, what: str, names: Iterable[str]):
        self.what = what
        self.names = list(names)
        self._exact = {unicodedata.normalize("NFC", name): code for code, name in enumerate(self.names)}
        self._folded: dict[str, int | None] = {}
        for code, name in enumerate(self.names):
            key = folded(name) or name
            self._folded[key] = None if key in self._folded else code  # two that differ in case only: exact or not
        self._mend = f"{what} was spelled otherwise"

    def code(self, text: str) -> tuple[int | None, str]:
        """The code of a name, and whether it had to be mended. None for a name that is not known."""
        code = self._exact.get(text)
        if code is not None:
            return code, ""
        bare = unguarded(text)
        code = self._exact.get(bare)
        if code is not None:
            return code, ""
        code = self._folded.get(folded(bare) or bare)
        return code, "" if code is None else self._mend

    def hint(self, text: str) -> str:
        return did_you_mean(unguarded(text), self.names)
