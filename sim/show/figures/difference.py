"""What each plan books more or less than the reference, under the same luck, by quarter and in all."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results import ranking
from sim.results.estimates import Estimate
from sim.results.percentiles import percentiles
from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import (
    INK,
    QUIET,
    Drawn,
    canvas,
    colour,
    legend_below,
    marker,
    money_axis,
    quarter_axis,
    zero_line,
)
from sim.show.formats import DASH, usd
from sim.show.words import listed, plan_name


def draw(run: RunFolder) -> Drawn:
    """Mean difference with its 95% interval, and the P10-P90 of single replications, by quarter and for the run."""
    finding, others = _finding(run), run.plans[1:]
    made = canvas(
        finding,
        f"Bookings of each plan less those of {plan_name(run.reference)}, under the same luck, $M.",
        3.9,
        ncols=2,
        width_ratios=[3.4, 1],
    )
    left, right = made.axes[0]
    quarters = run.periods("quarter")
    for place, plan in enumerate(others):
        shift = (place - (len(others) - 1) / 2) * min(0.8 / len(others), 0.26)
        _bars(left, run, plan, "quarter", np.arange(len(quarters)) + shift)
        _bars(right, run, plan, "total", np.array([float(place)]))
    for axes, title in ((left, "each quarter"), (right, "whole run")):
        axes.set_title(title, loc="left", size=10.5, pad=7)
        zero_line(axes)
        axes.margins(y=0.1)
        money_axis(axes)
    quarter_axis(left, quarters)
    right.set_xticks([])
    right.set_xlim(-0.6, len(others) - 0.4)
    legend_below(made.figure, _legend(run), 4)
    return Drawn(made.figure, finding)


def _bars(axes: Axes, run: RunFolder, plan: str, period_kind: str, places: np.ndarray) -> None:
    rows = run.difference_rows(plan, "bookings", period_kind)
    pairs = run.replications.paired(plan, run.reference, "bookings", period_kind)
    hue = colour(run.plans, plan)
    for x, period in zip(places, run.periods(period_kind), strict=True):
        if period in pairs:
            axes.vlines(
                x, *percentiles(pairs[[period]].to_numpy(), (0.1, 0.9))[:, 0], color=hue, alpha=0.35, linewidth=5
            )
        if period in rows.index:
            row: Any = rows.loc[period]
            axes.errorbar(  # drawn over the mark, which would hide a short interval
                x, float(row["mean_difference"]),
                [[float(row["mean_difference"] - row["ci_low"])], [float(row["ci_high"] - row["mean_difference"])]],
                color=INK, linewidth=1.2, capsize=3.5, capthick=1.2, zorder=5,
            )  # fmt: skip
            axes.plot(
                x,
                float(row["mean_difference"]),
                marker=marker(run.plans, plan),
                color=hue,
                markersize=6.5,
                markeredgecolor="white",
                markeredgewidth=0.8,
                zorder=4,
            )


def _legend(run: RunFolder) -> list[Line2D]:
    plans = [
        Line2D(
            [], [], linestyle="", marker=marker(run.plans, p), color=colour(run.plans, p), label=f"{plan_name(p)}, mean"
        )
        for p in run.plans[1:]
    ]
    return [
        *plans,
        Line2D([], [], color=INK, linewidth=1.4, label="95% interval of the mean"),
        Line2D([], [], color=QUIET, alpha=0.4, linewidth=5, label=f"P10{DASH}P90 of single replications"),
    ]


def _finding(run: RunFolder) -> str:
    """The recommended plan and those that change most, two in all; what cannot be told from zero is said to be so."""
    pick = ranking.headline(run)
    gaps = {plan: ranking.gap(run, plan, run.reference, "bookings") for plan in run.plans[1:]}
    plans = sorted(gaps, key=lambda plan: (plan != pick, -abs(gaps[plan].mean)))
    clear, unclear = [p for p in plans if gaps[p].clear], [p for p in plans if not gaps[p].clear]
    when = findings.last_month(run)
    if not clear:
        return f"no plan's bookings by {when} can be told apart from those of {plan_name(run.reference)}"
    parts = [_said(p, gaps[p]) for p in clear[:2]]
    said = (
        f"against {plan_name(run.reference)}, {listed(parts)} by {when}" if len(parts) > 1 else f"{parts[0]} by {when}"
    )
    if len(plans) == 1:
        return f"{said} (80% range {findings.span(gaps[plans[0]].p10, gaps[plans[0]].p90)})"
    told = [plan for plan in unclear if len(plans) <= 3 or plan == pick]
    if told:
        names = listed([plan_name(plan) for plan in told])
        return f"{said}; {names} cannot be told apart from {plan_name(run.reference)}"
    return said


def _said(plan: str, difference: Estimate) -> str:
    verb = "adds" if difference.mean > 0 else "loses"
    return f"{plan_name(plan)} {verb} {usd(abs(difference.mean))}"
