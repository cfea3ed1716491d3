"""Deadlines: until when the requisitions of a plan may wait, each alone and all together, and what a month costs.

One requisition of many seldom decides: a plan often meets its odds without any single one. So all together are asked
for as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.decide.best.allowed import months_later
from sim.decide.best.lever import Edits
from sim.decide.best.space import REQUISITIONS, edited
from sim.decide.best.tried import Goal, Outcome, added
from sim.results.estimates import Estimate
from sim.results.through import odds_through
from sim.scenario.levers import Requisition, opening_day
from sim.scenario.load import ScenarioSource

PAIRS = 24  # replications in which a month of waiting is tried
FEWER = 12  # and longer waits
Names = tuple[str, ...]
PlaySources = Callable[[Sequence[str], Sequence[ScenarioSource], int], list[Outcome]]


@dataclass(frozen=True)
class Deadline:
    """Of one requisition, or of all that wait equally long. ``latest`` is the last opening (of all: of the first one)
    with which the plan still does it by our best estimate; None where it does it without, or where nobody asked."""

    names: tuple[str, ...]
    role: str | None  # None of all together
    segment: str | None
    region: str | None
    count: int
    opens: date
    latest: date | None
    is_needed: bool
    worth_of_a_month: Estimate  # what opening a month later changes in worth, in dollars
    odds_of_a_month: float  # and in odds


def opens_on(requisition: Requisition, first: date) -> date:
    """The day on which it opens."""
    opens, wanted = requisition.open_date, requisition.wanted_start
    day = opening_day(
        None if opens is None else opens.toordinal(), 0 if wanted is None else wanted.toordinal(),
        requisition.lead_days, requisition.shift_days, first.toordinal(),
    )  # fmt: skip
    return date.fromordinal(round(day))


def waiting(source: ScenarioSource, names: Sequence[str], months: int) -> ScenarioSource:
    """The plan with some requisitions so many months later."""
    scenario = source.at_central()
    shifts: Edits = {}
    for name in names:
        requisition = scenario.levers.requisitions[name]
        now = opens_on(requisition, scenario.dates.start)
        later = (months_later(now, months) - now).days
        # Whoever opens on the first day because nobody can act in the past waits from that day on.
        unshifted = opens_on(requisition.model_copy(update={"shift_days": 0.0}), date.min)
        shifts[*REQUISITIONS, name, "shift_days"] = (now - unshifted).days + later
    return edited(source, shifts)


def deadlines(
    source: ScenarioSource, chosen: Outcome, fresh: Outcome, goal: Goal, months: int, play: PlaySources
) -> list[Deadline]:
    """Of all dated requisitions that open within the run together, then of each in the order of their opening.

    Args:
        chosen: what the plan came to in the search's replications. fresh: and under luck of its own.
        play: plays sources, each by a name of its own, for so many of the search's replications.
    """
    scenario = source.at_central()
    first, end = scenario.dates.start, months_later(scenario.dates.start, months)
    day_of = {name: opens_on(one, first) for name, one in scenario.levers.dated_requisitions.items()}
    ordered = sorted((name for name, day in day_of.items() if day < end), key=lambda name: (day_of[name], name))
    waiters: list[Names] = [(name,) for name in ordered]
    if len(ordered) > 1:
        waiters = [tuple(ordered), *waiters]
    opens = {names: day_of[names[0]] for names in waiters}

    def played(waits: dict[Names, int], pairs: int) -> dict[Names, Outcome]:
        wanted = {names: waiting(source, names, months) for names, months in waits.items()}
        keys = [f"{', '.join(names)}, {waits[names]} months later" for names in wanted]
        return dict(zip(wanted, play(keys, list(wanted.values()), pairs), strict=True))

    def odds(outcome: Outcome) -> float:
        pairs = min(len(outcome), len(chosen))
        return odds_through([(chosen.margin[:pairs], outcome.margin[:pairs], fresh.margin)]).mean

    a_month = played(dict.fromkeys(waiters, 1), PAIRS)
    now = float((fresh.margin >= 0).mean())
    latest, needed = {}, dict.fromkeys(waiters, True)
    if goal.target_odds is not None:
        longest = {names: _months_between(opens[names], end) for names in waiters}
        never = played(longest, FEWER)
        needed = {names: odds(outcome) < goal.target_odds for names, outcome in never.items()}
        fits = {names: 0 for names in waiters if needed[names]}
        misses = {names: longest[names] for names in fits}
        for names in fits:
            if odds(a_month[names]) >= goal.target_odds:
                fits[names] = min(1, longest[names] - 1)
            else:
                misses[names] = 1
        while between := {one: (fits[one] + misses[one]) // 2 for one in fits if misses[one] - fits[one] > 1}:
            for names, outcome in played(between, FEWER).items():
                (fits if odds(outcome) >= goal.target_odds else misses)[names] = between[names]
        latest = {names: months_later(opens[names], fits[names]) for names in fits}
    found = []
    for names in waiters:
        requisitions, later = [scenario.levers.requisitions[name] for name in names], a_month[names]
        one = requisitions[0] if len(names) == 1 else None
        found.append(Deadline(
            names, one.role if one else None, one.segment if one else None, one.region if one else None,
            sum(each.count for each in requisitions), opens[names], latest.get(names), needed[names],
            added(chosen.worth[: len(later)], later.worth), odds(later) - now if len(fresh) else np.nan,
        ))  # fmt: skip
    return found


def _months_between(day: date, end: date) -> int:
    """How many months later it opens after the run's end."""
    months = 1
    while months_later(day, months) < end:
        months += 1
    return months
