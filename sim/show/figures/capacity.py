"""Capacity and what is booked: what ramped reps would sell if leads grew with heads, bookings, quotas and target."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.results import ranking
from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import (
    INK,
    QUIET,
    Drawn,
    around_data,
    colour,
    legend_below,
    money_axis,
    plan_panels,
    quarter_axis,
)
from sim.show.formats import ratio, share, usd
from sim.show.judgment import judged
from sim.show.words import plan_name

QUOTA_LINE: dict[str, Any] = {
    "color": "#6B6B6B",
    "linewidth": 1.4,
    "linestyle": (0, (1, 1.4)),
    "marker": "s",
    "markersize": 3.5,
}
BOOKED: dict[str, Any] = {"marker": "o", "markersize": 7, "markeredgecolor": "white", "markeredgewidth": 0.8}
CAPACITY = "productivity_capacity"
LEAST_TOLD = 0.005  # of the reference's capacity
TARGET_LINE: dict[str, Any] = {"color": INK, "linewidth": 1.6, "linestyle": (0, (4, 2))}


def draw(run: RunFolder) -> Drawn:
    """Means by quarter: bookings, how far they are from capacity with its P10-P90; plan, street quota and target."""
    finding = _finding(run)
    made = plan_panels(
        run.plans,
        finding,
        "By fiscal quarter, $M. Capacity is ramped rep equivalents times what the planner counts on from each, as if"
        " leads grew with heads; they do not. The thin bar is the gap to what is booked."
        + (" Plan is capacity and what leaders add or take by judgment." if _judged(run) else " No judgment is added."),
        (3.3,),
    )
    for plan, (axes,) in made.panels.items():
        _panel(axes, run, plan)
        quarter_axis(axes, run.periods("quarter"))
    first = made.panels[run.plans[0]][0]
    around_data(first)
    money_axis(first)
    legend_below(made.figure, _legend(run), 5)
    return Drawn(made.figure, finding)


def _panel(axes: Axes, run: RunFolder, plan: str) -> None:
    hue = colour(run.plans, plan)
    capacity = run.rows(plan, CAPACITY, "quarter")
    judgment = run.rows(plan, "judgment", "quarter")["mean"].reindex(capacity.index).fillna(0.0)
    places = np.arange(len(capacity))
    booked = run.rows(plan, "bookings", "quarter")["mean"].reindex(capacity.index)
    axes.fill_between(places, capacity["p10"], capacity["p90"], color=hue, alpha=0.22, linewidth=0)
    axes.plot(places, capacity["mean"], color=hue, linewidth=2.2)
    axes.vlines(places, booked, capacity["mean"], color=hue, linewidth=1.2)
    axes.plot(places, booked, color=hue, linewidth=0, **BOOKED)
    if judgment.abs().max() > 0:
        axes.plot(
            places, capacity["mean"] + judgment, color=hue, linewidth=0, marker="D", markersize=5, fillstyle="none"
        )
    for measure, line in (("street_quota", QUOTA_LINE), ("target", TARGET_LINE)):
        rows = run.rows(plan, measure, "quarter")
        if len(rows):
            axes.plot(places, rows["mean"].reindex(capacity.index), **line)


def _judged(run: RunFolder) -> bool:
    return any(judged(run, plan) for plan in run.plans)


def _legend(run: RunFolder) -> list[Line2D | Patch]:
    hue = colour(run.plans, run.plans[0]) if len(run.plans) == 1 else QUIET
    diamond = [Line2D([], [], color=hue, linestyle="", marker="D", fillstyle="none", markersize=5, label="plan")]
    return [
        Line2D([], [], color=hue, linewidth=0, label="booked, mean", **BOOKED),
        Line2D([], [], color=hue, linewidth=2.2, label="capacity, mean"),
        Patch(color=hue, alpha=0.22, linewidth=0, label="capacity, P10 to P90"),
        *(diamond if _judged(run) else []),
        Line2D([], [], **QUOTA_LINE, label="street quota"),
        Line2D([], [], **TARGET_LINE, label="target"),
    ]


def _finding(run: RunFolder) -> str:
    """Bookings over capacity; where a plan has more or less capacity, what bookings do beside it."""

    def says(plan: str) -> str:
        return share(ratio(run.statistic(plan, "bookings"), run.statistic(plan, CAPACITY)))

    said = f"bookings are {findings.told(run, says)} of capacity, which counts on leads that grow with heads"
    if len(run.plans) > 1:
        said = f"bookings over capacity, which counts on leads that grow with heads: {findings.told(run, says)}"
    others = [plan for plan in findings.in_title(run) if plan != run.reference]
    most = max(others, key=lambda plan: abs(_more(run, plan)), default=run.reference)
    changed = _changed(run, most)
    return f"{said}; {changed}" if changed else said


def _more(run: RunFolder, plan: str) -> float:
    return run.statistic(plan, CAPACITY) - run.statistic(run.reference, CAPACITY)


def _changed(run: RunFolder, plan: str) -> str:
    """How a plan moves capacity and bookings against the reference; nothing where capacity hardly moves."""
    more = _more(run, plan)
    if not abs(more) >= LEAST_TOLD * run.statistic(run.reference, CAPACITY):
        return ""
    booked = ranking.gap(run, plan, run.reference, "bookings").mean
    return f"{plan_name(plan)} moves capacity by {usd(more, signed=True)} and bookings by {usd(booked, signed=True)}"
