"""Marks with their ranges: for each plan a middle and P10 to P90 in each place, the plans side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results.run_folder import RunFolder
from sim.show.figures.style import QUIET, colour, marker
from sim.show.words import plan_name

MIDDLES = {"mean": "mean", "p50": "median"}


def marks(
    axes: Axes, run: RunFolder, plan: str, rows: pd.DataFrame, places: Sequence[float], joined: bool,
    middle: str = "mean",
) -> None:  # fmt: skip
    """One plan's middles and ranges, beside those of the other plans.

    Args:
        rows: of the summary, as many as there are places. joined: whether a line runs through the middles.
        middle: mean or p50. Ratios are best told by their median, which a quarter with little below the line spares.
    """
    hue, count = colour(run.plans, plan), len(run.plans)
    shift = (run.plans.index(plan) - (count - 1) / 2) * min(0.7 / count, 0.2)
    x = np.asarray(places, float) + shift
    axes.vlines(x, rows["p10"], rows["p90"], color=hue, linewidth=2.0, alpha=0.55)
    axes.plot(
        x, rows[middle], color=hue, marker=marker(run.plans, plan), markersize=6.0, markeredgecolor="white",
        markeredgewidth=0.6, linewidth=1.3 if joined else 0.0,
    )  # fmt: skip


def marks_legend(run: RunFolder, middle: str = "mean") -> list[Line2D]:
    """What the marks mean."""
    plans = [
        Line2D(
            [], [], color=colour(run.plans, p), marker=marker(run.plans, p), markersize=6, linestyle="",
            label=f"{plan_name(p)}, {MIDDLES[middle]}",
        )
        for p in run.plans
    ]  # fmt: skip
    return [*plans, Line2D([], [], color=QUIET, linewidth=2.0, label="P10 to P90")]
