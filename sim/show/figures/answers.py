"""How sellers answer to their pay: effort, deals signed early or put off, and what signing early gives away."""

from __future__ import annotations

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.marks import marks, marks_legend
from sim.show.figures.style import INK, Drawn, canvas, from_zero, legend_below, money_axis, quarter_axis, share_axis
from sim.show.formats import ratio, share, usd
from sim.show.words import plan_name

EFFORT, PULLED, GIVEN = MEASURES = ("effort", "pulled_in", "discounts")
TITLES = ("effort, of the usual", "bookings signed early", "discounts for it")


def draw(run: RunFolder) -> Drawn:
    """Means by quarter with P10 to P90."""
    finding = _finding(run)
    made = canvas(
        finding,
        "By fiscal quarter. Effort 100% is what a straight plan at the usual rate buys. Amounts in $M; those signed"
        " early are before their discount.",
        3.1, ncols=3,
    )  # fmt: skip
    quarters = run.periods("quarter")
    for axes, measure, title in zip(made.axes[0], MEASURES, TITLES, strict=True):
        for plan in run.plans:
            rows = run.rows(plan, measure, "quarter").reindex(quarters)
            marks(axes, run, plan, rows, range(len(quarters)), joined=True)
        axes.set_title(title, loc="left", size=10.5, pad=7)
        quarter_axis(axes, quarters)
        if measure == EFFORT:
            axes.axhline(1.0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
            axes.margins(y=0.15)
            share_axis(axes)
        else:
            from_zero(axes)
            money_axis(axes)
    legend_below(made.figure, marks_legend(run), 5)
    return Drawn(made.figure, finding)


def _finding(run: RunFolder) -> str:
    def harder(plan: str) -> str:
        return share(run.statistic(plan, EFFORT) - 1.0, signed=True)

    def early(plan: str) -> str:
        return share(ratio(run.statistic(plan, PULLED), run.statistic(plan, "bookings")))

    given = usd(run.statistic(run.reference, GIVEN))
    where = f" in {plan_name(run.reference)}" if len(run.plans) > 1 else ""
    return (
        f"mean effort against the usual: {findings.told(run, harder)}; {early(run.reference)} of bookings{where} are"
        f" signed early, for {given} off"
    )
