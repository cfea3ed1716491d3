"""Knobs: what holds for the whole pipeline, in one row."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.calendar import HISTORY_DAYS
from sim.pipeline.cells import ROUTINGS
from sim.pipeline.ground import Ground
from sim.pipeline.sources import expansion_source
from sim.pipeline.tables import Field
from sim.scenario.engineering import Engineering

KNOBS = np.dtype([
    ("key0", "u8"), ("key1", "u8"), ("attention", "?"), ("overload_logit", "f8"), ("overload_memory_weeks", "f8"),
    ("orphan_logit", "f8"), ("routing", "i4"), ("most_hours", "f8"),  # most_hours: no seat has had more
    ("origin", "f8"),  # origin: the first day of the calendar's tables
    ("expansion", "i8"),  # the source of expansions; NOBODY when there is none
    ("signs", "?"),  # whether wins make customers; not in the history before the first day
    ("cooling_days", "f8"),
    ("largest_first", "?"), ("patience_days", "f8"), ("without_logit", "f8"),  # of those who wait for an SE
    ("week_end", "f8"),  # up to which customers' events are dated
    ("first_ordinal", "i8"), ("equal_months", "?"),  # of the calendar, for months_later
    ("checks_room", "?"),  # whether the loop checks what each event writes against the room that is made for it
], align=True)  # fmt: skip


def _set_engineering(knobs: np.ndarray, rule: Engineering) -> None:
    """How deals wait for solution engineers (SEs). With endless patience none goes on without one."""
    knobs["largest_first"] = rule.order == "largest_first"
    knobs["patience_days"] = np.inf if rule.go_without_after_days is None else rule.go_without_after_days
    knobs["without_logit"] = rule.without_logit


def _knobs(ground: Ground) -> np.ndarray:
    world, levers, calendar = ground.scenario.world, ground.scenario.levers, ground.calendar
    knobs = np.zeros(1, KNOBS)
    knobs["key0"], knobs["key1"] = ground.luck.key
    knobs["attention"] = world.attention.enabled
    knobs["overload_logit"] = world.attention.overload_logit
    knobs["overload_memory_weeks"] = world.attention.overload_memory_weeks
    knobs["orphan_logit"] = levers.orphans.logit
    knobs["routing"] = ROUTINGS[levers.routing]
    knobs["origin"] = -HISTORY_DAYS
    knobs["first_ordinal"], knobs["equal_months"] = calendar.first_ordinal, calendar.equal_months
    knobs["expansion"] = expansion_source(ground.scenario)
    knobs["signs"] = True
    _set_engineering(knobs, world.engineering)
    knobs["cooling_days"] = world.territory.cooling_days if world.territory else 0.0
    return knobs


def _take(name: str, old: Any, new: Any) -> None:
    new.knobs["most_hours"] = old.knobs["most_hours"]


FIELDS = {"knobs": Field(KNOBS, 1, _knobs, _take)}
