"""The opening: the organization on its first day, in the middle of its life.

It depends on the ``opening`` block, the world and luck, never on levers, so plans compared under one luck start from
the same people and deals. People and vacancies come from the past; the pipeline is seeded with its long-run
state and then played for ``warm_up_days`` with the roster's own history, so that month one shows no artificial dip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import simpy

from sim.calendar import Calendar
from sim.luck import Luck
from sim.org.first_day import opening_files
from sim.org.first_day.history import History
from sim.org.first_day.past import Past, first_seats, told_seats
from sim.org.first_day.quiet import without_levers
from sim.org.state.organization import Organization
from sim.org.state.seating import seating
from sim.pipeline import build, tables
from sim.pipeline.engine import Pipeline
from sim.pipeline.state import State
from sim.pipeline.tables import NOBODY
from sim.scenario.scenario import Scenario

_LAST_DAY_BEFORE = -1.0  # a file's deals that entered a stage on it are the run's, as far as SEs go


@dataclass(frozen=True)
class Opening:
    """The first day, ready to be given to any plan on the same opening, world and luck."""

    roster: np.ndarray  # ROSTER, by opening seat
    state: State
    vacancies: np.ndarray  # VACANCY, by opening seat
    left_days: np.ndarray  # since somebody last left each seat; infinite where nobody is known to have


def prepare(scenario: Scenario, calendar: Calendar, luck: Luck, past: Past, keeps_books: bool = True) -> Opening:
    """Make the first day of one replication: the organization without levers plays its history.

    Args:
        past: what the years before have left.
        keeps_books: whether the first day's customers have terms that end; if not they stay for ever, as they are.
    """
    scenario = without_levers(scenario)
    seats = seating(scenario, None)
    files = scenario.opening
    if files.has_file("roster"):
        first = told_seats(seats, luck, past, *opening_files.people(seats, calendar, luck))
    else:
        first = first_seats(seats, calendar, luck, past)
    state = build.build(scenario, calendar, luck, seats.seat_places, seats.stream_places)
    state.knobs["signs"] = False  # the customers of the first day are given
    pipeline = Pipeline(state)
    org = Organization(simpy.Environment(), seats, calendar, luck, pipeline)
    history = History(org, first, keeps_books)
    if files.has_file("pipeline"):
        history.begin()
    else:
        history.play()
    if files.has_file("roster"):
        opening_files.remember_quarter(scenario, org.roster)
    pipeline.forget_history(_LAST_DAY_BEFORE if files.has_file("pipeline") else np.inf)
    left_days = np.where(first.held, first.people["left_days"], first.vacancies["left_days"])
    return Opening(org.roster, pipeline.state, first.vacancies, left_days)


def transplant(opening: Opening, state: State) -> None:
    """Put the opening's people, streams and deals into the arrays of a plan, which may have more seats and streams.

    The plan's seats and streams begin with those of the opening, in the same order.
    """
    old = opening.state
    seats = len(old.seats)
    for name in tables.SEAT.names or ():
        if name not in ("cell", "segment", "source"):
            state.seats[name][:seats] = old.seats[name]
    shared = len(old.streams)
    for name in ("worked", "budget", "rate", "count"):
        state.streams[name][:shared] = old.streams[name]
    state.streams["entity"][:shared] = old.streams["entity"]
    for name, counter in (
        ("deals", tables.DEALS),
        ("calendar_day", tables.CALENDAR),
        ("calendar_deal", tables.CALENDAR),
        ("customers", tables.CUSTOMERS),
        ("customer_day", tables.CUSTOMERS),
        ("customer_budget", tables.CUSTOMERS),
        ("customer_cell", tables.CUSTOMERS),
        ("contracts", tables.CONTRACTS),
        ("arr_moves", tables.ARR_MOVES),
        ("waits", tables.WAITS),
    ):
        put, kept = getattr(old, name), int(old.count[counter])
        getattr(state, name)[:kept] = put[:kept]
    state.waiting[: old.count[tables.WAITING_LEADS]] = old.waiting[: old.count[tables.WAITING_LEADS]]
    here = old.cell_place != NOBODY
    state.entities[state.cell_place[:seats][here]] = old.entities[old.cell_place[here]]
    state.pools[:] = old.pools
    state.cell_pool[:] = old.cell_pool
    state.knobs["most_hours"] = old.knobs["most_hours"]
    state.count[:] = old.count
    state.cell_customers[:] = old.cell_customers
    state.market[:] = old.market
    _transplant_territory(old, state)


def _transplant_territory(old: State, state: State) -> None:
    """Accounts stand as they stood; those that cool off move to the front of the table."""
    state.territory[:] = old.territory
    state.territory["taken"] = 0
    still = old.cooling[old.count[tables.COOLED] : old.count[tables.COOLING]]
    if len(still) >= len(state.cooling):
        state.put("cooling", np.empty(2 * len(still), tables.COOLING_OFF))
    state.cooling[: len(still)] = still
    state.count[tables.COOLED], state.count[tables.COOLING] = 0, len(still)
