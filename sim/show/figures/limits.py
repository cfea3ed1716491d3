"""What holds demand back: how full the territories are, and how long deals wait for a solution engineer."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import Drawn, canvas, colour, legend_below, marker, quarter_axis, share_axis
from sim.show.formats import number, share
from sim.show.words import plan_name

SATURATION, WAIT = MEASURES = ("territory_saturation", "se_wait_days")


def draw(run: RunFolder) -> Drawn:
    """Left: territory in use at each quarter's start. Right: days of waiting. Means; bars from P10 to P90."""
    finding = _finding(run)
    made = canvas(finding, "By fiscal quarter; means over replications, and P10 to P90 as thin bars.", 3.2, ncols=2)
    left, right = made.axes[0]
    for plan in run.plans:
        _line(left, run, plan, SATURATION)
        _line(right, run, plan, WAIT)
    for axes, title in ((left, "territory in use"), (right, "days a deal waits for a solution engineer")):
        axes.set_title(title, loc="left", size=10.5, pad=7)
        quarter_axis(axes, run.periods("quarter"))
        axes.set_ylim(0, axes.get_ylim()[1] * 1.04)
    share_axis(left)
    lines = [
        Line2D([], [], color=colour(run.plans, p), marker=marker(run.plans, p), label=plan_name(p)) for p in run.plans
    ]
    legend_below(made.figure, lines)
    return Drawn(made.figure, finding)


def _line(axes: Axes, run: RunFolder, plan: str, measure: str) -> None:
    rows = run.rows(plan, measure, "quarter").reindex(run.periods("quarter"))
    place = run.plans.index(plan) - (len(run.plans) - 1) / 2
    places = np.arange(len(rows)) + place * min(0.5 / len(run.plans), 0.14)
    hue = colour(run.plans, plan)
    axes.vlines(places, rows["p10"], rows["p90"], color=hue, linewidth=1.1, alpha=0.75)
    axes.plot(places, rows["mean"], color=hue, marker=marker(run.plans, plan), markersize=5, linewidth=1.8)


def _finding(run: RunFolder) -> str:
    last = run.periods("quarter")[-1]
    full = findings.told(run, lambda plan: share(run.statistic(plan, SATURATION, "mean", "quarter", last)))
    days = findings.told(run, lambda plan: number(run.statistic(plan, WAIT), 1))
    return f"mean territory in use as the last quarter begins: {full}; mean days that a deal waits for an SE: {days}"
