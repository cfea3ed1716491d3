"""Amounts as people write them: signs of decimals and thousands, currencies, brackets for what is owed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sim.records.cells import KEPT, Unreadable, unguarded

MOST_USD = 1e12
USD = "USD"
POINT, COMMA = "point", "comma"
TELLS = {POINT: 1, COMMA: 2}  # what a cell tells of its column's decimal sign
EITHER_POINT, EITHER_COMMA = 3, 4  # 45.000 and 45,000 may be 45 or 45 thousand
SIGNS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "CA$": "CAD", "C$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "R$": "BRL", "MX$": "MXN", "US$": USD, "CHF": "CHF", "FR": "CHF", "KR": "SEK",
}  # fmt: skip
DOLLARS = ("us dollar", "us dollars", "dollar", "dollars", "$")

_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")
_WRITTEN = re.compile(
    r"(?P<minus>[-+\u2212]?)\s*(?P<before>[^\d\s.,()+\u2212'-]*)\s*(?P<inner>[-+\u2212]?)"
    r"(?P<digits>[\d.,](?:[\d.,'\u2019\s]*[\d.,])?)\s*(?P<after>[^\d\s.,()+\u2212'-]*)"
)
_GROUPS = re.compile("['\u2019\\s]")
_NUMBER = {
    POINT: re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+"),
    COMMA: re.compile(r"(\d+|\d{1,3}(\.\d{3})+)(,\d*)?|,\d+"),
}


class Amount(NamedTuple):
    """Whole cents of some currency, "" where the cell names none, and how the cell was mended; None where empty."""

    cents: int | None
    currency: str = ""
    mend: str = ""


@lru_cache(KEPT)
def amount(text: str, decimal: str = POINT) -> Amount:
    """An amount as its column writes it. Raises Unreadable."""
    bare = unguarded(text)
    if not bare:
        return Amount(None)
    if decimal == POINT and _PLAIN.fullmatch(bare):
        return _in_cents(float(bare), "")
    found = _parts(bare)
    if found is None:
        raise _no_number()
    sign, digits, currency = found
    if not _NUMBER[decimal].fullmatch(digits):
        raise _no_number()
    point, group = (".", ",") if decimal == POINT else (",", ".")
    value = sign * float(digits.replace(group, "").replace(point, "."))
    as_it_is = decimal == COMMA and re.fullmatch(r"[-+]?\d[\d.]*(,\d*)?", bare)
    return _in_cents(value, currency, "" if as_it_is else "currency signs and separators were removed from the amount")


@lru_cache(KEPT)
def decimal_told_by(text: str) -> int:
    """What a cell tells of its column's decimal sign: of ``TELLS``, ``EITHER_...``, or 0 for nothing."""
    if "." not in text and "," not in text:
        return 0
    try:
        found = _parts(unguarded(text))
    except Unreadable:
        return 0
    if found is None:
        return 0
    digits = found[1]
    points, commas = digits.count("."), digits.count(",")
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
        return EITHER_POINT if points else EITHER_COMMA
    if points and commas:
        decimal = POINT if digits.rindex(".") > digits.rindex(",") else COMMA
    else:
        decimal = POINT if (points == 1 or commas > 1) else COMMA
    return TELLS[decimal] if _NUMBER[decimal].fullmatch(digits) else 0


def in_usd(found: Amount, currency: str, usd_per: Iterable[tuple[str, float]]) -> tuple[int, tuple[str, ...]]:
    """An amount in cents of US dollars, where its own sign or its row's ``currency`` names one. Raises Unreadable."""
    assert found.cents is not None
    mends = (found.mend,) if found.mend else ()
    code = code_of(currency)
    if code and found.currency not in ("", code):
        raise Unreadable("currency and the sign of the amount differ")
    code = code or found.currency
    if code in ("", USD):
        return found.cents, mends
    rate = dict(usd_per).get(code)
    if rate is None:
        raise Unreadable(
            f"amount is in {code}",
            f" Only US dollars are read, or give its rate: opening.files.usd_per: {{{code}: 1.1}}.",
        )
    converted = _in_cents(found.cents / 100.0 * rate, "").cents or 0
    return converted, (*mends, f"amount was converted from {code} at {rate:g}")


@lru_cache(KEPT)
def code_of(text: str) -> str:
    """The code of a currency; "" for an empty cell. Raises Unreadable."""
    bare = unguarded(text)
    if not bare:
        return ""
    if bare.casefold() in DOLLARS:
        return USD
    code = SIGNS.get(bare.upper(), bare.upper())
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Unreadable("currency is not known", " Write USD, EUR, ...")
    return code


def _parts(bare: str) -> tuple[float, str, str] | None:
    """Sign, digits with their points and commas, and currency of an amount; None for what is no amount."""
    owed = bare.startswith("(") and bare.endswith(")")
    found = _WRITTEN.fullmatch(bare[1:-1].strip() if owed else bare)
    if found is None or (found["minus"] and found["inner"]):
        return None
    named = [_currency(part) for part in (found["before"], found["after"]) if part]
    if None in named:
        return None
    minus = owed or (found["minus"] or found["inner"]) in ("-", "\u2212")
    return -1.0 if minus else 1.0, _GROUPS.sub("", found["digits"]), next((code for code in named if code), "")


def _currency(part: str) -> str | None:
    """The code of a sign or code beside an amount; "" for a plain dollar sign, None for what names no currency."""
    if part == "$":
        return ""
    code = SIGNS.get(part.upper())
    if code or part.casefold() == "usd":
        return code or USD
    return part if re.fullmatch(r"[A-Z]{3}", part) else None


def _in_cents(value: float, currency: str, mend: str = "") -> Amount:
    if abs(value) > MOST_USD:
        raise Unreadable("amount is above a trillion")
    whole = int(value * 100.0 + (0.5 if value >= 0 else -0.5))
    rounded = abs(value * 100.0 - whole) >= 1e-3
    return Amount(whole, currency, mend or ("amount was rounded to the cent" if rounded else ""))


def _no_number() -> Unreadable:
    return Unreadable("amount is no number", ' Write 12500.00, without words or letters such as "k".')
