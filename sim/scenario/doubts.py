"""What a scenario allows but probably does not mean. Commands print it as warnings, and the report repeats it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.load import ScenarioSource
from sim.scenario.pay_checks import doubts_about_pay
from sim.scenario.quantities import Dated
from sim.scenario.scenario import Scenario


def doubts(source: ScenarioSource, months: int) -> Iterator[str]:
    """What is allowed but probably not meant."""
    used = {reference.name for reference in source.references}
    for name in source.uncertainties:
        if name not in used:
            yield f"no number refers to the uncertainty {name}; it changes nothing"
    if not source.has_own_question:
        yield "the file has no question of its own; it shows the one of the scenario that it builds on"
    scenario = source.at_central()
    yield from doubts_about_pay(scenario, months)
    calendar = scenario.calendar(months)
    first, last = scenario.dates.start, calendar.date_of(calendar.horizon)
    for key, dated in _dated(scenario):
        for day in dated.changes:
            if not first < day < last:
                yield f"{key} changes on {day}, outside the run from {first} to {last}"
    for name, one in scenario.levers.requisitions.items():
        wanted = one.open_date or one.wanted_start
        if wanted is not None and wanted >= last:
            yield f"levers.requisitions.{name} comes on {wanted}, after the run's end {last}"


def _dated(scenario: Scenario) -> Iterator[tuple[str, Dated]]:
    levers = scenario.levers
    yield "levers.backfill.enabled", levers.backfill.enabled
    yield "levers.quota.multiplier", levers.quota.multiplier
    for segment, dollars in levers.judgment_usd_per_quarter.items():
        yield f"levers.judgment_usd_per_quarter.{segment}", dollars
    if levers.coverage.target_ratio is not None:
        yield "levers.coverage.target_ratio", levers.coverage.target_ratio
    for source, spend in levers.relative_spend.items():
        yield f"levers.relative_spend.{source}", spend
