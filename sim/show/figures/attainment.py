"""Attainment spread: how many reps reach quota and how far the middle and the average rep get, year by year."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results.percentiles import percentiles
from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import QUIET, Drawn, canvas, colour, legend_below, marker, share_axis
from sim.show.formats import share
from sim.show.words import listed, plan_name

PANELS = (
    ("share_at_quota", "reps at or above quota"),
    ("attainment_median", "attainment of the median rep"),
    ("attainment_mean", "attainment of the mean rep"),
)


def draw(run: RunFolder) -> Drawn:
    """One bar a plan and year for each of three measures: P10-P90 thin, P25-P75 thick, the median marked."""
    finding = _finding(run)
    made = canvas(
        finding,
        "By fiscal year, spread over replications. Left: percent of reps. Middle, right: bookings over quota, percent.",
        3.4, ncols=3,
    )  # fmt: skip
    for axes, (measure, title) in zip(made.axes[0], PANELS, strict=True):
        axes.set_title(title, loc="left", size=10.5, pad=7)
        _panel(axes, run, measure)
        share_axis(axes)
    made.axes[0, 1].sharey(made.axes[0, 2])
    legend_below(made.figure, _legend(run), 5)
    return Drawn(made.figure, finding)


def _panel(axes: Axes, run: RunFolder, measure: str) -> None:
    years, count = run.periods("year"), len(run.plans)
    step = min(0.8 / count, 0.3)
    for place, plan in enumerate(run.plans):
        values = run.replications.table(plan, measure, "year")
        for x, year in enumerate(years):
            if year in values and values[year].notna().any():
                _bar(axes, x + (place - (count - 1) / 2) * step, values[year], run, plan, step)
    axes.set_xticks(range(len(years)), years)
    axes.set_xlim(-0.6, len(years) - 0.4)
    axes.margins(y=0.12)


def _bar(axes: Axes, x: float, values: pd.Series, run: RunFolder, plan: str, step: float) -> None:
    hue = colour(run.plans, plan)
    p10, p25, p50, p75, p90 = percentiles(values.to_numpy()[:, None], (0.1, 0.25, 0.5, 0.75, 0.9))[:, 0]
    axes.vlines(x, p10, p90, color=hue, linewidth=1.6)
    axes.vlines(x, p25, p75, color=hue, linewidth=min(6.0, 60 * step), alpha=0.45)
    axes.plot(
        x, p50, marker=marker(run.plans, plan), color=hue, markersize=6.5, markeredgecolor="white", markeredgewidth=0.6
    )


def _legend(run: RunFolder) -> list[Line2D]:
    plans = [
        Line2D(
            [], [], linestyle="", marker=marker(run.plans, p), color=colour(run.plans, p), label=f"{plan_name(p)}, P50"
        )
        for p in run.plans
    ]
    return [
        *plans,
        Line2D([], [], color=QUIET, linewidth=6, alpha=0.45, label="P25 to P75"),
        Line2D([], [], color=QUIET, linewidth=1.6, label="P10 to P90"),
    ]


def _finding(run: RunFolder) -> str:
    years = run.periods("year")
    if not years:
        return "attainment by year: the run is shorter than a year"
    year, plan = years[-1], run.reference
    at_quota = run.statistic(plan, "share_at_quota", "p50", "year", year)
    middle = run.statistic(plan, "attainment_median", "p50", "year", year)
    said = f"in {year} {share(at_quota)} of the reps reach quota in {plan_name(plan)};"
    said += f" the median rep gets to {share(middle)}"
    if len(run.plans) == 1:
        return said
    others = [
        f"{share(run.statistic(p, 'share_at_quota', 'p50', 'year', year))} in {plan_name(p)}"
        for p in findings.others_in_title(run)
    ]
    return f"{said}; at quota are {listed(others)} (medians over replications)"
