"""Coverage: the pipeline that the policy aims at beside what is there, quarter by quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import (
    INK,
    QUIET,
    Drawn,
    around_data,
    colour,
    legend_below,
    plan_panels,
    quarter_axis,
)
from sim.show.formats import number
from sim.show.words import listed, plan_name

ACHIEVED, DATED, AIM = "policy_coverage", "coverage", "coverage_target"


def draw(run: RunFolder) -> Drawn:
    """Achieved coverage with its P10-P90, the part dated in the quarter, and the target of a policy."""
    finding = _finding(run)
    made = plan_panels(
        run.plans,
        finding,
        "Open pipeline at each fiscal quarter's start over the target of the coming quarter (a multiple).",
        (3.0,),
    )
    for plan, (axes,) in made.panels.items():
        _panel(axes, run, plan)
        quarter_axis(axes, run.periods("quarter"))
    first = made.panels[run.plans[0]][0]
    around_data(first)
    first.yaxis.set_major_formatter("{x:g}x")
    legend_below(made.figure, _legend(run))
    return Drawn(made.figure, finding)


def _panel(axes: Axes, run: RunFolder, plan: str) -> None:
    hue = colour(run.plans, plan)
    achieved = run.rows(plan, ACHIEVED, "quarter")
    places = np.arange(len(achieved))
    axes.fill_between(places, achieved["p10"], achieved["p90"], color=hue, alpha=0.22, linewidth=0)
    axes.plot(places, achieved["p50"], color=hue, linewidth=2.2, marker="o", markersize=4)
    dated = run.rows(plan, DATED, "quarter")["p50"].reindex(achieved.index)
    axes.plot(places, dated, color=hue, linewidth=1.3, linestyle=(0, (1, 1.4)))
    aim = _aim(run, plan).reindex(achieved.index)
    if aim.notna().any():
        edges = np.arange(len(achieved) + 1) - 0.5
        axes.stairs(aim.to_numpy(), edges, color=INK, linewidth=1.6, linestyle=(0, (4, 2)), baseline=None)


def _legend(run: RunFolder) -> list[Line2D | Patch]:
    hue = colour(run.plans, run.plans[0]) if len(run.plans) == 1 else QUIET
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=hue, linewidth=2.2, label="all open pipeline, median"),
        Patch(color=hue, alpha=0.25, linewidth=0, label="P10 to P90"),
        Line2D([], [], color=hue, linewidth=1.3, linestyle=(0, (1, 1.4)), label="dated in the quarter, median"),
    ]
    if any(_aim(run, plan).notna().any() for plan in run.plans):
        handles.append(Line2D([], [], color=INK, linewidth=1.6, linestyle=(0, (4, 2)), label="coverage target"))
    return handles


def _aim(run: RunFolder, plan: str) -> pd.Series:
    """The policy's ratio by quarter, undefined without a policy."""
    return run.rows(plan, AIM, "quarter")["mean"]


def _finding(run: RunFolder) -> str:
    parts = []
    for plan in findings.in_title(run):
        achieved = float(run.rows(plan, ACHIEVED, "quarter")["p50"].mean())
        aim = float(_aim(run, plan).mean())
        against = f"against a target of {number(aim, 1)}x" if np.isfinite(aim) else "with no coverage target"
        who = f"{plan_name(plan)} holds" if len(run.plans) > 1 else "a quarter starts with a median coverage of"
        parts.append((who, f"{number(achieved, 1)}x", against))
    if len(parts) > 1 and len({against for _, _, against in parts}) == 1:
        said = listed([f"{plan_name(p)} {held}" for p, (_, held, _) in zip(findings.in_title(run), parts, strict=True)])
        return f"median coverage at a quarter's start, {parts[0][2]}: {said}"
    return listed([f"{who} {held} {against}" for who, held, against in parts])
