"""The frontier of a search: cost against odds and cost against worth, a dot a plan. SVG by hand.

The two stand one below the other, so that they can be read on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from sim.decide.best.search import Found
from sim.decide.best.tried import Score
from sim.show.formats import odds, usd
from sim.show.levers_told import plan_told
from sim.show.search import WORTH, frontier, met_as_it_is
from sim.show.svg import drawing, text
from sim.show.words import plan_name

WIDTH, HEIGHT, GAP = 480, 250, 34  # of one of the two
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 26, 40
DOT, EDGE, CHOSEN, AS_IS_COLOUR, QUIET, INK = "#9AA5B1", "#0072B2", "#D55E00", "#222222", "#6B6B6B", "#222222"
TICKS = 4


def picture(found: Found) -> str:
    """Both pictures as one SVG element. Names are escaped."""
    height = 2 * HEIGHT + GAP + 24
    worth = WORTH[found.worth]
    parts = [
        *_key(plan_name(found.name)),
        *_panel(found, 24, "Odds of the target, by what a plan costs more", "odds", odds, 0.0, met_as_it_is(found)),
        *_panel(
            found, 24 + HEIGHT + GAP, f"Added {worth}, by what a plan costs more", "worth",
            lambda value: usd(value, signed=True), 0.0, 0.0,
        ),
    ]  # fmt: skip
    return drawing(WIDTH, height, f"Added cost against odds and against {worth}", parts)


def _key(name: str) -> list[str]:
    shown = [(EDGE, "the best for their cost"), (DOT, "others tried"), (CHOSEN, "chosen"), (AS_IS_COLOUR, name)]
    parts, x = [], 6.0
    for colour, said in shown:
        parts += [f'<circle cx="{x}" cy="11" r="5" fill="{colour}"/>', text(x + 9, 15, said, 12)]
        x += 24 + 6.4 * len(said)
    return parts


def _panel(
    found: Found, top: float, title: str, by: str, told: Callable[[float], str], cost_now: float, level_now: float
) -> list[str]:
    scores = found.best.scores
    xs, ys = [one.cost.mean for one in scores] + [cost_now], [getattr(one, by).mean for one in scores] + [level_now]
    goal = found.best.goal
    if by == "odds" and goal.target_odds is not None:
        ys.append(goal.target_odds)
    x_of, x_ends = _scale(xs, LEFT, WIDTH - RIGHT)
    y_of, y_ends = _scale(ys, top + HEIGHT - BOTTOM, top + TOP)
    parts = [text(6, top + 14, title, 13)]
    for y_at in _ticks(*y_ends):
        parts += [
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y_of(y_at):.1f}" y2="{y_of(y_at):.1f}" stroke="#E3E6EA"/>',
            text(LEFT - 5, y_of(y_at) + 4, told(y_at), 11, QUIET, "end"),
        ]
    for x_at in _ticks(*x_ends):
        parts.append(text(x_of(x_at), top + HEIGHT - BOTTOM + 17, usd(x_at, signed=True), 11, QUIET, "middle"))
    if by == "odds" and goal.target_odds is not None:
        at = y_of(goal.target_odds)
        parts += [
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="{CHOSEN}"'
            ' stroke-dasharray="5 4"/>',
            text(WIDTH - RIGHT, at - 4, f"{told(goal.target_odds)} is asked for", 11, CHOSEN, "end"),
        ]
    if goal.added_usd is not None and x_ends[0] <= goal.added_usd <= x_ends[1]:
        at = x_of(goal.added_usd)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top + TOP}" y2="{top + HEIGHT - BOTTOM}" stroke="{CHOSEN}"'
            ' stroke-dasharray="5 4"/>'
        )
    edge = frontier(goal, scores, by)
    on_edge = {one.point for one in edge}
    line = " ".join(f"{x_of(one.cost.mean):.1f},{y_of(getattr(one, by).mean):.1f}" for one in edge)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{EDGE}" stroke-width="1.5"/>')
    for one in sorted(scores, key=lambda one: (one.point in on_edge, one.point == found.best.chosen)):
        colour, size = (EDGE, 4.0) if one.point in on_edge else (DOT, 3.0)
        if one.point == found.best.chosen:
            colour, size = CHOSEN, 6.0
        parts.append(_dot(found, one, x_of(one.cost.mean), y_of(getattr(one, by).mean), size, colour))
    parts.append(f'<circle cx="{x_of(cost_now):.1f}" cy="{y_of(level_now):.1f}" r="5" fill="{AS_IS_COLOUR}"/>')
    return parts


def _dot(found: Found, one: Score, x: float, y: float, size: float, colour: str) -> str:
    said = f"{plan_told(found.space, one.point)}: {usd(one.cost.mean, signed=True)}, {odds(one.odds.mean)}"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}"><title>{escape(said)}</title></circle>'


def _scale(values: list[float], begin: float, end: float) -> tuple[Callable[[float], float], tuple[float, float]]:
    """Where a value stands, and the ends of the axis."""
    low, high = min(values), max(values)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    room = 0.05 * (high - low)
    low, high = low - room, high + room
    return lambda value: begin + (value - low) / (high - low) * (end - begin), (low, high)


def _ticks(low: float, high: float) -> list[float]:
    """Round values between the ends, about as many as ``TICKS``."""
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    first = math.ceil(low / step)
    return [place * step for place in range(first, math.floor(high / step) + 1)]
