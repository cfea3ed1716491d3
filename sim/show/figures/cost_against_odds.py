"""Cost against odds: what each plan costs and how likely it is to meet the target."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.results import ranking
from sim.results.run_folder import RunFolder
from sim.rules.target import reached
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
    share_axis,
)
from sim.show.formats import odds, usd
from sim.show.words import plan_name

MOST_BESIDE = 5  # plans whose names stand beside their points
NEAR = 0.06  # points closer than this part of the axis share a side badly, so their labels change sides


def draw(run: RunFolder) -> Drawn:
    """One point a plan; for a single plan one point a replication, cost against bookings."""
    return _plans(run) if len(run.plans) > 1 else _one_plan(run)


def _plans(run: RunFolder) -> Drawn:
    finding = _finding(run)
    made = canvas(finding, "Across: mean cost of the whole run, $M. Up: chance to meet the whole run's target.", 4.0)
    axes = made.axes[0, 0]
    points = {}
    for plan in run.plans:
        chance, cost = ranking.chance(run, plan), run.statistic(plan, "cost")
        low, high = (run.statistic(plan, "cost", name) for name in ("ci_low", "ci_high"))
        hue = colour(run.plans, plan)
        axes.vlines(cost, chance.low, chance.high, color=hue, linewidth=1.2, alpha=0.7)
        axes.hlines(chance.mean, low, high, color=hue, linewidth=1.2, alpha=0.7)
        axes.plot(cost, chance.mean, marker=marker(run.plans, plan), color=hue, markersize=9, markeredgecolor="white")
        points[plan] = (cost, chance.mean)
    axes.grid(True, axis="both")
    axes.margins(x=0.22, y=0.12)
    share_axis(axes)
    money_axis(axes, "cost", across=True)
    handles = [Line2D([], [], color=QUIET, linewidth=1.2, label="95% Monte Carlo error")]
    if len(run.plans) <= MOST_BESIDE:
        _label(axes, run, points)
    else:
        handles = [*(_key(run, plan) for plan in run.plans), *handles]
    legend_below(made.figure, handles)
    return Drawn(made.figure, finding)


def _key(run: RunFolder, plan: str) -> Line2D:
    """A plan's mark for the legend, where names beside the points would cover one another."""
    hue, mark = colour(run.plans, plan), marker(run.plans, plan)
    return Line2D([], [], linestyle="", marker=mark, color=hue, markersize=8, label=plan_name(plan))


def _label(axes: Axes, run: RunFolder, points: dict[str, tuple[float, float]]) -> None:
    """Names beside the points: right of them, or left where the right is taken by a neighbour."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    placed: list[tuple[float, float, int]] = []
    for plan, (cost, chance) in sorted(points.items(), key=lambda item: -item[1][0]):
        x, y = (cost - left) / (right - left), (chance - bottom) / (top - bottom)
        side = 1
        for other_x, other_y, other_side in placed:
            if abs(y - other_y) < NEAR and 0 <= other_x - x < 0.3 and side == 1:
                side = -1 if other_side == 1 else 1
        placed.append((x, y, side))
        axes.annotate(
            plan_name(plan),
            (cost, chance),
            xytext=(9 * side, 7),
            textcoords="offset points",
            size=10,
            weight="bold",
            ha="left" if side == 1 else "right",
            va="bottom",
            color=colour(run.plans, plan),
        )


def _one_plan(run: RunFolder) -> Drawn:
    plan = run.reference
    low, mean, high = (run.statistic(plan, "cost", name) for name in ("p10", "mean", "p90"))
    finding = (
        f"{plan_name(plan)} costs {usd(mean)} on average (80% range {findings.span(low, high)}) and meets its target"
        f" in {odds(ranking.chance(run, plan).mean)} of replications"
    )
    made = canvas(finding, "One point a replication. Across: cost of the whole run, $M. Up: bookings, $M.", 4.0)
    axes = made.axes[0, 0]
    cost, bookings, target = (
        run.replications.table(plan, measure, "total").iloc[:, 0].to_numpy()
        for measure in ("cost", "bookings", "target")
    )
    met = reached(bookings, target)
    hue = colour(run.plans, plan)
    axes.plot(
        cost[met], bookings[met], linestyle="", marker="o", color=hue, markersize=5, alpha=0.65, markeredgewidth=0
    )
    axes.plot(
        cost[~met], bookings[~met], linestyle="", marker="o", color=hue, markersize=5, alpha=0.65, fillstyle="none"
    )
    axes.axhline(float(np.mean(target)), color=INK, linewidth=1.6, linestyle=(0, (4, 2)))
    axes.grid(True, axis="both")
    money_axis(axes)
    money_axis(axes, "cost", across=True)
    handles = [
        Line2D([], [], linestyle="", marker="o", color=hue, markersize=5, label="meets the target"),
        Line2D([], [], linestyle="", marker="o", color=hue, markersize=5, fillstyle="none", label="misses it"),
        Line2D([], [], color=INK, linewidth=1.6, linestyle=(0, (4, 2)), label="target"),
    ]
    legend_below(made.figure, handles)
    return Drawn(made.figure, finding)


def _finding(run: RunFolder) -> str:
    best, cheapest = ranking.headline(run), ranking.by_cost(run)[0]
    likely = ranking.chance(run, best)
    if best == cheapest:
        low = usd(run.statistic(best, "cost"))
        if ranking.has_best_odds(run, best):
            return f"{plan_name(best)} has both the best odds ({odds(likely.mean)}) and the lowest cost ({low})"
        most = ranking.by_chance(run)[0]
        if not ranking.has_better_odds(run, most, best):
            return f"{plan_name(best)} has odds as good as any ({odds(likely.mean)}) and the lowest cost ({low})"
        return (
            f"{plan_name(best)} has the lowest cost ({low}) and odds of {odds(likely.mean)}, against"
            f" {odds(ranking.chance(run, most).mean)} for {plan_name(most)}"
        )
    more = run.statistic(best, "cost") - run.statistic(cheapest, "cost")
    said = (
        f"{plan_name(best)} costs {usd(more)} more than {plan_name(cheapest)}, the cheapest, for odds of"
        f" {odds(likely.mean)} against {odds(ranking.chance(run, cheapest).mean)}"
    )
    return said if ranking.has_better_odds(run, best, cheapest) else f"{said}, odds that cannot be told apart"
