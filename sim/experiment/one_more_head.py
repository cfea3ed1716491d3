"""One more head: what one more person of a role brings, segment by segment, beside what the average one brings.

The reference plan is played again with one seat more of a role in every region, and in every segment where the role
has segments, under the same luck. The seats open on the first day and are filled as any other; they have names of
their own, so nobody else's luck changes. All segments get theirs in one play: sellers of one segment take no leads of
another, so each segment's own change is that of its own heads, and it is told from chance sooner than that of the
whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, Calendar
from sim.ledger import Ledger
from sim.measures import kpis
from sim.measures.catalogue import UNITS
from sim.measures.sums import days_between
from sim.results import more_heads
from sim.results.csv_file import number, text, write_table
from sim.results.estimates import compare
from sim.results.layout import LAST_YEAR, ONE_MORE_HEAD, WHOLE_RUN
from sim.scenario.errors import ScenarioError
from sim.scenario.load import ScenarioSource
from sim.scenario.scenario import Scenario

# What these bring is the work of others, and depends on how many they lead or how many are to be found.
LEFT_OUT = ("manages", "recruits")
MOST_ROLES = 8  # the largest ones: each costs as many plays as the plan itself
*WORTH, LAST_RESORT = more_heads.WORTH  # what a plan is worth, the best that the scenario defines; else the last


@dataclass(frozen=True)
class OneMore:
    """The reference plan with one head more of a role in each region, at once in several segments or in none."""

    role: str
    heads: dict[str | None, int]  # added, by segment; None for a role that serves all segments
    source: ScenarioSource


def one_more_of_each(reference: ScenarioSource) -> list[OneMore]:
    """The plans to play: one for each role that has seats in the opening, the largest roles first where many do."""
    scenario = reference.at_central()
    seats: dict[tuple[str, bool], int] = {}
    places: dict[tuple[str, bool], dict[tuple[str | None, str], None]] = {}
    for team in scenario.opening.teams.values():
        key = (team.role, team.segment is None)
        if team.seats > 0 and scenario.world.roles[team.role].duty not in LEFT_OUT:
            seats[key] = seats.get(key, 0) + team.seats
            places.setdefault(key, {})[team.segment, team.region] = None
    largest = sorted(seats, key=lambda key: -seats[key])[:MOST_ROLES]
    more = (_with_more(reference, scenario, key[0], list(places[key])) for key in seats if key in largest)
    return [one for one in more if one is not None]


def _with_more(
    reference: ScenarioSource, scenario: Scenario, role: str, places: Sequence[tuple[str | None, str]]
) -> OneMore | None:
    """The reference with a requisition of one seat in each of some segments and regions, open on the first day.

    None where the scenario does not say how such a seat is filled.
    """
    requisitions = dict((reference.raw["levers"].get("requisitions") or {}).items())
    heads: dict[str | None, int] = {}
    for segment, region in places:
        given = {"role": role, "region": region, "count": 1, "open_date": scenario.dates.start}
        requisitions[_new_name(requisitions, role, segment, region)] = given | ({"segment": segment} if segment else {})
        heads[segment] = heads.get(segment, 0) + 1
    raw = {**reference.raw, "levers": {**reference.raw["levers"], "requisitions": requisitions}}
    source = replace(reference, raw=raw, _central=None)
    try:
        source.at_central()
    except ScenarioError:
        return None
    order = [*scenario.world.segments, None]
    return OneMore(role, {segment: heads[segment] for segment in order if segment in heads}, source)


def _new_name(taken: dict[str, object], role: str, segment: str | None, region: str) -> str:
    """The name of a requisition, which carries the luck of its seat."""
    name = " ".join(("one more", role, *((segment,) if segment else ()), region))
    while name in taken:
        name += " again"
    return name


@dataclass(frozen=True)
class Yardstick:
    """What is measured of a play, as rows of dollars, heads and bookings by role.

    The last year is the run's last 12 months, or the whole run where it is shorter.
    """

    scenario: Scenario
    calendar: Calendar

    @property
    def measures(self) -> tuple[str, ...]:
        """What is read off the KPI table, in its order."""
        wanted = ("bookings", "cost", *WORTH)
        return tuple(name for name in UNITS if name in wanted)

    @property
    def first_month(self) -> int:
        """Of the last year."""
        return max(0, self.calendar.months - 12)

    @property
    def years(self) -> dict[str, float]:
        """How long the two periods are."""
        months = self.calendar.months
        return {LAST_YEAR: (months - self.first_month) / MONTHS_PER_YEAR, WHOLE_RUN: months / MONTHS_PER_YEAR}

    def of(self, ledger: Ledger) -> np.ndarray:
        """Measures of the last year and of the whole run, then by role heads and bookings of the last year.

        Returns: shape (2 x measures + 2 x roles, segments + 1). The last column of a measure is the whole organization,
        that of a role those of its people who serve all segments.
        """
        return np.concatenate([self._measured(ledger), self._heads(ledger), self._carried(ledger)])

    def _measured(self, ledger: Ledger) -> np.ndarray:
        layout = kpis.by_month_and_segment(self.scenario, self.calendar, self.measures)
        periods = layout.rows.frame.periods
        shape = (len(self.measures), len(self.scenario.world.segments) + 1, len(periods.labels))
        grid = np.roll(layout.values(ledger).reshape(shape), -1, axis=1)  # everybody last
        last_year = grid[:, :, self.first_month : self.calendar.months].sum(axis=2)
        return np.stack([last_year, grid[:, :, -1]], axis=1).reshape(-1, shape[1])

    def _heads(self, ledger: Ledger) -> np.ndarray:
        """Mean heads of the last year, shape (roles, segments + 1)."""
        layout = kpis.by_month_and_segment(self.scenario, self.calendar, self.measures)
        seats, starts = ledger.seats, self.calendar.month_starts
        held = days_between(layout.rows.frame, seats["start_day"], seats["end_day"])[:, self.first_month :].sum(axis=1)
        heads = np.zeros((len(self.scenario.world.roles), len(self.scenario.world.segments) + 1))
        np.add.at(heads, (seats["role"], seats["segment"]), held / (starts[-1] - starts[self.first_month]))
        return heads

    def _carried(self, ledger: Ledger) -> np.ndarray:
        """Bookings of the last year that a role's people carry, shape (roles, segments + 1); NaN where nothing is.

        Those who sell their own, those who prospect those of their source, solution engineers those of segments whose
        deals need one.
        """
        world = self.scenario.world
        segments = len(world.segments)
        day = ledger.credits["day"]
        last_year = (day >= self.calendar.month_starts[self.first_month]) & (day < self.calendar.horizon)
        credits = ledger.credits[last_year]
        deals = ledger.deals[credits["deal"]]
        usd = credits["share"] * credits["amount_usd"]
        role_of_seat = np.full(len(ledger.names.seats) + 1, -1)  # the last one for nobody's seat
        role_of_seat[ledger.seats["seat"]] = ledger.seats["role"]
        needs = np.array([any(s.needs_se for s in noun.stages.values()) for noun in world.segments.values()])
        outbound = [source.of_prospectors for source in world.sources.values()]
        carried = np.full((len(world.roles), segments + 1), np.nan)
        for code, role in enumerate(world.roles.values()):
            if role.duty == "sells":
                mine = role_of_seat[credits["seat"]] == code
            elif role.duty == "prospects":
                mine = np.array(outbound)[deals["source"]]
            elif role.duty == "engineers":
                mine = needs[deals["segment"]]
            else:
                continue
            carried[code, :segments] = np.bincount(deals["segment"][mine], usd[mine], segments)
            carried[code, segments] = usd[mine].sum()
        return carried


@dataclass(frozen=True)
class OneMoreHead:
    """What is measured of a play to tell what a head brings: see ``Yardstick.of``."""

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        return Yardstick(scenario, calendar).of(ledger)


def write_one_more_head(
    folder: Path, reference: Scenario, calendar: Calendar, plans: Sequence[OneMore], values: np.ndarray,
    draws: np.ndarray,
) -> None:  # fmt: skip
    """Write one_more_head.csv: a line for each role, segment and quantity, as means a head with their 95% interval.

    Args:
        values: of ``Yardstick.of``, shape (replications, 1 + plans, rows, segments + 1), the reference first.
        draws: shape (replications,), which draw of the uncertainties each belongs to.
    """
    yardstick = Yardstick(reference, calendar)
    lines = []
    for place, plan in enumerate(plans):
        found = _Found(yardstick, plan, values[:, 0], values[:, place + 1])
        for segment, heads in plan.heads.items():
            first = f"{text(plan.role)},{text(segment or '')},{heads}"
            for quantity, period, unit, each in found.of(segment):
                one = compare(np.zeros((len(each), 1)), each[:, None], draws)
                numbers = (number(float(x[0])) for x in (one.mean_difference, one.ci_low, one.ci_high))
                lines.append(f"{first},{quantity},{period},{unit},{','.join(numbers)},{len(each)}")
    write_table(folder, ONE_MORE_HEAD, lines)


@dataclass(frozen=True)
class _Found:
    """One plan with more heads beside the reference. ``before`` and ``after``: (replications, rows, segments + 1)."""

    yardstick: Yardstick
    plan: OneMore
    before: np.ndarray
    after: np.ndarray

    def of(self, segment: str | None) -> list[tuple[str, str, str, np.ndarray]]:
        """Quantity, period, unit and one number a replication, by head of a segment."""
        years = self.yardstick.years
        money = [
            (name, period, "USD a year", self._a_head(name, period, segment) / years[period])
            for name in ("bookings", "cost")
            for period in (LAST_YEAR, WHOLE_RUN)
        ]
        worth = self._worth()
        each = (
            self._a_head("bookings", WHOLE_RUN, segment) - self._a_head("cost", WHOLE_RUN, segment)
            if worth == LAST_RESORT
            else self._a_head(worth, WHOLE_RUN, segment)
        )
        added = self._people(0, segment, self.after) - self._people(0, segment, self.before)
        with np.errstate(divide="ignore", invalid="ignore"):
            average = self._people(1, segment, self.before) / self._people(0, segment, self.before)
        return [
            *money,
            (worth, WHOLE_RUN, "USD", each),
            ("heads", LAST_YEAR, "heads", added / self.plan.heads[segment]),
            ("average_bookings", LAST_YEAR, "USD a year", average / years[LAST_YEAR]),
        ]

    def _worth(self) -> str:
        """What the plan is worth by: the first of WORTH that this scenario defines."""
        known = [name for name in WORTH if name in self.yardstick.measures]
        return next((name for name in known if np.isfinite(self._row(name, WHOLE_RUN)[:, -1]).all()), LAST_RESORT)

    def _row(self, name: str, period: str) -> np.ndarray:
        """What changes in a measure; shape (replications, segments + 1)."""
        row = 2 * self.yardstick.measures.index(name) + (period == WHOLE_RUN)
        return self.after[:, row] - self.before[:, row]

    def _a_head(self, name: str, period: str, segment: str | None) -> np.ndarray:
        """What a head of a segment changes: what its segment's heads change there, and of what changes elsewhere, or in
        no segment, as much as any other head. So heads add up to the whole change."""
        change, heads = self._row(name, period), self.plan.heads
        everybody = sum(heads.values())
        if segment is None:
            return change[:, -1] / everybody
        segments = list(self.yardstick.scenario.world.segments)
        own = {one: np.nan_to_num(change[:, segments.index(one)]) for one in heads if one is not None}
        return own[segment] / heads[segment] + (change[:, -1] - sum(own.values())) / everybody

    def _people(self, block: int, segment: str | None, values: np.ndarray) -> np.ndarray:
        """A role's heads (block 0) or the bookings that they carry (1), in a segment; shape (replications,)."""
        world = self.yardstick.scenario.world
        roles = list(world.roles)
        row = 2 * len(self.yardstick.measures) + block * len(roles) + roles.index(self.plan.role)
        return values[:, row, -1 if segment is None else list(world.segments).index(segment)]
