"""Where pipeline comes from: the value of opportunities created, by source and quarter."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Patch

from sim.results.run_folder import RunFolder
from sim.show.figures.style import (
    CAUSE_COLOURS,
    Drawn,
    legend_below,
    money_axis,
    plan_panels,
    quarter_axis,
)
from sim.show.formats import share
from sim.show.words import listed, plan_name, readable

MEASURE = "pipeline_created"


def draw(run: RunFolder) -> Drawn:
    """Stacked bars of mean pipeline created by quarter, one colour a source."""
    finding, names = _finding(run), run.groups("source", MEASURE)
    hues = [CAUSE_COLOURS[k % len(CAUSE_COLOURS)] for k in range(len(names))]
    kind = _finest(run)
    made = plan_panels(
        run.plans, finding, f"Opportunities created by fiscal {kind} at full value, mean over replications, $M.", (3.2,)
    )
    periods = run.periods(kind)
    for plan, (axes,) in made.panels.items():
        base = np.zeros(len(periods))
        for name, hue in zip(names, hues, strict=True):
            made_usd = run.rows(plan, MEASURE, kind, "source", name)["mean"].reindex(periods).fillna(0.0)
            axes.bar(range(len(periods)), made_usd, bottom=base, width=0.72, color=hue, edgecolor="white")
            base += made_usd.to_numpy()
        if kind == "quarter":
            quarter_axis(axes, periods)
        else:
            axes.set_xticks(range(len(periods)), periods)
    money_axis(made.panels[run.plans[0]][0])
    labels = [readable(name) for name in names]
    legend_below(made.figure, [Patch(color=h, linewidth=0, label=n) for h, n in zip(hues, labels, strict=True)])
    return Drawn(made.figure, finding)


def _finding(run: RunFolder) -> str:
    names = run.groups("source", MEASURE)
    totals = {name: _total(run, run.reference, name) for name in names}
    whole = sum(totals.values())
    if not whole:
        return "no pipeline is created"
    ranked = sorted(names, key=lambda name: -totals[name])[:3]
    parts = [f"{share(totals[name] / whole)} from {readable(name)}" for name in ranked]
    return f"of the pipeline created{_in(run)}, {listed(parts)}"


def _total(run: RunFolder, plan: str, source: str) -> float:
    return float(run.rows(plan, MEASURE, _finest(run), "source", source)["mean"].sum())


def _finest(run: RunFolder) -> str:
    """Quarters, or years where a large scenario leaves quarters of sources out of its table."""
    kind = run.finest(MEASURE, "source")
    return "quarter" if kind == "month" else kind


def _in(run: RunFolder) -> str:
    return f" in {plan_name(run.reference)}" if len(run.plans) > 1 else ""
