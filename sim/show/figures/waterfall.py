"""The ARR waterfall: from the recurring revenue of the first day to that of the last."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import CAUSE_COLOURS, INK, QUIET, Drawn, colour, money_axis, plan_panels
from sim.show.formats import usd

OPENING, NEW, EXPANSION, CONTRACTION, CHURN = MEASURES = (
    "arr", "new_arr", "expansion_arr", "contraction_arr", "churned_arr",
)  # fmt: skip
STEPS = ((NEW, "new", 1.0), (EXPANSION, "expansion", 1.0), (CONTRACTION, "contraction", -1.0), (CHURN, "churn", -1.0))
GAIN, LOSS = CAUSE_COLOURS[0], CAUSE_COLOURS[1]


def draw(run: RunFolder) -> Drawn:
    """Bars for opening and closing ARR, and floating bars for what happened between."""
    finding = _finding(run)
    made = plan_panels(run.plans, finding, "Annual recurring revenue over the run, mean over replications, $M.", (3.3,))
    for plan, (axes,) in made.panels.items():
        _panel(axes, run, plan)
    money_axis(made.panels[run.plans[0]][0])
    return Drawn(made.figure, finding)


def steps(run: RunFolder, plan: str) -> tuple[float, list[float]]:
    """Opening ARR and what each step adds to it (losses are negative), in US dollars."""
    return run.statistic(plan, OPENING), [sign * abs(run.statistic(plan, name)) for name, _, sign in STEPS]


def _panel(axes: Axes, run: RunFolder, plan: str) -> None:
    opening, changes = steps(run, plan)
    levels = np.cumsum([opening, *changes])
    hue = colour(run.plans, plan)
    axes.bar([0, len(changes) + 1], [opening, levels[-1]], width=0.7, color=hue)
    for k, change in enumerate(changes):
        axes.bar(
            k + 1, abs(change), bottom=min(levels[k], levels[k + 1]), width=0.7, color=GAIN if change > 0 else LOSS
        )
    for k, level in enumerate([*levels, levels[-1]][:-1]):
        axes.plot([k + 0.35, k + 0.65], [level, level], color=QUIET, linewidth=0.8)
    tops = [opening, *np.maximum(levels[:-1], levels[1:]), levels[-1]]
    for place, (top, value) in enumerate(zip(tops, [opening, *changes, levels[-1]], strict=True)):
        text = usd(value, signed=0 < place <= len(changes), decimals=1 if len(run.plans) < 3 else 0)
        axes.annotate(text, (place, top), (0, 3), textcoords="offset points", ha="center", size=7.5, color=INK)
    names = ["opening", *(name for _, name, _ in STEPS), "closing"]
    axes.set_xticks(range(len(names)), names, rotation=30 if len(run.plans) > 1 else 0)
    axes.grid(visible=False, axis="x")
    axes.margins(y=0.1)


def _finding(run: RunFolder) -> str:
    def says(plan: str) -> str:
        opening, changes = steps(run, plan)
        return f"{usd(opening)} to {usd(opening + sum(changes))}"

    return f"ARR goes from {findings.told(run, says)}"
