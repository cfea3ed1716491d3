"""Varied: a scenario with some of its numbers changed, whose years before the first day stay as they were.

What is varied is a number that we may be wrong about, or that might be better. A number of the world holds in the
half-year of pipeline that is played before the first day, and from then on; a shock acts from the first day on. The
customers and people of the years before were made by what
is known today, so they are the same in every variation; they are the same in every draw for the same reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from sim.scenario.errors import Path
from sim.scenario.load import ScenarioSource
from sim.scenario.numbers import is_number, numbers
from sim.scenario.reading.origin import Origin
from sim.scenario.reading.references import filled, find_references, is_reference
from sim.scenario.scenario import Scenario

DATED = "start"  # the key of a dated value before its first change


@dataclass
class Varied(ScenarioSource):
    """A scenario that was changed in some numbers. ``today`` is the one that the years before were made by."""

    today: ScenarioSource | None = field(default=None, repr=False)

    @property
    def file_hashes(self) -> dict[str, str]:
        """Of the files that it reads, and of the scenario that its past was made by: its numbers depend on both."""
        past = self._today.at_central().model_dump_json(exclude={"name", "question"})
        return {**super().file_hashes, "today": hashlib.sha256(past.encode()).hexdigest()}

    def at_central(self) -> Scenario:
        """At the central values of what is still drawn. Raises ScenarioError where a change makes no scenario."""
        return super().at_central().drawn_from(self._today.at_central())

    def at_draw(self, seed: int, number: int) -> Scenario:
        """In one draw. Raises ScenarioError for an impossible one."""
        return self.at_values(self.drawn(seed, number), f" in draw {number}").drawn_from(self._today.at_central())

    @property
    def _today(self) -> ScenarioSource:
        assert self.today is not None
        return self.today


@dataclass(frozen=True, eq=False)
class Variations:
    """Makes variations of one scenario."""

    source: ScenarioSource
    today: ScenarioSource
    data: dict[str, Any]  # the scenario at central values, as it is dumped

    @classmethod
    def of(cls, source: ScenarioSource) -> Variations:
        """Raises ScenarioError where the scenario is not sound."""
        data = source.at_central().model_dump(mode="json")
        return cls(source, replace(source, question="", origin=Origin("", (), ()), removed=()), data)

    def pinned(self, name: str, value: float) -> Varied:
        """With one uncertainty known to be so much; all others are drawn as before."""
        mine = [one for one in self.source.references if one.name == name]
        others = [one for one in self.source.references if one.name != name]
        return self._with(filled(self.source.raw, mine, {name: value}), others)

    def changed(self, changes: Mapping[Path, float], whole: frozenset[Path] = frozenset()) -> Varied:
        """With numbers so many times what they are, by where they stand in ``data``; ``whole``: those that are counts.

        What refers to an uncertainty follows it as before.
        """
        raw = deepcopy(self.source.raw)
        for place, factor in changes.items():
            _change(raw, place, factor, self.data, place in whole)
        return self._with(raw, find_references(raw, self.source.uncertainties)[0])

    def shocked(self, name: str, shocks: Sequence[dict[str, Any]]) -> Varied:
        """With shocks that begin on the first day and stay; their names begin with ``name``."""
        world = self.source.raw["world"]
        taken = dict(world.get("shocks") or {})
        start = self.source.at_central().dates.start
        for shock in shocks:
            own = f"{name} {len(taken)}"
            while own in taken:
                own += "+"
            taken[own] = {"kind": "step", "from_date": start, **shock}
        return self._with({**self.source.raw, "world": {**world, "shocks": taken}}, self.source.references)

    def _with(self, raw: dict[str, Any], references: list[Any]) -> Varied:
        return self.source.turned_into(Varied, raw=raw, references=references, today=self.today)


def is_whole(key: str) -> bool:
    """Whether a number of this key of ``sim.scenario.numbers`` is a count."""
    return numbers()[key].is_whole


def _change(raw: dict[str, Any], place: Path, factor: float, data: dict[str, Any], whole: bool) -> None:
    """Change the number at a place; what the author left to its default is written out on the way."""
    node: Any = raw
    dumped: Any = data
    for depth, key in enumerate(place):
        dumped = dumped[key]
        is_last = depth == len(place) - 1
        given = _at(node, key)
        undated = place[depth + 1 :] == (DATED,) and (is_number(given) or is_reference(given))
        if is_last or undated:
            node[key] = _moved(given if given is not None else dumped, factor, whole)
            return
        if not isinstance(given, dict | list) or is_reference(given):
            node[key] = deepcopy(dumped)
        node = node[key]


def _at(node: Any, key: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(key)
    return node[key] if isinstance(key, int) and key < len(node) else None


def _moved(given: Any, factor: float, whole: bool) -> Any:
    if is_reference(given):
        times, plus = float(given.get("times", 1)), float(given.get("plus", 0))
        return {"uncertain": given["uncertain"], "times": factor * times, "plus": factor * plus}
    moved = factor * given
    return round(moved) if whole else moved
