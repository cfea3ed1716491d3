"""References to uncertainties: ``{uncertain: name, times: 120, plus: 0.1}`` in place of a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.errors import Path, Problem, shown
from sim.spelling import did_you_mean, listed

MOST = 1e12
KEYS = ("uncertain", "times", "plus")


class Reference(NamedTuple):
    """A place in a scenario whose number is drawn: ``times * uncertainty + plus``."""

    path: Path
    name: str
    times: float
    plus: float

    def value(self, drawn: Mapping[str, float]) -> float:
        return self.times * drawn[self.name] + self.plus


def is_reference(node: Any) -> bool:
    """Whether a mapping refers to an uncertainty. One with, say, a regime named ``uncertain`` does not."""
    return isinstance(node, dict) and isinstance(node.get("uncertain"), str)


def find_references(raw: dict[str, Any], names: Mapping[str, Any]) -> tuple[list[Reference], list[Problem]]:
    """All references of a scenario, outside its block of uncertainties, and what is wrong with them."""
    references: list[Reference] = []
    problems: list[Problem] = []
    given = {key: value for key, value in raw.items() if key != "uncertainties"}
    for path, node in found_in(given, is_reference):
        wrong = _problem(path, node, names)
        if wrong:
            problems.append(wrong)
        else:
            references.append(
                Reference(path, node["uncertain"], float(node.get("times", 1)), float(node.get("plus", 0)))
            )
    return references, problems


def found_in(node: Any, is_wanted: Callable[[Any], bool], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What is wanted of all that a scenario says, as written, each with its place. What is found is not looked into."""
    if is_wanted(node):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from found_in(value, is_wanted, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from found_in(value, is_wanted, (*path, index))


def _problem(path: Path, node: dict[str, Any], names: Mapping[str, Any]) -> Problem | None:
    for key in node:
        if key not in KEYS:
            text = f"unknown key.{did_you_mean(key, KEYS)} A reference to an uncertainty allows: {listed(KEYS)}."
            return Problem((*path, key), text)
    name = node["uncertain"]
    if name not in names:
        text = f"{shown(name)} is no uncertainty.{did_you_mean(name, names)} The uncertainties are {listed(names)}."
        return Problem((*path, "uncertain"), text)
    for key in ("times", "plus"):
        number = node.get(key, 0)
        if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= MOST:
            return Problem((*path, key), f"expected a number; got {shown(number)}.")
    return None


def filled(raw: dict[str, Any], references: list[Reference], drawn: Mapping[str, float]) -> dict[str, Any]:
    """The scenario with every reference replaced by its number. Only the way to each reference is copied."""
    copies: dict[Path, Any] = {(): dict(raw)}
    for reference in references:
        for depth in range(1, len(reference.path)):
            path = reference.path[:depth]
            if path not in copies:
                original = copies[path[:-1]][path[-1]]
                copies[path] = copies[path[:-1]][path[-1]] = original.copy()
        copies[reference.path[:-1]][reference.path[-1]] = reference.value(drawn)
    return copies[()]
