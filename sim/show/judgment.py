"""Judgment: what leaders add to the model's number or take from it, told apart from what the model says."""

from __future__ import annotations

from sim.results.run_folder import RunFolder
from sim.show.formats import Cell, odds, period_name, usd
from sim.show.tables import SPREAD_COLUMNS, Row, Table, spread
from sim.show.words import plan_name, readable, sentence


def judged(run: RunFolder, plan: str) -> bool:
    """Whether leaders overrule the model in any quarter of a plan."""
    groups = [("all", "all"), *(("segment", name) for name in run.groups("segment", "judgment"))]
    return any(run.rows(plan, "judgment", "quarter", *group)["mean"].abs().sum() > 0 for group in groups)


def said(run: RunFolder, plan: str) -> str:
    """A sentence beside the answer, or nothing: the odds in it stay the model's."""
    if not judged(run, plan):
        return ""
    amount, chance = run.statistic(plan, "judgment"), run.statistic(plan, "hits_target_with_judgment")
    return (
        f"Apart from the model, leaders {'add' if amount >= 0 else 'take'} {usd(abs(amount))}"
        f" {'to' if amount >= 0 else 'from'} {plan_name(plan)} by judgment; with it the chance would be {odds(chance)}."
    )


def tables(run: RunFolder) -> list[Table]:
    """For each plan with judgment: by period, and by segment over the whole run."""
    return [
        table for plan in run.plans if judged(run, plan) for table in (_by_period(run, plan), _by_segment(run, plan))
    ]


def _by_period(run: RunFolder, plan: str) -> Table:
    rows = []
    for kind in ("quarter", "year", "total"):
        for period in run.periods(kind):
            chances = [
                run.statistic(plan, name, "mean", kind, period) for name in ("hits_target", "hits_target_with_judgment")
            ]
            cells = (
                *spread(run, plan, "bookings", kind, period),
                Cell(run.statistic(plan, "judgment", "mean", kind, period), "dollars"),
                *spread(run, plan, "bookings_with_judgment", kind, period),
                *(Cell(chance, "odds") for chance in chances),
            )
            rows.append(Row((period_name(period), *cells), kind))
    return Table(
        sentence(f"{plan_name(plan, 60)}: the model, and leaders' judgment"),
        ("Period", *SPREAD_COLUMNS, "", *SPREAD_COLUMNS, "model", "with judgment"),
        rows,
        (("", 1), ("Bookings of the model", 3), ("Judgment", 1), ("With judgment", 3), ("Odds of target", 2)),
        note="Judgment is no part of bookings, and every other number of this report is the model's alone.",
    )


def _by_segment(run: RunFolder, plan: str) -> Table:
    rows = []
    for segment in run.groups("segment", "judgment"):
        cells = []
        for measure in ("bookings", "judgment", "bookings_with_judgment"):
            found = run.rows(plan, measure, "total", "segment", segment)
            cells.append(Cell(float(found["mean"].iloc[0]) if len(found) else float("nan"), "dollars"))
        rows.append(Row((readable(segment), *cells)))
    return Table(
        sentence(f"{plan_name(plan, 60)}: judgment by segment, whole run"),
        ("Segment", "Bookings of the model, mean", "Judgment", "With judgment"),
        rows,
    )
