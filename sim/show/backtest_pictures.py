"""Pictures of a back-test: what came against the ranges, odds against what was won, and where outcomes fell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from sim.evidence.backtest.backtest import Backtest
from sim.evidence.backtest.cells import TOTAL, Cell
from sim.evidence.backtest.scores import can_be_scored, interval, percentile
from sim.evidence.backtest.summary import Decile
from sim.show.formats import number, odds
from sim.show.svg import drawing, text

WIDTH, LEFT, RIGHT = 400, 58, 8
OURS, POOL, HIT, MISS, QUIET, RULE = "#0072B2", "#B9B9B9", "#222222", "#D55E00", "#6B6B6B", "#DCDCDC"
SMALL = 12


def ranges(told: Backtest, measure: str, horizon: str) -> str:
    """Each cut's 80% range of ours and of the simple forecasts, and a dot for what came."""
    ours = _of(told.cells, measure, horizon)
    theirs = {cell.cutoff: interval(cell.samples, 0.8) for cell in _of(told.naive(), measure, horizon)}
    if not ours:
        return ""
    bounds = {cell.cutoff: interval(cell.samples, 0.8) for cell in ours}
    top = max(max(cell.actual, bounds[cell.cutoff][1], theirs.get(cell.cutoff, (0, 0))[1]) for cell in ours) or 1.0
    above, tall, height = 44, 170, 266
    step = (WIDTH - LEFT - RIGHT) / len(ours)

    def y(value: float) -> float:
        return above + tall * (1 - value / top)

    parts = _key(((OURS, "ours, 80%"), (POOL, "simple forecasts")))
    parts += [_dot(222, 14, HIT, True), text(230, 18, "came, held", SMALL), _dot(310, 14, MISS, False)]
    parts.append(text(318, 18, "not held", SMALL))
    for value in _ticks(top):
        parts += _level(y(value), _short(value))
    every = max(1, round(len(ours) / 6))
    for at, cell in enumerate(ours):
        x, (low, high) = LEFT + step * (at + 0.5), bounds[cell.cutoff]
        wide = min(step * 0.3, 16.0)
        when = date.fromordinal(cell.cutoff)
        said = f"{when.isoformat()}: {number(low)} to {number(high)}, came {number(cell.actual)}"
        if cell.cutoff in theirs:
            parts.append(
                _bar(x + 1, y(theirs[cell.cutoff][1]), wide, y(theirs[cell.cutoff][0]), POOL, "simple forecasts")
            )
        parts.append(_bar(x - wide - 1, y(high), wide, y(low), OURS, said))
        middle = y(float(percentile(cell.samples, 0.5)))
        parts.append(
            f'<line x1="{x - wide - 1:.1f}" x2="{x - 1:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="#fff"/>'
        )
        held = low <= cell.actual <= high
        parts.append(_dot(x - wide / 2 - 1, y(cell.actual), HIT if held else MISS, held))
        if at % every == 0:
            parts.append(text(x, above + tall + 18, f"{when:%b}", SMALL, QUIET, "middle"))
            parts.append(text(x, above + tall + 32, f"{when:%Y}", SMALL, QUIET, "middle"))
    parts.append(text(WIDTH - RIGHT, height - 4, "the day on which it would have been said", SMALL, QUIET, "end"))
    return drawing(WIDTH, height, f"{measure}, {horizon}: ranges at earlier days and what came", parts)


def reliability(deciles: Sequence[Decile]) -> str:
    """Tenths of open deals: the odds that were said, and the share that was won."""
    if not deciles:
        return ""
    top = max(max(one.odds, one.won) for one in deciles) * 1.08 or 1.0
    above, tall, height = 12, 240, 300
    wide = WIDTH - LEFT - RIGHT

    def place(one: float, other: float) -> tuple[float, float]:
        return LEFT + wide * one / top, above + tall * (1 - other / top)

    parts = []
    for value in _ticks(top):
        x, y = place(value, value)
        parts += _level(y, odds(value))
        parts.append(text(x, above + tall + 18, odds(value), SMALL, QUIET, "middle"))
    start, end = place(0, 0), place(top, top)
    parts.append(
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{QUIET}"'
        ' stroke-dasharray="4 4"/>'
    )
    for decile in deciles:
        x, y = place(decile.odds, decile.won)
        said = escape(f"{decile.deals:,} deals: said {odds(decile.odds)}, won {odds(decile.won)}")
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{OURS}"><title>{said}</title></circle>')
    parts += [
        text(LEFT + 6, above + 12, "share won", SMALL, QUIET),
        text(WIDTH - RIGHT, above + tall + 36, "odds that were said", SMALL, QUIET, "end"),
    ]
    return drawing(WIDTH, height, "Odds of open deals by tenths, and the share of each that was won", parts)


def places(counts: Sequence[int]) -> str:
    """How many outcomes fell into each tenth of what was said; level where forecasts are right."""
    top = max(*counts, 1) * 1.1
    above, tall, height = 12, 150, 210
    step = (WIDTH - LEFT - RIGHT) / len(counts)
    parts = []
    for value in _ticks(top):
        parts += _level(above + tall * (1 - value / top), number(value))
    for at, count in enumerate(counts):
        high = tall * count / top
        parts.append(_bar(LEFT + step * at + 2, above + tall - high, step - 4, above + tall, OURS, f"{count} outcomes"))
    level = above + tall * (1 - sum(counts) / len(counts) / top)
    parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level:.1f}" y2="{level:.1f}" stroke="{MISS}"/>')
    parts += [
        text(LEFT, above + tall + 18, "lower than said", SMALL, QUIET),
        text(WIDTH - RIGHT, above + tall + 18, "higher than said", SMALL, QUIET, "end"),
        text(
            WIDTH - RIGHT,
            above + tall + 38,
            "the line: as many in each tenth, as right forecasts have",
            SMALL,
            QUIET,
            "end",
        ),
    ]
    return drawing(WIDTH, height, "Where outcomes fell among the samples, by tenths", parts)


def _of(cells: Sequence[Cell], measure: str, horizon: str) -> list[Cell]:
    wanted = (measure, horizon, TOTAL)
    return [one for one in cells if (one.measure, one.horizon, one.part) == wanted and can_be_scored(one)]


def _ticks(top: float) -> list[float]:
    """Round values from 0 to below the top, at most five."""
    step = 10.0 ** len(str(int(top))) if top >= 1 else 1.0
    while top / step < 2:
        step /= 10 if top / step < 0.2 else 2 if top / step < 0.8 else 2.5
    return [step * at for at in range(int(top / step) + 1)]


def _short(value: float) -> str:
    for size, sign in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if value >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:.3g}"


def _level(y: float, said: str) -> list[str]:
    return [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{RULE}"/>',
        text(LEFT - 6, y + 4, said, SMALL, QUIET, "end"),
    ]


def _bar(x: float, top: float, wide: float, bottom: float, colour: str, said: str) -> str:
    tall = max(bottom - top, 1.5)
    place = f'x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    return f'<rect {place} fill="{colour}"><title>{escape(said)}</title></rect>'


def _dot(x: float, y: float, colour: str, full: bool) -> str:
    fill = colour if full else "#ffffff"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{colour}" stroke-width="2"/>'


def _key(said: Sequence[tuple[str, str]]) -> list[str]:
    parts, x = [], 4.0
    for colour, what in said:
        parts.append(f'<rect x="{x}" y="8" width="11" height="11" fill="{colour}"/>{text(x + 16, 18, what, SMALL)}')
        x += 28 + 6.6 * len(what)
    return parts
