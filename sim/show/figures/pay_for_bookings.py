"""What more pay brings: each plan's variable pay and bookings less the reference's, under the same luck."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results import ranking
from sim.results.estimates import Estimate
from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import (
    INK,
    QUIET,
    Drawn,
    canvas,
    colour,
    legend_below,
    marker,
    money_axis,
    zero_line,
)
from sim.show.formats import usd
from sim.show.words import plan_name

PAY, BOOKED = MEASURES = ("variable_pay", "bookings")


def draw(run: RunFolder) -> Drawn:
    """One dot a replication, and for each plan the mean with its 95% interval both ways."""
    finding = _finding(run)
    made = canvas(
        finding,
        f"Whole run, each plan less {plan_name(run.reference)} under the same luck, $M. Small dots are replications,"
        " the large mark their mean.",
        3.9,
    )  # fmt: skip
    axes = made.axes[0, 0]
    for plan in run.plans[1:]:
        _cloud(axes, run, plan)
    _guides(axes)
    zero_line(axes)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    axes.grid(visible=True, axis="both")
    money_axis(axes, "more bookings")
    money_axis(axes, "more variable pay", across=True)
    legend_below(made.figure, _legend(run), 4)
    return Drawn(made.figure, finding)


def _cloud(axes: Axes, run: RunFolder, plan: str) -> None:
    pay, booked = (run.replications.paired(plan, run.reference, measure, "total") for measure in MEASURES)
    hue = colour(run.plans, plan)
    if pay.shape[1] and booked.shape[1]:
        axes.scatter(pay.iloc[:, 0], booked.iloc[:, 0], s=9, color=hue, alpha=0.3, linewidth=0)
    x, y = (ranking.gap(run, plan, run.reference, measure) for measure in MEASURES)
    axes.errorbar(
        x.mean, y.mean, xerr=_reach(x), yerr=_reach(y), color=INK, linewidth=1.2, capsize=3.5, zorder=5,
    )  # fmt: skip
    axes.plot(
        x.mean, y.mean, color=hue, marker=marker(run.plans, plan), markersize=9, markeredgecolor="white", zorder=6
    )


def _reach(difference: Estimate) -> np.ndarray:
    return np.nan_to_num(np.array([[difference.mean - difference.low], [difference.high - difference.mean]]))


def _guides(axes: Axes) -> None:
    """The line on which a dollar of pay brings a dollar of bookings."""
    axes.axline((0, 0), slope=1.0, color=QUIET, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1)


def _legend(run: RunFolder) -> list[Line2D]:
    plans = [
        Line2D([], [], linestyle="", marker=marker(run.plans, p), color=colour(run.plans, p), label=plan_name(p))
        for p in run.plans[1:]
    ]
    return [
        *plans,
        Line2D([], [], color=INK, linewidth=1.2, label="95% interval of the mean"),
        Line2D([], [], color=QUIET, linestyle=(0, (4, 2)), label="a dollar booked for a dollar paid"),
    ]


def _finding(run: RunFolder) -> str:
    parts = [_said(run, plan) for plan in findings.in_title(run) if plan != run.reference]
    return f"against {plan_name(run.reference)}, {'; '.join(parts)}"


def _said(run: RunFolder, plan: str) -> str:
    pay, booked = (ranking.gap(run, plan, run.reference, measure) for measure in MEASURES)
    if pay.mean == 0.0 and booked.mean == 0.0:
        return f"{plan_name(plan)} changes neither pay nor bookings"
    paid = f"{plan_name(plan)} pays {usd(abs(pay.mean))} {'more' if pay.mean >= 0 else 'less'}"
    if not booked.clear:
        return f"{paid} for no clear change in bookings"
    return f"{paid} and books {usd(abs(booked.mean))} {'more' if booked.mean > 0 else 'less'}"
