"""Levers of a search: what may be decided, by the names that a user gives.

hires.ROLE[.SEGMENT][.REGION]   more seats than planned, spread evenly over regions that are not named
opens[.ROLE...]                 the month in which their search begins; the first day unless given
shift[.REQUISITION]             days by which planned requisitions open later, or all of them
move.ROLE.FROM.TO               people who move for good from one segment or region to another on the first day
ratio.ROLE.PER                  heads of a role for each head of another, by hiring more
spend.SOURCE, coverage, over_assignment, and any number below ``levers``
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.decide.best.allowed import Value, read_allowed
from sim.scenario.errors import Path, UserError
from sim.scenario.scenario import Scenario
from sim.spelling import did_you_mean, listed

BLOCK = "search"
KINDS = ("hires", "opens", "shift", "move", "ratio", "spend", "coverage", "over_assignment", "levers")
DEAREST_FIRST = ("opens", "shift")  # the later, the cheaper
KEEPS_RAMP = 0.5  # judged: who moves to another segment or region knows the product, but not the customers


@dataclass(frozen=True)
class Cell:
    """Where people work: a segment, or none for those who serve all, and a region."""

    segment: str | None
    region: str


@dataclass(frozen=True)
class Lever:
    """One thing to decide. ``words``: its name as typed, in parts. ``cells``: of hires, where the seats are."""

    words: tuple[str, ...]
    values: tuple[Value, ...]
    cells: tuple[Cell, ...] = ()

    @property
    def kind(self) -> str:
        """Which of ``KINDS`` it is."""
        return self.words[0]

    @property
    def name(self) -> str:
        """As it is typed after ``search.``"""
        return ".".join(self.words)

    @property
    def thrifty(self) -> int:
        """The place of the value that spends least, as far as one can say beforehand."""
        return len(self.values) - 1 if self.kind in DEAREST_FIRST else 0


def read_levers(given: Mapping[str, Any], scenario: Scenario) -> list[Lever]:
    """The levers of what was given after ``search.``, checked against the scenario. Raises UserError."""
    levers: list[Lever] = []
    for key, text in given.items():
        words = tuple(key.split("."))
        if words[0] not in KINDS:
            hint = did_you_mean(words[0], KINDS)
            raise UserError(f'{BLOCK}.{key}: no lever is called "{words[0]}".{hint} The levers are {listed(KINDS)}.')
        levers += _read(words, read_allowed(f"{BLOCK}.{key}", text), scenario)
    if not levers:
        raise UserError(
            f"{BLOCK}: there is no lever to search over; give one or more, such as {BLOCK}.hires.ae=0..8"
            f" {BLOCK}.opens=2027-01..2027-06."
        )
    names = [one.name for one in levers]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UserError(f"{BLOCK}.{twice} is given twice.")
    for lever in levers:
        if lever.kind == "opens" and not any(one.kind == "hires" and _is_below(one, lever) for one in levers):
            raise UserError(f"{BLOCK}.{lever.name}: dates hires, but no {BLOCK}.hires of that name is given.")
    return levers


def opens_of(hires: Lever, levers: Sequence[Lever]) -> Lever | None:
    """The lever that dates some hires: the one that names them most closely."""
    mine = [one for one in levers if one.kind == "opens" and _is_below(hires, one)]
    return max(mine, key=lambda one: len(one.words), default=None)


def _is_below(hires: Lever, opens: Lever) -> bool:
    return set(opens.words[1:]) <= set(hires.words[1:])


def _read(words: tuple[str, ...], values: tuple[Value, ...], scenario: Scenario) -> Iterator[Lever]:
    kind, rest = words[0], words[1:]
    name = f"{BLOCK}.{'.'.join(words)}"
    if kind == "hires":
        _check_counts(name, values)
        yield from _hires(name, rest, values, scenario)
        return
    if kind == "opens":
        for word in rest:
            _known(name, word, "role, segment or region", _names(scenario))
        _check_kind(name, values, lambda one: not isinstance(one, int | float | str), "months, as 2027-01..2027-10")
    elif kind == "shift":
        if rest:
            _known(name, ".".join(rest), "dated requisition", scenario.levers.dated_requisitions)
        elif not scenario.levers.dated_requisitions:
            raise UserError(f"{name}: the scenario has no requisition that could be shifted.")
        _check_numbers(name, values)
    elif kind == "spend":
        if len(rest) != 1:
            raise UserError(f"{name}: name the source, as {BLOCK}.spend.SOURCE.")
        _known(name, rest[0], "lead source", scenario.world.sources)
        _check_numbers(name, values)
    elif kind == "ratio":
        _check_ratio(name, rest, scenario)
        _check_numbers(name, values)
    elif kind == "move":
        _check_move(name, rest, scenario)
        _check_counts(name, values)
    elif kind == "levers":
        if not rest:
            raise UserError(f"{name}: name a key below levers, as {BLOCK}.levers.backfill.approval_days=0..30.")
    elif rest:
        raise UserError(f"{name}: {kind} takes nothing after its name.")
    elif kind == "coverage":
        _check_numbers(name, values)
        if not scenario.levers.coverage.filled_by:
            raise UserError(f"{name}: nobody fills a gap in this scenario; give levers.coverage.filled_by.")
    else:
        _check_numbers(name, values)
    yield Lever(words, values)


def _hires(name: str, rest: Sequence[str], values: tuple[Value, ...], scenario: Scenario) -> Iterator[Lever]:
    """One lever a segment where the role has segments and none is named."""
    if not rest:
        raise UserError(f"{name}: name the role, as {BLOCK}.hires.ROLE, and if you like a segment and a region.")
    role, places = rest[0], rest[1:]
    _known(name, role, "role", scenario.world.roles)
    teams = [team for team in scenario.opening.teams.values() if team.role == role]
    here = list(dict.fromkeys(Cell(team.segment, team.region) for team in teams))
    if not here:
        raise UserError(f"{name}: nobody of role {role} is there on the first day, so it is not known where they work.")
    segments = [one for one in scenario.world.segments if any(cell.segment == one for cell in here)]
    for word in places:
        _known(name, word, "segment or region", (*scenario.world.segments, *scenario.world.regions))
    named = [word for word in places if word in scenario.world.segments]
    regions = [word for word in places if word in scenario.world.regions]
    if len(named) > 1 or len(regions) > 1:
        raise UserError(f"{name}: name one segment and one region at most.")
    every: list[str | None] = [*(named or segments)] or [None]
    for segment in every:
        cells = [cell for cell in here if cell.segment == segment and cell.region in (regions or [cell.region])]
        if not cells and (segment is None or regions or named):
            raise UserError(f"{name}: nobody of role {role} works in {' '.join(places)} on the first day.")
        words = ("hires", role, *([segment] if segment else []), *regions)
        yield Lever(words, values, tuple(cells))


def _check_ratio(name: str, rest: Sequence[str], scenario: Scenario) -> None:
    if len(rest) != 2:
        raise UserError(f"{name}: name two roles, as {BLOCK}.ratio.sdr.ae.")
    for word in rest:
        _known(name, word, "role", scenario.world.roles)


def _check_move(name: str, rest: Sequence[str], scenario: Scenario) -> None:
    if len(rest) != 3:
        raise UserError(f"{name}: name the role, from where and to where, as {BLOCK}.move.ae.smb.enterprise.")
    _known(name, rest[0], "role", scenario.world.roles)
    for group in (scenario.world.segments, scenario.world.regions):
        if rest[1] in group:
            _known(name, rest[2], "segment" if group is scenario.world.segments else "region", group)
            teams = [one for one in scenario.opening.teams.values() if one.role == rest[0]]
            if not any(rest[1] in (one.segment, one.region) for one in teams):
                raise UserError(f"{name}: nobody of role {rest[0]} works in {rest[1]} on the first day.")
            return
    _known(name, rest[1], "segment or region", (*scenario.world.segments, *scenario.world.regions))


def _names(scenario: Scenario) -> tuple[str, ...]:
    world = scenario.world
    return (*world.roles, *world.segments, *world.regions)


def _known(name: str, given: str, what: str, names: Any) -> None:
    if given not in names:
        raise UserError(f'{name}: "{given}" is no {what}.{did_you_mean(given, names)} They are {listed(names)}.')


def _check_counts(name: str, values: Sequence[Value]) -> None:
    _check_kind(name, values, lambda one: isinstance(one, int) and one >= 0, "whole numbers from 0 on, as 0..8")


def _check_numbers(name: str, values: Sequence[Value]) -> None:
    _check_kind(name, values, lambda one: isinstance(one, int | float), "numbers, as '0.8..1.4 by 0.1'")


def _check_kind(name: str, values: Sequence[Value], is_right: Any, wanted: str) -> None:
    wrong = next((one for one in values if not is_right(one)), None)
    if wrong is not None:
        raise UserError(f"{name}: {wrong} is not allowed; allowed are {wanted}.")


def spread(count: int, cells: Sequence[Cell]) -> dict[Cell, int]:
    """So many heads over cells, as evenly as it goes; the first cells get one more."""
    each, more = divmod(count, len(cells))
    return {cell: each + (place < more) for place, cell in enumerate(cells)}


Edits = dict[Path, Any]
