"""Amounts of a column, told by the whole column: decimal signs, currencies, endings such as k and M."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.crm.errors import ExportError
from sim.crm.table import Distinct
from sim.records.cells import Unreadable
from sim.records.money import COMMA, EITHER_COMMA, EITHER_POINT, POINT, TELLS, USD, amount, code_of, decimal_told_by

ENDINGS = {"k": 1e3, "tsd": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9}
_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_ENDING = re.compile(r"(.*\d)\s*(k|tsd|mm|mn|mio|m|bn|b)\.?(\W.*|\s+[A-Za-z]{3})?", re.I)


@dataclass(frozen=True)
class Amounts:
    """A column of amounts in one currency: float64, NaN for none; what is no amount; what was converted."""

    values: np.ndarray
    unreadable: np.ndarray
    converted: np.ndarray
    currency: str
    notes: tuple[str, ...] = ()


def read_amounts(
    file: str,
    name: str,
    column: pa.ChunkedArray,
    codes: pa.ChunkedArray | None = None,
    decimal: str = "",
    currency: str = "",
    rates: Mapping[str, float] | None = None,
) -> Amounts:
    """A column's amounts. Raises ExportError: its signs may be read in two ways, or it has two currencies and no rates.

    Args:
        codes: a column that says each row's currency.
        decimal: ``POINT`` or ``COMMA`` where the mapping says so.
        currency: the one to read in; ``rates`` are units of it for one of each other.
    """
    distinct = Distinct.of(column)
    sign, notes = _sign(file, name, distinct.texts, decimal)
    read = [_read(text, sign) for text in distinct.texts]
    values = np.array([value for value, _ in read], np.float64)[distinct.codes]
    unreadable = np.array([bool(text) for text in distinct.texts], bool)[distinct.codes] & np.isnan(values)
    units, names = _units(distinct, [unit for _, unit in read], codes)
    return _in_one(file, name, values, unreadable, units, names, currency, dict(rates or {}), notes)


def _sign(file: str, name: str, texts: list[str], told: str) -> tuple[str, tuple[str, ...]]:
    """The decimal sign of a column."""
    first: dict[int, str] = {}
    for text in texts:
        if TELLS[POINT] in first and "," not in text and text.count(".") < 2:
            continue  # it tells nothing new, and there may be a million
        found = _ENDING.fullmatch(text)
        first.setdefault(decimal_told_by(found[1] if found else text), text)
    ways = [way for way in (POINT, COMMA) if TELLS[way] in first]
    if told:
        return told, ()
    if len(ways) == 1:
        return ways[0], ("is read with decimal commas",) * (ways[0] == COMMA)
    if not ways and EITHER_POINT not in first:
        comma = first.get(EITHER_COMMA, "")
        return POINT, (f'has the comma of "{comma[:40]}" as a sign of thousands',) * bool(comma)
    shown = " and ".join(f'"{text[:40]}"' for kind, text in sorted(first.items()) if kind)
    raise ExportError(
        f'{file}: the signs of the column "{name}" may be of decimals or of thousands ({shown}); '
        f"say decimal: {POINT} or decimal: {COMMA} in the mapping."
    )


def _read(text: str, sign: str) -> tuple[float, str]:
    """An amount and the currency beside it, "" for none; NaN for what is empty or no amount."""
    if sign == POINT and _PLAIN.fullmatch(text):
        return float(text), ""
    found = _ENDING.fullmatch(text)
    times = ENDINGS[found[2].lower()] if found else 1.0
    bare = found[1] + (found[3] or "") if found else text
    try:
        read = amount(bare, sign)
    except Unreadable:
        return np.nan, ""
    if read.cents is None:
        return np.nan, ""
    return read.cents / 100.0 * times, read.currency or USD * ("$" in bare)


def _units(distinct: Distinct, beside: list[str], codes: pa.ChunkedArray | None) -> tuple[np.ndarray, list[str]]:
    """The currency of each row: that of its own column, else the one beside the amount. The first name is none."""
    names = ["", *sorted(set(beside) - {""})]
    units = np.array([names.index(unit) for unit in beside], np.int32)[distinct.codes]
    if codes is not None:
        said = Distinct.of(codes)
        known = [_code(text) for text in said.texts]
        names += sorted(set(known) - set(names))
        told = np.array([names.index(code) for code in known], np.int32)[said.codes]
        units = np.where(told > 0, told, units)
    return units, names


def _code(text: str) -> str:
    try:
        return code_of(text)
    except Unreadable:
        return text.upper()[:20]


def _in_one(
    file: str,
    name: str,
    values: np.ndarray,
    unreadable: np.ndarray,
    units: np.ndarray,
    names: list[str],
    currency: str,
    rates: dict[str, float],
    notes: tuple[str, ...],
) -> Amounts:
    """All amounts in one currency. Raises ExportError where a rate is missing."""
    counted = np.bincount(units[np.isfinite(values)], minlength=len(names))
    there = {code: int(counted[place]) for place, code in enumerate(names) if code and counted[place]}
    if not currency and len(there) > 1:
        most, *others = sorted(there, key=lambda code: -there[code])
        shown = " and ".join(f"{code} ({there[code]:,} rows)" for code in (most, *others))
        raise ExportError(
            f'{file}: the column "{name}" has amounts in {shown}; name one and the rates of the others in the mapping, '
            f"such as currency: {most} and rates: {{{others[0]}: 0.92}}."
        )
    currency = currency or next(iter(there), "")
    missing = [code for code in there if code != currency and code not in rates]
    if missing:
        raise ExportError(
            f'{file}: the column "{name}" has amounts in {missing[0]}; say in the mapping how many {currency} one is: '
            f"rates: {{{missing[0]}: 0.92}}."
        )
    rate = np.array([rates.get(code, 1.0) if code != currency else 1.0 for code in names])
    converted = np.isfinite(values) & np.array([code not in ("", currency) for code in names])[units]
    return Amounts(values * rate[units], unreadable, converted, currency, notes)
