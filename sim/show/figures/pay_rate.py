"""What a booked dollar costs: in variable pay, and in everything that the sales organization costs."""

from __future__ import annotations

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.marks import marks, marks_legend
from sim.show.figures.style import Drawn, canvas, from_zero, legend_below, quarter_axis, share_axis
from sim.show.formats import cents

RATE, WHOLE = MEASURES = ("commission_rate_effective", "cost_of_sales")
TITLES = ("variable pay for a dollar booked", "all cost for a dollar booked")


def draw(run: RunFolder) -> Drawn:
    """Medians by quarter with P10 to P90, variable pay on the left and all cost on the right."""
    finding = _finding(run)
    made = canvas(
        finding,
        "By fiscal quarter, percent of bookings. Left: the effective commission rate of everybody on variable pay,"
        " managers and support too. Right: cost of sales.",
        3.2, ncols=2,
    )  # fmt: skip
    quarters = run.periods("quarter")
    for axes, measure, title in zip(made.axes[0], MEASURES, TITLES, strict=True):
        for plan in run.plans:
            rows = run.rows(plan, measure, "quarter").reindex(quarters)
            marks(axes, run, plan, rows, range(len(quarters)), joined=True, middle="p50")
        axes.set_title(title, loc="left", size=10.5, pad=7)
        quarter_axis(axes, quarters)
        from_zero(axes)
        share_axis(axes)
    legend_below(made.figure, marks_legend(run, "p50"), 5)
    return Drawn(made.figure, finding)


def _finding(run: RunFolder) -> str:
    rate = findings.told(run, lambda plan: cents(run.statistic(plan, RATE, "p50")))
    whole = findings.told(run, lambda plan: cents(run.statistic(plan, WHOLE, "p50")))
    if len(run.plans) == 1:
        return f"in the middle case a dollar booked costs {rate} of variable pay and {whole} in all"
    return f"middle case of variable pay for a dollar booked: {rate}; of all cost: {whole}"
