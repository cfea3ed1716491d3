"""Names: what each text of a scenario is, said where its field is declared, and one walk over all that are given.

Every text is one of three: it refers to something that the scenario names elsewhere, it gives a new name, or it is
free. A test holds that no field says none of them, so that a new key cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.errors import Path
from sim.scenario.quantities import Dated


@dataclass(frozen=True)
class RefersTo:
    """Marks a name of something that must exist; on a list it is about each item, which then has no place of its own.

    ``what`` is the noun as errors say it: ``role``, ``pay plan``.
    """

    what: str


@dataclass(frozen=True)
class Gives:
    """Marks a new name; ``what`` is the noun that others refer to it as, empty where nothing does."""

    what: str = ""


@dataclass(frozen=True)
class Free:
    """Marks a text that is no name of anything in the scenario."""


Mark = RefersTo | Gives | Free

SegmentName = Annotated[str, RefersTo("segment")]
RegionName = Annotated[str, RefersTo("region")]
SourceName = Annotated[str, RefersTo("source")]
RoleName = Annotated[str, RefersTo("role")]
RegimeName = Annotated[str, RefersTo("regime")]
PlanName = Annotated[str, RefersTo("pay plan")]
StageName = Annotated[str, RefersTo("stage")]
TriggerName = Annotated[str, RefersTo("trigger")]
ColumnName = Annotated[str, RefersTo("column")]  # of the layouts of a company's files

NewSegment = Annotated[str, Gives("segment")]
NewRegion = Annotated[str, Gives("region")]
NewSource = Annotated[str, Gives("source")]
NewRole = Annotated[str, Gives("role")]
NewRegime = Annotated[str, Gives("regime")]
NewPlan = Annotated[str, Gives("pay plan")]
NewStage = Annotated[str, Gives("stage")]
NewTrigger = Annotated[str, Gives("trigger")]
OwnName = Annotated[str, Gives()]
Text = Annotated[str, Free()]


class Given(NamedTuple):
    """A name as a scenario gives it."""

    path: Path
    name: str
    mark: Mark


def names_in(noun: BaseModel, path: Path = ()) -> Iterator[Given]:
    """Every marked text below a noun, in the order of its fields; ``path`` is where the noun stands."""
    if isinstance(noun, Dated):
        yield from _in_dated(noun, path)
        return
    for key, field in type(noun).model_fields.items():
        yield from _in(field.annotation, tuple(field.metadata), getattr(noun, key), (*path, key))


def _in_dated(dated: Dated[Any], path: Path) -> Iterator[Given]:
    """One value stands at the key itself, as it is written; with dates each stands at its own."""
    field = type(dated).model_fields["start"]
    at = (*path, "start") if dated.changes else path
    yield from _in(field.annotation, tuple(field.metadata), dated.start, at)
    for day, value in dated.changes.items():
        yield from _in(field.annotation, tuple(field.metadata), value, (*path, str(day)))


def _in(annotation: Any, metadata: tuple[Any, ...], value: Any, path: Path) -> Iterator[Given]:
    annotation, metadata = _chosen(annotation, metadata, value)
    mark = mark_of(metadata)
    if isinstance(value, BaseModel):
        yield from names_in(value, path)
    elif isinstance(value, str) and mark is not None:
        yield Given(path, value, mark)
    elif isinstance(value, list) and mark is not None:
        yield from (Given(path, item, mark) for item in value)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _in(get_args(annotation)[0], (), item, (*path, place))
    elif isinstance(value, dict):
        keys, values = get_args(annotation)
        of_keys = mark_of(_plain(keys)[1])
        for key, item in value.items():
            if of_keys is not None:
                yield Given((*path, key), key, of_keys)
            yield from _in(values, (), item, (*path, key))


def _chosen(annotation: Any, metadata: tuple[Any, ...], value: Any) -> tuple[Any, tuple[Any, ...]]:
    """The branch of a union that holds a value, without its annotations, and these."""
    annotation, own = _plain(annotation)
    metadata += own
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, metadata
    for branch in get_args(annotation):
        plain, of_branch = _chosen(branch, metadata, value)
        origin = get_origin(plain) or plain
        if isinstance(origin, type) and isinstance(value, origin):
            return plain, of_branch
    return annotation, metadata


def _plain(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without its annotations, and these."""
    if get_origin(annotation) is not Annotated:
        return annotation, ()
    inner, *own = get_args(annotation)
    return inner, tuple(own)


def mark_of(metadata: tuple[Any, ...]) -> Mark | None:
    """What a text is marked as."""
    return next((one for one in metadata if isinstance(one, RefersTo | Gives | Free)), None)


def unmarked(noun: type[BaseModel], path: Path = ()) -> Iterator[Path]:
    """Every text that a noun or what stands below it may give and that is marked as nothing."""
    for key, field in noun.model_fields.items():
        yield from _unmarked(field.annotation, tuple(field.metadata), (*path, key))


def _unmarked(annotation: Any, metadata: tuple[Any, ...], path: Path) -> Iterator[Path]:
    annotation, own = _plain(annotation)
    metadata += own
    if annotation is str and mark_of(metadata) is None:
        yield path
    elif get_origin(annotation) is list and mark_of(metadata) is not None:
        return
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from unmarked(annotation, path)
    elif get_origin(annotation) in (Union, UnionType, list):
        for branch in get_args(annotation):
            yield from _unmarked(branch, metadata, path)
    elif get_origin(annotation) is dict:
        keys, values = get_args(annotation)
        yield from _unmarked(keys, (), (*path, "name"))
        yield from _unmarked(values, (), (*path, "*"))
