"""The past: what the years before the first day have left in the seats, who sits there and which stand vacant.

A **stock** holds the people found in seats of one kind in the long run, and the searches found for those that are
vacant. On the first day each seat draws from its stock by luck of its own: so long in the seat, so able, two reviews
failed, so much sold in the last two quarters; or vacant for so many days, with its search in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.calendar import Calendar
from sim.luck import FIRST_DAY, OPENING_VACANCY, Luck, fill_uniforms
from sim.org.long_run import long_run_starts
from sim.org.seating import Seating

PERSON = np.dtype([
    ("tenure_days", "f8"),  # in the seat; NaN where only the law of tenures is known
    ("joined_days", "f8"), ("effective_days", "f8"),  # since they came to the organization; along the ramp
    ("ability", "f8"), ("never_ramps", "?"), ("failed_reviews", "i4"),
    ("leaves_in_days", "f8"),  # whoever is to be let go; infinite for the rest
    ("sold_usd", "f8", 2), ("quota_usd", "f8", 2),
    ("left_days", "f8"),  # since whoever sat there before left the organization; infinite where nobody did
])  # fmt: skip
VACANCY = np.dtype([
    ("vacated_days", "f8"),  # days ago, as all here; NaN where the search begins with the first day
    ("opened_days", "f8"),  # negative: the requisition is to be approved yet
    ("recruiter_days", "f8"), ("accepted_days", "f8"),  # NaN: not yet
    ("inside", "?"),  # somebody from inside is to take the seat
    ("left_days", "f8"),  # infinite where whoever sat there went to another seat
])  # fmt: skip


@dataclass(frozen=True)
class Stock:
    """Seats of one kind in the long run."""

    vacant_share: float
    vacancies: np.ndarray  # VACANCY, each as likely as another
    people: np.ndarray  # PERSON; empty where tenures have a closed form
    reached: np.ndarray  # the people's chances added up to 1, (people,)


@dataclass(frozen=True)
class Past:
    """The stocks of an organization, and the stock of each seat of its first day."""

    stocks: tuple[Stock, ...]
    stock_of: np.ndarray  # (seats,)


class FirstSeats(NamedTuple):
    """How the seats are found on the first day."""

    held: np.ndarray
    start_day: np.ndarray  # since when; negative days
    people: np.ndarray  # PERSON, by seat
    vacancies: np.ndarray  # VACANCY, by seat


def unknown(seats: int) -> tuple[np.ndarray, np.ndarray]:
    """Of so many seats no more is known than who is there: no history, and searches that begin on the first day."""
    people, vacancies = np.zeros(seats, PERSON), np.zeros(seats, VACANCY)
    people["tenure_days"] = vacancies["vacated_days"] = np.nan
    people["left_days"] = vacancies["left_days"] = people["leaves_in_days"] = np.inf
    return people, vacancies


def first_seats(seats: Seating, calendar: Calendar, luck: Luck, past: Past) -> FirstSeats:
    """Draw who is there on the first day and since when, and what is searched for."""
    opening, count = seats.scenario.opening, len(seats.seats)
    start_day = long_run_starts(seats, calendar, luck)
    people, vacancies = unknown(count)
    empty, which = np.empty(count), np.empty(count)
    fill_uniforms(empty, seats.entities, OPENING_VACANCY, 0, *luck.key)
    fill_uniforms(which, seats.entities, FIRST_DAY, 0, *luck.key)
    held = np.ones(count, bool)
    for s, stock in enumerate(past.stocks):
        mine = past.stock_of == s
        held[mine] = empty[mine] >= (stock.vacant_share if opening.vacant_share is None else opening.vacant_share)
        if opening.vacant_share is None and len(stock.vacancies):
            places = (which[mine] * len(stock.vacancies)).astype(int)
            vacancies[mine] = stock.vacancies[places]
        if len(stock.people):
            places = np.searchsorted(stock.reached, which[mine], side="right")
            people[mine] = stock.people[np.minimum(places, len(stock.people) - 1)]
    first = 0
    for team in opening.teams.values():
        if team.tenure_months is not None:
            here = slice(first, first + team.seats)
            people[here], _ = unknown(team.seats)
            held[here], start_day[here] = True, -np.array(team.tenure_months) * calendar.days_per_month
        first += team.seats
    known = ~np.isnan(people["tenure_days"])
    start_day[known] = -people["tenure_days"][known]
    people[~held] = unknown(count)[0][~held]
    vacancies[held] = unknown(count)[1][held]
    return FirstSeats(held, start_day, people, vacancies)
