"""Payout: what each pay plan pays by attainment, as drawn from its terms, and where the reps end up on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from sim.report.figures.style import INK, QUIET, Drawn, canvas, colour, from_zero, legend_below, share_axis
from sim.report.payout import Payout, payouts
from sim.report.run_folder import RunFolder
from sim.report.words import listed, plan_name, share, usd

MEASURES = ("variable_pay", "quota_per_rep", "reps")
MOST_PANELS = 3
LINES: tuple[dict[str, Any], ...] = (
    {"linestyle": "-"}, {"linestyle": (0, (5, 2))}, {"linestyle": (0, (1.2, 1.2))},
    {"linestyle": (0, (6, 1.5, 1.2, 1.5))},
)  # fmt: skip


def draw(run: RunFolder) -> Drawn:
    """For each pay plan a curve of every scenario; below the first the share of reps by band of attainment."""
    found = payouts(run)[:MOST_PANELS]
    finding = _finding(run, found)
    made = canvas(
        finding, _reading(found), 3.5 + 0.24 * len(run.plans), nrows=2, ncols=max(len(found), 1),
        height_ratios=[3.2, 0.22 + 0.2 * len(run.plans)],
    )  # fmt: skip
    for column, one in enumerate(found):
        above, below = made.axes[:, column]
        _curves(above, run, one)
        if column:  # the bands hold the reps of all plans together
            below.set_axis_off()
        else:
            _bands(below, run, one.most)
            above.tick_params(labelbottom=False)
        (above if column else below).set_xlabel("attainment, bookings over quota")
    lines = [
        Line2D([], [], color=colour(run.plans, p), linewidth=2.2, label=plan_name(p), **LINES[k % len(LINES)])
        for k, p in enumerate(run.plans)
    ]
    legend_below(made.figure, lines, 5)
    return Drawn(made.figure, finding)


def _curves(axes: Axes, run: RunFolder, one: Payout) -> None:
    for k, (plan, pay) in enumerate(one.pay_usd.items()):
        axes.plot(
            one.attainment, pay / one.at_quota_usd, color=colour(run.plans, plan),
            linewidth=2.6 - 0.4 * min(k, 3), zorder=3 + k, **LINES[run.plans.index(plan) % len(LINES)],
        )  # fmt: skip
    axes.axvline(1.0, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
    axes.axhline(1.0, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
    axes.set_xlim(0, one.most)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    same = len(one.pay_usd) > 1 and not one.differs
    axes.set_title(f'pay plan "{one.name}"' + ", the same in all" * same, loc="left", size=10.5, pad=7)
    from_zero(axes)
    share_axis(axes, "variable pay, of that at quota")


def _bands(axes: Axes, run: RunFolder, most: float) -> None:
    """The share of reps in each band, written where the band lies; darker where there are more."""
    edges = [0.0, *_inner_edges(run), most]
    for row, plan in enumerate(run.plans):
        counts = np.array([_mean(run, plan, band) for band in run.groups("attainment", "reps")])
        shares = np.nan_to_num(counts) / max(np.nansum(counts), 1e-9)
        for low, high, part in zip(edges, edges[1:], shares, strict=False):
            axes.barh(
                row, high - low, left=low, height=0.86, color=colour(run.plans, plan), alpha=0.12 + 0.9 * float(part),
                edgecolor="white", linewidth=1.2,
            )  # fmt: skip
            axes.text((low + high) / 2, row, share(float(part)), ha="center", va="center", size=7.5, color=INK)
    axes.set_ylim(len(run.plans) - 0.5, -0.5)
    axes.set_xlim(0, most)
    axes.set_yticks([(len(run.plans) - 1) / 2], ["share\nof reps"])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _inner_edges(run: RunFolder) -> list[float]:
    """The inner edges of the bands, read from their names."""
    names = run.groups("attainment", "reps")
    return [float(name.split(" ")[0].rstrip("%")) / 100.0 for name in names[1:]]


def _mean(run: RunFolder, plan: str, band: str) -> float:
    rows = run.rows(plan, "reps", "total", "attainment", band)
    return float(rows["mean"].iloc[0]) if len(rows) else float("nan")


def _reading(found: list[Payout]) -> str:
    said = [f"{usd(one.at_quota_usd)} a year in {one.name}" for one in found]
    if not said:
        return "No pay plan has a part that depends on sales."
    quota = usd(found[0].quota_usd) + (f" in {plan_name(next(iter(found[0].pay_usd)))}" if _several(found) else "")
    return (
        f"Variable pay of a ramped rep, in percent of that at quota: 100% is {listed(said)}, at the mean quota of"
        f" {quota}. Below, share of reps by attainment over the run."
    )


def _several(found: list[Payout]) -> bool:
    return any(len(one.pay_usd) > 1 for one in found)


def _finding(run: RunFolder, found: list[Payout]) -> str:
    """What well past quota pays, in the first plan; those that differ come first."""
    if not found:
        return "pay does not depend on sales"
    shown, at = found[0], 1.5
    parts: dict[str, list[str]] = {}
    for plan, pay in shown.pay_usd.items():
        parts.setdefault(share(float(np.interp(at, shown.attainment, pay)) / shown.at_quota_usd), []).append(plan)
    if len(parts) == 1:
        return f"at {share(at)} of quota a rep earns {next(iter(parts))} of the variable pay at quota"
    said = [f"{pays} in {listed([plan_name(p) for p in plans[:2]])}" for pays, plans in parts.items()]
    return f"at {share(at)} of quota a rep earns, of the variable pay at quota, {'; '.join(said[:3])}"
