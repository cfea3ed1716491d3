"""Who earns what: reps by the attainment that they reach, what they earn against target, and who gets the pay."""

from __future__ import annotations

import pandas as pd

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.marks import marks, marks_legend
from sim.show.figures.style import INK, Drawn, canvas, from_zero, legend_below, share_axis
from sim.show.formats import share
from sim.show.words import plan_name

EARNED, POT = MEASURES = ("pay_to_ote", "variable_pay_share")
PANELS = (
    ("reps", "share of reps"),
    (EARNED, "pay over on-target earnings"),
    (POT, "share of the reps' variable pay"),
)
TOP_BANDS = 2  # at quota and above


def draw(run: RunFolder) -> Drawn:
    """Means over the whole run with P10 to P90, by band of attainment."""
    finding = _finding(run)
    made = canvas(
        finding,
        "Reps by their bookings over quota in the whole run. On-target earnings are base pay and the variable pay of"
        " somebody ramped and exactly at quota.",
        3.4, ncols=3,
    )  # fmt: skip
    names = run.groups("attainment", "reps")
    labels = [name.replace(" to ", "\N{EN DASH}").replace("under ", "<").replace(" and up", "+") for name in names]
    for axes, (measure, title) in zip(made.axes[0], PANELS, strict=True):
        for plan in run.plans:
            rows = by_band(run, plan, measure, "total")
            if measure == "reps":
                rows = rows / rows["mean"].sum()
            marks(axes, run, plan, rows, range(len(names)), joined=False)
        axes.set_title(title, loc="left", size=10.5, pad=7)
        axes.set_xticks(range(len(names)), labels, size=7.8)
        axes.set_xlabel("attainment")
        axes.set_xlim(-0.55, len(names) - 0.45)
        from_zero(axes)
        share_axis(axes)
    made.axes[0, 1].axhline(1.0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
    legend_below(made.figure, marks_legend(run), 5)
    return Drawn(made.figure, finding)


def by_band(run: RunFolder, plan: str, measure: str, period: str) -> pd.DataFrame:
    """Mean, P10, P50 and P90 of a measure in a year or the whole run, a row a band of attainment in their order."""
    kind = "total" if period == "total" else "year"
    names = run.groups("attainment", "reps")
    rows = [run.rows(plan, measure, kind, "attainment", name) for name in names]
    columns = ["mean", "p10", "p50", "p90"]
    return pd.DataFrame(
        [row.loc[period, columns] if period in row.index else pd.Series(index=columns, dtype=float) for row in rows],
        index=names,
    ).astype(float)


def _finding(run: RunFolder) -> str:
    def says(plan: str) -> str:
        return share(by_band(run, plan, POT, "total")["mean"].iloc[-TOP_BANDS:].sum())

    reps = by_band(run, run.reference, "reps", "total")["mean"]
    at_quota = share(reps.iloc[-TOP_BANDS:].sum() / reps.sum())
    got = findings.told(run, says)
    where = f" in {plan_name(run.reference)}" if len(run.plans) > 1 else ""
    return f"reps at quota or above are {at_quota} of all{where}; of the reps' variable pay they get {got}"
