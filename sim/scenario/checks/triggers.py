"""Checks of triggers that need the whole scenario: is there anything to read, and does anything hang on it?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sim.scenario.errors import Problem
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import OF_TARGET


def check_triggers(scenario: Scenario) -> Iterator[Problem]:
    """What a trigger reads is there to be read, from the first day on."""
    first, target = scenario.dates.start, scenario.levers.target.usd_per_year
    for name, one in scenario.levers.triggers.items():
        at = ("levers", "triggers", name)
        for key, given in (("from_date", one.from_date), ("to_date", one.to_date)):
            if given is not None and given < first:
                yield Problem((*at, key), f"{given} is before the scenario's first day {first}.")
        meant = [one.segment] if one.segment is not None else list(scenario.world.segments)
        if one.when == "new_customers" and not any(_keeps_customers(scenario, segment) for segment in meant):
            where = "no segment" if one.segment is None else f'segment "{one.segment}"'
            text = f'"new_customers" counts nobody here: {where} has {"" if one.segment is None else "no "}contracts.'
            yield Problem((*at, "when"), text)
        if one.when in OF_TARGET and not any(target.get(segment) for segment in meant):
            yield Problem((*at, "when"), f'"{one.when}" is held against a target, but there is none here.')


def _keeps_customers(scenario: Scenario, segment: str) -> bool:
    found = scenario.world.segments.get(segment)
    return found is None or found.contracts is not None


def doubts_about_triggers(scenario: Scenario, last: date) -> Iterator[str]:
    """Triggers that pull nothing, or are never looked at. ``last``: the first day after the run."""
    levers = scenario.levers
    pulled = {one.trigger for one in levers.requisitions.values()} | {one.trigger for one in levers.freezes.values()}
    for name, one in levers.triggers.items():
        if name not in pulled:
            yield f"nothing waits for levers.triggers.{name}; it changes nothing"
        if one.from_date is not None and one.from_date >= last:
            yield f"levers.triggers.{name} is looked at from {one.from_date}, after the run's end {last}"
