"""Heads and ramp mix: how many sellers are in their seats, and how many ramped ones they are worth."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import INK, QUIET, Drawn, colour, from_zero, legend_below, plan_panels, quarter_axis
from sim.show.formats import number, period_name
from sim.show.words import listed, plan_name


def draw(run: RunFolder) -> Drawn:
    """Stacked bars of mean sellers by quarter: ramped equivalents, and the part still to be ramped."""
    finding = _finding(run)
    made = plan_panels(
        run.plans,
        finding,
        "Sellers, mean over replications and over each fiscal quarter. A seller at half productivity counts as half.",
        (3.2,),
    )
    for plan, (axes,) in made.panels.items():
        _panel(axes, run, plan)
        quarter_axis(axes, run.periods("quarter"))
    first = made.panels[run.plans[0]][0]
    from_zero(first)
    first.set_ylabel("sellers")
    hue = colour(run.plans, run.plans[0]) if len(run.plans) == 1 else QUIET
    handles = [
        Patch(color=hue, linewidth=0, label="ramped rep equivalents"),
        Patch(color=hue, alpha=0.3, linewidth=0, label="still in ramp"),
        Line2D([], [], color=INK, linewidth=1.2, label="sellers in seats, P10 to P90"),
    ]
    legend_below(made.figure, handles)
    return Drawn(made.figure, finding)


def _panel(axes: Axes, run: RunFolder, plan: str) -> None:
    hue = colour(run.plans, plan)
    sellers = run.rows(plan, _heads_measure(run), "quarter")
    ramped = run.rows(plan, "ramped_rep_equivalents", "quarter")["mean"].reindex(sellers.index)
    places = np.arange(len(sellers))
    axes.bar(places, ramped, width=0.72, color=hue)
    axes.bar(places, sellers["mean"] - ramped, bottom=ramped, width=0.72, color=hue, alpha=0.3)
    axes.vlines(places, sellers["p10"], sellers["p90"], color=INK, linewidth=1.2)


def _heads_measure(run: RunFolder) -> str:
    """Sellers where the run counts them apart, everybody else."""
    return "selling_heads" if len(run.rows(run.reference, "selling_heads", "quarter")) else "heads"


def _finding(run: RunFolder) -> str:
    quarter = run.periods("quarter")[-1]
    parts = []
    for plan in findings.in_title(run):
        heads = run.statistic(plan, _heads_measure(run), "mean", "quarter", quarter)
        ramped = run.statistic(plan, "ramped_rep_equivalents", "mean", "quarter", quarter)
        parts.append(f"{plan_name(plan)} has {number(heads)} sellers worth {number(ramped)} ramped ones")
    return f"in {period_name(quarter)} {listed(parts)}"
