"""The mapping: what a company's file says differently, in a small YAML file.

columns: {created: "Engage date", owner: "Rep"}     # of the opportunities; history:, roster: ... of the others
outcomes: {won: [Won, "Closed Won"], lost: [Lost]}  # values of the outcome or stage; all others are open
dates: day_first
decimal: comma
currency: EUR
rates: {USD: 0.92}
as_of: 2018-05-31
closes_known_from: 2018-02-09
created_known_from: 2016-01-01
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.crm.errors import ExportError
from sim.crm.headings import KINDS, OPPORTUNITIES
from sim.records.cells import DAY_FIRST, MONTH_FIRST, Unreadable, day
from sim.records.money import COMMA, POINT
from sim.spelling import did_you_mean, listed

HEADINGS = {("columns" if kind is OPPORTUNITIES else name): kind for name, kind in KINDS.items()}
WORDS = {"dates": (MONTH_FIRST, DAY_FIRST), "decimal": (POINT, COMMA)}
DAYS = ("as_of", "closes_known_from", "created_known_from")
KEYS = (*HEADINGS, "outcomes", *WORDS, "currency", "rates", *DAYS)


@dataclass(frozen=True)
class Told:
    """What the mapping says, all of it optional. Days are ``date.toordinal()``."""

    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by kind of file, then our column
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: str = ""
    decimal: str = ""
    currency: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)


def read_mapping(path: Path) -> Told:
    """Read the file. Raises ExportError: no YAML, an unknown key or value."""
    try:
        # All values as text: to YAML a column called No, or an outcome called Yes, would be false and true.
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except OSError as problem:
        raise ExportError(f"{path.name} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise ExportError(f"{path.name} is not in UTF-8; save it so.") from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise ExportError(f"{path.name} is no YAML{where}: {getattr(problem, 'problem', problem)}.") from None
    if not raw:
        return Told()
    _check_keys(path.name, raw, KEYS)
    headings = {HEADINGS[key].name: _headings(f"{path.name}: {key}", raw[key], key) for key in HEADINGS if key in raw}
    for key, allowed in WORDS.items():
        if key in raw and raw[key] not in allowed:
            raise ExportError(f'{path.name}: {key} is "{raw[key]}"; allowed are {listed(allowed)}.')
    return Told(
        headings,
        _outcomes(path.name, raw.get("outcomes", {})),
        raw.get("dates", ""),
        raw.get("decimal", ""),
        _currency(f"{path.name}: currency", raw["currency"]) if "currency" in raw else "",
        _rates(path.name, raw.get("rates", {})),
        {key: a_day(f"{path.name}: {key}", raw[key]) for key in DAYS if key in raw},
    )


def a_day(where: str, given: Any) -> int:
    """A day given as 2026-12-31. Raises ExportError."""
    try:
        found = day(str(given))
    except Unreadable:
        found = None
    if found is None:
        raise ExportError(f'{where} is "{given}"; write a day as 2026-12-31.')
    return found.toordinal()


def _check_keys(where: str, raw: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(raw, dict):
        raise ExportError(f"{where} has no keys; allowed are {listed(allowed)}.")
    for key in raw:
        if key not in allowed:
            raise ExportError(f'{where}: "{key}" is no key.{did_you_mean(key, allowed)} Allowed are {listed(allowed)}.')


def _headings(where: str, raw: Any, key: str) -> dict[str, str]:
    _check_keys(where, raw, tuple(HEADINGS[key].columns))
    return {column: str(heading) for column, heading in raw.items()}


def _outcomes(name: str, raw: Any) -> dict[str, tuple[str, ...]]:
    _check_keys(f"{name}: outcomes", raw, ("won", "lost"))
    return {key: tuple(map(str, value if isinstance(value, list) else [value])) for key, value in raw.items()}


def _currency(where: str, given: Any) -> str:
    if not (isinstance(given, str) and len(given) == 3 and given.isascii() and given.isalpha()):
        raise ExportError(f'{where} is "{given}"; write its code of three letters, such as EUR.')
    return given.upper()


def _rates(name: str, raw: Any) -> dict[str, float]:
    if not isinstance(raw, dict):
        raise ExportError(f"{name}: rates is no list of currencies; write rates: {{USD: 0.92}}.")
    rates = {}
    for code, rate in raw.items():
        rates[_currency(f"{name}: rates", code)] = value = _number(rate)
        if not 0 < value < 1e9:
            raise ExportError(f'{name}: rates: {code} is "{rate}"; a rate is a number above 0.')
    return rates


def _number(given: Any) -> float:
    try:
        return float(given)
    except (TypeError, ValueError):
        return 0.0
