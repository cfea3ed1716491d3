"""Names: every text of the schema says what it is, and what refers to nothing is told wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import Field

from sim.records.layout import PIPELINE
from sim.scenario.checks.names import check_names
from sim.scenario.load import load
from sim.scenario.names import Given, Gives, RefersTo, Text, names_in, unmarked
from sim.scenario.quantities import Noun
from sim.scenario.scenario import Scenario


def given_in(scenario: Scenario) -> list[Given]:
    return list(names_in(scenario))


@pytest.fixture(scope="module")
def every_lever() -> Scenario:
    return load("tests/worlds/every_lever.yaml")


def test_every_text_of_the_schema_says_what_it_is() -> None:
    """A new key whose text is a name must say so, and one that is free as well: none can be forgotten."""
    assert [".".join(path) for path in unmarked(Scenario)] == []


def test_a_text_that_says_nothing_is_seen_wherever_it_hides() -> None:
    class Hidden(Noun):
        plain: str
        listed: list[str] | None
        by_name: dict[str, Annotated[float, Field(ge=0)]]
        deep: dict[Text, dict[Text, list[tuple[int, float] | str]]]
        told: Text

    assert [".".join(path) for path in unmarked(Hidden)] == ["plain", "listed", "by_name.name", "deep.*.*"]


def test_whatever_is_referred_to_can_be_given() -> None:
    marks = {one.mark for name in ("base", "from_files") for one in names_in(load(name))}
    wanted = {mark.what for mark in marks if isinstance(mark, RefersTo)}
    assert wanted == {mark.what for mark in marks if isinstance(mark, Gives)} - {"", "stage"}


def test_every_reference_is_checked(every_lever: Scenario) -> None:
    """A name that exists nowhere, in place of each one that refers to something, is told at its place."""
    assert list(check_names(every_lever)) == []
    names = {one.name for one in given_in(every_lever)}
    fields = {(one.mark, tuple(key for key in one.path if key not in names)): one for one in given_in(every_lever)}
    seen = 0
    for one in fields.values():
        if isinstance(one.mark, RefersTo) and one.path[:2] != ("opening", "levers") and one.mark.what != "regime":
            told = [
                problem.path
                for changed in with_other(every_lever.model_dump(), one.path, one.name, "nowhere")
                for problem in check_names(Scenario.model_validate(changed))
                if f'"nowhere" is no {one.mark.what}.' in problem.text
            ]
            assert told, one
            seen += 1
    assert seen > 40


def with_other(data: Any, path: tuple[Any, ...], name: str, other: str) -> Iterator[Any]:
    """A scenario's data with the name at a place replaced: a value, one in a list, the value of a date, or a key."""
    if not path:
        if isinstance(data, list):
            yield [other if item == name else item for item in data]
        elif isinstance(data, dict) and data.get("start") == name:
            yield {**data, "start": other}
        elif isinstance(data, str):
            yield other
        return
    key, *rest = path
    if isinstance(data, list):
        yield from ([*data[:key], below, *data[key + 1 :]] for below in with_other(data[key], tuple(rest), name, other))
        return
    if "changes" in data and key not in data:
        yield {**data, "changes": {day: other if str(day) == key else one for day, one in data["changes"].items()}}
        return
    if not rest and key == name:
        yield {other if k == key else k: value for k, value in data.items()}
    yield from ({**data, key: below} for below in with_other(data[key], tuple(rest), name, other))


def test_the_names_of_a_files_columns_are_those_of_the_layouts(every_lever: Scenario) -> None:
    files = {"roster": "r.csv", "columns": {"Deal": PIPELINE.columns[0], "Value": "nowhere"}, "stages": {"One": "no"}}
    data = every_lever.model_dump()
    data["opening"]["files"] = files
    told = [str(problem.path[-1]) for problem in check_names(Scenario.model_validate(data))]
    assert told == ["Value", "One"]
