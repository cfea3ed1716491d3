"""Payout: what each pay plan pays by attainment, as drawn from its terms, and where the reps end up on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import INK, QUIET, Drawn, canvas, colour, from_zero, legend_below, share_axis
from sim.show.formats import share, usd
from sim.show.payout import Payout, payouts
from sim.show.words import listed, plan_name, readable

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
    if len(run.plans) > 1:
        plans = [Patch(color=colour(run.plans, p), linewidth=0, label=plan_name(p)) for p in run.plans]
        legend_below(made.figure, plans, 5)
    return Drawn(made.figure, finding)


def _curves(axes: Axes, run: RunFolder, one: Payout) -> None:
    for k, (plans, pay) in enumerate(one.pay_usd.items()):
        hue = colour(run.plans, plans[0]) if one.differs or len(run.plans) == 1 else INK
        axes.plot(
            one.attainment, pay / one.at_quota_usd, color=hue, linewidth=2.6 - 0.4 * min(k, 3), zorder=3 + k,
            label=_who(run, plans), **LINES[k % len(LINES)],
        )  # fmt: skip
    axes.axvline(1.0, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
    axes.axhline(1.0, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
    axes.set_xlim(0, one.most)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    same = len(run.plans) > 1 and not one.differs
    axes.set_title(f'pay plan "{readable(one.name)}"' + ", the same in all" * same, loc="left", size=10.5, pad=7)
    if one.differs:
        axes.legend(loc="upper left", handlelength=2.4)
    from_zero(axes)
    share_axis(axes, "variable pay, of that at quota")


def _who(run: RunFolder, plans: tuple[str, ...]) -> str:
    """The runs that share a curve: by name where they are few, the rest by their number."""
    if len(plans) <= 3:
        return listed([plan_name(plan) for plan in plans])
    first = [plan for plan in findings.in_title(run) if plan in plans][:2] or list(plans[:2])
    return f"{', '.join(plan_name(plan) for plan in first)} and {len(plans) - len(first)} more"


def _bands(axes: Axes, run: RunFolder, most: float) -> None:
    """The share of reps in each band, written where the band lies; darker where there are more."""
    edges = [0.0, *_inner_edges(run), most]
    for row, plan in enumerate(run.plans):
        counts = np.array([_mean(run, plan, band) for band in run.groups("attainment", "reps")])
        shares = np.nan_to_num(counts) / max(np.nansum(counts), 1e-9)
        for low, high, part in zip(edges, edges[1:], shares, strict=False):
            axes.barh(
                row, high - low, left=low, height=0.86, color=colour(run.plans, plan),
                alpha=min(0.12 + 0.9 * float(part), 1.0), edgecolor="white", linewidth=1.2,
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
    said = [f"{usd(one.at_quota_usd)} a year in {readable(one.name)}" for one in found]
    if not said:
        return "No pay plan has a part that depends on sales."
    beyond = [
        f"the last tier or cap of {readable(one.name)}, at {share(one.last_bend)}"
        for one in found
        if one.last_bend > one.most
    ]
    return (
        f"Variable pay of a ramped rep, in percent of that at quota: 100% is {listed(said)}, at a quota of"
        f" {usd(found[0].quota_usd)} a year. Below, share of reps by attainment over the run."
        + (f" Off the picture: {listed(beyond)}." if beyond else "")
    )


def _finding(run: RunFolder, found: list[Payout]) -> str:
    """What well past quota pays, in the first plan; those that differ come first."""
    if not found:
        return "pay does not depend on sales"
    shown, at = found[0], 1.5
    parts: dict[str, list[str]] = {}
    for plans, pay in shown.pay_usd.items():
        parts.setdefault(share(float(np.interp(at, shown.attainment, pay)) / shown.at_quota_usd), []).extend(plans)
    if len(parts) == 1:
        return f"at {share(at)} of quota a rep earns {next(iter(parts))} of the variable pay at quota"
    said = [f"{pays} in {_who(run, tuple(plans))}" for pays, plans in parts.items()]
    return f"at {share(at)} of quota a rep earns, of the variable pay at quota, {'; '.join(said[:3])}"
