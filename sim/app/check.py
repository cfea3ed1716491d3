"""``salesim check``: whether scenarios make sense, at their central values and far out in each uncertainty."""

from __future__ import annotations

from collections.abc import Iterator

from sim.app.request import Request
from sim.scenario.errors import ScenarioError
from sim.scenario.load import ScenarioSource
from sim.scenario.pay_checks import doubts_about_pay
from sim.scenario.quantities import Dated
from sim.scenario.scenario import Scenario

FAR_OUT = (0.01, 0.99)


def main(request: Request) -> int:
    """Checks each scenario and prints a summary. Raises ScenarioError for one that is not sound."""
    months = request.settings().months
    for source in request.sources():
        check_draws(source)
        print(summary(source, months))
        for warning in warnings(source, months):
            print(f"  warning: {warning}")
    return 0


def check_draws(source: ScenarioSource) -> None:
    """Tries each uncertainty at its 1st and 99th percentile, the others at their centers. Raises ScenarioError."""
    central = {name: one.central() for name, one in source.uncertainties.items()}
    problems: list[str] = []
    for name, one in source.uncertainties.items():
        for share in FAR_OUT:
            try:
                source.at_values({**central, name: one.value(share)}, f" at its {share:.0%} point")
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))


def summary(source: ScenarioSource, months: int) -> str:
    """Two lines: the name with its question, and the size of the thing."""
    scenario = source.at_central()
    seats = sum(team.seats for team in scenario.opening.teams.values())
    new_seats = sum(one.count for one in scenario.levers.requisitions.values())
    return (
        f"{source.name}: OK. {source.question}\n"
        f"  {months} months from {scenario.dates.start}; {seats} seats; "
        f"{len(scenario.levers.requisitions)} requisitions for {new_seats} seats; "
        f"{len(source.uncertainties)} uncertainties in {len(source.references)} places"
    )


def warnings(source: ScenarioSource, months: int) -> Iterator[str]:
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
    yield "levers.judgment_usd_per_quarter", levers.judgment_usd_per_quarter
    if levers.coverage.target_ratio is not None:
        yield "levers.coverage.target_ratio", levers.coverage.target_ratio
    for source, spend in levers.relative_spend.items():
        yield f"levers.relative_spend.{source}", spend
