"""How numbers are shown: cells that are numbers until a page is made, and the one place where they become text.

A table holds ``Cell``s, each a number with the name of its format; whoever makes a page draws them here, and whoever
writes a spreadsheet takes the numbers. The formats of measures are those of measures.csv (``sim.measures.measure``);
those of differences and of single tables are added to them in ``FORMATS``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
NO_VALUE = DASH
LARGE_USD = 999_500.0  # from here on in millions, where a column is told in thousands
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A number of a table with the name of its format; with ``high`` a range from ``value`` to it."""

    value: float
    form: str
    high: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a number to show."""
        return math.isfinite(self.value)


Content = Cell | str  # what a table holds: a number, or words


def drawn(cell: Content) -> str:
    """A cell as it is printed."""
    if isinstance(cell, str):
        return cell
    draw = FORMATS[cell.form]
    if cell.high is None:
        return draw(cell.value)
    return f"{draw(cell.value)} to {draw(cell.high)}" if cell.is_known else NO_VALUE


def is_known(cell: Content) -> bool:
    """Whether a cell says anything."""
    return bool(cell) if isinstance(cell, str) else cell.is_known


def usd(amount: float, signed: bool = False, decimals: int = 1) -> str:
    """US dollars, millions with one decimal or as many as asked for: $12.3M, $845K, $6,200. Undefined is a dash."""
    if not math.isfinite(amount):
        return NO_VALUE
    size = abs(amount)
    if size >= 999.95e6:
        text = f"${size / 1e9:,.2f}B"
    elif size >= 999.5e3:
        text = f"${size / 1e6:,.{decimals}f}M"
    elif size >= 9999.5:
        text = f"${size / 1e3:,.0f}K"
    else:
        text = f"${size:,.0f}"
    return _sign(amount, text, signed)


def money(amount: float, currency: str | None, signed: bool = False) -> str:
    """An amount in a currency by its code, as ``usd`` draws dollars: EUR 12.3M; without one 12.3M."""
    told = usd(amount, signed)
    sign = {"USD": "$", None: "", "": ""}.get(currency, f"{currency} ")
    return told.replace("$", sign)


def usd_range(low: float, high: float) -> str:
    """The two ends of a difference in dollars: ``+$0.4M to +$1.2M``."""
    return f"{usd(low, signed=True)} to {usd(high, signed=True)}"


def cents_exact(amount: int, signed: bool = False) -> str:
    """Whole cents as dollars and cents, for a table that foots: $1,234.56."""
    return _sign(amount, f"${abs(amount) // 100:,}.{abs(amount) % 100:02d}", signed)


def money_tick(amount: float, step: float) -> str:
    """Dollars on an axis, as exact as ticks so far apart need it."""
    if abs(amount) < 1e-3:
        return "$0"
    if step < 0.0999e6:
        text = f"${abs(amount) / 1e3:,.{0 if step > 0.999e3 else 1}f}K"
    else:
        decimals = next((d for d in (0, 1) if abs(step / 1e6 * 10**d - round(step / 1e6 * 10**d)) < 1e-9), 2)
        text = f"${abs(amount) / 1e6:,.{decimals}f}M"
    return _sign(amount, text, signed=False)


def thousands(amount: float) -> str:
    """Dollars as whole thousands, for a table that says so in its title."""
    return number(amount / 1000.0)


def cents(dollars: float) -> str:
    """What a dollar of something costs: 72.5 cents, $1.04."""
    if not math.isfinite(dollars):
        return NO_VALUE
    return f"{dollars * 100:.1f} cents" if dollars < 0.995 else f"${dollars:.2f}"


def years(count: float) -> str:
    """How long something takes: two years, 18 months, 2.5 years."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    if abs(count - round(count)) < 1e-9:
        whole = round(count)
        return f"{small[whole] if whole < len(small) else whole} {'year' if whole == 1 else 'years'}"
    if count < 2:
        return f"{round(12 * count)} {'month' if round(12 * count) == 1 else 'months'}"
    return f"{count:.3g} years"


def number(value: float, decimals: int = 0, signed: bool = False) -> str:
    """A count or ratio with thousands separated."""
    if not math.isfinite(value):
        return NO_VALUE
    return _sign(value, f"{abs(value):,.{decimals}f}", signed)


def ratio(part: float, whole: float) -> float:
    """A part over the whole; undefined (NaN) where there is no whole."""
    return part / whole if whole else math.nan


def share(value: float, signed: bool = False) -> str:
    """A share as whole percent; one decimal below 10% so that small shares do not vanish."""
    if not math.isfinite(value):
        return NO_VALUE
    percent = abs(value) * 100
    return _sign(value, f"{percent:.1f}%" if 0.05 <= percent < 9.95 else f"{percent:.0f}%", signed)


def share_to_a_tenth(value: float) -> str:
    """A share as percent with a decimal, where plans lie close together."""
    return f"{number(value * 100, 1)}%" if math.isfinite(value) else NO_VALUE


def odds(value: float) -> str:
    """A probability as whole percent, never rounded to an impossible or a certain one."""
    if not math.isfinite(value):
        return NO_VALUE
    if 0 < value < 0.005:
        return "under 1%"
    if 0.995 < value < 1:
        return "over 99%"
    return f"{math.floor(value * 100 + 0.5)}%"  # halves up, so that 47.5% and 42.5% stay five points apart


def points(value: float) -> str:
    """A difference or error of shares, in percentage points, without the word."""
    if not math.isfinite(value):
        return NO_VALUE
    size = abs(value) * 100
    return f"{size:.0f}" if size >= 1.5 or size == 0 else f"{size:.1f}"


def signed_points(value: float) -> str:
    """A difference of shares with its sign, in percentage points, without the word."""
    size = points(value)
    return size if size in ("0", "0.0", NO_VALUE) else f"{'+' if value > 0 else MINUS}{size}"


def fine(value: float) -> str:
    """A change, finer the smaller it is."""
    return number(value, 2 if abs(value) < 10 else 1 if abs(value) < 1000 else 0, signed=True)


def fine_points(value: float) -> str:
    """A change of shares in percentage points, with the word."""
    return f"{fine(value * 100)} pts" if math.isfinite(value) else NO_VALUE


def apart(value: float) -> str:
    """The size of a difference, finer the smaller it is."""
    size = abs(value)
    return number(size, 3 if size < 1 else 2 if size < 10 else 1 if size < 1000 else 0)


def points_apart(value: float) -> str:
    """The size of a difference of shares in percentage points, to a hundredth below one, without the word."""
    size = abs(value) * 100
    return number(size, 2 if size < 1 else 1 if size < 100 else 0)


def rounded_usd(amount: float) -> str:
    """Whole thousands below a million, so that numbers in a column are as exact as each other."""
    if not math.isfinite(amount):
        return NO_VALUE
    if abs(amount) >= LARGE_USD:
        return usd(amount, decimals=2)
    rounded = round(amount / 1000.0)
    return f"{MINUS if rounded < 0 else ''}${abs(rounded)}{'K' if rounded else ''}"


def period_name(period: str) -> str:
    """``2027-01`` as January 2027, ``2027-Q1`` as Q1 2027, a year as it is, ``total`` as Whole run."""
    if period == "total":
        return "Whole run"
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return f"{part} {year}"
    if part.isdigit() and 1 <= int(part) <= 12:
        return f"{MONTHS[int(part) - 1]} {year}"
    return period


def _whole_from(least: float) -> Callable[[float], str]:
    """Whole numbers from ``least`` on, below it with a decimal unless whole."""

    def draw(value: float) -> str:
        if not math.isfinite(value):
            return NO_VALUE
        return number(value, 0 if value == int(value) or abs(value) >= least else 1)

    return draw


def _sign(value: float, text: str, signed: bool) -> str:
    is_zero = not any(c in "123456789" for c in text)
    if is_zero:
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if signed else text


FORMATS: dict[str, Callable[[float], str]] = {
    "dollars": usd,  # these six are measures' own
    "percent": share,
    "odds": odds,
    "multiple": lambda value: number(value, 2),
    "count": _whole_from(100.0),
    "number": _whole_from(1000.0),
    "whole": number,
    "tenths": lambda value: number(value, 1),
    "tenths more": lambda value: number(value, 1, signed=True),
    "thousands": thousands,
    "thousands more": lambda value: number(value / 1000.0, 0, signed=True),
    "rounded dollars": rounded_usd,
    "dollars more": lambda value: usd(value, signed=True),
    "cents": cents,
    "points": points,
    "points more": signed_points,
    "percent to a tenth": share_to_a_tenth,
    "apart": apart,
    "points apart": points_apart,
    "change of dollars": lambda value: usd(value, signed=True, decimals=2),
    "change of percent": fine_points,
    "change of odds": fine_points,
    "change of multiple": lambda value: number(value, 3, signed=True),
    "change of count": fine,
    "change of number": fine,
}
