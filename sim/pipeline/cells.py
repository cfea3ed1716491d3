"""Cells: the seats of a segment and region, and who of them gets a deal: by a race, or in turn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim import luck
from sim.compiled import compiled, inlined
from sim.pipeline.ground import Ground
from sim.pipeline.seats import spare_hours
from sim.pipeline.tables import INDEX, NAME, NOBODY, NUMBER, Field
from sim.scenario.codebook import Codebook

# Ways to route a lead and to hand on an orphaned deal.
RACE, ROUND_ROBIN, LEAST_LOADED = 0, 1, 2
ROUTINGS = {"race": RACE, "round_robin": ROUND_ROBIN, "least_loaded": LEAST_LOADED}

_LEAST_PART_OF_HOURS = 0.02
_ALMOST_TWO_TO_64 = 18446744073709500000.0  # a little less, so that no winner is passed over by rounding


def _seats(ground: Ground) -> np.ndarray:
    return np.array([i for members in ground.members for i in members], np.int64)


def _entities(ground: Ground) -> np.ndarray:
    return np.array([ground.seats[i].entity for i in _seats(ground)], np.uint64)


def _take_entities(name: str, old: Any, new: Any) -> None:
    """The same people, who may stand elsewhere as the plan's cells have more seats."""
    here = old.seat_at != NOBODY
    new.entities[new.seat_at[: len(here)][here]] = old.entities[old.seat_at[here]]


def _places(ground: Ground) -> np.ndarray:
    order = _seats(ground)
    places = np.full(len(ground.seats), NOBODY, np.int64)
    places[order] = np.arange(len(order))
    return places


def _sizes(ground: Ground) -> list[int]:
    return [len(members) for members in ground.members]


def _logit(ground: Ground) -> np.ndarray:
    world = ground.scenario.world
    return np.array([region.logit for _ in world.segments for region in world.regions.values()], float)


def _segment(ground: Ground) -> np.ndarray:
    return Codebook.of(ground.scenario).of_cells[0]


FIELDS = {
    "cell_seat": Field(INDEX, 1, _seats),  # seats by cell, one after the other
    "entities": Field(NAME, 1, _entities, _take_entities),  # names of the holders, in the order of cell_seat
    "seat_at": Field(INDEX, 1, _places),  # where each seat stands in cell_seat; NOBODY for seats in no cell
    "race_words": Field(NAME, 1, lambda ground: np.zeros(max(_sizes(ground), default=0), np.uint64)),  # for one race
    # Where each cell's seats begin, shape (cells + 1,).
    "cell_first": Field(INDEX, 1, lambda ground: np.concatenate([[0], np.cumsum(_sizes(ground))]).astype(np.int64)),
    "cell_turn": Field(INDEX, 1, lambda ground: np.zeros(ground.cells, np.int64)),  # whose turn it is, for round-robin
    "cell_logit": Field(NUMBER, 1, _logit),  # log-odds of the region
    "cell_segment": Field(INDEX, 1, _segment),
}


@compiled
def race(state, entity, cell, source, purpose, must_take):
    """The keyed race: each seat draws Exp(lead, seat)/weight, the lowest takes it; the weight is its spare hours.

    A seat's draw mixes the lead's one Philox word with the seat's name. Who cannot win even with the most hours
    that anybody has is passed over before any logarithm, so long cells cost little.
    """
    knobs = state.knobs[0]
    word, _, _, _ = luck.philox(np.uint64(0), entity, purpose, np.uint64(0), knobs["key0"], knobs["key1"])
    first = state.cell_first[cell]
    entities = state.entities[first : state.cell_first[cell + 1]]
    words = state.race_words
    for k in range(len(entities)):  # a loop of its own: it is done several seats at a time
        words[k] = luck.child(word, entities[k])
    best = NOBODY
    lowest = np.inf
    hopeless = np.uint64(0)  # words below this one cannot win
    for k in range(len(entities)):
        if words[k] < hopeless:
            continue
        i = state.cell_seat[first + k]
        weight = weight_of(state, i, source, must_take)
        if weight <= 0.0:
            continue
        score = -math.log(luck.uniform(words[k])) / weight
        if score < lowest:
            lowest = score
            best = i
            hopeless = np.uint64(math.exp(-lowest * knobs["most_hours"]) * _ALMOST_TWO_TO_64)
    return best


@inlined
def weight_of(state, i, source, must_take):
    """Hours a week with which a seat runs for a deal; none for a source that it does not take. NOBODY is any source.

    A lead goes to spare hours only. An orphaned deal must be taken by somebody, so for it a seat without spare hours
    still runs with a small part of its hours.
    """
    if source != NOBODY and not (state.seats[i]["takes"] >> source) & 1:
        return 0.0
    spare = spare_hours(state, i)
    if must_take and state.seats[i]["held"]:
        return max(spare, _LEAST_PART_OF_HOURS * state.seats[i]["hours"])
    return spare


@compiled
def in_turn(state, cell, source, routing, must_take):
    """Round-robin or least-loaded, among the seats that may have the deal."""
    first = state.cell_first[cell]
    size = state.cell_first[cell + 1] - first
    best = NOBODY
    least = np.inf
    for step in range(size):
        k = (state.cell_turn[cell] + step) % size
        i = state.cell_seat[first + k]
        if weight_of(state, i, source, must_take) <= 0.0:
            continue
        if routing != LEAST_LOADED:
            state.cell_turn[cell] = (k + 1) % size
            return i
        load = state.seats[i]["demand"] / state.seats[i]["hours"]
        if load < least:
            least = load
            best = i
    return best
