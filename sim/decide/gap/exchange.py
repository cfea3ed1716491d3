"""Exchange: worlds between two scenarios, in which some causes are as in the one and the others as in the other.

What two scenarios differ in is sorted into causes. A cause is exchanged whole. One that makes no scenario by itself is
put together with the one that it hangs on. The years before the first day were made by what each scenario's own company
was; where they differ they are exchanged with the first day. Which of the two scenarios is named first changes no
world, so that the same gap told the other way round is the same with its signs turned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from sim.decide.gap.causes import BUILT_OF, FIRST_DAY, IN_ORDER, ROWS, Cause, cause_of, is_place
from sim.decide.varied import Varied
from sim.org.first_day.quiet import quiet
from sim.scenario.errors import Path, ScenarioError
from sim.scenario.load import ScenarioSource
from sim.scenario.reading.origin import Origin
from sim.scenario.reading.references import find_references, is_reference

NO_NUMBERS = ("name", "question", "kind")
NOTHING = object()  # what a scenario does not say

Group = tuple[Cause, ...]  # causes that are exchanged together


@dataclass(frozen=True, eq=False)
class Exchange:
    """Two scenarios and what they differ in."""

    start: ScenarioSource  # the two in an order of their own
    end: ScenarioSource
    is_turned: bool  # whether who asks named them the other way round
    places: Mapping[Cause, tuple[Path, ...]]
    _made: dict[frozenset[Cause], ScenarioSource | ScenarioError] = field(default_factory=dict)

    @classmethod
    def of(cls, a: ScenarioSource, b: ScenarioSource) -> Exchange:
        """What lies between a and b. No cause where they are the same but for their names."""
        start, end = sorted((a, b), key=lambda one: one.name)
        duties = {
            name: role.duty for one in (start, end) for name, role in one.at_central().world.roles.items()
        }  # fmt: skip
        found: dict[Cause, list[Path]] = {}
        for place in _differences(start.raw, end.raw, ()):
            both = (_at(start.raw, place), _at(end.raw, place))
            found.setdefault(cause_of(place, both, duties), []).append(place)
        if not _same_past(start, end):
            found.setdefault(FIRST_DAY, [])
        exchange = cls(start, end, start is not a, {c: tuple(found[c]) for c in IN_ORDER if c in found})
        mattering = {cause: places for cause, places in exchange.places.items() if exchange._changes(cause)}
        return replace(exchange, places=mattering)

    def world(self, groups: Sequence[Group], come: int) -> ScenarioSource:
        """The scenario in which some groups are as in the one asked for last; bit i of ``come`` says whether group i
        has come. Raises ScenarioError where that makes no scenario."""
        exchanged = (one for k, one in enumerate(groups) if bool(come >> k & 1) != self.is_turned)
        return self._of(frozenset(cause for group in exchanged for cause in group))

    def is_possible(self, causes: frozenset[Cause]) -> bool:
        """Whether a scenario comes of it when just these causes are exchanged."""
        try:
            self._of(causes)
        except ScenarioError:
            return False
        return True

    def _of(self, causes: frozenset[Cause]) -> ScenarioSource:
        exchanged = causes & frozenset(self.places)
        if not exchanged:
            return self.start
        if len(exchanged) == len(self.places):
            return self.end
        if exchanged not in self._made:
            try:
                self._made[exchanged] = self._mixed(exchanged)
            except ScenarioError as impossible:
                self._made[exchanged] = impossible
        found = self._made[exchanged]
        if isinstance(found, ScenarioError):
            raise found
        return found

    def _mixed(self, causes: frozenset[Cause]) -> ScenarioSource:
        raw = deepcopy(self.start.raw)
        for cause in IN_ORDER:
            for place in self.places.get(cause, ()) if cause in causes else ():
                _put(raw, place, _at(self.end.raw, place))
        names = raw.get("uncertainties") or {}
        known = self.start.uncertainties | self.end.uncertainties
        moved = {p[1] for c in causes for p in self.places[c] if p[0] == "uncertainties" and len(p) > 1}
        unknowns = {
            name: (self.end if name in moved else self.start).uncertainties.get(name, known[name]) for name in names
        }  # fmt: skip
        references, problems = find_references(raw, unknowns)
        if problems:
            raise ScenarioError([problem.text for problem in problems])
        first = self.end if FIRST_DAY in causes else self.start
        mixed = self.start.turned_into(
            Varied, raw=raw, uncertainties=unknowns, references=references, folders=first.folders, removed=(),
            _reading=None, today=_bare(first),
        )  # fmt: skip
        mixed.at_central()
        return mixed

    def _changes(self, cause: Cause) -> bool:
        """Whether a cause is more than the same said in another way."""
        if cause is FIRST_DAY and not _same_past(self.start, self.end):
            return True
        try:
            return _numbers(self._mixed(frozenset((cause,)))) != _numbers(self.start)
        except ScenarioError:
            return True


def joined(exchange: Exchange) -> list[Group]:
    """The causes, put together where one cannot be exchanged without the other, in their order."""
    groups: list[Group] = [(cause,) for cause in exchange.places]
    while (stuck := _impossible_with(exchange, groups, _first_worlds(len(groups)))) is not None:
        groups = _put_together(exchange, groups, stuck)
    return groups


def all_joined(exchange: Exchange, groups: Sequence[Group]) -> list[Group]:
    """The same, until every world between the two scenarios is one."""
    found = list(groups)
    while (stuck := _impossible_with(exchange, found, range(1 << len(found)))) is not None:
        found = _put_together(exchange, found, stuck)
    return found


def _first_worlds(count: int) -> list[int]:
    """One group alone, and all but one."""
    everything = (1 << count) - 1
    return [world for k in range(count) for world in (1 << k, everything & ~(1 << k))]


def _impossible_with(exchange: Exchange, groups: Sequence[Group], worlds: Sequence[int]) -> frozenset[int] | None:
    """The groups that are exchanged in the smallest world that is none; None where all are."""
    for world in sorted(worlds, key=int.bit_count):
        come = frozenset(k for k in range(len(groups)) if world >> k & 1)
        if not exchange.is_possible(_causes(groups, come)):
            return come
    return None


def _put_together(exchange: Exchange, groups: Sequence[Group], stuck: frozenset[int]) -> list[Group]:
    """One group of a world that is none, put together with the one that it hangs on: with which the world is one, or
    without which it is; else the first day, on which all hangs."""
    rest = [k for k in range(len(groups)) if k not in stuck]

    def is_mended_by(inside: int, outside: int) -> bool:
        worlds = (stuck | {outside}, stuck - {inside})
        return all(exchange.is_possible(_causes(groups, world)) for world in worlds)

    pairs = [(inside, outside) for outside in rest for inside in sorted(stuck)]
    pair = next((one for one in pairs if is_mended_by(*one)), pairs[0])
    together = tuple(c for c in IN_ORDER if c in (*groups[pair[0]], *groups[pair[1]]))
    kept = [one for k, one in enumerate(groups) if k not in pair]
    return sorted([*kept, together], key=lambda group: IN_ORDER.index(group[0]))


def _causes(groups: Sequence[Group], come: frozenset[int]) -> frozenset[Cause]:
    return frozenset(cause for k in come for cause in groups[k])


def _numbers(source: ScenarioSource) -> tuple[Any, ...]:
    """All that a scenario says, in whatever way it says it."""
    said = source.at_central().model_dump(mode="json")
    hashes = {key: value for key, value in source.file_hashes.items() if key != "today"}
    return said, set(source.references), source.uncertainties, hashes


def _same_past(a: ScenarioSource, b: ScenarioSource) -> bool:
    """Whether the years before the first day are the same."""
    one, other = (quiet(x.at_central()).model_dump(mode="json", exclude={"kind"}) for x in (a, b))
    return bool(one == other)


def _bare(source: ScenarioSource) -> ScenarioSource:
    return replace(source, question="", origin=Origin("", (), ()), removed=())


def _differences(a: Any, b: Any, place: Path) -> Iterator[Path]:
    """The places at which two scenarios say different things, each to be exchanged whole."""
    for key in dict.fromkeys((*a, *b)):
        if not place and key in NO_NUMBERS:
            continue
        here, one, other = (*place, key), a.get(key, NOTHING), b.get(key, NOTHING)
        if (one is NOTHING and other == {}) or (other is NOTHING and one == {}):
            continue
        if _is_looked_into(here, one, other):
            yield from _differences({} if one is NOTHING else one, {} if other is NOTHING else other, here)
        elif one is NOTHING or other is NOTHING or one != other:
            yield here


def _is_looked_into(place: Path, one: Any, other: Any) -> bool:
    """Whether what stands at a place is exchanged part by part."""
    if any(x is not NOTHING and (not isinstance(x, dict) or is_reference(x)) for x in (one, other)):
        return False
    if place[:-1] in ROWS:
        return False
    is_lacking = one is NOTHING or other is NOTHING
    if is_lacking and any(is_place(place[:-1], above) for above in BUILT_OF):
        return False
    kinds = [x.get("kind", NOTHING) for x in (one, other) if x is not NOTHING]
    return not (is_lacking and kinds[0] is not NOTHING) and all(kind == kinds[0] for kind in kinds)


def _at(raw: Any, place: Path) -> Any:
    for key in place:
        if not isinstance(raw, dict) or key not in raw:
            return NOTHING
        raw = raw[key]
    return raw


def _put(raw: dict[str, Any], place: Path, value: Any) -> None:
    """Put a value at a place, or take away what is there where the value is nothing."""
    *above, name = place
    for key in above:
        if not isinstance(raw.get(key), dict):
            raw[key] = {}
        raw = raw[key]
    if value is NOTHING:
        raw.pop(name, None)
    else:
        raw[name] = deepcopy(value)
