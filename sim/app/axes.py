"""Sweeps: several plans of one scenario, each a value of a key, of keys that move together, or a row of a file.

Several sweeps make every combination. All plans are played under the same luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import yaml

from sim.app.plans_file import KIND, LONGEST_NAME, read_plans
from sim.app.ranges import is_range, range_values
from sim.scenario.errors import ScenarioError, UserError, dotted, shown
from sim.scenario.load import ScenarioSource, load_source
from sim.scenario.reading.company_files import Readings
from sim.scenario.reading.compose import override_path, parse_override
from sim.spelling import did_you_mean, listed

PREFIX = "sweep"
FILE, ZIP, ALL = "file", "zip", "all"
EXAMPLE = f"{PREFIX}.levers.backfill.approval_days=[0,7,30]"
MOST_PLACES = 3  # that an error names
LONGEST_SHOWN = 50  # letters of a value in a plan's name


@dataclass(frozen=True)
class Point:
    """One plan's values of an axis' keys, as typed; None leaves a key as it is. Of a file: its name and place."""

    values: tuple[str | None, ...]
    name: str = ""
    place: str = ""


@dataclass(frozen=True)
class Axis:
    """Keys that move together, and where they go. One that was read from a file says which."""

    keys: tuple[str, ...]
    points: tuple[Point, ...]
    file: str = ""

    def changes(self, point: Point) -> list[str]:
        """The overrides that make a point."""
        pairs = zip(self.keys, point.values, strict=True)
        return [f"{key}={value}" for key, value in pairs if value is not None]


def read_axes(words: Sequence[str], keys: Sequence[str]) -> tuple[Axis, ...]:
    """The axes of all words ``sweep.KEY=...``, ``sweep.zip=...`` and ``sweep.file=...`` of a command line.

    ``keys`` are the first parts that KEY may have. Raises UserError.
    """
    axes: list[Axis] = []
    zips: list[str] = []
    for word in words:
        key, _, text = word.lstrip("+").partition("=")
        if key == f"{PREFIX}.{ZIP}":
            zips.append(text)
        elif key == f"{PREFIX}.{FILE}":
            axes.append(_of_file(word, text, keys))
        else:
            axes.append(read_sweep(word, keys))
    _check_once(axes)
    for text in zips:
        axes = _zipped(axes, text)
    return tuple(axes)


def read_sweep(word: str, keys: Sequence[str]) -> Axis:
    """The axis of ``sweep.KEY=[a,b,c]`` or of a range. Raises UserError."""
    key, equals, text = word.lstrip("+").partition("=")
    bare = key.removeprefix(PREFIX).removeprefix(".")
    if not bare or not equals:
        raise UserError(f'"{word}": a sweep is given as {EXAMPLE}.')
    if bare.split(".")[0] not in keys:
        hint = did_you_mean(bare.split(".")[0], (*keys, FILE, ZIP))
        raise UserError(f'"{bare}" cannot be swept.{hint} A sweep changes a key of the scenario, such as {EXAMPLE}.')
    if is_range(text):
        values = range_values(key, text)
    else:
        given = parse_override(f"{PREFIX}={text}").value()
        if not isinstance(given, list):
            also = f"; a range is given as {key}=0:30:10" if isinstance(given, int | float) else ""
            raise UserError(f"{key}: expected a list of values; got {shown(given)}. Write {key}=[{text},...]{also}.")
        values = _as_typed(key, text, len(given))
    if len(values) < 2:
        raise UserError(f"{key}: has {len(values)} values; a sweep needs 2 or more, such as {EXAMPLE}.")
    return Axis((bare,), tuple(Point((value,)) for value in values))


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


def _of_file(word: str, text: str, keys: Sequence[str]) -> Axis:
    """The axis of a file of plans."""
    if not text:
        raise UserError(f"{word}: give the file of plans, such as {PREFIX}.{FILE}=plans.csv.")
    found = read_plans(word, Path(text.strip("'\"")).expanduser(), keys)
    return Axis(found.keys, tuple(Point(row.values, row.name, row.place) for row in found.rows), text)


def _check_once(axes: Sequence[Axis]) -> None:
    """No key is swept twice. Raises UserError."""
    if sum(bool(axis.file) for axis in axes) > 1:
        raise UserError(f"{PREFIX}.{FILE} is given twice; put all plans in one file.")
    keys = [key for axis in axes for key in axis.keys]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is None:
        return
    if file := next((axis.file for axis in axes if axis.file and twice in axis.keys), ""):
        raise UserError(f"{PREFIX}.{twice} is swept, and {file} has it, too; give it in one of the two.")
    raise UserError(f"{PREFIX}.{twice} is given twice; put all values in one list.")


def _zipped(axes: Sequence[Axis], text: str) -> list[Axis]:
    """The axes with those that a zip names made one, where the first of them stood. Raises UserError."""
    word, swept = f"{PREFIX}.{ZIP}={text}", [axis.keys[0] for axis in axes if not axis.file and len(axis.keys) == 1]
    named = [one.strip().strip("'\"").removeprefix(f"{PREFIX}.") for one in text.strip().strip("[]").split(",")]
    wanted = swept if named == [ALL] else list(dict.fromkeys(named))
    for key in wanted:
        if key not in swept:
            together = any(key in axis.keys for axis in axes)
            why = "moves with others already" if together else f"is not swept.{did_you_mean(key, swept)}"
            raise UserError(f'{word}: "{key}" {why.rstrip(".")}. Swept keys are {listed(swept)}.')
    if len(wanted) < 2:
        raise UserError(f"{word}: name two swept keys or more that move together, or {ALL}.")
    mine = {axis.keys[0]: axis for axis in axes if axis.keys[0] in wanted and not axis.file}
    counts = [len(mine[key].points) for key in wanted]
    if len(set(counts)) > 1:
        said = ", ".join(f"{key} has {count} values" for key, count in zip(wanted, counts, strict=True))
        raise UserError(f"{word}: {said}; keys that move together need as many values each.")
    rows = zip(*(mine[key].points for key in wanted), strict=True)
    whole = Axis(tuple(wanted), tuple(Point(tuple(point.values[0] for point in row)) for row in rows))
    first = min(place for place, axis in enumerate(axes) if axis in mine.values())
    return [
        whole if place == first else axis
        for place, axis in enumerate(axes)
        if place == first or axis not in mine.values()
    ]


def swept(scenarios: Sequence[str], overrides: Sequence[str], axes: Sequence[Axis]) -> list[ScenarioSource]:
    """A plan for each scenario and combination of points, the last axis changing fastest.

    Plans are named by the last part of the key and the value, or as their file has it, after the scenario where there
    are several. Raises UserError for a key that is set twice and for a value that is not allowed or comes twice.
    """
    _check_keys(overrides, axes)
    labels = labels_of([key for axis in axes for key in axis.keys])
    plans: list[ScenarioSource] = []
    readings: Readings = {}
    problems: dict[str, list[str]] = {}
    combinations = list(product(*(axis.points for axis in axes)))
    for scenario in scenarios:
        seen: list[tuple[str, dict[str, object]]] = []
        for number, points in enumerate(combinations):
            pairs = list(zip(axes, points, strict=True))
            changes = [change for axis, point in pairs for change in axis.changes(point)]
            said = _cut(", ".join(point_name(labels, *pair) for pair in pairs), number)
            try:
                source = load_source(scenario, [*overrides, *changes], readings)
            except ScenarioError as error:
                where = " ".join(point.place or " ".join(axis.changes(point)) for axis, point in pairs)
                for problem in error.problems:
                    problems.setdefault(problem, []).append(where)
                continue
            twin = next((name for name, raw in seen if raw == source.raw), None)
            if twin:
                raise UserError(f'{PREFIX}: "{said}" is the same plan as "{twin}"; give each value once.')
            seen.append((said, source.raw))
            name = said if len(scenarios) == 1 else _cut(f"{source.name}, {said}", number)
            question = f"{source.question.rstrip()} Here: {' '.join(changes) or 'as it is'}."
            plans.append(source.renamed(name, question, _kind(source, pairs, len(scenarios) == 1)))
    if problems:
        everywhere = len(scenarios) * len(combinations)
        raise ScenarioError(_refused(problems, everywhere))
    return plans


def _check_keys(overrides: Sequence[str], axes: Sequence[Axis]) -> None:
    keys = [key for axis in axes for key in axis.keys]
    for path in (dotted(override_path(parse_override(text))) for text in overrides):
        if path in keys:
            raise UserError(f"{path} is both set and swept; give one of the two.")
        if path == "name":
            raise UserError("name= names one plan; those of a sweep are named by their values.")


def _kind(source: ScenarioSource, pairs: Sequence[tuple[Axis, Point]], shares_weather: bool) -> str:
    """Plan or weather: a lever's values are plans, even in a weather that all share; any other key's are weather.

    The first value of a key that is no lever is how the world was taken to be. What the command line or a file says
    holds.
    """
    if ("kind",) in source.origin.overridden:
        return source.kind
    for axis, point in pairs:
        for key, value, first in zip(axis.keys, point.values, axis.points[0].values, strict=True):
            if key.split(".")[0] not in ("levers", KIND) and value != first:
                return "weather"
    return "plan" if shares_weather else source.kind


def labels_of(keys: Sequence[str]) -> dict[str, str]:
    """The shortest ends of keys that tell them apart and do not begin with a date."""
    labels = {}
    for key in keys:
        parts, others = key.split("."), [other.split(".") for other in keys if other != key]
        size = 1
        while size < len(parts) and (parts[-size][:1].isdigit() or any(o[-size:] == parts[-size:] for o in others)):
            size += 1
        labels[key] = ".".join(parts[-size:])
    return labels


def point_name(labels: dict[str, str], axis: Axis, point: Point) -> str:
    """``approval_days 7``; a value too long for a name is named by its place in the list, a row as its file has it."""
    if point.name:
        return point.name
    return ", ".join(
        _value_name(labels[key], value, axis.points.index(point) + 1)
        for key, value in zip(axis.keys, point.values, strict=True)
        if value is not None
    )


def _value_name(label: str, value: str, place: int) -> str:
    plain = value.strip("'\"")
    if len(plain) > LONGEST_SHOWN or len(label) + len(plain) > LONGEST_SHOWN:
        return f"{label[-LONGEST_SHOWN:]} value {place}"
    return f"{label} {plain}"


def _cut(name: str, number: int) -> str:
    """A name as long as names may be; where it would be longer its number tells it from the others."""
    if len(name) <= LONGEST_NAME:
        return name
    end = f" ... {number + 1}"
    return name[: LONGEST_NAME - len(end)] + end


def _refused(problems: dict[str, list[str]], everywhere: int) -> list[str]:
    """What is wrong with all plans; else what is wrong with the first that is, where, and how many others are."""
    if all(len(where) == everywhere for where in problems.values()):
        return list(problems)
    text, where = next(iter(problems.items()))
    places = list(dict.fromkeys(place for one in problems.values() for place in one))
    first = "; ".join(dict.fromkeys(where[:MOST_PLACES]))
    others = len(places) - len(set(where[:MOST_PLACES]))
    return [f"{text} (At {first}.{f' {others} more of the sweep cannot be.' if others else ''})"]
