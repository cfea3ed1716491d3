"""Capacity against plan: what the ramped reps can book, what their quotas add up to, and what the target asks."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report import findings
from sim.report.figures.style import (
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
from sim.report.judgment import judged
from sim.report.run_folder import RunFolder
from sim.report.words import listed, plan_name, share

QUOTA_LINE: dict[str, Any] = {
    "color": "#6B6B6B",
    "linewidth": 1.4,
    "linestyle": (0, (1, 1.4)),
    "marker": "s",
    "markersize": 3.5,
}
TARGET_LINE: dict[str, Any] = {"color": INK, "linewidth": 1.6, "linestyle": (0, (4, 2))}


def draw(run: RunFolder) -> Drawn:
    """Means by quarter: capacity with its P10-P90, plan, street quota and target."""
    finding = _finding(run)
    made = plan_panels(
        run.plans,
        finding,
        "By fiscal quarter, $M. Capacity is ramped rep equivalents times the productivity of a ramped rep."
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
    capacity = run.rows(plan, "productivity_capacity", "quarter")
    judgment = run.rows(plan, "judgment", "quarter")["mean"].reindex(capacity.index).fillna(0.0)
    places = np.arange(len(capacity))
    axes.fill_between(places, capacity["p10"], capacity["p90"], color=hue, alpha=0.22, linewidth=0)
    axes.plot(places, capacity["mean"], color=hue, linewidth=2.2)
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
        Line2D([], [], color=hue, linewidth=2.2, label="capacity, mean"),
        Patch(color=hue, alpha=0.25, linewidth=0, label="capacity, P10 to P90"),
        *(diamond if _judged(run) else []),
        Line2D([], [], **QUOTA_LINE, label="street quota"),
        Line2D([], [], **TARGET_LINE, label="target"),
    ]


def _finding(run: RunFolder) -> str:
    parts = []
    for plan in findings.in_title(run):
        ratio = run.statistic(plan, "productivity_capacity") / run.statistic(plan, "target")
        parts.append(f"{share(ratio)} in {plan_name(plan)}" if len(run.plans) > 1 else share(ratio))
    quota = run.statistic(run.reference, "street_quota")
    said = f"over the run, capacity is {listed(parts)} of the target"
    if len(run.plans) > 1:
        said = f"over the run, capacity as a share of the target is {listed(parts)}"
    if not np.isfinite(quota):
        return said
    return f"{said}; quotas handed out add up to {share(quota / run.statistic(run.reference, 'target'))} of it" + (
        f" in {plan_name(run.reference)}" if len(run.plans) > 1 else ""
    )
