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
from sim.pipeline.engine import Pipeline
from sim.pipeline.state import State, build
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
    state = build(scenario, calendar, luck, seats.seat_places, seats.stream_places)
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
