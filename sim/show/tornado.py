"""The tornado: a bar a number, the longest on top, drawn pale where it cannot be told from nothing. SVG by hand.

A line of text stands above each bar, so that the picture can be read on a phone, too.
"""

from __future__ import annotations

from html import escape

from sim.decide.assumptions.sensitivity import Bar, Sensitivity
from sim.show.formats import usd
from sim.show.sensitivity import WORTH, end_said, name_of
from sim.show.svg import drawing, text

WIDTH, ROW, TOP, BAR = 480, 36, 56, 11  # in units that are a little over a pixel on a desk, under one on a phone
MARGIN = 4
LOW_COLOUR, HIGH_COLOUR, QUIET, INK = "#D55E00", "#0072B2", "#6B6B6B", "#222222"
PALE = 0.28
MOST_BARS = 30
LONGEST_NAME = 34


def tornado(found: Sensitivity) -> str:
    """The picture as an SVG element. Names are escaped."""
    bars = found.bars[:MOST_BARS]
    means = [side.worth.mean for bar in bars for side in (bar.low, bar.high)]
    reach = max((abs(mean) for mean in means if mean == mean), default=0.0)
    scale = (WIDTH / 2 - MARGIN) / (reach or 1.0)
    height = TOP + ROW * len(bars) + 8
    worth = WORTH[found.worth]
    parts = [
        _key(MARGIN, LOW_COLOUR, "low end: P10, or 10% less"),
        _key(240, HIGH_COLOUR, "high end: P90, or 10% more"),
        text(MARGIN, 38, f"Dollars of {worth} against the middle; pale: not told from nothing.", 12, QUIET),
        f'<line x1="{WIDTH / 2}" x2="{WIDTH / 2}" y1="{TOP - 8}" y2="{height - 4}" stroke="{QUIET}"/>',
    ]
    for place, bar in enumerate(bars):
        parts += _bar(bar, TOP + ROW * place, scale)
    return drawing(WIDTH, height, f"What moves {worth}, the most on top", parts)


def _bar(bar: Bar, y: float, scale: float) -> list[str]:
    pale = "" if bar.clear else f' fill-opacity="{PALE}"'
    name = name_of(bar)
    name = name if len(name) <= LONGEST_NAME else "\N{HORIZONTAL ELLIPSIS}" + name[1 - LONGEST_NAME :]
    ink = INK if bar.clear else QUIET
    sized = usd(bar.size) if bar.clear else f"{usd(bar.size)}, not told from nothing"
    parts = [text(MARGIN, y + 12, name, 13, ink), text(WIDTH - MARGIN, y + 12, sized, 12, ink, "end")]
    for side, high, colour in ((bar.low, False, LOW_COLOUR), (bar.high, True, HIGH_COLOUR)):
        mean = side.worth.mean
        if mean != mean:
            continue
        x, wide = WIDTH / 2 + min(mean, 0.0) * scale, max(abs(mean) * scale, 0.5)
        said = escape(f"{name_of(bar)}, {end_said(bar, side, high)}: {usd(mean, signed=True)}")
        parts.append(
            f'<rect x="{x:.1f}" y="{y + 16}" width="{wide:.1f}" height="{BAR}" fill="{colour}"{pale}>'
            f"<title>{said}</title></rect>"
        )
    return parts


def _key(x: float, colour: str, said: str) -> str:
    return f'<rect x="{x}" y="8" width="11" height="11" fill="{colour}"/>{text(x + 17, 18, said, 12)}'
