"""Cells: what a person or a spreadsheet wrote, read as amounts, dates, names and counts.

Each reader answers the value and, where it had to guess what was meant, how the cell was mended; or it raises
``Unreadable`` with the reason for which the row is set aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sim.scenario.errors import did_you_mean
from sim.scenario.records.layout import folded

KEPT = 8192  # readings remembered: columns repeat themselves
MOST_USD = 1e12

_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
_OTHER_MONEY = re.compile(r"[€£¥₹]|\b(EUR|GBP|JPY|CHF|INR|CAD|AUD)\b", re.IGNORECASE)
_DOLLARS = re.compile(r"US\$|USD|\$", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}.*)?")


class Unreadable(Exception):
    """Why a row is set aside. Its text is the reason; ``hint`` is about this one cell."""

    def __init__(self, reason: str, hint: str = ""):
        super().__init__(reason)
        self.hint = hint


def unguarded(text: str) -> str:
    """A cell without blanks around it and without the quote that keeps a spreadsheet from reading a formula."""
    text = text.strip()
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


@lru_cache(KEPT)
def cents(text: str) -> tuple[int | None, str]:
    """An amount in whole cents, and how it was mended. None for an empty cell."""
    bare = unguarded(text)
    if not bare:
        return None, ""
    if _PLAIN.fullmatch(bare):
        return _in_cents(bare)
    if _OTHER_MONEY.search(bare):
        raise Unreadable("amount is not in US dollars")
    mended = _DOLLARS.sub("", bare).replace("\u00a0", "").replace(" ", "")
    if mended.startswith("(") and mended.endswith(")"):
        mended = "-" + mended[1:-1]
    if _THOUSANDS.fullmatch(mended):
        mended = mended.replace(",", "")
    if not _PLAIN.fullmatch(mended):
        raise Unreadable(
            "amount is no number", ' Write 12500.00, without words, letters such as "k" or decimal commas.'
        )
    return _in_cents(mended)[0], "currency signs and separators were removed from the amount"


def _in_cents(text: str) -> tuple[int, str]:
    value = float(text)
    if abs(value) > MOST_USD:
        raise Unreadable("amount is above a trillion")
    whole = int(value * 100.0 + (0.5 if value >= 0 else -0.5))
    return whole, "" if abs(value * 100.0 - whole) < 1e-3 else "amount was rounded to the cent"


@lru_cache(KEPT)
def day(text: str) -> date | None:
    """A date; of a time stamp, its date. None for an empty cell."""
    bare = text.strip()
    if not bare:
        return None
    found = _DATE.fullmatch(bare)
    if not found:
        raise Unreadable("a date cannot be read", " Write dates as 2026-12-31.")
    try:
        when = date.fromisoformat(found[1])
    except ValueError:
        raise Unreadable("a date is no day of the calendar") from None
    if not 1900 <= when.year <= 2200:
        raise Unreadable("a date is not within 1900 to 2200")
    return when


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
        bare = unguarded(text)
        code = self._exact.get(bare)
        if code is not None:
            return code, ""
        code = self._folded.get(folded(bare) or bare)
        return code, "" if code is None else self._mend

    def hint(self, text: str) -> str:
        return did_you_mean(unguarded(text), self.names)
