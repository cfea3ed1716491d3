"""A run of many plans: the few that figures and long tables have room for, and the grid of two sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.results import ranking
from sim.results.run_folder import RunFolder
from sim.show.formats import Cell, number
from sim.show.tables import Row, Table
from sim.show.words import plan_name, sentence

MOST = 8  # plans in figures and long tables


def few(run: RunFolder, most: int = MOST) -> RunFolder:
    """The run with the reference, what the verdict speaks of, and the best odds; itself where it is small.

    What is said of all plans stays said of all of them.
    """
    if len(run.plans) <= most:
        return run
    spoken_of = (run.reference, run.verdict.reference, run.verdict.pick, run.verdict.told)
    first = dict.fromkeys(plan for plan in (*spoken_of, *ranking.by_chance(run), *run.plans) if plan)
    chosen = list(first)[:most]
    return replace(run, plans=tuple(plan for plan in run.plans if plan in chosen), whole=run)


def left_out(run: RunFolder, shown: RunFolder) -> str:
    """What figures and long tables do not show; empty where they show all plans."""
    if shown.plans == run.plans:
        return ""
    return (
        f"Of {len(run.plans)} plans, figures and tables by period show {len(shown.plans)}: the reference, the one"
        " that is told of above, and those with the best odds. The table above has all of them, and so have summary.csv"
        " and differences.csv."
    )


def grids(run: RunFolder) -> list[Table]:
    """Where the plans are every pair of the values of two sweeps: their worth and their odds, a table each."""
    pairs = _pairs(run.plans)
    if pairs is None:
        return []
    (down, across), cells = pairs
    worth = run.verdict.worth
    said = {
        f"Mean {'value' if worth == 'value' else 'bookings less cost'}": lambda plan: Cell(
            run.verdict.by_name[plan].means[worth], "dollars"
        ),
        "Odds of the target": lambda plan: Cell(ranking.chance(run, plan).mean, "odds"),
    }
    rows = list(dict.fromkeys(row for row, _ in cells))
    columns = list(dict.fromkeys(column for _, column in cells))
    return [
        Table(
            f"{title}, by {plan_name(down, 40)} (down) and {plan_name(across, 40)} (across)",
            (sentence(plan_name(down, 40)), *columns),
            [Row((row, *(says(cells[row, column]) for column in columns))) for row in rows],
        )
        for title, says in said.items()
    ]


def _pairs(plans: Sequence[str]) -> tuple[tuple[str, str], dict[tuple[str, str], str]] | None:
    """The two keys of a sweep and its plan by pair of values; None where the plans' names do not say so."""
    cells: dict[tuple[str, str], str] = {}
    keys: set[tuple[str, ...]] = set()
    for plan in plans:
        halves = [half.rsplit(" ", 1) for half in plan.split(", ")]
        if len(halves) != 2 or any(len(half) != 2 for half in halves):
            return None
        (down, row), (across, column) = halves
        keys.add((down, across))
        cells[row, column] = plan
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    if (
        len(keys) != 1
        or len(cells) != len(plans)
        or len(cells) != len(rows) * len(columns)
        or min(len(rows), len(columns)) < 2
    ):
        return None
    down, across = keys.pop()
    return (down, across), cells


def title(plans: Sequence[str]) -> str:
    """The run in a line: its plans, or how many they are."""
    names = [plan_name(plan, 40) for plan in plans]
    if len(names) == 1:
        return sentence(names[0])
    if len(names) > 4:
        return sentence(f"{names[0]} against {number(len(names) - 1)} other plans")
    return sentence(f"{names[0]} against {', '.join(names[1:-1])}{' and ' if len(names) > 2 else ''}{names[-1]}")
