"""Every number of a scenario stands in one list, with its range and meaning; what a scenario gives belongs to it."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.load import load
from sim.scenario.numbers import given_numbers, judged, numbers, who_says
from sim.scenario.scenario import Scenario


def at(data: Any, place: tuple[Any, ...]) -> Any:
    for item in place:
        data = data[item]
    return data


@pytest.mark.parametrize("name", ["base", "tests/worlds/every_lever.yaml"])
def test_whatever_a_scenario_gives_is_in_the_list_and_within_its_range(name: str) -> None:
    data = load(name).model_dump(mode="json")
    given = list(given_numbers(data))
    assert len(given) > 300
    for one in given:
        assert numbers()[one.key].allows(at(data, one.place)), one
        assert len(numbers()[one.key].meaning) > 3, one


def test_every_number_has_a_range_and_no_value_outside_of_it_passes() -> None:
    assert [key for key, one in numbers().items() if one.least is None or one.most is None] == []
    data = load("base").model_dump()
    for key, place in {one.key: one.place for one in given_numbers(data)}.items():
        group = at(data, place[:-1])
        kept, group[place[-1]] = group[place[-1]], type(at(data, place))(2 * abs(numbers()[key].most or 0.0) + 1)
        with pytest.raises(ValueError, match="less than"):
            Scenario.model_validate(data)
        group[place[-1]] = kept


def test_units_and_forms_are_told() -> None:
    one = numbers()["world.sources.*<outbound>.leads_per_month_per_head"]
    assert (one.unit, one.least, one.most, one.is_whole) == ("a month", 0.0, 50_000.0, False)
    assert numbers()["world.segments.*.stages.*.attempts"].is_whole
    assert not any(key.startswith("uncertainties") for key in numbers())


def test_who_says_a_number_is_found_by_its_place() -> None:
    """A star stands for any name; what is written of base is about numbers that base has."""
    said = who_says(("world", "segments", "smb", "stalls", "never_revives_share"))
    assert said is not None
    assert said.key == "world.segments.*.stalls.never_revives_share"
    assert who_says(("levers", "orphans", "policy")) is None
    places = [one.place for one in given_numbers(load("base").model_dump(mode="json"))]
    of_uncertainties = {one.key for one in judged() if one.key.startswith("uncertainties.")}
    assert {one.key for one in judged() if not any(map(one.is_of, places))} == of_uncertainties
