"""Cumulative bookings against target: what each plan has booked by the end of each month, good luck and bad."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.results import ranking
from sim.results.percentiles import percentiles
from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import (
    INK,
    QUIET,
    Drawn,
    colour,
    from_zero,
    label_ends,
    legend_below,
    money_axis,
    plan_panels,
)
from sim.show.formats import odds, usd
from sim.show.words import plan_name

SPREAD = [0.1, 0.5, 0.9]
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def draw(run: RunFolder) -> Drawn:
    """Bookings to date as a fan, and below it the same less the target to date."""
    kind = run.finest("bookings")
    finding = _finding(run)
    made = plan_panels(
        run.plans,
        finding,
        f"Top: bookings from the first day to each {said_end(kind)} end, $M. Below: the same less the target to"
        " date, $M.",
        (2.9, 1.7),
    )
    ends: dict[str, list[float]] = {}
    for plan, (top, below) in made.panels.items():
        booked = run.replications.to_date(plan, "bookings", kind)
        target = run.replications.to_date(plan, "target", kind).mean()
        hue = colour(run.plans, plan)
        band(top, booked, hue)
        top.plot(np.arange(len(target) + 1), [0, *target], color=INK, linewidth=1.5, linestyle=(0, (4, 2)))
        band(below, booked - target, hue)
        below.axhline(0, color=INK, linewidth=1.5, linestyle=(0, (4, 2)))
        ends[plan] = percentiles((booked - target).to_numpy()[:, -1:], SPREAD)[:, 0].tolist()
        below.margins(y=0.12)
        for axes in (top, below):
            time_axis(axes, run.periods(kind), narrow=len(run.plans) > 2)
        top.tick_params(labelbottom=False)
    first = made.panels[run.plans[0]]
    from_zero(first[0])
    money_axis(first[0], "bookings to date")
    money_axis(first[1], "ahead of target")
    for plan, values in ends.items():
        label_ends(made.panels[plan][1], values, [usd(value, signed=True) for value in values], bold=1)
    legend_below(made.figure, _legend(run))
    return Drawn(made.figure, finding)


def _finding(run: RunFolder) -> str:
    best = ranking.headline(run)
    low, middle, high = (run.statistic(best, "bookings", name) for name in ("p10", "p50", "p90"))
    target = run.statistic(best, "target")
    who = f"{plan_name(best)} has the best odds: it" if ranking.has_best_odds(run, best) else plan_name(best)
    return (
        f"{who} books {usd(middle)} by {findings.last_month(run)} (80% range {findings.span(low, high)}), and meets its"
        f" target of {usd(target)} with a chance of {odds(ranking.chance(run, best).mean)}"
    )


def band(axes: Axes, values: pd.DataFrame, hue: str) -> None:
    """P10 to P90 and the median of sums to date, from nought; one column of ``values`` a period."""
    low, middle, high = (np.array([0.0, *each]) for each in percentiles(values.to_numpy(), SPREAD))
    months = np.arange(len(middle))
    axes.fill_between(months, low, high, color=hue, alpha=0.22, linewidth=0)
    axes.plot(months, middle, color=hue, linewidth=2.2)


def time_axis(axes: Axes, periods: list[str], narrow: bool) -> None:
    """Marks at the ends of periods; the first day is 0."""
    if "-" not in periods[-1]:  # years, or the whole run
        every = 1
    elif "-Q" in periods[-1]:
        every = 1 if len(periods) <= 12 else 4 if not narrow else 8
    else:
        every = 12 if len(periods) > 60 else 6 if narrow or len(periods) > 24 else 3
    ends = [i for i in range(len(periods)) if (i + 1) % every == 0]
    axes.set_xticks([i + 1 for i in ends], [_short(periods[i]) for i in ends])
    axes.set_xlim(0, len(periods))


def _short(period: str) -> str:
    year, _, part = period.partition("-")
    return f"{SHORT_MONTHS[int(part) - 1]}\n{year}" if part.isdigit() else f"{part}\n{year}"


def said_end(kind: str) -> str:
    """``month's``, as of an end."""
    return "run's" if kind == "total" else f"{kind}'s"


def _legend(run: RunFolder) -> list[Line2D | Patch]:
    hue = colour(run.plans, run.plans[0]) if len(run.plans) == 1 else QUIET
    return [
        Line2D([], [], color=hue, linewidth=2.2, label="median (P50)"),
        Patch(color=hue, alpha=0.25, linewidth=0, label="P10 to P90: 8 replications in 10"),
        Line2D([], [], color=INK, linewidth=1.5, linestyle=(0, (4, 2)), label="target"),
    ]
