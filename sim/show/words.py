"""Numbers and names in plain words: dollars, shares, dates, plans and measures as a reader says them."""

from __future__ import annotations

import math
import re
from typing import Any

from sim.measures.catalogue import BY_NAME
from sim.measures.measure import Format

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
NO_VALUE = DASH
# All of C0 and C1 but tabs and new lines, and what turns the direction of text.
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

ACRONYMS = frozenset({"ae", "am", "csm", "sdr", "bdr", "se", "vp", "smb", "spiff", "ote", "arr", "crm", "emea", "apac"})


def measure_name(measure: str) -> str:
    """A measure as a table's row is labelled; one that is declared no more by its name."""
    return BY_NAME[measure].label if measure in BY_NAME else sentence(readable(measure))


def shown(text: str) -> str:
    """The text with its control signs spelled out, so that no name commands a terminal: ESC is ``\\x1b``."""
    return COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def readable(name: str) -> str:
    """A name of a file or key as a reader says it: ``se_shortage`` becomes ``SE shortage``; capitals given stay."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in name.replace("_", " ").split())


def plan_name(name: str, longest: int = 28) -> str:
    """A scenario's name as a reader says it, on the screen and in the report. Cut to ``longest`` letters.

    Of each part between commas, as sweeps name their plans, the last word stays: it is the value.
    """
    plain = readable(shown(name)) or "unnamed"
    parts = plain.split(", ")
    if len(plain) <= longest or len(parts) == 1:
        return _cut(plain, longest)
    room = (longest - 2 * (len(parts) - 1)) // len(parts)
    keys, values = zip(*(part.rsplit(" ", 1) if " " in part else ("", part) for part in parts), strict=True)
    if any(len(value) > room - 3 for value in values):
        return _cut(plain, longest)
    return ", ".join(
        f"{_cut(key, room - 1 - len(value))} {value}".strip() for key, value in zip(keys, values, strict=True)
    )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def sentence(text: str) -> str:
    """The text with a capital first letter, the rest left alone."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


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


def plain(value: Any, signed: bool = False) -> str:
    """What a scenario or manifest states, as a person reads it; an uncertain number by the name of what it hangs on."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        if "uncertain" in value:
            times = f"{plain(value['times'])} times " if "times" in value else ""
            return f"{times}the uncertain {readable(str(value['uncertain']))}"
        return ", ".join(f"{key} {plain(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(plain(inner) for inner in value) or "none"
    if isinstance(value, int | float):
        return f"{value:{'+' if signed else ''},.10g}".replace("-", MINUS)
    return str(value)


def format_of(measure: str) -> Format:
    """How a measure's numbers are shown; those of one that is declared no more as plain numbers."""
    return BY_NAME[measure].format if measure in BY_NAME else "number"


def of_measure(value: float, measure: str) -> str:
    """A value as its measure is shown."""
    return in_format(value, format_of(measure))


def in_format(value: float, form: Format) -> str:
    """A value as a measure's format has it."""
    if not math.isfinite(value):
        return NO_VALUE
    match form:
        case "dollars":
            return usd(value)
        case "percent":
            return share(value)
        case "odds":
            return odds(value)
        case "multiple":
            return number(value, 2)
        case "count" | "number":
            return number(value, 0 if value == int(value) or abs(value) >= (100 if form == "count" else 1000) else 1)


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


def _sign(value: float, text: str, signed: bool) -> str:
    is_zero = not any(c in "123456789" for c in text)
    if is_zero:
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if signed else text
