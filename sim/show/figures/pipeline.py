"""Pipeline by stage over the quarters: how much is open, and how far along it is."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Patch

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import Drawn, legend_below, money_axis, plan_panels, quarter_axis
from sim.show.formats import period_name, ratio, share, usd
from sim.show.undrawn import Undrawable
from sim.show.words import listed, plan_name, readable

OPEN = "open_pipeline"


def draw(run: RunFolder) -> Drawn:
    """Stacked bars of mean open pipeline at each quarter's start, early stages at the bottom."""
    stages, kind = run.groups("stage", OPEN), run.finest(OPEN, "stage")
    if not stages or kind == "total":
        raise Undrawable("the run keeps no quarters or years of stages; run.most_rows=... makes room for them.")
    finding, hues = _finding(run, stages, kind), _hues(len(stages))
    made = plan_panels(
        run.plans, finding, f"Open pipeline at each fiscal {kind}'s start, mean over replications, $M.", (3.3,)
    )
    for plan, (axes,) in made.panels.items():
        _panel(axes, run, plan, stages, hues, kind)
        if kind == "year":
            axes.set_xticks(range(len(run.periods(kind))), run.periods(kind))
        else:
            quarter_axis(axes, run.periods(kind))
    money_axis(made.panels[run.plans[0]][0])
    labels = [readable(stage) for stage in stages]
    legend_below(made.figure, [Patch(color=h, linewidth=0, label=s) for h, s in zip(hues, labels, strict=True)])
    return Drawn(made.figure, finding)


def _hues(count: int) -> list[str]:
    """Stages from light to dark as they go on, in a scale made for every colour vision; no plan's colour."""
    return [to_hex(colormaps["cividis"](x)) for x in np.linspace(0.92, 0.12, count)]


def _panel(axes: Axes, run: RunFolder, plan: str, stages: list[str], hues: list[str], kind: str) -> None:
    periods = run.periods(kind)
    base = np.zeros(len(periods))
    for stage, hue in zip(stages, hues, strict=True):
        rows = run.rows(plan, OPEN, kind, "stage", stage)["mean"].reindex(periods)
        height = rows.fillna(0.0).to_numpy()
        axes.bar(range(len(periods)), height, bottom=base, width=0.72, color=hue, edgecolor="white", linewidth=0.4)
        base += height


def _finding(run: RunFolder, stages: list[str], kind: str) -> str:
    def opened(plan: str, period: str) -> float:
        found = [run.rows(plan, OPEN, kind, "stage", stage)["mean"] for stage in stages]
        return float(sum(rows.get(period, 0.0) for rows in found))

    begin, end = (run.periods(kind)[place] for place in (0, -1))
    first, last = (opened(run.reference, period) for period in (begin, end))
    said = f"open pipeline goes from {usd(first)} in {period_name(begin)} to {usd(last)} in {period_name(end)}"
    if len(run.plans) > 1:
        others = [f"{usd(opened(plan, end))} in {plan_name(plan)}" for plan in findings.others_in_title(run)]
        return f"{said} in {plan_name(run.reference)}; it is {listed(others)}"
    late = float(run.rows(run.reference, OPEN, kind, "stage", stages[-1])["mean"].get(end, 0.0))
    return f"{said}, {share(ratio(late, last))} of it in the stage {readable(stages[-1])}"
