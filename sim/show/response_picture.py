"""The picture of a sweep: one key as a line with its range, two as a heat map, else a mark a plan. SVG by hand.

What differs from the best is drawn by itself, for it is known far more sharply than the mean of either. Names are
escaped, and everything is large enough to be read on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from sim.decide.response import Response
from sim.results.estimates import Estimate
from sim.show.criterion import amount, by, change, in_points
from sim.show.response import Along, name_of
from sim.show.svg import drawing, text
from sim.show.words import readable, sentence

WIDTH, LEFT, RIGHT, MARGIN = 480, 74, 12, 4
TOP, PANEL, GAP = 30, 150, 74  # of a line picture: where it begins, how high a panel is, what lies between two
CELL, HEAD = 30, 66  # of a heat map: how high a cell is, and where cells begin
ROW = 36  # of a mark a plan
MOST_MARKS, MOST_COLUMNS = 40, 7  # plans with a mark each; columns whose cells have room for a number
COLOUR, QUIET, INK, LINE, PALE = "#0072B2", "#6B6B6B", "#222222", "#D9D9D9", 0.28
DARK = 0.55  # of the way from pale to full, from where on text on a cell is white
NOTHING = Estimate(0.0, 0.0, 0.0)
FULL, NONE = (0, 90, 150), (236, 243, 248)


def picture(found: Response, axes: Sequence[Along]) -> str:
    """The picture as an SVG element."""
    if len(axes) == 1 and axes[0].numbers:
        return _lines(found, axes[0])
    if len(axes) == 2:
        return _heat(found, axes[0], axes[1])
    return _marks(found)


def _lines(found: Response, axis: Along) -> str:
    """The measure with its range above, and below how far each value is from the one that it is held against."""
    assert axis.numbers is not None
    criterion, measure = found.criterion, by(found.criterion)
    numbers, tried = axis.numbers, found.tried
    order = sorted(range(len(numbers)), key=lambda place: numbers[place])
    across = _scale(min(numbers), max(numbers), LEFT + 8, WIDTH - RIGHT - 8)
    ranges = [(one.mean.low, one.mean.high) if criterion.yes_no else (one.range[0], one.range[2]) for one in tried]
    upper = [Estimate(one.mean.mean, *ends) for one, ends in zip(tried, ranges, strict=True)]
    held = "the first" if found.best is None else "the best"
    anchor = 0 if found.best is None else found.best
    gaps = [one.from_first if found.best is None else one.from_best for one in tried]
    lower = [NOTHING if place == anchor else gap.among_all for place, gap in enumerate(gaps)]
    range_said = "its interval" if criterion.yes_no else "P10 to P90"
    better = "; less is better" if criterion.less_is_better else ""
    parts = [text(MARGIN, 16, f"{sentence(measure)}: the line is its mean, the band {range_said}{better}", 13)]
    parts += _panel(upper, order, across, numbers, TOP, lambda x: amount(criterion, x), True)
    y = TOP + PANEL + GAP
    parts.append(text(MARGIN, y - 14, f"Against {held}, under the same luck{in_points(criterion)}", 13))
    parts += _panel(lower, order, across, numbers, y, change(criterion), False)
    for top in (TOP, y):
        parts += [text(x, top + PANEL + 16, said, 12, QUIET, "middle") for x, said in _ticks(axis, across)]
        parts.append(text((LEFT + WIDTH) / 2, top + PANEL + 33, readable(axis.label), 12, QUIET, "middle"))
    return drawing(WIDTH, y + PANEL + 42, f"{measure} by {axis.label}", parts)


def _ticks(axis: Along, across: Callable[[float], float]) -> list[tuple[float, str]]:
    """Values that have room below a panel, the ends before those between."""
    assert axis.numbers is not None
    pairs = sorted(zip(map(across, axis.numbers), axis.values, strict=True))
    room: list[tuple[float, str]] = []
    for x, said in (pairs[0], pairs[-1], *pairs[1:-1]):
        wide = 4 * len(said) + 6
        if all(abs(x - other) >= wide + 4 * len(one) for other, one in room):
            room.append((x, said))
    return room


def _panel(
    estimates: Sequence[Estimate], order: Sequence[int], across: Callable[[float], float], numbers: Sequence[float],
    top: float, said: Callable[[float], str], is_band: bool,
) -> list[str]:  # fmt: skip
    """A line through means, with a band or whiskers."""
    known = [place for place in order if math.isfinite(estimates[place].mean)]
    ends = [x for place in known for x in (estimates[place].low, estimates[place].high, estimates[place].mean)]
    ends = [x for x in ends if math.isfinite(x)] or [0.0]
    low, high = min(ends), max(ends)
    if low == high:
        low, high = low - 1, high + 1
    up = _scale(low, high, top + PANEL - 8, top + 8)
    parts = []
    for at in _round_numbers(low, high):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up(at):.1f}" y2="{up(at):.1f}" stroke="{LINE}"/>')
        parts.append(text(LEFT - 6, up(at) + 4, said(at), 12, QUIET, "end"))
    xs = {place: across(numbers[place]) for place in known}
    if is_band:
        there = [place for place in known if math.isfinite(estimates[place].low)]
        way = [f"{xs[p]:.1f},{up(estimates[p].low):.1f}" for p in there]
        way += [f"{xs[p]:.1f},{up(estimates[p].high):.1f}" for p in reversed(there)]
        parts.append(f'<polygon points="{" ".join(way)}" fill="{COLOUR}" fill-opacity="{PALE / 2}"/>')
    line = " ".join(f"{xs[p]:.1f},{up(estimates[p].mean):.1f}" for p in known)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOUR}" stroke-width="2"/>')
    for place in known:
        one, x = estimates[place], xs[place]
        if not is_band and math.isfinite(one.low):
            parts.append(
                f'<path d="M{x:.1f} {up(one.low):.1f}V{up(one.high):.1f}" stroke="{COLOUR}" stroke-width="1.5"/>'
            )
        tip = escape(f"{numbers[place]:g}: {said(one.mean)} ({said(one.low)} to {said(one.high)})")
        dot = f'<circle cx="{x:.1f}" cy="{up(one.mean):.1f}" r="3.5" fill="{COLOUR}">'
        parts.append(f"{dot}<title>{tip}</title></circle>")
    return parts


def _heat(found: Response, down: Along, across: Along) -> str:
    """A cell a plan, the darker the higher; the best has a frame, and so, thinner, has what cannot be told from it."""
    criterion, measure = found.criterion, by(found.criterion)
    means = [one.mean.mean for one in found.tried]
    known = [mean for mean in means if math.isfinite(mean)] or [0.0]
    low, high = min(known), max(known)
    columns, rows = len(across.values), len(down.values)
    wide, has_text = (WIDTH - LEFT - RIGHT) / columns, columns <= MOST_COLUMNS
    better = "; less is better" if criterion.less_is_better else ""
    parts = [
        text(MARGIN, 16, f"{sentence(measure)}, mean: the darker, the higher{better}", 13),
        text(MARGIN, 34, f"Down: {_short(down.label)}. Across: {_short(across.label)}.", 12, QUIET),
    ]
    every = math.ceil(columns / MOST_COLUMNS)
    for column, value in enumerate(across.values):
        if column % every == 0:
            x = LEFT + wide * (column + 0.5)
            parts.append(text(x, HEAD - 8, _short(value, int(every * wide / 7)), 12, QUIET, "middle"))
    for place, one in enumerate(found.tried):
        row, column = divmod(place, columns)
        x, y = LEFT + wide * column, HEAD + CELL * row
        share = 0.5 if high == low or not math.isfinite(means[place]) else (means[place] - low) / (high - low)
        said = amount(criterion, means[place])
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{wide - 2:.1f}" height="{CELL - 2}" fill="{_blend(share)}">'
            f"<title>{escape(f'{name_of(one, 100)}: {said}')}</title></rect>"
        )
        if has_text:
            ink = "#FFFFFF" if share > DARK else INK
            parts.append(text(x + wide / 2 - 1, y + 18, said, 12, ink, "middle"))
    if found.enough and found.best is not None:
        for place in (*found.level, found.best):
            row, column = divmod(place, columns)
            thick, dash = (3, "") if place == found.best else (1.5, ' stroke-dasharray="4 3"')
            parts.append(
                f'<rect x="{LEFT + wide * column:.1f}" y="{HEAD + CELL * row}" width="{wide - 2:.1f}"'
                f' height="{CELL - 2}" fill="none" stroke="#D55E00" stroke-width="{thick}"{dash}/>'
            )
    for row, value in enumerate(down.values):
        parts.append(text(LEFT - 6, HEAD + CELL * row + 18, _short(value, 9), 12, QUIET, "end"))
    end = HEAD + CELL * rows
    if found.enough and found.best is not None:
        parts.append(text(MARGIN, end + 18, "Framed: the best. Dashed: not told from it.", 12, QUIET))
    return drawing(WIDTH, end + 26, f"{measure} by {down.label} and {across.label}", parts)


def _marks(found: Response) -> str:
    """A plan a row: how far it is from the best with its interval, the best first."""
    measure = by(found.criterion)
    order = found.order[:MOST_MARKS]
    anchor = 0 if found.best is None else found.best
    held = "the first" if found.best is None else "the best"
    gaps = {k: found.tried[k].from_first if found.best is None else found.tried[k].from_best for k in order}
    whole = {k: NOTHING if k == anchor else gaps[k].among_all for k in order}
    ends = [x for one in whole.values() for x in (one.low, one.high, one.mean) if math.isfinite(x)]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    across = _scale(low, high if high > low else low + 1, MARGIN + 8, WIDTH - MARGIN - 8)
    changed, highest = change(found.criterion), "lowest" if found.criterion.less_is_better else "highest"
    few = f"; the first {len(order)} of {len(found.tried)}" if len(order) < len(found.tried) else ""
    points_said = in_points(found.criterion)
    parts = [text(MARGIN, 16, f"{sentence(measure)} against {held}{points_said}, with its interval{few}", 13)]
    height = TOP + ROW * len(order)
    parts.append(f'<line x1="{across(0):.1f}" x2="{across(0):.1f}" y1="{TOP - 4}" y2="{height}" stroke="{QUIET}"/>')
    for row, k in enumerate(order):
        y, one = TOP + ROW * row, whole[k]
        pale = k in found.level or (found.best is None and k and not found.tried[k].from_first.clear_among_all)
        ink = QUIET if pale else INK
        said = (
            ("the first" if found.best is None else "best" if found.enough else highest)
            if k == anchor
            else changed(one.mean)
        )
        parts += [
            text(MARGIN, y + 12, name_of(found.tried[k], 46), 13, ink),
            text(WIDTH - MARGIN, y + 12, said, 12, ink, "end"),
        ]
        opacity = f' fill-opacity="{PALE}" stroke-opacity="{PALE}"' if pale else ""
        if math.isfinite(one.low):
            way = f"M{across(one.low):.1f} {y + 22}H{across(one.high):.1f}"
            parts.append(f'<path d="{way}" stroke="{COLOUR}" stroke-width="2"{opacity}/>')
        if math.isfinite(one.mean):
            parts.append(f'<circle cx="{across(one.mean):.1f}" cy="{y + 22}" r="4.5" fill="{COLOUR}"{opacity}/>')
    return drawing(WIDTH, height + 6, f"{measure} of each plan against {held}", parts)


def _round_numbers(low: float, high: float) -> list[float]:
    """Two to five round numbers from one end to the other."""
    rough = (high - low) / 3
    step = 10.0 ** math.floor(math.log10(rough))
    step *= next(times for times in (5, 2, 1) if times * step <= rough)
    return [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _scale(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    """From numbers to units of the picture."""
    return lambda value: begin + (value - low) / (high - low) * (end - begin)


def _blend(share: float) -> str:
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(NONE, FULL, strict=True))


def _short(text: str, longest: int = 26) -> str:
    plain, most = readable(text), max(longest, 3)
    return plain if len(plain) <= most else plain[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
