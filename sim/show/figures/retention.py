"""Retention: gross and net, year by year."""

from __future__ import annotations

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.marks import marks, marks_legend
from sim.show.figures.style import INK, Drawn, canvas, legend_below, share_axis
from sim.show.formats import share

GROSS, NET = MEASURES = ("grr", "nrr")


def draw(run: RunFolder) -> Drawn:
    """Medians by year with P10 to P90, gross on the left and net on the right; the line marks 100%."""
    finding = _finding(run)
    made = canvas(finding, "Share of a year's opening ARR that its customers are worth at the end.", 3.2, ncols=2)
    years = run.periods("year")
    for axes, measure, title in zip(made.axes[0], MEASURES, ("gross retention", "net retention"), strict=True):
        for plan in run.plans:
            rows = run.rows(plan, measure, "year").reindex(years)
            marks(axes, run, plan, rows, range(len(years)), joined=False, middle="p50")
        axes.axhline(1.0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
        axes.set_xticks(range(len(years)), years)
        axes.set_xlim(-0.5, len(years) - 0.5)
        axes.set_title(title, loc="left", size=10.5, pad=7)
        axes.margins(y=0.15)
        share_axis(axes)
    legend_below(made.figure, marks_legend(run, "p50"), 5)
    return Drawn(made.figure, finding)


def _finding(run: RunFolder) -> str:
    year = run.periods("year")[-1]

    def says(plan: str) -> str:
        gross, net = (run.statistic(plan, measure, "p50", "year", year) for measure in MEASURES)
        return f"{share(gross)} gross and {share(net)} net"

    return f"retention in {year}, middle case: {findings.told(run, says)}"
