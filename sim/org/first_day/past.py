"""The past: what the years before the first day have left in the seats, who sits there and which stand vacant.

A **stock** holds the people found in seats of one kind in the long run, and the searches found for those that are
vacant. On the first day each seat draws from its stock by luck of its own: so long in the seat, so able, two reviews
failed, so much sold in the last two quarters; or vacant for so many days, with its search in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.calendar import Calendar
from sim.luck import FIRST_DAY, OPENING_VACANCY, Luck, fill_uniforms
from sim.org.first_day.long_run import long_run_starts
from sim.org.state.seating import Seating
from sim.scenario.codebook import Place

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

_NEAR = 25  # people on either side of a tenure that count as like it


@dataclass(frozen=True)
class Stock:
    """Seats of one kind in the long run."""

    vacant_share: float
    vacancies: np.ndarray  # VACANCY, each as likely as another
    people: np.ndarray  # PERSON; empty where tenures have a closed form
    reached: np.ndarray  # the people's chances added up to 1, (people,)


@dataclass(frozen=True)
class Past:
    """The stocks of an organization, and which of them the seats of each place draw from."""

    stocks: tuple[Stock, ...]
    stock_of: dict[Place, int]


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
    empty, which = _draws(seats, luck)
    held = np.ones(count, bool)
    for stock, mine in _by_stock(seats, past):
        held[mine] = empty[mine] >= (stock.vacant_share if opening.vacant_share is None else opening.vacant_share)
        if opening.vacant_share is None:
            vacancies[mine] = _searches(stock, which[mine])
        if len(stock.people):
            places = np.searchsorted(stock.reached, which[mine], side="right")
            people[mine] = stock.people[np.minimum(places, len(stock.people) - 1)]
    first = 0
    for team in opening.teams.values():
        if team.tenure_months is not None:
            here = slice(first, first + team.seats)
            people[here], _ = unknown(team.seats)
            held[here], start_day[here] = True, calendar.plus_months(0.0, -np.array(team.tenure_months))
        first += team.seats
    known = ~np.isnan(people["tenure_days"])
    start_day[known] = -people["tenure_days"][known]
    return _sorted_out(held, start_day, people, vacancies)


def told_seats(
    seats: Seating, luck: Luck, past: Past, held: np.ndarray, start_day: np.ndarray, leaves_day: np.ndarray
) -> FirstSeats:
    """Seats of which a roster tells who is there, since when and until when: the rest is of people of like tenure.

    Nothing is known of who sat there before.
    """
    people, vacancies = unknown(len(seats.seats))
    _, which = _draws(seats, luck)
    for stock, mine in _by_stock(seats, past):
        vacancies[mine] = _searches(stock, which[mine])
        if len(stock.people):
            people[mine] = _of_like_tenure(stock, -start_day[mine], which[mine])
    people["leaves_in_days"], people["left_days"] = leaves_day, np.inf
    return _sorted_out(held, start_day, people, vacancies)


def _draws(seats: Seating, luck: Luck) -> tuple[np.ndarray, np.ndarray]:
    """Uniform numbers by seat: whether it is empty, and what of its stock it gets."""
    empty, which = np.empty(len(seats.seats)), np.empty(len(seats.seats))
    fill_uniforms(empty, seats.entities, OPENING_VACANCY, 0, *luck.key)
    fill_uniforms(which, seats.entities, FIRST_DAY, 0, *luck.key)
    return empty, which


def _by_stock(seats: Seating, past: Past) -> Iterator[tuple[Stock, np.ndarray]]:
    """Each stock, and the seats that draw from it."""
    places = np.array([past.stock_of[seat.place] for seat in seats.seats], int)
    for place in np.unique(places):
        yield past.stocks[place], np.flatnonzero(places == place)


def _searches(stock: Stock, which: np.ndarray) -> np.ndarray:
    """A search for each uniform number; unknown where the stock has none."""
    if not len(stock.vacancies):
        return unknown(len(which))[1]
    return stock.vacancies[(which * len(stock.vacancies)).astype(int)]


def _of_like_tenure(stock: Stock, tenure_days: np.ndarray, which: np.ndarray) -> np.ndarray:
    """For each tenure one of those in the stock whose own is nearest to it, by their chances."""
    order = np.argsort(stock.people["tenure_days"], kind="stable")
    sorted_days = stock.people["tenure_days"][order]
    reached = np.concatenate([[0.0], np.cumsum(np.diff(stock.reached, prepend=0.0)[order])])
    place = np.searchsorted(sorted_days, tenure_days)
    first = np.clip(place - _NEAR, 0, len(order) - 1)
    last = np.clip(place + _NEAR, 1, len(order))
    goal = reached[first] + which * (reached[last] - reached[first])
    chosen = np.clip(np.searchsorted(reached, goal, side="right") - 1, first, last - 1)
    people = stock.people[order[chosen]]
    more = tenure_days - people["tenure_days"]
    for name in ("tenure_days", "joined_days", "effective_days"):
        people[name] = np.maximum(people[name] + more, 0.0)
    return people


def _sorted_out(held: np.ndarray, start_day: np.ndarray, people: np.ndarray, vacancies: np.ndarray) -> FirstSeats:
    """A seat has a person or a search, never both."""
    nobody, nothing = unknown(len(held))
    return FirstSeats(held, start_day, np.where(held, people, nobody), np.where(held, nothing, vacancies))
