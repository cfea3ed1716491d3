"""The picture of a forecast: a row a quarter, over ones as bars, those ahead with their ranges. SVG by hand."""

from __future__ import annotations

from sim.evidence.forecast.ahead import QUARTER, TOTAL, Span, past_quarters
from sim.fit.outlook import HIRES
from sim.show.forecast import Said, short_name
from sim.show.formats import period_name
from sim.show.svg import drawing, text

WIDTH, ROW, TOP, BAR, STRIP, MARGIN, NAME = 480, 34, 34, 13, 4, 4, 74
OVER, BOOKED, RANGE, MIDDLE, OF_HIRES, TARGET, QUIET, LINE = (
    "#9AA5B1", "#0072B2", "#A9CCE3", "#0B3C5D", "#E69F00", "#D55E00", "#6B6B6B", "#D9D9D9",
)  # fmt: skip


def picture(said: Said) -> str:
    """The picture as an SVG element. Names are escaped."""
    found = said.found
    past = [(name, (wins, bookings)[said.measure]) for name, wins, bookings in past_quarters(found)]
    ahead = [(span, found.figures(span, TOTAL)[:3, said.measure]) for span in found.of(QUARTER)]
    ends = [value for _, value in past] + [high for _, (_, _, high) in ahead] + [said.target or 0.0]
    scale = (WIDTH - NAME - MARGIN) / (max(ends) or 1.0)
    height = TOP + ROW * (len(past) + len(ahead)) + 6
    what = "bookings" if found.has_amounts else "wins"
    parts = _key(said.target is not None, short_name(found, HIRES) if HIRES in found.parts else "")
    for place, (name, value) in enumerate(past):
        y = TOP + ROW * place
        parts += [
            *_name(name, y),
            _bar(NAME, y, value * scale, OVER),
            _figure(value * scale, y, said.amount(value), QUIET),
        ]
    for place, (span, (low, middle, high)) in enumerate(ahead, len(past)):
        y = TOP + ROW * place
        booked = found.committed(span)[said.measure]
        parts += [
            *_name(span.name, y),
            _bar(NAME, y, booked * scale, BOOKED),
            _bar(NAME + low * scale, y, (high - low) * scale, RANGE),
            *_of_hires(said, span, middle, y, scale),
            _mark(NAME + middle * scale, y, MIDDLE),
            _figure(high * scale, y, f"{said.amount(middle)}  ({said.amount(low)} to {said.amount(high)})", "#222222"),
        ]
        if said.target is not None and span is found.running:
            parts.append(_mark(NAME + said.target * scale, y, TARGET))
    first = period_name(ahead[0][0].name)
    return drawing(WIDTH, height, f"{what.capitalize()} by quarter: those that are over, and {first} to come", parts)


def _of_hires(said: Said, span: Span, middle: float, y: float, scale: float) -> list[str]:
    """A strip at the foot of the range, which ends at the middle: as much of it as who ramps and hires bring."""
    if HIRES not in said.found.parts:
        return []
    wide = min(said.found.figures(span, HIRES)[1, said.measure], middle) * scale
    foot = f'y="{y + 16 + BAR - STRIP}" width="{wide:.1f}" height="{STRIP}" fill="{OF_HIRES}"'
    return [f'<rect x="{NAME + middle * scale - wide:.1f}" {foot}/>']


def _key(has_target: bool, of_hires: str) -> list[str]:
    shown = [(OVER, "over"), (BOOKED, "booked already"), (RANGE, "P10 to P90"), (MIDDLE, "middle")]
    shown += [(OF_HIRES, of_hires)] if of_hires else []
    shown += [(TARGET, "target")] if has_target else []
    parts, x = [], float(MARGIN)
    for colour, said in shown:
        parts += [f'<rect x="{x:.0f}" y="4" width="10" height="10" fill="{colour}"/>', text(x + 14, 14, said, 12)]
        x += 28 + 6.4 * len(said)
    return parts


def _name(name: str, y: float) -> list[str]:
    return [
        text(MARGIN, y + 16 + BAR - 2, period_name(name), 12),
        f'<line x1="{NAME}" x2="{NAME}" y1="{y + 12}" y2="{y + 20 + BAR}" stroke="{LINE}"/>',
    ]


def _bar(x: float, y: float, wide: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y + 16}" width="{max(wide, 0.0):.1f}" height="{BAR}" fill="{colour}"/>'


def _mark(x: float, y: float, colour: str) -> str:
    return f'<rect x="{x - 1.5:.1f}" y="{y + 14}" width="3" height="{BAR + 4}" fill="{colour}"/>'


def _figure(reach: float, y: float, said: str, colour: str) -> str:
    """Above the end of a bar, moved left where there is no room."""
    wide = 6.2 * len(said)
    return text(max(NAME + 2.0, min(NAME + reach - wide / 2, WIDTH - MARGIN - wide)), y + 12, said, 11, colour)
