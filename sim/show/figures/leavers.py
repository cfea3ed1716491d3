"""Who leaves: how often reps resign by how they stand, and how many of those at quota are lost.

That middling reps quit most is from Sunder, Kumar, Goreczny and Maurer, "Why Do Salespeople Quit? An Empirical
Examination of Own and Peer Effects on Salesperson Turnover Behavior", Journal of Marketing Research (2017).
"""

from __future__ import annotations

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.earnings import by_band
from sim.show.figures.marks import marks, marks_legend
from sim.show.figures.style import Drawn, canvas, from_zero, legend_below, share_axis
from sim.show.formats import number, share
from sim.show.words import plan_name

PUBLISHED = (
    "Published: middling reps quit most, among 6,727 salespeople over two years (Sunder and others, Journal of"
    " Marketing Research, 2017)."
)
RATE, REGRETTED = MEASURES = ("resignation_rate", "regretted_exits")


def draw(run: RunFolder) -> Drawn:
    """Left: resignations a year by band of attainment, over the run. Right: regretted exits by year."""
    finding = _finding(run)
    made = canvas(
        finding,
        "Reps by their bookings over quota in the two quarters closed last, mean and range over replications. People"
        " who are let go are not in it. " + PUBLISHED,
        3.3, ncols=2, width_ratios=[1.7, 1],
    )  # fmt: skip
    left, right = made.axes[0]
    bands, years = run.groups("attainment", RATE), run.periods("year")
    for plan in run.plans:
        marks(left, run, plan, by_band(run, plan, RATE, "total"), range(len(bands)), joined=False)
        marks(right, run, plan, run.rows(plan, REGRETTED, "year").reindex(years), range(len(years)), joined=False)
    left.set_title("resignations a year, share of the reps in the band", loc="left", size=10.5, pad=7)
    left.set_xticks(range(len(bands)), bands)
    left.set_xlim(-0.55, len(bands) - 0.45)
    share_axis(left)
    right.set_title("reps at quota who resign, heads", loc="left", size=10.5, pad=7)
    right.set_xticks(range(len(years)), years)
    right.set_xlim(-0.55, len(years) - 0.45)
    for axes in (left, right):
        from_zero(axes)
    legend_below(made.figure, marks_legend(run), 5)
    return Drawn(made.figure, finding)


def _finding(run: RunFolder) -> str:
    rates = by_band(run, run.reference, RATE, "total")["mean"]
    if not (rates > 0.0).any():
        return "no rep resigns"
    most = str(rates.idxmax())
    where = f" in {plan_name(run.reference)}" if len(run.plans) > 1 else ""
    lost = findings.told(run, lambda plan: number(run.statistic(plan, REGRETTED), 1))
    return (
        f"reps at {most} of quota resign most, {share(rates[most])} a year{where}; of those at quota or above, {lost}"
        " resign over the run, on average"
    )
