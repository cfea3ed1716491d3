"""Checks of people that need the whole scenario: whom a plan means, where they go, and who manages whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.scenario.errors import Path, Problem
from sim.scenario.levers import Requisition
from sim.scenario.opening import Team
from sim.scenario.scenario import Scenario
from sim.spelling import listed

TIED_TO_A_SEGMENT = ("sells", "prospects")
OTHERS_MAY_DO = ("recruits", "serves", "manages")


def check_people(scenario: Scenario) -> list[Problem]:
    """What does not fit together about people, in the order of the file."""
    return [
        *_segments(scenario),
        *_dates(scenario),
        *_goals(scenario),
        *_managers(scenario),
        *_others(scenario),
        *_inside(scenario),
        *_tenures(scenario),
        *_shared_names(scenario),
    ]


def _segments(scenario: Scenario) -> Iterator[Problem]:
    """A seat whose job needs a segment has one."""
    groups: list[tuple[Path, Mapping[str, Team | Requisition]]] = [
        (("opening", "teams"), scenario.opening.teams),
        (("levers", "requisitions"), scenario.levers.requisitions),
    ]
    for path, group in groups:
        for name, one in group.items():
            if one.segment is None and _needs_segment(scenario, one.role):
                yield _segment_is_missing((*path, name, "segment"), scenario, one.role)


def _needs_segment(scenario: Scenario, role: str) -> bool:
    return role in scenario.world.roles and scenario.world.roles[role].duty in TIED_TO_A_SEGMENT


def _segment_is_missing(path: Path, scenario: Scenario, role: str) -> Problem:
    duty, segments = scenario.world.roles[role].duty, scenario.world.segments
    return Problem(path, f"is missing: a role that {duty} needs one of {listed(segments)}.")


def _dates(scenario: Scenario) -> Iterator[Problem]:
    """What a plan does with people who are here happens on or after the first day."""
    first = scenario.dates.start
    for group in ("departures", "transfers", "trainings"):
        for name, one in getattr(scenario.levers, group).items():
            if one.on_date < first:
                text = f"{one.on_date} is before the scenario's first day {first}."
                yield Problem(("levers", group, name, "on_date"), text)


def _goals(scenario: Scenario) -> Iterator[Problem]:
    """A transfer's new seats have a region, a segment where the job needs one, and are not where people come from."""
    for name, one in scenario.levers.transfers.items():
        at, role = ("levers", "transfers", name), one.to_role or one.role
        if one.region is None and one.to_region is None:
            yield Problem((*at, "to_region"), f"is missing: say where to, one of {listed(scenario.world.regions)}.")
        if one.segment is None and one.to_segment is None and _needs_segment(scenario, role):
            yield _segment_is_missing((*at, "to_segment"), scenario, role)
        goal = (role, one.to_segment or one.segment, one.to_region or one.region)
        if goal == (one.role, one.segment, one.region):
            yield Problem(at, "moves people to where they are; give a to_role, to_segment or to_region that differs.")


def _managers(scenario: Scenario) -> Iterator[Problem]:
    """Who manages says whom, other than their own; only they have a list."""
    roles = scenario.world.roles
    for name, role in roles.items():
        at = ("world", "roles", name, "manages")
        if role.duty == "manages" and not role.manages:
            yield Problem(at, f"is missing: a role that manages says whom, some of {listed(roles)}.")
        if role.manages and role.duty != "manages":
            yield Problem(at, f"belongs to roles whose duty is manages; the duty of {name} is {role.duty}.")
        if name in role.manages:
            yield Problem(at, f'"{name}" cannot manage itself.')


def _others(scenario: Scenario) -> Iterator[Problem]:
    """Work that people outside the scenario may do is that of the duties whose people stand behind others."""
    for name, role in scenario.world.roles.items():
        if role.without_seats == "others" and role.duty not in OTHERS_MAY_DO:
            text = f"others belongs to roles whose duty is {listed(OTHERS_MAY_DO)}; the duty of {name} is {role.duty}."
            yield Problem(("world", "roles", name, "without_seats"), text)


def _inside(scenario: Scenario) -> Iterator[Problem]:
    """Seats are filled from inside by people of another role."""
    for name, rule in scenario.world.hiring.internal.items():
        if rule.from_role == name:
            at = ("world", "hiring", "internal", name, "from_role")
            yield Problem(at, "is the role itself; people of one role are moved by levers.transfers.")


def _tenures(scenario: Scenario) -> Iterator[Problem]:
    """Known tenures are one a seat."""
    for name, team in scenario.opening.teams.items():
        given = team.tenure_months
        if given is not None and len(given) != team.seats:
            text = f"has {len(given)} values; {team.seats} are needed, one for each of the team's seats."
            yield Problem(("opening", "teams", name, "tenure_months"), text)


def _shared_names(scenario: Scenario) -> Iterator[Problem]:
    """A seat's luck is keyed by the name it comes from, so a name stands for one team, requisition or transfer."""
    levers = scenario.levers
    for name in levers.requisitions:
        if name in scenario.opening.teams:
            text = "a team of opening.teams has this name too, and the two would share their luck; rename one."
            yield Problem(("levers", "requisitions", name), text)
    for name in levers.transfers:
        if name in scenario.opening.teams or name in levers.requisitions:
            text = "a team or a requisition has this name too, and the two would share their luck; rename one."
            yield Problem(("levers", "transfers", name), text)
