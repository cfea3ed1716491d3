"""Sellers in the fit report: how they ramp, differ and stay, as a table and a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from sim.crm.dates import iso
from sim.evidence.company.company import Company
from sim.evidence.company.learn import middle
from sim.evidence.company.people_seen import Differ, RampSeen, Staying, differ, ramp_seen, staying
from sim.evidence.company.seen import HIGH, LOW, MIDDLE
from sim.results.percentiles import percentiles
from sim.show.decision_page import Row
from sim.show.fit_picture import (
    DATA,
    FITTED,
    HIGH_AS,
    LEFT,
    LOST,
    PANEL,
    TOP,
    WIDTH,
    WON,
    band,
    bars_and_line,
    frame,
    height,
    path,
)  # fmt: skip
from sim.show.formats import number, share_to_a_tenth
from sim.show.svg import drawing, text

HEADINGS = ("", "fitted", "P10", "P90", "in the scenario", "played")


def rows(company: Company) -> list[Row]:
    """A line a number; none where nothing of sellers could be told."""
    found: list[Row] = []
    ramp, people, exits = ramp_seen(company), company.people, company.exits
    if ramp is not None:
        for step, months in enumerate(ramp.months):
            low, half, high = (share_to_a_tenth(float(ramp.fitted[row, step])) for row in (LOW, MIDDLE, HIGH))
            played = share_to_a_tenth(float(ramp.played[step])) if np.isfinite(ramp.played[step]) else ""
            share = share_to_a_tenth(float(ramp.shares[step]))
            found.append(Row((f"deals of newcomers in months {months}, of the usual", half, low, high, share, played)))
    if people.spread is not None:
        found.append(_row("spread of the logarithm of sellers' wins", people.spread.sigma_log, 2))
        share = f"{people.spread.volume_share:.0%}"
        found.append(Row(("part of it in how many deals they have", share, "", "", share, "")))
    found.append(_row("exits a year" + (" after the first year" if exits.by_tenure else ""), exits.rates, 2))
    if exits.by_tenure is not None:
        found.append(_row("exits of the first year, times later ones", exits.first_year, 2))
    handed = company.handed
    if handed.share is not None and handed.days is not None:
        low, half, high = (share_to_a_tenth(float(one)) for one in percentiles(handed.share[:, None])[:, 0])
        found.append(Row(("leavers' deals that somebody takes over", half, low, high, "all", "")))
        found.append(_row("days until they are handed on", handed.days, 0))
    if handed.loss is not None:
        found.append(_row("log-odds that they lose in each stage, with those nobody takes", handed.loss, 2))
    return found


def of_leavers(company: Company) -> list[Row]:
    """What an earlier export shows of their deals; none without one."""
    seen = company.handed.seen
    if seen is None:
        return []
    counts = (
        (f"sellers who left after {iso(company.handed.since)} with open deals", seen.people),
        ("their deals, open in the earlier export", seen.deals + seen.missing),
        ("now of another owner", seen.moved),
        ("of these closed", seen.moved_closed),
        ("of these won", seen.moved_won),
        ("closed by the sellers before they left", seen.closed_before),
        ("still under the old names", seen.left_behind),
        ("of these closed since", seen.left_closed),
        ("not in the later export", seen.missing),
    )
    return [Row((what, f"{count:,}")) for what, count in counts]


def _row(what: str, draws: np.ndarray, digits: int) -> Row:
    low, high = percentiles(draws[:, None])[[0, 2], 0]
    central = number(middle(draws), digits)
    return Row((what, central, number(float(low), digits), number(float(high), digits), central, ""))


def picture(company: Company) -> str:
    """The panels that there are, as an SVG element; "" for none."""
    ramp, spread, stay = ramp_seen(company), differ(company), staying(company)
    panels: list[Callable[[float], list[str]]] = []
    if ramp is not None:
        panels.append(partial(_ramp, ramp))
    if spread is not None:
        panels.append(partial(_differ, spread))
    if stay is not None:
        panels.append(partial(_staying, stay))
    if not panels:
        return ""
    parts = [text(LEFT, 16, "Sellers", 13, bold=True)]
    for place, draw in enumerate(panels):
        parts += draw(TOP + place * PANEL)
    return drawing(WIDTH, TOP + len(panels) * PANEL, "Sellers: ramp, how much they differ, who stays", parts)


def _ramp(ramp: RampSeen, top: float) -> list[str]:
    parts = frame(top, "Deals of newcomers, of the usual: ranges are the file, dots the scenario", "100%")
    at = np.linspace(LEFT, WIDTH - 8, len(ramp.months) + 1)
    for step, months in enumerate(ramp.months):
        x = (at[step] + at[step + 1]) / 2
        low, half, high = (float(height(ramp.fitted[row, step : step + 1], 1.0, top)[0]) for row in (LOW, MIDDLE, HIGH))
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}" stroke="{DATA}" stroke-width="9"/>'
        )
        parts.append(f'<line x1="{x - 9:.1f}" x2="{x + 9:.1f}" y1="{half:.1f}" y2="{half:.1f}" stroke="{FITTED}"/>')
        if np.isfinite(ramp.played[step]):
            y = float(height(ramp.played[step : step + 1], 1.0, top)[0])
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LOST}"/>')
        parts.append(text(x, top + HIGH_AS + 26, f"months {months}", 10, anchor="middle"))
    return parts


def _differ(found: Differ, top: float) -> list[str]:
    most = max(float(found.seen.max()), float(found.fitted.max()), 1e-9)
    at = np.linspace(LEFT, WIDTH - 8, len(found.seen) + 1)
    parts = frame(top, "Sellers by their wins, of the usual number: bars are the file, the line the fit", f"{most:.0%}")
    parts += bars_and_line(found.seen, found.fitted, at, most, top)
    parts += [text(at[place], top + HIGH_AS + 26, f"{found.edges[place]:g}", 10) for place in range(0, len(at) - 1, 2)]
    return parts


def _staying(found: Staying, top: float) -> list[str]:
    at = LEFT + (WIDTH - 8 - LEFT) * found.days / found.days[-1]
    parts = frame(top, "Still there, by months since they came: marks are the file, lines the fit", "100%")
    low, half, high = (height(found.fitted[row], 1.0, top) for row in (LOW, MIDDLE, HIGH))
    parts += [band(at, low, high, WON), path(at, half, WON)]
    for x, y in zip(at, height(found.seen, 1.0, top), strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="none" stroke="{WON}"/>')
    for months in (0, 12, 24, 36):
        x = LEFT + (WIDTH - 8 - LEFT) * months / 48
        parts.append(text(x, top + HIGH_AS + 26, f"{months}", 10))
    return parts
