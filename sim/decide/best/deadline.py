"""Deadlines: until when each requisition of a plan may wait, and what a month of waiting costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.decide.best.allowed import months_later
from sim.decide.best.space import REQUISITIONS, edited
from sim.decide.best.tried import Goal, Outcome, added
from sim.results.estimates import Estimate
from sim.results.through import odds_through
from sim.scenario.levers import Requisition, opening_day
from sim.scenario.load import ScenarioSource

PAIRS = 24  # replications in which a month of waiting is tried
FEWER = 12  # and longer waits
PlaySources = Callable[[Sequence[str], Sequence[ScenarioSource], int], list[Outcome]]


@dataclass(frozen=True)
class Deadline:
    """Of one requisition. ``latest`` is the last opening with which the plan still does it by our best estimate; None
    where it does it without the requisition, and where that was not asked."""

    name: str
    role: str
    segment: str | None
    region: str
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


def waiting(source: ScenarioSource, name: str, months: int) -> ScenarioSource:
    """The plan with one requisition so many months later."""
    scenario = source.at_central()
    requisition = scenario.levers.requisitions[name]
    now = opens_on(requisition, scenario.dates.start)
    later = (months_later(now, months) - now).days
    # Whoever opens on the first day because nobody can act in the past waits from that day on.
    unshifted = opens_on(requisition.model_copy(update={"shift_days": 0.0}), date.min)
    shift = (now - unshifted).days + later
    return edited(source, {(*REQUISITIONS, name, "shift_days"): shift})


def deadlines(
    source: ScenarioSource, chosen: Outcome, fresh: Outcome, goal: Goal, months: int, play: PlaySources
) -> list[Deadline]:
    """Of every dated requisition that opens within the run, in the order of their opening.

    Args:
        chosen: what the plan came to in the search's replications. fresh: and under luck of its own.
        play: plays sources, each by a name of its own, for so many of the search's replications.
    """
    scenario = source.at_central()
    first, end = scenario.dates.start, months_later(scenario.dates.start, months)
    opens = {name: opens_on(one, first) for name, one in scenario.levers.dated_requisitions.items()}
    names = sorted((name for name, day in opens.items() if day < end), key=lambda name: (opens[name], name))

    def played(waits: dict[str, int], pairs: int) -> dict[str, Outcome]:
        wanted = {name: waiting(source, name, months) for name, months in waits.items()}
        keys = [f"{name}, {waits[name]} months later" for name in wanted]
        return dict(zip(wanted, play(keys, list(wanted.values()), pairs), strict=True))

    def odds(outcome: Outcome) -> float:
        pairs = min(len(outcome), len(chosen))
        return odds_through([(chosen.margin[:pairs], outcome.margin[:pairs], fresh.margin)]).mean

    a_month = played(dict.fromkeys(names, 1), PAIRS)
    now = float((fresh.margin >= 0).mean())
    latest, needed = {}, dict.fromkeys(names, True)
    if goal.target_odds is not None:
        longest = {name: _months_between(opens[name], end) for name in names}
        never = played(longest, FEWER)
        needed = {name: odds(outcome) < goal.target_odds for name, outcome in never.items()}
        fits = {name: 0 for name in names if needed[name]}
        misses = {name: longest[name] for name in fits}
        for name in fits:
            if odds(a_month[name]) >= goal.target_odds:
                fits[name] = min(1, longest[name] - 1)
            else:
                misses[name] = 1
        while between := {name: (fits[name] + misses[name]) // 2 for name in fits if misses[name] - fits[name] > 1}:
            for name, outcome in played(between, FEWER).items():
                (fits if odds(outcome) >= goal.target_odds else misses)[name] = between[name]
        latest = {name: months_later(opens[name], fits[name]) for name in fits}
    found = []
    for name in names:
        one, later = scenario.levers.requisitions[name], a_month[name]
        worth = added(chosen.worth[: len(later)], later.worth)
        found.append(Deadline(
            name, one.role, one.segment, one.region, one.count, opens[name], latest.get(name), needed[name], worth,
            odds(later) - now if len(fresh) else np.nan,
        ))  # fmt: skip
    return found


def _months_between(day: date, end: date) -> int:
    """How many months later it opens after the run's end."""
    months = 1
    while months_later(day, months) < end:
        months += 1
    return months
