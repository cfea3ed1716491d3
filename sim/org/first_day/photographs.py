"""Photographs: the years before the first day as they are played, with nothing planned, in a market that stands still.

The organization is photographed each year on the first day's date, and measured each quarter.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
import simpy

from sim.ledger import NEVER, VOLUNTARY
from sim.org.first_day.past import PERSON, VACANCY
from sim.org.state.organization import Organization
from sim.org.state.seating import Seating
from sim.org.state.tenure import tenure_at

YEARS = 9  # played
FIRST_YEAR = 1  # from which on careers count: by then teams are as mixed as they will be
_MOST_PLAYS = 8


def plays(seats: Seating) -> int:
    """How often the years are played again, after a first play that says how they begin."""
    wanted = seats.scenario.opening.past_seat_years
    return int(np.clip(round(wanted / (max(len(seats.seats), 1) * YEARS)), 1, _MOST_PLAYS))


@dataclass
class Album:
    """The photographs of one play, and the ledger's tables that they go with."""

    days: list[float] = field(default_factory=list)
    rosters: list[np.ndarray] = field(default_factory=list)
    effective: list[np.ndarray] = field(default_factory=list)
    rates: list[np.ndarray] = field(default_factory=list)  # by quarter: seat, since when, age, exits a day, never ramps
    seats: np.ndarray = field(default_factory=lambda: np.zeros(0))
    requisitions: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def take(self, org: Organization, day: float) -> None:
        """Photograph everybody."""
        self.days.append(day)
        self.rosters.append(org.roster.copy())
        self.effective.append(np.array([float(tenure_at(org.week.ramps, row, day)) for row in org.roster]))

    def measure(self, org: Organization, day: float) -> None:
        """Write down how likely everybody is to resign."""
        here = np.flatnonzero(org.roster["held"])
        rates = org.week.exit_rates(org.roster, day)
        people = org.roster[here]
        age = day - people["start_day"]
        self.rates.append(np.column_stack([here, people["start_day"], age, rates[here], people["never_ramps"]]))

    def close(self, org: Organization) -> None:
        self.seats, self.requisitions = org.journal.seats.rows.copy(), org.journal.requisitions.rows.copy()


def yearly(org: Organization, album: Album) -> Generator[simpy.Event, None, None]:
    """Photograph the organization each year; it sleeps month by month, so that it wakes after the month's close."""
    for month in range(1, org.calendar.months):
        yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
        if month % 3 == 0 and month >= 12 * FIRST_YEAR:
            album.measure(org, float(org.env.now))
        if month % 12 == 0 and month > 12 * FIRST_YEAR:
            album.take(org, float(org.env.now))


def people(album: Album) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Everybody on the photographs, in which seat, and since which day."""
    last_exit = _Exits(album.seats)
    pages, seats, starts = [], [], []
    for day, roster, effective in zip(album.days, album.rosters, album.effective, strict=True):
        here = np.flatnonzero(roster["held"])
        rows = np.zeros(len(here), PERSON)
        for name in ("ability", "never_ramps", "failed_reviews", "sold_usd", "quota_usd"):
            rows[name] = roster[name][here]
        rows["tenure_days"] = day - roster["start_day"][here]
        rows["joined_days"] = day - roster["joined_day"][here]
        rows["effective_days"] = effective[here]
        rows["leaves_in_days"] = np.where(roster["notice"][here], roster["leaves_day"][here] - day, NEVER)
        rows["left_days"] = day - last_exit.before(here, day)
        pages.append(rows)
        seats.append(here)
        starts.append(roster["start_day"][here])
    return np.concatenate(pages), np.concatenate(seats), np.concatenate(starts)


def vacancies(album: Album, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The searches under way at each glance, and the seats that they are for. A requisition still to open counts."""
    rows, spells = album.requisitions, album.seats
    inside = np.isin(np.arange(len(rows)), spells["requisition"][spells["moved_from"] >= 0])
    last_exit = _Exits(spells)
    pages, seats = [], []
    for day in days:
        here = np.flatnonzero((rows["vacated_day"] <= day) & (rows["start_day"] > day))
        found = np.zeros(len(here), VACANCY)
        found["vacated_days"] = day - rows["vacated_day"][here]
        found["opened_days"] = day - rows["open_day"][here]
        for name, of in (("recruiter_days", "recruiter_day"), ("accepted_days", "accept_day")):
            since = day - rows[of][here]
            found[name] = np.where(since > 0.0, since, np.nan)
        found["inside"] = inside[here]
        found["left_days"] = day - last_exit.before(rows["seat"][here], day)
        pages.append(found)
        seats.append(rows["seat"][here])
    return np.concatenate(pages), np.concatenate(seats)


class _Exits:
    """When somebody last left the organization from a seat."""

    def __init__(self, spells: np.ndarray):
        gone = spells[(spells["end_day"] < NEVER) & (spells["exit_kind"] >= VOLUNTARY)]
        order = np.lexsort((gone["end_day"], gone["seat"]))
        self._seat, self._day = gone["seat"][order], gone["end_day"][order]

    def before(self, seats: np.ndarray, day: float) -> np.ndarray:
        """The day of the last such exit from each seat up to a day; minus infinity where there was none."""
        found = np.full(len(seats), -NEVER)
        for k, seat in enumerate(seats):
            first, last = np.searchsorted(self._seat, [seat, seat + 1])
            place = np.searchsorted(self._day[first:last], day, side="right")
            if place > 0:
                found[k] = self._day[first + place - 1]
        return found
