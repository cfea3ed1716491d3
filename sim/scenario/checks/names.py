"""Names that a scenario refers to must exist. One walk over all of them, by how their fields are marked."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from sim.records.layout import LAYOUTS
from sim.scenario.errors import Path, Problem, UnknownName, unknown
from sim.scenario.names import Gives, RefersTo, names_in
from sim.scenario.scenario import Scenario

PAST = ("opening", "levers")  # rows of what is gone since may stay in its tables


def check_names(scenario: Scenario) -> Iterator[Problem]:
    """Every name that refers to nothing, in the order of the file."""
    for problem in unknown_names(scenario, scenario):
        if problem.path[:2] != PAST:
            yield problem
    yield from _plans_of_the_past(scenario)


def unknown_names(scenario: Scenario, noun: BaseModel, path: Path = ()) -> Iterator[UnknownName]:
    """The names below a noun of a scenario that refer to nothing; ``path`` is where the noun stands."""
    exist = _given(scenario)
    for given in names_in(noun, path):
        if isinstance(given.mark, RefersTo) and given.name not in exist[given.mark.what]:
            yield unknown(given.path, given.name, given.mark.what, exist[given.mark.what])


def _given(scenario: Scenario) -> dict[str, dict[str, None]]:
    """The names that there are, by noun, in order."""
    exist: dict[str, dict[str, None]] = {
        "column": dict.fromkeys(column for layout in LAYOUTS.values() for column in layout.columns)
    }
    for given in names_in(scenario):
        if isinstance(given.mark, Gives):
            names = exist.setdefault(given.mark.what, {})
            if given.path[:2] != PAST:
                names[given.name] = None
    return exist


def _plans_of_the_past(scenario: Scenario) -> Iterator[Problem]:
    """Pay of the years before the first day has plans of its own, which must exist."""
    past = scenario.opening.levers
    if past is None or past.pay is None or past.pay == scenario.levers.pay:
        return
    for given in names_in(past.pay, (*PAST, "pay")):
        if given.mark == RefersTo("pay plan") and given.name not in past.pay.plans:
            yield Problem(*unknown(given.path, given.name, "pay plan", past.pay.plans))
