"""The plan itself: what plans do otherwise, what they have in common, and the heads and cost by quarter that follow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from sim.results.run_folder import RunFolder
from sim.show import one_more_head, waiting
from sim.show.figures import one_more_head as one_more_head_figure
from sim.show.formats import DASH, Cell, Content, drawn, period_name
from sim.show.page import Page, Subject
from sim.show.plan_steps import Step, steps
from sim.show.tables import Row, Table
from sim.show.words import listed, plan_name, readable, sentence

MOST_PLANS = 6  # told one by one; a sweep has more, which differ in one key that the table of changes shows
PLANS_A_TABLE = 3
MOST_STEPS = 40  # a row each; the rest is added up in one
MOST_PERIODS = 12  # columns of quarters; a longer run is told by year
STAFFING = ("requisitions", "departures", "transfers", "freezes", "triggers")


def tables(run: RunFolder) -> list[Table]:
    """What differs from the reference, the common rest, starting seats, heads and cost, and what one more head brings.

    What a run does not tell is left out.
    """
    found = [
        one_more_head.table(run), *_otherwise(run), waiting.table(run), _in_common(run), _first_day(run), _heads(run),
        _cost(run),
    ]  # fmt: skip
    return [table for table in found if table is not None]


def _otherwise(run: RunFolder) -> list[Table]:
    """The steps in which other plans differ from the reference, some plans a table, with every plan's seats below."""
    others = run.plans[1 : MOST_PLANS + 1]
    return [_differs(run, others[at : at + PLANS_A_TABLE]) for at in range(0, len(others), PLANS_A_TABLE)]


def _differs(run: RunFolder, others: Sequence[str]) -> Table:
    shown = [{step.key: step for step in steps(run, name)} for name in (run.reference, *others)]
    ours = shown[0]
    keys = [
        key
        for key in dict.fromkeys(key for plan in shown for key in plan)
        if any(_content(plan.get(key)) != _content(ours.get(key)) for plan in shown[1:])
    ]
    rows = []
    for key in keys[:MOST_STEPS]:
        some = next(plan[key] for plan in shown if key in plan)
        cells = [_told(ours.get(key)), *(_told_beside(ours.get(key), plan.get(key)) for plan in shown[1:])]
        rows.append(Row((some.what, some.who, *cells)))
    if len(keys) > MOST_STEPS:
        rows.append(Row((f"{len(keys) - MOST_STEPS} more", "", *("" for _ in shown))))
    rows.append(Row(("All seats", "opened in the run", *(_seats(plan.values()) for plan in shown)), "total"))
    names = [plan_name(plan) for plan in (run.reference, *others)]
    notes = " ".join(note for plan in others if (note := _note(run, plan)))
    return Table(
        f"What {listed(names[1:])} {'does' if len(others) == 1 else 'do'} otherwise than {names[0]}",
        ("Step", "Who", *names), rows, text_columns=2 + len(names), note=notes,
    )  # fmt: skip


def _told_beside(before: Step | None, after: Step | None) -> str:
    """A step of another plan; a dash where it is the reference's."""
    return DASH if _content(before) == _content(after) else _told(after)


def _content(step: Step | None) -> tuple[str, ...] | None:
    return None if step is None else step.content


def _told(step: Step | None) -> str:
    return "none" if step is None else step.told


def _note(run: RunFolder, plan: str) -> str:
    """What else a plan changes than its people, which the table of assumptions shows."""
    ours, theirs = (_rest(run.scenarios.get(name, {})) for name in (run.reference, plan))
    others = [key for key in dict.fromkeys([*ours, *theirs]) if ours.get(key) != theirs.get(key)]
    if not others:
        return ""
    named = ", ".join(others[:4]) + (" and more" if len(others) > 4 else "")
    return f"{sentence(plan_name(plan))} also changes {named}: see Assumptions."


def _rest(scenario: dict[str, Any]) -> dict[str, Any]:
    """What a scenario says apart from who is hired, leaves and moves, by its first two keys."""
    found: dict[str, Any] = {}
    for key, value in scenario.items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": below for inner, below in value.items()}
        elif key not in ("name", "question", "kind"):
            found[key] = value
    return {key: value for key, value in found.items() if key not in {f"levers.{name}" for name in STAFFING}}


def _in_common(run: RunFolder) -> Table | None:
    """The steps that all plans share; for a single plan all of its steps. None where there are none."""
    everybody = [{step.key: step for step in steps(run, plan)} for plan in run.plans]
    shared = [
        step
        for key, step in everybody[0].items()
        if all(_content(other.get(key)) == step.content for other in everybody[1:])
    ]
    if not shared:
        return None
    rows = [Row((s.what, s.role, s.segment, s.region, s.count, s.when)) for s in shared[:MOST_STEPS]]
    if len(shared) > MOST_STEPS:
        rest = shared[MOST_STEPS:]
        rows.append(Row((f"{len(rest)} more", "", "", "", _seats(rest), "")))
    rows.append(Row(("Seats opened in the run", "", "", "", _seats(shared), ""), "total"))
    title = "Who is hired, and when" if len(run.plans) == 1 else "What all plans do alike"
    return Table(title, ("Step", "Role", "Segment", "Region", "How many", "When"), rows, text_columns=6)


def _seats(found: Iterable[Step]) -> Cell:
    """The seats that open; a range where some wait for a trigger."""
    steps_of_it = list(found)
    sure, perhaps = (sum(getattr(step, name) for step in steps_of_it) for name in ("seats", "perhaps"))
    return Cell(sure, "whole", sure + perhaps if perhaps else None)


def _first_day(run: RunFolder) -> Table | None:
    """Seats of the first day by role and segment; they are the same in every plan or the plan says so."""
    opening = run.scenarios.get(run.reference, {}).get("opening") or {}
    teams = [team for team in (opening.get("teams") or {}).values() if isinstance(team, dict)]
    seats: dict[tuple[str, str], float] = {}
    for team in teams:
        key = (str(team.get("role")), str(team.get("segment") or ""))
        seats[key] = seats.get(key, 0.0) + float(team.get("seats", 0))
    if not sum(seats.values()):
        return None
    roles = list(dict.fromkeys(role for role, _ in seats))
    segments = sorted({segment for _, segment in seats}, key=lambda one: (one == "", list(seats).index(
        next(key for key in seats if key[1] == one))))  # fmt: skip
    columns = [*segments, *(["all"] if len(segments) > 1 else [])]

    def cells(chosen: Sequence[str]) -> list[Content]:
        row = [sum(seats.get((role, segment), 0.0) for role in chosen) for segment in segments]
        values = [*row, sum(row)] if len(segments) > 1 else row
        return [Cell(value, "whole") if value else "" for value in values]

    rows = [Row((readable(role), *cells([role]))) for role in roles]
    rows.append(Row(("All", *cells(roles)), "total"))
    heads = tuple(sentence(readable(one)) if one else "No one segment" for one in columns)
    vacant = opening.get("vacant_share")
    note = f"{100 * vacant:.3g}% of them are empty on the first day, by chance." if isinstance(vacant, float) else ""
    return Table("Seats of the first day", ("Role", *heads), rows, note=note)


def _heads(run: RunFolder) -> Table | None:
    """Mean heads by role and quarter of the reference, and what other plans have more or less of."""
    return _by_role(
        run, "heads", "Heads", "tenths", "Means over replications, averaged over the time of a period.", 0.05
    )


def _cost(run: RunFolder) -> Table | None:
    """Mean cost by role and quarter, in thousands."""

    note = "Means over replications. Programs and other: what belongs to nobody's seat, partners' margins included."
    return _by_role(run, "cost", "Cost, $ thousands", "thousands", note, 10_000.0)


def _by_role(run: RunFolder, measure: str, title: str, form: str, note: str, least: float) -> Table | None:
    """The reference by role; below, where another plan differs by ``least`` or more, the difference, role by role."""
    kind, periods = _periods(run, measure)
    roles = run.groups("role", measure)
    if not roles or not periods:
        return None
    with_sum = measure == "cost" and len(periods) > 1
    several = len(run.plans) > 1
    rows = []
    for place, plan in enumerate(run.plans[: MOST_PLANS + 1]):
        lines = {role: _means(run, plan, measure, kind, periods, role) for role in roles}
        whole = _means(run, plan, measure, kind, periods)
        rest = [all_ - math.fsum(line[i] for line in lines.values()) for i, all_ in enumerate(whole)]
        if measure == "cost":
            lines["programs and other"] = rest
        if place == 0:
            first, first_whole = lines, whole
            name = plan_name(plan)
        else:
            lines = {role: [b - a for a, b in zip(first[role], line, strict=True)] for role, line in lines.items()}
            whole = [b - a for a, b in zip(first_whole, whole, strict=True)]
            lines = {role: line for role, line in lines.items() if max(abs(x) for x in line) >= least}
            if not lines:
                continue
            rest = [all_ - math.fsum(line[i] for line in lines.values()) for i, all_ in enumerate(whole)]
            if any(drawn(Cell(x, f"{form} more")).strip("+\N{MINUS SIGN}0.") for x in rest):
                lines["all others"] = rest
            name = f"{plan_name(plan)} less {plan_name(run.reference)}"
        for label, line in (*lines.items(), ("all", whole)):
            said = form if place == 0 else f"{form} more"
            cells = [Cell(x, said) for x in (*line, *((math.fsum(line),) if with_sum else ()))]
            names = (name if label == next(iter(lines)) else "",) if several else ()
            kind_of_row = "total" if label == "all" else "first" if names and names[0] else "plain"
            rows.append(Row((*names, readable(label), *cells), kind_of_row))
    last = ("Whole run",) if with_sum else ()
    heads = (*(("Plan",) if several else ()), "Role", *(period_name(one) for one in periods), *last)
    return Table(f"{title} by {kind}", heads, rows, text_columns=2 if several else 1, note=note)


def _periods(run: RunFolder, measure: str) -> tuple[str, list[str]]:
    """Quarters where the run keeps them by role and they are few, or years."""
    quarters = run.periods("quarter")
    kept = run.groups("role", measure)
    by_quarter = kept and len(run.rows(run.reference, measure, "quarter", "role", kept[0]))
    return ("quarter", quarters) if by_quarter and len(quarters) <= MOST_PERIODS else ("year", run.periods("year"))


def _means(run: RunFolder, plan: str, measure: str, kind: str, periods: list[str], role: str = "") -> list[float]:
    rows = run.rows(plan, measure, kind, "role", role) if role else run.rows(plan, measure, kind)
    return [float(value) for value in rows["mean"].reindex(periods).fillna(0.0)]


FIGURES = (
    Subject(
        "one_more_head",
        "One more head",
        "The dot is what one seat more brings, the bar its 95% interval; the hollow mark is what the average head of"
        " the role carries today. A dot left of the grey tick: the seat books less in a year than it costs.",
        one_more_head_figure.draw,
        has=one_more_head_figure.can_be_drawn,
    ),
)
PAGE = Page(
    "plan",
    "The plan",
    "Who is hired when and who goes, the heads and the cost that follow, and what one more head would bring.",
    place=20,
    tables=tables,
    figures=FIGURES,
)  # fmt: skip
