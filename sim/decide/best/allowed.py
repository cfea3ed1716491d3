"""Allowed: the values that a search may give one lever, read from what the user typed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import yaml

from sim.scenario.errors import UserError, shown

MOST_VALUES = 200
MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?")
RANGE = re.compile(r"\s*(?P<low>[^\s.]+(?:\.\d+)?)\s*\.\.\s*(?P<high>\S+)(?:\s+by\s+(?P<step>\S+))?\s*")
EXAMPLES = "0..8, 2027-01..2027-10, '0.8..1.4 by 0.1' or [0,2,4]"

Value = int | float | date | str


def read_allowed(key: str, given: Any) -> tuple[Value, ...]:
    """Every value of ``0..8``, ``0.8..1.4 by 0.1``, ``2027-01..2027-10`` (first days of months) or a list.

    Raises UserError, also where there is but one: that is no choice.
    """
    if isinstance(given, str) and given.strip().startswith("["):
        try:
            given = yaml.safe_load(given)
        except yaml.YAMLError:
            raise _wrong(key, given, "a bracket or quote is missing") from None
    found = tuple(given) if isinstance(given, list) else _range(key, given)
    if any(isinstance(one, dict | list | bool) or one is None for one in found):
        raise _wrong(key, given, "the values of a lever are numbers, dates or words")
    if len(found) > MOST_VALUES:
        raise UserError(f"{key}={given}: has {len(found)} values; allowed are {MOST_VALUES}. Take larger steps.")
    if len(set(found)) < len(found):
        raise UserError(f"{key}={given}: a value comes twice.")
    if len(found) < 2:
        raise UserError(f"{key}={given}: has {len(found)} values; a search needs 2 or more to choose from.")
    return found


def _range(key: str, given: Any) -> tuple[Value, ...]:
    match = RANGE.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise _wrong(key, given, "expected a range or a list")
    low, high, step = match["low"], match["high"], match["step"]
    if MONTH.fullmatch(low) and MONTH.fullmatch(high):
        return _months(key, given, low, high, step)
    try:
        first, last = float(low), float(high)
        by = float(step) if step else 1.0
    except ValueError:
        raise _wrong(key, given, "its ends are neither numbers nor months") from None
    if last < first or by <= 0:
        raise _wrong(key, given, "it must run from the lower end to the higher")
    is_whole = all(one.is_integer() for one in (first, last, by))
    if not step and not is_whole:
        raise UserError(f"{key}={given}: say in which steps, such as '{low}..{high} by 0.1'.")
    count = int((last - first) / by + 1e-9) + 1
    if count > MOST_VALUES:
        raise UserError(f"{key}={given}: has {count} values; allowed are {MOST_VALUES}. Take larger steps.")
    steps = [first + place * by for place in range(count)]
    return tuple(int(one) for one in steps) if is_whole else tuple(float(f"{one:.10g}") for one in steps)


def _months(key: str, given: Any, low: str, high: str, step: str | None) -> tuple[Value, ...]:
    try:
        first, last = (date(int(one[:4]), int(one[5:7]), 1) for one in (low, high))
        by = int(step) if step else 1
    except ValueError:
        raise _wrong(key, given, "there is no such month, or the step is no number of months") from None
    count = (last.year - first.year) * 12 + last.month - first.month
    if count < 0 or by < 1:
        raise _wrong(key, given, "it must run from the earlier month to the later")
    return tuple(months_later(first, months) for months in range(0, count + 1, by))


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _wrong(key: str, given: Any, why: str) -> UserError:
    said = given if isinstance(given, str) else shown(given)
    return UserError(f"{key}={said}: {why}; write {EXAMPLES}.")
