"""Cash: what the sales organization has brought in less what it has taken, month by month."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.results.percentiles import percentiles
from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.fan import SPREAD, band, said_end, time_axis
from sim.show.figures.style import (
    CAUSE_COLOURS,
    QUIET,
    Drawn,
    colour,
    label_ends,
    legend_below,
    money_axis,
    plan_panels,
    zero_line,
)
from sim.show.formats import usd

COLLECTIONS, FLOW = MEASURES = ("collections", "cash_flow")
IN, OUT = CAUSE_COLOURS[0], CAUSE_COLOURS[1]


def draw(run: RunFolder) -> Drawn:
    """Cash to date as a fan, and below it what came in and went out each month."""
    kind = run.finest(FLOW)
    finding = _finding(run)
    made = plan_panels(
        run.plans,
        finding,
        f"Top: cash from the first day to each {said_end(kind)} end, $M. Below: what came in and went out in each"
        f" {kind}, mean over replications, $M.",
        (2.5, 1.9),
    )
    ends: dict[str, list[float]] = {}
    for plan, (top, below) in made.panels.items():
        cash = run.replications.to_date(plan, FLOW, kind)
        band(top, cash, colour(run.plans, plan))
        zero_line(top)
        ends[plan] = percentiles(cash.to_numpy()[:, -1:], SPREAD)[:, 0].tolist()
        _flows(below, run, plan, kind)
        zero_line(below)
        for axes in (top, below):
            axes.margins(y=0.12)
            time_axis(axes, run.periods(kind), narrow=len(run.plans) > 2)
        top.tick_params(labelbottom=False)
    first = made.panels[run.plans[0]]
    money_axis(first[0], "cash to date")
    money_axis(first[1], f"a {kind}")
    for plan, values in ends.items():
        label_ends(made.panels[plan][0], values, [usd(value, signed=True) for value in values], bold=1)
    legend_below(made.figure, _legend(run))
    return Drawn(made.figure, finding)


def _flows(axes: Axes, run: RunFolder, plan: str, kind: str) -> None:
    came = run.rows(plan, COLLECTIONS, kind)["mean"].to_numpy()
    went = came - run.rows(plan, FLOW, kind)["mean"].to_numpy()
    places = np.arange(len(came)) + 0.5
    axes.bar(places, came, width=0.78, color=IN)
    axes.bar(places, -went, width=0.78, color=OUT)


def _legend(run: RunFolder) -> list[Line2D | Patch]:
    hue = colour(run.plans, run.plans[0]) if len(run.plans) == 1 else QUIET
    return [
        Line2D([], [], color=hue, linewidth=2.2, label="median (P50)"),
        Patch(color=hue, alpha=0.25, linewidth=0, label="P10 to P90"),
        Patch(color=IN, linewidth=0, label="paid by customers"),
        Patch(color=OUT, linewidth=0, label="paid by the sales organization"),
    ]


def _finding(run: RunFolder) -> str:
    def says(plan: str) -> str:
        cash = run.replications.table(plan, FLOW, "total").iloc[:, 0]
        low, middle, high = percentiles(cash.to_numpy()[:, None], SPREAD)[:, 0].tolist()
        return f"{usd(middle)} (80% range {findings.span(low, high)})"

    return f"median cash brought in by {findings.last_month(run)}, less cost of selling, is {findings.told(run, says)}"
