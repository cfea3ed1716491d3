"""What changed between two plans or runs, in words and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.results.between_runs import Figure
from sim.scenario.differences import NOT_SAID, Change
from sim.show.criterion import by_measure
from sim.show.formats import DASH, FORMATS, usd, usd_range
from sim.show.words import cut, plain, sentence, shown

HEADINGS = ("number", "before", "after")
TEXT = (0, 1, 2)
FIGURE_HEADINGS = ("", "before, P10", "P50", "P90", "after, P10", "P50", "P90", "mean change", "19 times in 20 between")
FIGURE_TEXT = (0,)
LONGEST, MOST_PARTS = 60, 5
ARROW = "\N{RIGHTWARDS ARROW}"


def answer(before: str, after: str, changes: Sequence[Change]) -> str:
    """How many numbers differ, and of what parts of the scenario."""
    if not changes:
        return f"{shown(after)} says the same as {shown(before)}."
    count = len(changes)
    parts = [f"{len([one for one in changes if one.place[0] == part])} of {part}" for part in _parts(changes)]
    verb = "number differs" if count == 1 else "numbers differ"
    return f"{shown(after)} against {shown(before)}: {count} {verb}, {', '.join(parts)}."


def _parts(changes: Sequence[Change]) -> list[str]:
    return list(dict.fromkeys(str(one.place[0]) for one in changes))


def rows(changes: Sequence[Change]) -> list[tuple[str, str, str]]:
    """A line a change."""
    return [(place_told(one), _said(one.before), _said(one.after)) for one in changes]


def place_told(one: Change) -> str:
    """The key as it is written in an override."""
    return shown(".".join(map(str, one.place)))


def _said(value: Any) -> str:
    """A number or text; of a whole block, such as a requisition, the first parts that it gives."""
    if value is NOT_SAID:
        return DASH
    if isinstance(value, dict) and "uncertain" not in value:
        given = {key: inner for key, inner in value.items() if inner not in (None, {}, [], False)}
        some = ", ".join(f"{key} {plain(inner)}" for key, inner in list(given.items())[:MOST_PARTS])
        value = some + (", \N{HORIZONTAL ELLIPSIS}" if len(given) > MOST_PARTS else "")
    return cut(shown(plain(value)), LONGEST)


def figure_rows(figures: Sequence[Figure], form: dict[str, str]) -> list[tuple[str, ...]]:
    """A line a measure; ``form`` names each measure's format."""
    lines = []
    for one in figures:
        draw = FORMATS[form[one.measure]]
        ends = [draw(value) for value in (*one.before, *one.after)]
        change = FORMATS[f"change of {form[one.measure]}"]
        gap = (change(one.gap.mean), f"{change(one.gap.low)} to {change(one.gap.high)}") if one.gap else (DASH, DASH)
        lines.append((sentence(by_measure_or_name(one.measure)), *ends, *gap))
    return lines


def by_measure_or_name(measure: str) -> str:
    """A measure as it stands in a sentence."""
    try:
        return by_measure(measure)
    except ValueError:
        return measure.replace("_", " ")


def figures_said(figures: Sequence[Figure]) -> str:
    """What the runs differ in: bookings first."""
    bookings = next((one for one in figures if one.measure == "bookings"), None)
    if bookings is None:
        return ""
    before, after = bookings.before[1], bookings.after[1]
    told = f"Median bookings go from {usd(before)} to {usd(after)}"
    if bookings.gap is None:
        return f"{told}. The two runs share no luck (another seed, or other months), so this is in part chance."
    if bookings.gap.low == bookings.gap.high == 0:
        return f"{told}: the two played the same."
    if not bookings.gap.clear:
        return f"{told}; under the same luck the mean change cannot be told from none."
    change = f"{usd(bookings.gap.mean, signed=True)} ({usd_range(bookings.gap.low, bookings.gap.high)})"
    return f"{told}; under the same luck the mean changes by {change}."
