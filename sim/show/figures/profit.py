"""Profit and loss: revenue, what is left of it after serving customers and after selling, and cost line by line."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import (
    CAUSE_COLOURS,
    INK,
    QUIET,
    Drawn,
    colour,
    from_zero,
    legend_below,
    money_axis,
    plan_panels,
    quarter_axis,
    zero_line,
)
from sim.show.formats import share, usd

REVENUE, GROSS_PROFIT, COST, CONTRIBUTION = "recognized_revenue", "gross_profit", "cost", "contribution"
MEASURES = (REVENUE, COST, CONTRIBUTION)
SERVED: dict[str, Any] = {"linewidth": 1.3, "linestyle": (0, (4, 2))}
PARTS = (
    ("salaries", ("salaries",)),
    ("variable pay", ("variable_pay",)),
    ("benefits and overhead", ("benefits", "overhead")),
    ("programs", ("programs",)),
    ("hiring, training, severance", ("recruiting", "training", "severance")),
    ("partner margins", ("partner_margins",)),
    ("other", ("other_cost",)),
)


def draw(run: RunFolder) -> Drawn:
    """Top: mean revenue with P10 to P90, and what it leaves before and after selling. Below: mean cost by line."""
    finding = _finding(run)
    made = plan_panels(
        run.plans,
        finding,
        "By fiscal quarter, $M, means over replications. Top: revenue and what is left of it. Below: cost of the sales"
        " organization.",
        (2.5, 2.0),
    )
    quarters = run.periods("quarter")
    for plan, (top, below) in made.panels.items():
        _left(top, run, plan)
        _cost(below, run, plan)
        for axes in (top, below):
            quarter_axis(axes, quarters)
        top.tick_params(labelbottom=False)
    first = made.panels[run.plans[0]]
    if first[0].get_ylim()[0] >= 0:
        from_zero(first[0])
    from_zero(first[1])
    money_axis(first[0], "revenue and what is left")
    money_axis(first[1], "cost")
    legend_below(made.figure, _legend(run), 4)
    return Drawn(made.figure, finding)


def _left(axes: Axes, run: RunFolder, plan: str) -> None:
    """Revenue, revenue less what serving it costs, and that less the cost of selling; never a bar, never stacked."""
    rows, left = run.rows(plan, REVENUE, "quarter"), run.rows(plan, CONTRIBUTION, "quarter")
    places, hue = np.arange(len(rows)), colour(run.plans, plan)
    axes.vlines(places, rows["p10"], rows["p90"], color=hue, linewidth=2.0, alpha=0.6)
    axes.plot(places, rows["mean"], color=hue, linewidth=2.0, marker="o", markersize=5)
    axes.plot(places, run.rows(plan, GROSS_PROFIT, "quarter")["mean"], color=QUIET, **SERVED)
    axes.vlines(places, left["p10"], left["p90"], color=INK, linewidth=2.0, alpha=0.6)
    axes.plot(places, left["mean"], color=INK, linewidth=1.6, marker="s", markersize=4)
    if left["p10"].min() < 0:
        zero_line(axes)


def _cost(axes: Axes, run: RunFolder, plan: str) -> None:
    quarters = run.periods("quarter")
    base = np.zeros(len(quarters))
    for (_, measures), hue in zip(PARTS, CAUSE_COLOURS, strict=False):
        height = np.zeros(len(quarters))
        for measure in measures:
            height += run.rows(plan, measure, "quarter")["mean"].reindex(quarters).fillna(0.0).to_numpy()
        axes.bar(range(len(quarters)), height, bottom=base, width=0.66, color=hue, edgecolor="white", linewidth=0.5)
        base += height
    whole = run.rows(plan, COST, "quarter")
    axes.vlines(range(len(whole)), whole["p10"], whole["p90"], color=INK, linewidth=1.6)


def _legend(run: RunFolder) -> list[Line2D | Patch]:
    parts: list[Line2D | Patch] = [
        Patch(color=hue, linewidth=0, label=name)
        for (name, measures), hue in zip(PARTS, CAUSE_COLOURS, strict=False)
        if any(run.has(measure) for measure in measures)
    ]
    hue = colour(run.plans, run.plans[0]) if len(run.plans) == 1 else QUIET
    return [
        Line2D([], [], color=hue, linewidth=2.0, marker="o", markersize=5, label="revenue"),
        Line2D([], [], color=QUIET, label="less cost to serve: gross profit", **SERVED),
        Line2D([], [], color=INK, linewidth=1.6, marker="s", markersize=4, label="less cost of selling: contribution"),
        Line2D([], [], color=INK, marker="|", markersize=10, linestyle="", markeredgewidth=1.8, label="P10 to P90"),
        *parts,
    ]


def _finding(run: RunFolder) -> str:
    def says(plan: str) -> str:
        revenue, cost, contribution = (run.statistic(plan, measure) for measure in MEASURES)
        return f"{share(cost / revenue)} of revenue and leaves {usd(contribution)}"

    return f"after serving customers, selling costs on average {findings.told(run, says)}"
