"""The chance to meet the target, to date and in each quarter alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results import ranking
from sim.results.replications import share_with_error
from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import QUIET, Drawn, canvas, colour, legend_below, marker, quarter_axis, share_axis
from sim.show.formats import odds
from sim.show.words import listed, plan_name


def draw(run: RunFolder) -> Drawn:
    """Left: bookings to date against target to date. Right: each quarter alone. Bars are Monte Carlo error."""
    finding = _finding(run)
    made = canvas(
        finding, "Chance to meet the target, percent of replications, by fiscal quarter.", 3.9, ncols=2, sharey=True
    )
    left, right = made.axes[0]
    for plan in run.plans:
        _line(left, run.replications.target_met_to_date(plan, "quarter"), run, plan)
        _line(right, run.replications.table(plan, "hits_target", "quarter"), run, plan)
    for axes, title in ((left, "from the first day to the quarter's end"), (right, "each quarter alone")):
        axes.set_title(title, loc="left", size=10.5, pad=7)
        quarter_axis(axes, run.periods("quarter"))
    share_axis(left)
    left.set_yticks([0, 0.25, 0.5, 0.75, 1])
    left.set_ylim(0, 1.02)
    lines = [
        Line2D([], [], color=colour(run.plans, p), marker=marker(run.plans, p), label=plan_name(p)) for p in run.plans
    ]
    legend_below(made.figure, [*lines, Line2D([], [], color=QUIET, linewidth=1.1, label="95% Monte Carlo error")], 4)
    return Drawn(made.figure, finding)


def _line(axes: Axes, hits: pd.DataFrame, run: RunFolder, plan: str) -> None:
    if hits.empty:
        return
    hue = colour(run.plans, plan)
    place = run.plans.index(plan) - (len(run.plans) - 1) / 2
    estimates = [share_with_error(hits[period]) for period in hits]
    places = np.arange(len(estimates)) + place * min(
        0.5 / len(run.plans), 0.14
    )  # side by side, or bars would hide bars
    axes.vlines(places, [e.low for e in estimates], [e.high for e in estimates], color=hue, linewidth=1.1, alpha=0.75)
    axes.plot(
        places, [e.mean for e in estimates], color=hue, marker=marker(run.plans, plan), markersize=5, linewidth=1.8
    )


def _finding(run: RunFolder) -> str:
    ranked = ranking.by_chance(run)
    best, when = ranked[0], findings.last_month(run)
    first = f"{plan_name(best)} meets its target by {when} in {odds(ranking.chance(run, best).mean)} of replications"
    if len(ranked) == 1:
        return first
    last = ranked[-1]
    if not ranking.has_better_odds(run, best, last):
        return f"the plans' odds to meet the target by {when} cannot be told apart: {_all(run)}"
    shown = ranked[1:] if len(ranked) <= 4 else list(dict.fromkeys(p for p in (run.reference, last) if p != best))
    return f"{first}, {listed([f'{plan_name(p)} in {odds(ranking.chance(run, p).mean)}' for p in shown])}"


def _all(run: RunFolder) -> str:
    return ", ".join(f"{plan_name(plan)} {odds(ranking.chance(run, plan).mean)}" for plan in run.plans)
