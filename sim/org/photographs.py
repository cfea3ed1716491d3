"""Photographs: the past as it was played, and what they say of people and seats in the long run.

Where reviews, attainment, peers or careers decide how long people stay, no formula knows whom one finds. So the
organization is played for some years before its first day with nothing planned, in a market that stands still, and
photographed each year on the first day's date. Only careers that began within the play count, so that nothing is
left of how it began; a career is photographed at each age as often as it could be, and weighted with one over that.
Ages follow the survival of careers (Kaplan and Meier); past the fifth year people are taken to leave at one rate.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.calendar import Calendar
from sim.ledger import NEVER, VOLUNTARY
from sim.org.past import PERSON, VACANCY, Past, Stock
from sim.org.seating import Seating
from sim.org.simple_past import simple_past, stays_simply
from sim.org.tenure import tenure_at
from sim.rules.people import MOST_YEARS

if TYPE_CHECKING:
    from sim.org.organization import Organization

YEARS = 9  # played
FIRST_YEAR = 1  # from which on careers count: by then teams are as mixed as they will be
OLD_YEARS = 5  # past which everybody leaves at one rate
_SEAT_YEARS = 9000.0  # played in all
_MOST_PLAYS = 12
_FEWEST_CAREERS = 40  # a kind of seats with fewer takes the next wider kind's
_FEWEST_VACANT, _FEWEST_SEARCHES = 20, 100  # the same for how many are vacant, and for the searches found


def plays(seats: Seating) -> int:
    """How often the years are played, after a rehearsal that only says how they begin."""
    return int(np.clip(round(_SEAT_YEARS / (max(len(seats.seats), 1) * YEARS)), 1, _MOST_PLAYS))


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
        self.effective.append(np.array([float(tenure_at(row, day)) for row in org.roster]))

    def measure(self, org: Organization, day: float) -> None:
        """Write down how likely everybody is to resign."""
        here = np.flatnonzero(org.roster["held"])
        rates = org.week.exit_rates(org.roster, day)
        people = org.roster[here]
        age = day - people["start_day"]
        self.rates.append(np.column_stack([here, people["start_day"], age, rates[here], people["never_ramps"]]))

    def close(self, org: Organization) -> None:
        self.seats, self.requisitions = org.seats.rows.copy(), org.requisitions.rows.copy()


def yearly(org: Organization, album: Album) -> Generator[simpy.Event, None, None]:
    """Photograph the organization each year; it sleeps month by month, so that it wakes after the month's close."""
    for month in range(1, org.calendar.months):
        yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
        if month % 3 == 0 and month >= 12 * FIRST_YEAR:
            album.measure(org, float(org.env.now))
        if month % 12 == 0 and month > 12 * FIRST_YEAR:
            album.take(org, float(org.env.now))


def past_of(albums: list[Album], seats: Seating, calendar: Calendar) -> Past:
    """The stocks of an organization whose years were played."""
    careers = Careers(albums, calendar)
    simple = simple_past(seats, calendar, careers.wait_days)
    inside = seats.scenario.world.hiring.internal
    roles = list(seats.scenario.world.roles.items())
    by_rate = [stays_simply(seats.scenario, name, role) for name, role in roles]
    alike = _regions_alike(seats)
    kinds = [(seat.role, seat.segment, alike[seat.region]) for seat in seats.seats]
    names = list(dict.fromkeys(kinds))
    wider: list[list[np.ndarray]] = []
    for role, segment, region in names:
        here = np.array([kind[:2] == (role, segment) for kind in kinds], bool)
        own = here & np.array([kind[2] == region for kind in kinds], bool)
        same_role = np.array([kind[0] == role for kind in kinds], bool)
        wider.append([own, here, same_role, np.ones(len(kinds), bool)])
    stocks = []
    for (role, _, _), reach in zip(names, wider, strict=True):
        closed = simple.stocks[simple.stock_of[np.flatnonzero(reach[0])[0]]]
        seen = reach[:3] if roles[role][1].exits.review_floor > 0.0 else reach[2:3]  # who goes up goes by role
        people, reached = (closed.people, closed.reached) if by_rate[role] else careers.people(seen, roles[role][1].ability.never_ramps_share)
        share, vacancies = careers.vacancies(reach)
        if by_rate[role] and roles[role][0] not in inside:
            share = closed.vacant_share
        stocks.append(Stock(share, vacancies, people, reached))
    return Past(tuple(stocks), np.array([names.index(kind) for kind in kinds], int))


def _regions_alike(seats: Seating) -> list[int]:
    """For each region the first that is like it: in itself, in its seats, accounts and customers."""
    world = seats.scenario.world
    marks = []
    for code, (name, region) in enumerate(world.regions.items()):
        here = tuple(sorted((seat.role, seat.segment) for seat in seats.seats if seat.region == code))
        accounts = world.territory.accounts if world.territory is not None else {}
        marks.append((
            region.model_dump_json(), here,
            tuple(str(by_region.get(name)) for by_region in accounts.values()),
            tuple(str(s.contracts.opening_customers.get(name)) for s in world.segments.values() if s.contracts),
        ))  # fmt: skip
    return [marks.index(mark) for mark in marks]


class Careers:
    """All plays together: careers that began within them, people as photographed, and searches as they went."""

    def __init__(self, albums: list[Album], calendar: Calendar):
        self._year = calendar.days_per_year
        self._begin = float(calendar.month_starts[12 * FIRST_YEAR])
        self._horizon = calendar.horizon
        self._quarters = calendar.month_starts[12 * FIRST_YEAR : -1 : 3]
        self._rates = np.concatenate([rows for album in albums for rows in album.rates])
        self._photo_days = np.array(albums[0].days)
        self.spells = np.concatenate([album.seats for album in albums])
        photographed = [_people(album) for album in albums]
        self._people = np.concatenate([people for people, _, _ in photographed])
        self._seat = np.concatenate([seat for _, seat, _ in photographed])
        self._start = np.concatenate([start for _, _, start in photographed])
        found = [_vacancies(album, self._quarters) for album in albums]
        self._vacancies = np.concatenate([rows for rows, _ in found])
        self._vacant_seat = np.concatenate([seat for _, seat in found])
        self.wait_days = _wait_days(albums)
        self._glances = len(self._quarters) * len(albums)

    def vacancies(self, reach: list[np.ndarray]) -> tuple[float, np.ndarray]:
        """The share of seats found vacant, and the searches for them, of the narrowest kinds with enough of them."""
        found = [self._vacancies[seats[self._vacant_seat]] for seats in reach]
        shares = [len(rows) / (self._glances * int(seats.sum())) for rows, seats in zip(found, reach, strict=True)]
        counts = np.array([len(rows) for rows in found])
        return shares[_first(counts >= _FEWEST_VACANT)], found[_first(counts >= _FEWEST_SEARCHES)]

    def people(self, reach: list[np.ndarray], never_share: float) -> tuple[np.ndarray, np.ndarray]:
        """People found in seats of the narrowest kind with enough careers, and their chances added up.

        None where too few careers began; then tenures follow the usual rate. ``never_share``: of those who come from
        outside, how many never ramp.
        """
        for seats in reach:
            mine = self.spells[seats[self.spells["seat"]]]
            begun = mine[mine["start_day"] >= self._begin]
            if len(begun) < _FEWEST_CAREERS:
                continue
            here = seats[self._seat]
            rates = self._rates[seats[self._rates[:, 0].astype(int)]]
            never = never_share * float(np.mean(begun["moved_from"] < 0))
            found = [
                self._weighted(
                    mine[(mine["ramp_ceiling"] < 1.0) == kind], rates[rates[:, 4] == kind, 1:4],
                    self._people[here][self._people["never_ramps"][here] == kind],
                    self._start[here][self._people["never_ramps"][here] == kind] >= self._begin,
                    never if kind else 1.0 - never,
                )
                for kind in (False, True)
            ]  # fmt: skip
            reached = np.cumsum(np.concatenate([weights for _, weights in found]))
            return np.concatenate([people for people, _ in found]), reached / reached[-1]
        return np.zeros(0, PERSON), np.zeros(0)

    def _weighted(
        self, spells: np.ndarray, rates: np.ndarray, people: np.ndarray, counts: np.ndarray, share: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """People who ramp, or who never do, with their chances.

        counts: whose careers began within the play. share: of all careers, how many are of this kind.
        """
        year = self._year
        age = people["tenure_days"]
        masses, rate = self._ages(spells, rates)
        weights = np.zeros(len(people))
        for k in range(OLD_YEARS):
            own = (age >= k * year) & (age < (k + 1) * year) & counts
            if own.any():
                often = (self._photo_days[:, None] - age[own] >= self._begin).sum(axis=0)
                weights[own] = masses[k] / often / np.sum(1.0 / often)
        old = np.flatnonzero(age >= OLD_YEARS * year)
        if len(old):
            weights[old] = masses[OLD_YEARS] / len(old)
            people = self._aged(people, old, rate)
        kept = weights > 0.0
        return people[kept], share * weights[kept]

    def _ages(self, spells: np.ndarray, rates: np.ndarray) -> tuple[np.ndarray, float]:
        """How many of those found are in each year of their stay, the old ones last; and the exits a day of these.

        Resignations count as the hazards that were in force, which says more than who happened to go; those who were
        let go or moved count as they went.
        """
        year, edge = self._year, OLD_YEARS * self._year
        days = np.arange(edge)
        begun = spells[spells["start_day"] >= self._begin]
        quits = np.zeros(OLD_YEARS)
        for k in range(OLD_YEARS):
            own = (rates[:, 1] >= k * year) & (rates[:, 1] < (k + 1) * year) & (rates[:, 0] >= self._begin)
            quits[k] = rates[own, 2].mean() if own.any() else quits[max(k - 1, 0)]
        stays = np.exp(-np.cumsum(quits[np.minimum((days / year).astype(int), OLD_YEARS - 1)]))
        there = self._not_forced(begun, days) * stays
        old = rates[:, 1] >= edge
        rate = (float(rates[old, 2].mean()) if old.any() else float(quits[-1])) + self._forced_rate(spells, edge)
        longest = MOST_YEARS * year - edge
        tail = longest if rate == 0.0 else -np.expm1(-rate * longest) / rate
        masses = [there[(days >= k * year) & (days < (k + 1) * year)].sum() for k in range(OLD_YEARS)]
        return np.array([*masses, there[-1] * tail]), rate

    def _not_forced(self, spells: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Kaplan and Meier: the part not let go or moved after each day, had nobody resigned."""
        last = np.minimum(spells["end_day"], self._horizon) - spells["start_day"]
        gone = (spells["end_day"] < self._horizon) & (spells["exit_kind"] != VOLUNTARY)
        exits = np.bincount(np.minimum(last[gone], len(days)).astype(int), minlength=len(days) + 1)[: len(days)]
        risk = len(last) - np.searchsorted(np.sort(last), days)
        return np.cumprod(1.0 - np.minimum(exits / np.maximum(risk, 1), 1.0))

    def _forced_rate(self, spells: np.ndarray, edge: float) -> float:
        """Of those who have been there for longer than an age, how many are let go or moved a day."""
        end = np.minimum(spells["end_day"], self._horizon)
        since = np.maximum(spells["start_day"] + edge, self._begin)
        exposed = np.maximum(end - since, 0.0).sum()
        gone = (spells["end_day"] < self._horizon) & (spells["end_day"] >= since) & (spells["exit_kind"] != VOLUNTARY)
        return float(gone.sum() / exposed) if exposed > 0.0 else 0.0

    def _aged(self, people: np.ndarray, old: np.ndarray, rate: float) -> np.ndarray:
        """The old ones with tenures as their one rate spreads them, in the order that they have."""
        edge, longest = OLD_YEARS * self._year, (MOST_YEARS - OLD_YEARS) * self._year
        chance = (np.arange(len(old)) + 0.5) / len(old)
        further = chance * longest if rate == 0.0 else -np.log1p(chance * np.expm1(-rate * longest)) / rate
        order = old[np.argsort(people["tenure_days"][old], kind="stable")]
        more = edge + further - people["tenure_days"][order]
        people = people.copy()
        for name in ("tenure_days", "joined_days", "effective_days"):
            people[name][order] += more
        return people


def _first(which: np.ndarray) -> int:
    """The first place that is true, else the last."""
    return int(np.argmax(which)) if which.any() else len(which) - 1


def _wait_days(albums: list[Album]) -> float:
    """Mean days for which a requisition filled from outside had waited for a recruiter."""
    rows = np.concatenate([album.requisitions for album in albums])
    outside = (rows["recruiter_day"] < NEVER) & (rows["accept_day"] > rows["recruiter_day"])
    waited = (rows["recruiter_day"] - rows["open_day"])[outside & (rows["open_day"] > 0.0)]
    return float(waited.mean()) if len(waited) else 0.0


def _people(album: Album) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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


def _vacancies(album: Album, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
