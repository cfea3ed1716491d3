"""Pictures of a fit: data as marks and bars, what was fitted as lines with their ranges. SVG by hand, one a segment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from sim.evidence.company.seen import HIGH, LOW, MIDDLE, ByAge, ByAmount, ByMonth, ByStage
from sim.show.formats import usd
from sim.show.svg import drawing, text

WIDTH, PANEL, HIGH_AS, LEFT, TOP = 480, 128, 92, 44, 34
WON, LOST, DATA, FITTED, RANGE, LINE = "#0072B2", "#D55E00", "#9AA5B1", "#0B3C5D", "#A9CCE3", "#D9D9D9"

STAGES = ("#0072B2", "#D55E00", "#007A5E", "#8A4F7D", "#7A6A00", "#444444")
MOST_NAMES = 6  # that have room in a panel


def picture(name: str, ages: ByAge, months: ByMonth, amounts: ByAmount | None, stages: ByStage | None) -> str:
    """The panels of a segment, as an SVG element. Names are escaped."""
    parts = [text(LEFT, 16, name, 13, bold=True)]
    parts += _ages(ages, TOP)
    parts += _months(months, TOP + PANEL)
    panels = 2
    if amounts is not None:
        parts += _amounts(amounts, TOP + 2 * PANEL)
        panels += 1
    if stages is not None:
        parts += _stages(stages, TOP + panels * PANEL)
        panels += 1
    return drawing(WIDTH, TOP + panels * PANEL, f"{name}: closes by age, deals created by month, amounts", parts)


def _stages(stages: ByStage, top: float) -> list[str]:
    count = len(stages.days)
    at = LEFT + (WIDTH - 8 - LEFT) * stages.days / stages.days[-1]
    parts = frame(top, "Share still in its stage, by days there: marks are the file, lines the fit", "100%")
    for k, name in enumerate(stages.names):
        colour = STAGES[k % len(STAGES)]
        parts.append(path(at, height(stages.fitted[k], 1.0, top), colour))
        for x, y in zip(at, height(stages.seen[k], 1.0, top), strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="none" stroke="{colour}"/>')
        if k < MOST_NAMES:
            parts.append(text(WIDTH - 10, top + 26 + 13 * k, name, 11, colour, anchor="end"))
    for place in range(0, count, max(1, count // 7)):
        parts.append(text(at[place], top + HIGH_AS + 26, f"{stages.days[place]}", 10))
    return parts


def _ages(ages: ByAge, top: float) -> list[str]:
    shown = np.isfinite(ages.seen).any(axis=0)
    last = int(np.flatnonzero(shown)[-1]) + 1 if shown.any() else len(ages.edges)
    most = max(float(np.nanmax(ages.seen[:, :last], initial=0.0)), float(ages.fitted[MIDDLE, :, :last].max()), 1e-9)
    at = np.linspace(LEFT, WIDTH - 8, last + 1)
    parts = frame(top, "Chance a day to close, by age in days: marks are the file, lines the fit", f"{100 * most:.1f}%")
    for kind, (colour, said) in enumerate(((WON, "won"), (LOST, "lost"))):
        low, middle, high = (height(ages.fitted[row, kind, :last], most, top) for row in (LOW, MIDDLE, HIGH))
        centers = (at[:-1] + at[1:]) / 2
        parts += [band(centers, low, high, colour), path(centers, middle, colour)]
        for x, y in zip(centers, height(ages.seen[kind, :last], most, top), strict=True):
            if np.isfinite(y):
                parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="none" stroke="{colour}"/>')
        parts.append(text(WIDTH - 40, top + 24 + 13 * kind, said, 11, colour))
    for place in range(0, last, max(1, last // 7)):
        parts.append(text(at[place], top + HIGH_AS + 26, f"{ages.edges[place]}", 10))
    return parts


def _months(months: ByMonth, top: float) -> list[str]:
    count = months.fitted.shape[1]
    most = max(float(np.nanmax(months.seen, initial=0.0)), float(months.fitted[HIGH].max()), 1e-9)
    at = np.linspace(LEFT, WIDTH - 8, count + 1)
    parts = frame(top, "Deals created a month: bars are the file, the line the fit and the year ahead", f"{most:,.0f}")
    for place, value in enumerate(months.seen):
        if np.isfinite(value):
            y = float(height(np.array([value]), most, top)[0])
            wide = max(at[1] - at[0] - 1, 1)
            parts.append(
                f'<rect x="{at[place]:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{top + 14 + HIGH_AS - y:.1f}"'
                f' fill="{DATA}"/>'
            )
    centers = (at[:-1] + at[1:]) / 2
    low, middle, high = (height(months.fitted[row], most, top) for row in (LOW, MIDDLE, HIGH))
    parts += [band(centers, low, high, FITTED), path(centers, middle, FITTED)]
    for place in range(0, count, max(1, count // 6)):
        parts.append(
            text(at[place], top + HIGH_AS + 26, date.fromordinal(int(months.starts[place])).strftime("%Y-%m"), 10)
        )
    return parts


def _amounts(amounts: ByAmount, top: float) -> list[str]:
    most = max(float(amounts.seen.max()), float(amounts.fitted.max()), 1e-9)
    count = len(amounts.seen)
    at = np.linspace(LEFT, WIDTH - 8, count + 1)
    parts = frame(top, "Amounts of won deals, US dollars: bars are the file, the line the fit", f"{100 * most:.0f}%")
    parts += bars_and_line(amounts.seen, amounts.fitted, at, most, top)
    for place in range(0, count, 4):
        parts.append(text(at[place], top + HIGH_AS + 26, usd(float(np.exp(amounts.edges[place]))), 10))
    return parts


def bars_and_line(seen: np.ndarray, fitted: np.ndarray, at: np.ndarray, most: float, top: float) -> list[str]:
    """What was seen as bars and the fit as a line over them, between the places ``at``, one more than bars."""
    parts = [
        f'<rect x="{at[place]:.1f}" y="{y:.1f}" width="{at[1] - at[0] - 1:.1f}"'
        f' height="{top + 14 + HIGH_AS - y:.1f}" fill="{DATA}"/>'
        for place, y in enumerate(height(seen, most, top))
    ]
    return [*parts, path((at[:-1] + at[1:]) / 2, height(fitted, most, top), FITTED)]


def frame(top: float, said: str, most: str) -> list[str]:
    """A panel's title, its foot and what stands at its top."""
    foot = top + 14 + HIGH_AS
    return [
        text(LEFT, top + 8, said, 11),
        text(LEFT - 4, top + 22, most, 10, anchor="end"),
        text(LEFT - 4, foot, "0", 10, anchor="end"),
        f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{foot}" y2="{foot}" stroke="{LINE}"/>',
    ]


def height(values: np.ndarray, most: float, top: float) -> np.ndarray:
    """Where values stand in the panel that begins at ``top``; those above ``most`` at its upper end."""
    return top + 14 + HIGH_AS - (HIGH_AS - 4) * np.minimum(values / most, 1.0)


def path(x: Sequence[float] | np.ndarray, y: np.ndarray, colour: str) -> str:
    """A line."""
    points = " ".join(f"{one:.1f},{other:.1f}" for one, other in zip(x, y, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>'


def band(x: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> str:
    """A pale range."""
    there = [*zip(x, high, strict=True), *reversed([*zip(x, low, strict=True)])]
    points = " ".join(f"{one:.1f},{other:.1f}" for one, other in there)
    return f'<polygon points="{points}" fill="{colour}" fill-opacity="0.18"/>'
