"""A sweep: one key at several values, each value a plan of its own under the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import yaml

from sim.scenario.errors import ScenarioError, UserError, dotted, shown
from sim.scenario.load import ScenarioSource, load_source
from sim.scenario.reading.company_files import Readings
from sim.scenario.reading.compose import override_path, parse_override
from sim.spelling import did_you_mean

PREFIX = "sweep"
EXAMPLE = f"{PREFIX}.levers.backfill.approval_days=[0,7,30]"
LONGEST_SHOWN = 50  # letters of a value in a plan's name


@dataclass(frozen=True)
class Sweep:
    """A key and its values, as typed."""

    key: str
    values: tuple[str, ...]

    def override(self, value: str) -> str:
        return f"{self.key}={value}"


def read_sweep(word: str, keys: Sequence[str]) -> Sweep:
    """The sweep of ``sweep.KEY=[a,b,c]``; ``keys`` are the first parts that KEY may have. Raises UserError."""
    key, equals, text = word.lstrip("+").partition("=")
    bare = key.removeprefix(PREFIX).removeprefix(".")
    if not bare or not equals:
        raise UserError(f'"{word}": a sweep is given as {EXAMPLE}.')
    if bare.split(".")[0] not in keys:
        hint = did_you_mean(bare.split(".")[0], keys)
        raise UserError(f'"{bare}" cannot be swept.{hint} A sweep changes a key of the scenario, such as {EXAMPLE}.')
    given = parse_override(f"{PREFIX}={text}").value()
    if not isinstance(given, list):
        raise UserError(f"{key}: expected a list of values; got {shown(given)}. Write {key}=[{text},...].")
    if len(given) < 2:
        raise UserError(f"{key}: has {len(given)} values; a sweep needs 2 or more, such as {EXAMPLE}.")
    return Sweep(bare, _as_typed(key, text, len(given)))


def _as_typed(key: str, text: str, count: int) -> tuple[str, ...]:
    """The text of each value in a list, with its own brackets and quotes."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        node = None
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if len(items) != count:
        raise UserError(f"{key}: the values {text} cannot be told apart; put text with other signs in quotes.")
    return tuple(text[item.start_mark.index : item.end_mark.index] for item in items)


def swept(scenarios: Sequence[str], overrides: Sequence[str], sweeps: Sequence[Sweep]) -> list[ScenarioSource]:
    """A plan for each scenario and value, the last sweep's values changing fastest.

    Plans are named by the last part of the key and the value, after the scenario where there are several. Raises
    UserError for a key that is set twice and for a value that is not allowed or comes twice.
    """
    _check_keys(overrides, sweeps)
    labels = _labels([sweep.key for sweep in sweeps])
    plans: list[ScenarioSource] = []
    readings: Readings = {}
    problems: dict[str, list[str]] = {}
    combinations = list(product(*(sweep.values for sweep in sweeps)))
    for scenario in scenarios:
        seen: list[tuple[str, dict[str, object]]] = []
        for values in combinations:
            changes = [sweep.override(value) for sweep, value in zip(sweeps, values, strict=True)]
            said = ", ".join(_name(*one) for one in zip(labels, sweeps, values, strict=True))
            try:
                source = load_source(scenario, [*overrides, *changes], readings)
            except ScenarioError as error:
                for problem in error.problems:
                    problems.setdefault(problem, []).append(" ".join(changes))
                continue
            twin = next((name for name, raw in seen if raw == source.raw), None)
            if twin:
                raise UserError(f'{PREFIX}: "{said}" is the same plan as "{twin}"; give each value once.')
            seen.append((said, source.raw))
            name = said if len(scenarios) == 1 else f"{source.name}, {said}"
            question = f"{source.question.rstrip()} Here: {' '.join(changes)}."
            plans.append(source.renamed(name, question, _kind(source, sweeps, values, len(scenarios) == 1)))
    if problems:
        everywhere = len(scenarios) * len(combinations)
        raise ScenarioError([text + _at(where, everywhere) for text, where in problems.items()])
    return plans


def _check_keys(overrides: Sequence[str], sweeps: Sequence[Sweep]) -> None:
    keys = [sweep.key for sweep in sweeps]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise UserError(f"{PREFIX}.{twice} is given twice; put all values in one list.")
    for path in (dotted(override_path(parse_override(text))) for text in overrides):
        if path in keys:
            raise UserError(f"{path} is both set and swept; give one of the two.")
        if path == "name":
            raise UserError("name= names one plan; those of a sweep are named by their values.")


def _kind(source: ScenarioSource, sweeps: Sequence[Sweep], values: Sequence[str], shares_weather: bool) -> str:
    """Plan or weather: a lever's values are plans, even in a weather that all share; any other key's are weather.

    The first value of a key that is no lever is how the world was taken to be. What the command line says holds.
    """
    if ("kind",) in source.origin.overridden:
        return source.kind
    swept = zip(sweeps, values, strict=True)
    if any(sweep.key.split(".")[0] != "levers" and value != sweep.values[0] for sweep, value in swept):
        return "weather"
    return "plan" if shares_weather else source.kind


def _labels(keys: Sequence[str]) -> list[str]:
    """The shortest ends of keys that tell them apart and do not begin with a date."""
    labels = []
    for key in keys:
        parts, others = key.split("."), [other.split(".") for other in keys if other != key]
        size = 1
        while size < len(parts) and (parts[-size][:1].isdigit() or any(o[-size:] == parts[-size:] for o in others)):
            size += 1
        labels.append(".".join(parts[-size:]))
    return labels


def _name(label: str, sweep: Sweep, value: str) -> str:
    """``approval_days 7``; a value too long for a name is named by its place in the list."""
    plain = value.strip("'\"")
    if len(plain) > LONGEST_SHOWN or len(label) + len(plain) > LONGEST_SHOWN:
        return f"{label[-LONGEST_SHOWN:]} value {sweep.values.index(value) + 1}"
    return f"{label} {plain}"


def _at(where: Sequence[str], everywhere: int) -> str:
    """Which values have a problem; nothing where all have it."""
    return "" if len(where) == everywhere else f" (At {'; '.join(dict.fromkeys(where))}.)"
