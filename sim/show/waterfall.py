"""The waterfall: from where a gap begins to where it ends, a bar a cause, pale where it cannot be told. SVG by hand.

A line of text stands above each bar, so that the picture can be read on a phone, too. The scale is that of the gap: the
two ends themselves are said, not parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from sim.decide.gap.why import Why
from sim.show.criterion import by_measure
from sim.show.formats import usd
from sim.show.svg import drawing, text
from sim.show.why import name_of
from sim.show.words import plan_name, sentence

WIDTH, ROW, TOP, BAR, MARGIN = 480, 36, 34, 11, 4
UP, DOWN, QUIET, INK = "#0072B2", "#D55E00", "#6B6B6B", "#222222"
PALE = 0.28
LONGEST_NAME = 38


@dataclass(frozen=True)
class Step:
    """A part of a gap in dollars; pale where it cannot be told from nothing."""

    name: str
    usd: float
    is_clear: bool


def waterfall(found: Why) -> str:
    """The picture as an SVG element. Names are escaped."""
    measure = by_measure(found.measure)
    steps = [Step(name_of(one.group), one.cents / 100, one.each.clear) for one in found.main.parts]
    start, first = found.main.start_cents / 100, f"{sentence(measure)} of {plan_name(found.names[0])}"
    if found.target_cents is not None and found.paper is not None:
        start, first = found.target_cents / 100, "Target"
        steps.insert(0, Step("The plan on paper against it", found.main.start_cents / 100 - start, found.paper.clear))
    last = f"{sentence(measure)} of {plan_name(found.names[1])}"
    return stepped(f"What {measure} comes from", (first, start), steps, last, "not told from nothing")


def stepped(what: str, begins: tuple[str, float], steps: Sequence[Step], last: str, pale_said: str) -> str:
    """From where a gap begins, its name and dollars, over its steps to where it ends, named ``last``."""
    first, start = begins
    levels = list(accumulate((one.usd for one in steps), initial=0.0))
    low, high = min(levels), max(levels)
    scale = (WIDTH - 2 * MARGIN) / ((high - low) or 1.0)
    height = TOP + ROW * (len(steps) + 2)
    parts = [
        text(MARGIN, 14, f"Blue adds, orange takes away; pale: {pale_said}.", 12, QUIET),
        *_mark(first, start, MARGIN + (levels[0] - low) * scale, TOP),
    ]
    for place, (name, size, is_clear) in enumerate((one.name, one.usd, one.is_clear) for one in steps):
        y = TOP + ROW * (place + 1)
        x, wide = MARGIN + (min(levels[place : place + 2]) - low) * scale, max(abs(size) * scale, 0.5)
        pale, ink = ("", INK) if is_clear else (f' fill-opacity="{PALE}"', QUIET)
        colour = UP if size >= 0 else DOWN
        short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "\N{HORIZONTAL ELLIPSIS}"
        parts += [
            text(MARGIN, y + 12, short, 13, ink),
            text(WIDTH - MARGIN, y + 12, usd(size, signed=True), 12, ink, "end"),
            f'<rect x="{x:.1f}" y="{y + 16}" width="{wide:.1f}" height="{BAR}" fill="{colour}"{pale}>'
            f"<title>{escape(f'{name}: {usd(size, signed=True)}')}</title></rect>",
        ]
    y = TOP + ROW * (len(steps) + 1)
    parts += _mark(last, start + levels[-1], MARGIN + (levels[-1] - low) * scale, y)
    return drawing(WIDTH, height, what, parts)


def _mark(name: str, amount: float, x: float, y: float) -> list[str]:
    """One end of the gap: what it is, and a line where it lies."""
    return [
        text(MARGIN, y + 12, name, 13, INK, bold=True),
        text(WIDTH - MARGIN, y + 12, usd(amount, decimals=2), 12, INK, "end"),
        f'<path d="M{x:.1f} {y + 15}v{BAR + 2}" stroke="{INK}" stroke-width="2"/>',
    ]
