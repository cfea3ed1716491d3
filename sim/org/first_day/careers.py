"""Careers: what the years that were played say of the people and seats that one finds in the long run.

Where reviews, attainment, peers or promotions decide how long people stay, no formula knows whom one finds. Only
careers that began within the play count, so that nothing is left of how it began; a career is photographed at each
age as often as it could be, and weighted with one over that. Ages follow the hazards of resigning that were in force,
and the survival (Kaplan and Meier) of being let go or moved; past the fifth year people leave at one rate. Those who
never ramp are found apart, for how many of them are hired is known.
"""

from __future__ import annotations

import numpy as np

from sim.calendar import Calendar
from sim.ledger import NEVER, VOLUNTARY
from sim.org.first_day import photographs
from sim.org.first_day.past import PERSON, Past, Stock
from sim.org.first_day.photographs import FIRST_YEAR, Album
from sim.org.first_day.simple_past import simple_past, stays_simply
from sim.org.state.seating import Seating
from sim.rules.people import MOST_YEARS

OLD_YEARS = 5  # past which everybody leaves at one rate
_FEWEST_CAREERS = 40  # a kind of seats with fewer takes the next wider kind's
_FEWEST_VACANT, _FEWEST_SEARCHES = 20, 100  # the same for how many are vacant, and for the searches found


def past_of(albums: list[Album], seats: Seating, calendar: Calendar) -> Past:
    """The stocks of an organization whose years were played."""
    careers = Careers(albums, calendar)
    simple = simple_past(seats, calendar, careers.wait_days)
    scenario = seats.scenario
    roles = list(scenario.world.roles.items())
    alike = _regions_alike(seats)
    kinds = [(seat.role, seat.segment, alike[seat.region]) for seat in seats.seats]
    names = list(dict.fromkeys(kinds))
    stocks = []
    for kind in names:
        name, role = roles[kind[0]]
        reach = _wider_and_wider(kinds, kind)
        closed = simple.stocks[simple.stock_of[seats.seats[kinds.index(kind)].place]]
        share, searches = careers.vacancies(reach)
        people, reached = closed.people, closed.reached
        if not stays_simply(scenario, name, role):
            # Reviews go by quota, and so by segment; careers go by the role.
            seen = reach[:3] if role.exits.review_floor > 0.0 else reach[2:3]
            people, reached = careers.people(seen, role.ability.never_ramps_share)
        elif name not in scenario.world.hiring.internal:
            share = closed.vacant_share
        stocks.append(Stock(share, searches, people, reached))
    stock_of = {seat.place: names.index(kind) for seat, kind in zip(seats.seats, kinds, strict=True)}
    return Past(tuple(stocks), stock_of)


def _wider_and_wider(kinds: list[tuple[int, int, int]], kind: tuple[int, int, int]) -> list[np.ndarray]:
    """The seats of a kind, of its role and segment in all regions, of its role, and all."""
    depths = (3, 2, 1, 0)
    return [np.array([other[:depth] == kind[:depth] for other in kinds], bool) for depth in depths]


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
        photographed = [photographs.people(album) for album in albums]
        self._people = np.concatenate([people for people, _, _ in photographed])
        self._seat = np.concatenate([seat for _, seat, _ in photographed])
        self._start = np.concatenate([start for _, _, start in photographed])
        found = [photographs.vacancies(album, self._quarters) for album in albums]
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
