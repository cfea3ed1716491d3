"""Pipeline by stage over the quarters: how much is open, and how far along it is."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Patch

from sim.report import findings
from sim.report.figures.style import Drawn, legend_below, money_axis, plan_panels, quarter_axis
from sim.report.run_folder import RunFolder
from sim.report.words import listed, period_name, plan_name, readable, share, usd


def draw(run: RunFolder) -> Drawn:
    """Stacked bars of mean open pipeline at each quarter's start, early stages at the bottom."""
    finding, stages = _finding(run), run.groups("stage", "open_pipeline")
    hues = _hues(len(stages))
    made = plan_panels(
        run.plans, finding, "Open pipeline at each fiscal quarter's start, mean over replications, $M.", (3.3,)
    )
    for plan, (axes,) in made.panels.items():
        _panel(axes, run, plan, stages, hues)
        quarter_axis(axes, run.periods("quarter"))
    money_axis(made.panels[run.plans[0]][0])
    labels = [readable(stage) for stage in stages]
    legend_below(made.figure, [Patch(color=h, linewidth=0, label=s) for h, s in zip(hues, labels, strict=True)])
    return Drawn(made.figure, finding)


def _hues(count: int) -> list[str]:
    """Stages from light to dark as they go on, in a scale made for every colour vision; no plan's colour."""
    return [to_hex(colormaps["cividis"](x)) for x in np.linspace(0.92, 0.12, count)]


def _panel(axes: Axes, run: RunFolder, plan: str, stages: list[str], hues: list[str]) -> None:
    quarters = run.periods("quarter")
    base = np.zeros(len(quarters))
    for stage, hue in zip(stages, hues, strict=True):
        rows = run.rows(plan, "open_pipeline", "quarter", "stage", stage)["mean"].reindex(quarters)
        height = rows.fillna(0.0).to_numpy()
        axes.bar(range(len(quarters)), height, bottom=base, width=0.72, color=hue, edgecolor="white", linewidth=0.4)
        base += height


def _finding(run: RunFolder) -> str:
    quarters, stages = run.periods("quarter"), run.groups("stage", "open_pipeline")
    if not stages or not quarters:
        return "pipeline by stage: the run keeps none"
    first, last = (_open(run, run.reference, q) for q in (quarters[0], quarters[-1]))
    begin, end = period_name(quarters[0]), period_name(quarters[-1])
    said = f"open pipeline goes from {usd(first)} in {begin} to {usd(last)} in {end}"
    if len(run.plans) > 1:
        others = [f"{usd(_open(run, p, quarters[-1]))} in {plan_name(p)}" for p in findings.others_in_title(run)]
        return f"{said} in {plan_name(run.reference)}; it is {listed(others)}"
    late = run.rows(run.reference, "open_pipeline", "quarter", "stage", stages[-1])["mean"]
    return f"{said}, {share(late.iloc[-1] / last)} of it in the stage {readable(stages[-1])}"


def _open(run: RunFolder, plan: str, quarter: str) -> float:
    stages = run.groups("stage", "open_pipeline")
    found = [run.rows(plan, "open_pipeline", "quarter", "stage", stage)["mean"] for stage in stages]
    return float(sum(rows.get(quarter, 0.0) for rows in found))
