"""Every number of the schema does something: moved by a fifth, some measure of some replication changes.

The worlds below use every number between them. A number that no measure answers to is a lie in the scenario file; the
few that cannot be tested so are listed with their reasons.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim.luck import Luck
from sim.measures import kpis
from sim.scenario.load import load
from sim.scenario.numbers import given_numbers, is_number, numbers
from sim.scenario.scenario import Scenario
from sim.scenario.uncertainty import Uncertainty, Unknown
from sim.world import simulate
from tests.makers.levers import Place, moves

WORLDS = Path(__file__).parents[1] / "worlds"
EASILY = "{movable_share: {smb: 1, enterprise: 1}, push_share: 1, lost_when_pushed_share: 0.4, hassle_share: 0.3}"
PLAYED: dict[str, tuple[str, ...]] = {
    str(WORLDS / "every_lever.yaml"): (),
    str(WORLDS / "busy.yaml"): ("+levers.discounts={most_share: 0.11}",),
    str(WORLDS / "customers.yaml"): (),
    str(WORLDS / "triggers.yaml"): (),
    str(WORLDS / "bookings_capacity_2020.yaml"): (),
    "base": (),
    "comp_quarterly_bonus": (),
    "comp_accelerated": ("+world.behaviour={responsiveness: 1, timing: " + EASILY + "}",),
    "layoff_10": (),
    "lose_top_three": (),
    "spiff_last_quarter": (),
}
MONTHS = 15
REPLICATIONS = 4
MOST_PLACES = 6  # of one key, in all worlds together, that are tried

# The levers of the past are levers again; tests/organization/test_rest.py shows which of them move the first day.
PAST = "opening.levers."
# How a company's own files are read moves what their rows say: tests/scenario/test_records_columns.py.
FILES = "opening.files."
# Numbers that no move by a fifth can show, each with its reason.
EXCEPT: dict[str, str] = {
    "opening.past_seat_years": "how exactly the first day's people are known; a fifth more may play no more years",
}


def own_keys() -> set[str]:
    return {key for key in numbers() if not key.startswith((PAST, FILES))}


@lru_cache(maxsize=1)
def places() -> dict[str, list[tuple[str, Place]]]:
    """Where each key stands in the worlds: first what a file gives, then defaults, and what is 0 last."""
    found: dict[str, list[tuple[int, int, str, Place]]] = {}
    for order, name in enumerate(PLAYED):
        data = dumped(name)
        given = {place for _, place in given_numbers(scenario_of(name).model_dump(mode="json", exclude_unset=True))}
        for key, place in given_numbers(data):
            if key.startswith(PAST):
                continue
            value: Any = data
            for item in place:
                value = value[item]
            found.setdefault(key, []).append((2 * (value == 0) + (place not in given), order, name, place))
    return {
        key: [(name, place) for _, _, name, place in sorted(rows, key=lambda r: r[:2])] for key, rows in found.items()
    }


@lru_cache(maxsize=len(PLAYED))
def scenario_of(name: str) -> Scenario:
    return load(name, (*PLAYED[name], "opening.past_seat_years=0"))  # to play the past for each number takes too long


@lru_cache(maxsize=len(PLAYED))
def dumped(name: str) -> dict[str, Any]:
    return scenario_of(name).model_dump(mode="json")


@lru_cache(maxsize=len(PLAYED) * REPLICATIONS)
def before(name: str, replication: int) -> np.ndarray:
    return measured(scenario_of(name), replication)


def measured(scenario: Scenario, replication: int) -> np.ndarray:
    table = kpis.table(scenario, scenario.calendar(MONTHS))
    return table.values(simulate(scenario, MONTHS, Luck(1, replication)))


def answers(key: str) -> bool:
    """Whether some measure changes when a number of this key moves, in one of the worlds."""
    for name, place in places()[key][:MOST_PLACES]:
        for scenario in moves(dumped(name), place):
            for replication in range(REPLICATIONS):
                if not np.array_equal(measured(scenario, replication), before(name, replication), equal_nan=True):
                    return True
    return False


def test_the_worlds_use_every_number_of_the_schema() -> None:
    keys = own_keys()
    assert len(keys) > 200
    assert sorted(keys - set(places())) == []
    assert sorted(set(places()) - keys) == [], "a walk over a scenario and one over the schema name keys alike"
    assert set(EXCEPT) <= keys


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(own_keys() - set(EXCEPT)))
def test_every_number_moves_some_measure(key: str) -> None:
    assert answers(key), f"{key} changes no measure"


@pytest.mark.slow
@pytest.mark.parametrize("name", scenario_of(str(WORLDS / "every_lever.yaml")).world.shocks)
def test_every_shock_moves_some_measure(name: str) -> None:
    path = str(WORLDS / "every_lever.yaml")
    scenario = load(path, [f"~world.shocks.{name}"])
    assert any(
        not np.array_equal(measured(scenario, k), before(path, k), equal_nan=True) for k in range(REPLICATIONS)
    ), name


UNCERTAINTY: TypeAdapter[Unknown] = TypeAdapter(Uncertainty)
NAMED: dict[str, dict[str, Any]] = {
    "normal": {"kind": "normal", "mean": 1.0, "sd": 0.5, "low": -1.0, "high": 2.0},
    "lognormal": {"kind": "lognormal", "median": 1.0, "sigma_log": 0.5, "low": 0.2, "high": 3.0},
    "uniform": {"kind": "uniform", "low": 1.0, "high": 3.0},
    "triangular": {"kind": "triangular", "low": 1.0, "mode": 2.0, "high": 4.0},
    "pert": {"kind": "pert", "low": 1.0, "mode": 2.0, "high": 4.0},
    "choice": {"kind": "choice", "values": [1.0, 2.0], "weights": [1.0, 2.0]},
}  # fmt: skip


@pytest.mark.parametrize("kind", NAMED)
def test_every_number_of_an_uncertainty_moves_its_draws(kind: str) -> None:
    for name, value in NAMED[kind].items():
        if name != "kind":
            others = [value * 1.2] if is_number(value) else [raised(value, k) for k in range(len(value))]
            for other in others:
                assert draws({**NAMED[kind], name: other}) != draws(NAMED[kind]), (kind, name, other)


def raised(values: list[float], place: int) -> list[float]:
    return [value * 1.2 if k == place else value for k, value in enumerate(values)]


def draws(data: dict[str, Any]) -> list[float]:
    one: Unknown = UNCERTAINTY.validate_python(data)
    return [one.value(float(u)) for u in np.linspace(0.001, 0.999, 999)]
