"""``salesim check``: whether scenarios make sense, at their central values and far out in each uncertainty."""

from __future__ import annotations

from sim.app.accounts import account_lines, set_aside_warning
from sim.app.request import Request
from sim.app.saying import say
from sim.scenario.checks.doubts import doubts
from sim.scenario.errors import ScenarioError
from sim.scenario.load import ScenarioSource

FAR_OUT = (0.01, 0.99)


def main(request: Request) -> int:
    """Checks each scenario and prints a summary. Raises ScenarioError for one that is not sound."""
    months = request.settings().months
    for source in request.sources():
        check_draws(source)
        accounts = source.reading.accounts if source.reading is not None else ()
        say(summary(source, months))
        for account in accounts:
            for line in account_lines(account):
                say(f"  {line}")
        for warning in filter(None, map(set_aside_warning, accounts)):
            say(f"  warning: {warning}")
        for doubt in doubts(source, months):
            say(f"  warning: {doubt}")
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
