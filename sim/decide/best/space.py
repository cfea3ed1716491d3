"""The space of a search: the plans that its levers make of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import prod
from typing import Any

from sim.decide.best.lever import BLOCK, KEEPS_RAMP, Cell, Edits, Lever, opens_of, read_levers, spread
from sim.decide.best.tried import AS_IS, Point
from sim.scenario.errors import Path, ScenarioError, UserError
from sim.scenario.load import ScenarioSource
from sim.scenario.reading.references import find_references
from sim.scenario.scenario import Scenario

REQUISITIONS = ("levers", "requisitions")


@dataclass
class Space:
    """Makes a scenario of a point. ``AS_IS`` is the scenario that the search begins with."""

    source: ScenarioSource
    levers: Sequence[Lever]
    _made: dict[Point, ScenarioSource] = field(default_factory=dict)

    @classmethod
    def of(cls, source: ScenarioSource, given: Mapping[str, Any]) -> Space:
        """Raises UserError for a lever that the scenario does not have, and for values that make no scenario."""
        space = cls(source, read_levers(given, source.at_central()))
        for place, lever in enumerate(space.levers):
            for end in (0, len(lever.values) - 1):
                _checked(space, lever, end, space._but(place, end))
        return space

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each lever has."""
        return tuple(len(one.values) for one in self.levers)

    @property
    def plans(self) -> int:
        """How many there are."""
        return prod(self.sizes)

    @property
    def thrifty(self) -> Point:
        """All levers where they spend least."""
        return tuple(one.thrifty for one in self.levers)

    @property
    def begin(self) -> list[Point]:
        """Where to begin: at the corners that spend least and most, and half way between."""
        most = tuple(size - 1 - at if size > 1 else at for size, at in zip(self.sizes, self.thrifty, strict=True))
        middle = tuple(size // 2 for size in self.sizes)
        return [self.thrifty, most, middle]

    def values(self, point: Point) -> dict[str, Any]:
        """The value of each lever by its name."""
        return {one.name: one.values[at] for one, at in zip(self.levers, point, strict=True)}

    def plan(self, point: Point) -> ScenarioSource:
        """The scenario of a point. Raises ScenarioError where it makes none."""
        if point == AS_IS:
            return self.source
        if point not in self._made:
            self._made[point] = edited(self.source, self._edits(point))
        return self._made[point]

    def _but(self, lever: int, at: int) -> Point:
        """All levers at their thriftiest but one."""
        return tuple(at if place == lever else one for place, one in enumerate(self.thrifty))

    def _edits(self, point: Point) -> Edits:
        edits: Edits = {}
        scenario = self.source.at_central()
        at = self.values(point)
        hired: dict[tuple[str, Cell], int] = {}
        for lever in self.levers:
            value = at[lever.name]
            if lever.kind == "hires":
                opens = opens_of(lever, self.levers)
                day = at[opens.name] if opens else scenario.dates.start
                for cell, count in spread(value, lever.cells).items():
                    hired[lever.words[1], cell] = hired.get((lever.words[1], cell), 0) + count
                    _hire(edits, lever.name, lever.words[1], cell, count, day)
            elif lever.kind not in ("opens", "ratio"):
                edits.update(_edits_of(lever, value, scenario))
        for lever in self.levers:
            if lever.kind == "ratio":
                self._to_ratio(edits, lever, at[lever.name], hired)
        return edits

    def _to_ratio(self, edits: Edits, lever: Lever, ratio: float, hired: Mapping[tuple[str, Cell], int]) -> None:
        """Hire as many of a role as it lacks, cell by cell, counting what is there, planned and hired by the search."""
        _, role, per = lever.words
        scenario = self.source.at_central()
        for cell in _cells(role, scenario):
            wanted = ratio * (_heads(per, cell, scenario) + sum(
                count for (one, other), count in hired.items() if one == per and _is_within(other, cell)
            ))  # fmt: skip
            have = _heads(role, cell, scenario) + hired.get((role, cell), 0)
            _hire(edits, lever.name, role, cell, max(round(wanted - have), 0), scenario.dates.start)


def _checked(space: Space, lever: Lever, end: int, point: Point) -> None:
    """Raises UserError, by the name that the user gave, where the end of a lever makes no scenario."""
    try:
        space.plan(point)
    except ScenarioError as impossible:
        problem = impossible.problems[0].partition(": ")[2] or impossible.problems[0]
        raise UserError(f"{BLOCK}.{lever.name}={lever.values[end]}: {problem}") from None


def edited(source: ScenarioSource, edits: Edits) -> ScenarioSource:
    """A scenario with some keys changed. Nothing of the past before its first day changes. Raises ScenarioError."""
    raw = source.raw
    hang = {reference.path: reference.name for reference in source.references}
    for path, value in edits.items():
        if path in hang:
            raise UserError(f"{'.'.join(map(str, path))}: hangs on the uncertainty {hang[path]}; no search may set it.")
        raw = _with(raw, path, value)
    made = replace(
        source, raw=raw, references=find_references(raw, source.uncertainties)[0], _central=None
    )  # fmt: skip
    made.at_central()
    return made


def _with(group: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy along the path only, so that what others refer to stays as it was."""
    first, rest = path[0], path[1:]
    if not rest:
        return {**group, first: value}
    below = group.get(first)
    if below is not None and not isinstance(below, dict):
        raise ScenarioError(f"{first}: is no group of keys, so nothing below it can be searched over.")
    return {**group, first: _with(below or {}, rest, value)}


def _hire(edits: Edits, name: str, role: str, cell: Cell, count: int, day: date) -> None:
    """A requisition by a name that stays the same for any count, so that its seats keep their luck."""
    if count > 0:
        given = {"role": role, "region": cell.region, "count": count, "open_date": day}
        seat = {"segment": cell.segment} if cell.segment else {}
        edits[*REQUISITIONS, requisition_name(name, cell)] = given | seat


def requisition_name(lever: str, cell: Cell) -> str:
    """What a requisition that a search adds is called."""
    words = [word for word in lever.split(".") if word not in ("hires", cell.segment, cell.region)]
    return " ".join(("more", *words, *((cell.segment,) if cell.segment else ()), cell.region))


def _edits_of(lever: Lever, value: Any, scenario: Scenario) -> Edits:
    kind, rest = lever.kind, lever.words[1:]
    if kind == "shift":
        names = [".".join(rest)] if rest else list(scenario.levers.dated_requisitions)
        return {(*REQUISITIONS, name, "shift_days"): value for name in names}
    if kind == "spend":
        return {("levers", "relative_spend", rest[0]): value}
    if kind == "coverage":
        return {("levers", "coverage", "target_ratio"): value}
    if kind == "over_assignment":
        return {("levers", "quota"): _over_assigned(scenario, value)}
    if kind == "move":
        return _moved(rest, value, scenario)
    return {lever.words: value}


def _over_assigned(scenario: Scenario, share: float) -> dict[str, Any]:
    """Quotas from the target, or as they are set now from target or capacity, with so much on top."""
    quota = scenario.levers.quota.model_dump(mode="json")
    if quota["kind"] == "per_rep":
        kept = {key: quota[key] for key in ("ramped_relief", "cut_by", "multiplier", "ratchet_weight")}
        quota = {"kind": "from_target", **kept}
    return {**quota, "over_assignment": {"form": "uplift", "share": share}}


def _moved(rest: Sequence[str], count: int, scenario: Scenario) -> Edits:
    role, here, there = rest
    edits: Edits = {}
    cells = [cell for cell in _cells(role, scenario) if here in (cell.segment, cell.region)]
    for cell, part in spread(count, cells).items():
        if not part:
            continue
        between_segments = here == cell.segment
        segment, region = (there, cell.region) if between_segments else (cell.segment, there)
        given = {
            "role": role, "region": cell.region, "to_region": region, "count": part, "on_date": scenario.dates.start,
            "keeps_ramp_share": KEEPS_RAMP, "old_seat": "close",
        }  # fmt: skip
        if cell.segment:
            given |= {"segment": cell.segment, "to_segment": segment}
        words = ("move", role, *((cell.segment,) if cell.segment else ()), cell.region, "to", there)
        edits["levers", "transfers", " ".join(words)] = given
    return edits


def _cells(role: str, scenario: Scenario) -> list[Cell]:
    teams = [team for team in scenario.opening.teams.values() if team.role == role]
    return list(dict.fromkeys(Cell(team.segment, team.region) for team in teams))


def _heads(role: str, cell: Cell, scenario: Scenario) -> int:
    """Seats of the first day and those that are planned."""
    teams = [(one.role, Cell(one.segment, one.region), one.seats) for one in scenario.opening.teams.values()]
    planned = [(one.role, Cell(one.segment, one.region), one.count) for one in scenario.levers.requisitions.values()]
    return sum(count for of, where, count in [*teams, *planned] if of == role and _is_within(where, cell))


def _is_within(one: Cell, other: Cell) -> bool:
    """Whether a cell is the other, or part of one that serves all segments."""
    return one.region == other.region and (other.segment is None or one.segment == other.segment)
