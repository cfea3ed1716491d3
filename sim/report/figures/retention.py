"""Retention: gross and net, year by year."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report import findings
from sim.report.figures.style import INK, QUIET, Drawn, canvas, colour, legend_below, marker, share_axis
from sim.report.run_folder import RunFolder
from sim.report.words import plan_name, share

GROSS, NET = MEASURES = ("grr", "nrr")


def draw(run: RunFolder) -> Drawn:
    """Medians by year with P10 to P90, gross on the left and net on the right; the line marks 100%."""
    finding = _finding(run)
    made = canvas(finding, "Share of a year's opening ARR that its customers are worth at the end.", 3.2, ncols=2)
    for axes, measure, title in zip(made.axes[0], MEASURES, ("gross retention", "net retention"), strict=True):
        for plan in run.plans:
            _marks(axes, run, plan, measure)
        axes.axhline(1.0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
        years = run.periods("year")
        axes.set_xticks(range(len(years)), years)
        axes.set_xlim(-0.5, len(years) - 0.5)
        axes.set_title(title, loc="left", size=10.5, pad=7)
        axes.margins(y=0.15)
        share_axis(axes)
    plans = [
        Line2D([], [], color=colour(run.plans, p), marker=marker(run.plans, p), linestyle="", label=plan_name(p))
        for p in run.plans
    ]
    legend_below(made.figure, [*plans, Line2D([], [], color=QUIET, linewidth=2.0, label="P10 to P90")])
    return Drawn(made.figure, finding)


def _marks(axes: Axes, run: RunFolder, plan: str, measure: str) -> None:
    rows = run.rows(plan, measure, "year")
    place = run.plans.index(plan) - (len(run.plans) - 1) / 2
    places = np.arange(len(rows)) + place * min(0.5 / len(run.plans), 0.14)
    hue = colour(run.plans, plan)
    axes.vlines(places, rows["p10"], rows["p90"], color=hue, linewidth=2.0, alpha=0.6)
    axes.plot(places, rows["p50"], color=hue, marker=marker(run.plans, plan), markersize=6, linewidth=0)


def _finding(run: RunFolder) -> str:
    year = run.periods("year")[-1]

    def says(plan: str) -> str:
        gross, net = (run.statistic(plan, measure, "mean", "year", year) for measure in MEASURES)
        return f"{share(gross)} gross and {share(net)} net"

    return f"retention in {year}: {findings.told(run, says)}"
