"""Comings and goings: who starts and who leaves in each quarter, and by which cause."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import (
    CAUSE_COLOURS,
    INK,
    Drawn,
    legend_below,
    plan_panels,
    quarter_axis,
    zero_line,
)
from sim.show.formats import number

STARTS = ("hires", "start")
CAUSES = (
    ("exits_voluntary", "resign"),
    ("exits_involuntary", "are let go after reviews"),
    ("exits_dated", "leave on a planned date"),
)


def draw(run: RunFolder) -> Drawn:
    """Bars of mean heads by quarter: starts above nought, exits by cause below it, and the balance as a line."""
    finding = _finding(run)
    made = plan_panels(run.plans, finding, "Heads of all roles by fiscal quarter, mean over replications.", (3.0,))
    for plan, (axes,) in made.panels.items():
        _panel(axes, run, plan)
        quarter_axis(axes, run.periods("quarter"))
        zero_line(axes)
    first = made.panels[run.plans[0]][0]
    low, high = first.get_ylim()
    first.set_ylim(low * 1.06, high)
    first.set_ylabel("heads")
    causes = [
        (name, hue) for (measure, name), hue in zip((STARTS, *CAUSES), CAUSE_COLOURS, strict=False) if run.has(measure)
    ]
    handles: list[Patch | Line2D] = [Patch(color=hue, linewidth=0, label=name) for name, hue in causes]
    legend_below(made.figure, [*handles, Line2D([], [], color=INK, marker="o", markersize=4, label="balance")])
    return Drawn(made.figure, finding)


def _panel(axes: Axes, run: RunFolder, plan: str) -> None:
    quarters = run.periods("quarter")
    places, below = np.arange(len(quarters)), np.zeros(len(quarters))
    starts = _mean(run, plan, STARTS[0])
    axes.bar(places, starts, width=0.66, color=CAUSE_COLOURS[0])
    for (measure, _), hue in zip(CAUSES, CAUSE_COLOURS[1:], strict=False):
        left = _mean(run, plan, measure)
        axes.bar(places, -left, bottom=-below, width=0.66, color=hue)
        below += left
    axes.plot(places, starts - below, color=INK, linewidth=1.3, marker="o", markersize=4)


def _mean(run: RunFolder, plan: str, measure: str) -> np.ndarray:
    """Mean by quarter; nought where the run does not count it."""
    return run.rows(plan, measure, "quarter")["mean"].reindex(run.periods("quarter")).fillna(0.0).to_numpy()


def _finding(run: RunFolder) -> str:
    def says(plan: str) -> str:
        left = sum(_mean(run, plan, measure).sum() for measure, _ in CAUSES)
        return f"{number(_mean(run, plan, STARTS[0]).sum())} people start and {number(left)} leave"

    return f"over the run {findings.told(run, says)}"
