"""What one more head of each role brings in bookings and in worth, beside the average head and what the seat costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results.estimates import Estimate
from sim.results.more_heads import OneMoreHead, one_more_heads
from sim.results.run_folder import RunFolder
from sim.show.figures.style import INK, QUIET, Drawn, canvas, legend_below, money_axis
from sim.show.one_more_head import WORTH, name_of, told
from sim.show.words import plan_name

ADDED, AVERAGE = "#0072B2", "#D55E00"  # Okabe and Ito; the mark's shape tells them apart as well
FURTHEST = 4.0  # times the largest cost or added bookings: an average beyond it is written, not drawn


def can_be_drawn(run: RunFolder) -> bool:
    """Whether the run has played one more head."""
    return not run.one_more_head.empty


def draw(run: RunFolder) -> Drawn:
    """Left: bookings a year, the average head's and the cost. Right: what the seat is worth over the run."""
    found = one_more_heads(run.one_more_head)
    finding = told(run)
    worth = WORTH[found[0].worth_measure].lower()
    made = canvas(
        finding,
        f"What one seat more, opened on the first day, changes in {plan_name(run.reference)}. Left: bookings a year in"
        f" the run's last 12 months, $. Right: {worth} over the whole run, $.",
        0.9 + 0.27 * len(found), ncols=2, width_ratios=[1.7, 1],
    )  # fmt: skip
    left, right = made.axes[0]
    places = _places(found)
    limit = _limit(found)
    for y, one in zip(places, found, strict=True):
        _interval(left, one.bookings, y)
        _average(left, one.average, y, limit)
        left.vlines(one.cost.mean, y - 0.32, y + 0.32, color=QUIET, linewidth=2.0)
        _interval(right, one.worth, y)
    left.set_xlim(right=limit)
    left.set_yticks(places, [name_of(one) for one in found])
    right.set_yticks(places, [""] * len(found))
    for axes, title in ((left, "bookings a year"), (right, f"{worth}, whole run")):
        axes.set_title(title, loc="left", size=10.5, pad=7)
        axes.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        axes.set_ylim(max(places) + 0.6, -0.6)
        money_axis(axes, across=True)
    legend_below(made.figure, _legend(), 4)
    return Drawn(made.figure, finding)


def _places(found: Sequence[OneMoreHead]) -> list[float]:
    """Heights from the top down, with room between roles."""
    places, y = [], 0.0
    for before, one in zip([None, *found], found, strict=False):
        y += 0.0 if before is None else 1.0 if before.role == one.role else 1.5
        places.append(y)
    return places


def _limit(found: Sequence[OneMoreHead]) -> float:
    """Where the left axis ends: what a head brings and costs must stay readable beside large averages."""
    added = max([one.bookings.high if math.isfinite(one.bookings.high) else one.bookings.mean for one in found])
    most = FURTHEST * max(added, *(one.cost.mean for one in found), 1.0)
    averages = [one.average for one in found if math.isfinite(one.average) and one.average <= most]
    return 1.08 * max([added, *(one.cost.mean for one in found), *averages])


def _interval(axes: Axes, one: Estimate, y: float) -> None:
    if math.isfinite(one.low):
        axes.hlines(y, one.low, one.high, color=ADDED, linewidth=2.0)
    axes.plot(one.mean, y, marker="o", color=ADDED, markersize=6.5, markeredgecolor="white", linestyle="")


def _average(axes: Axes, amount: float, y: float, limit: float) -> None:
    if not math.isfinite(amount):
        return
    if amount <= limit:
        axes.plot(amount, y, marker="D", color=AVERAGE, fillstyle="none", markersize=6, linestyle="")
    else:
        axes.annotate(
            f"${amount / 1e6:.1f}M \N{RIGHTWARDS ARROW}", (limit, y), xytext=(-3, 0), textcoords="offset points",
            ha="right", va="center", size=8, color=AVERAGE,
        )  # fmt: skip


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=ADDED, marker="o", markersize=6, linewidth=2.0, label="one more head, 95% interval"),
        Line2D([], [], color=AVERAGE, marker="D", fillstyle="none", linestyle="", label="average head's bookings"),
        Line2D([], [], color=QUIET, marker="|", markersize=11, markeredgewidth=2.0, linestyle="", label="cost a year"),
    ]
