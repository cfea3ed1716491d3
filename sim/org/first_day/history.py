"""The history: the weeks before the first day, as they lead to it.

The organization is the one of the run, without levers: its weeks begin alike, but nobody leaves who is there on the
first day, and people come as the past says.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from sim.calendar import DAYS_PER_WEEK
from sim.ledger import NEVER
from sim.org.first_day import opening_files
from sim.org.first_day.customer_ages import CustomerAges
from sim.org.first_day.customers import place_customers
from sim.org.first_day.past import FirstSeats
from sim.org.first_day.steady import Steady
from sim.org.state import time_off
from sim.org.state.duties import SELLS
from sim.org.state.organization import Organization
from sim.pipeline.cells import RACE
from sim.pipeline.installed_base import PAST
from sim.pipeline.tables import NOBODY

_BEFORE = -1  # the number of whoever held a seat before the first day's holder
_ALWAYS_DAYS = 3650.0  # for which they have been there: long ramped


class History:
    """The time before the first day, with people coming as the roster says."""

    def __init__(self, org: Organization, first: FirstSeats, keeps_books: bool):
        self.org = org
        self.held, self.start, self.people = first.held, first.start_day, first.people
        self.known = ~np.isnan(self.people["tenure_days"])
        self.keeps_books = keeps_books
        self.steady = Steady(org)
        self.left: deque[tuple[float, int]] = deque()  # when and in which seat deals are to be handed on
        self.past, self.sells_new = np.empty(0, PAST), np.zeros(org.codes.cells, np.int64)
        org.tell_market()

    def play(self) -> None:
        """Seed the pipeline, play the weeks of the warm-up, and hand over on day 0."""
        opening, pipeline = self.org.scenario.opening, self.org.pipeline
        weeks = int(np.ceil(opening.warm_up_days / DAYS_PER_WEEK)) if opening.pipeline == "stationary" else 0
        first = -DAYS_PER_WEEK * weeks
        self._people_and_customers(first)
        if opening.pipeline == "stationary":
            self._set_hours(first)
            self.steady.seed(first)
        for week in range(weeks):
            self._play_week(first + DAYS_PER_WEEK * week)
        pipeline.advance(0.0)
        for i in np.flatnonzero(self.held & (self.org.roster["holder"] == _BEFORE)):
            self._change_hands(int(i), 0.0)  # whoever starts on the first day itself
        for _, left in self.left:
            self._hand_on(left, 0.0)
        self._open_books()

    def begin(self) -> None:
        """Begin on the first day itself, with the deals that a file names. What comes at a rate has no memory."""
        self._people_and_customers(0.0)
        self._set_hours(0.0)
        long_run = self.steady.long_run(0.0)
        opening_files.place_deals(self.org.scenario, self.org.pipeline)
        self.steady.cool_off(long_run, 0.0)
        self._open_books()

    def _people_and_customers(self, day: float) -> None:
        """Whoever is there on a day takes their seat, and customers have been what they have been."""
        org = self.org
        for i in np.flatnonzero(self.held):
            self._sit(int(i), day, 0 if day >= 0.0 or self.start[i] <= day else _BEFORE)
        time_off.away_at_first(org.roster, org.week.ramps, day, org.scenario, org.calendar, org.luck)
        org.week.coaching.as_always(org.roster, day)
        for s in range(org.seating.arriving_count):
            org.pipeline.staff_stream(s, day, org.seating.stream_places[s].entity)
        self._place_customers(day)
        self._recall(day)

    def _place_customers(self, day: float) -> None:
        scenario, pipeline = self.org.scenario, self.org.pipeline
        if scenario.opening.has_file("customers"):
            opening_files.place_customers(scenario, pipeline, day)
        else:
            place_customers(scenario, pipeline, day)
        pipeline.count_customers()

    def _recall(self, day: float) -> None:
        """Find what the customers have been through until the first day, as sellers of always would have won them."""
        org = self.org
        if len(org.pipeline.customers) and not org.scenario.opening.has_file("customers"):
            self._set_hours(day)
            base = org.installed_base
            logit = base.renewal_logit(org.pipeline.state.cell_customers, org.week.output)
            long_run = self.steady.long_run(day)
            ages = CustomerAges(org.seating, org.pipeline, long_run, logit, base.source, org.calendar)
            self.past, self.sells_new = ages.draw(org.luck), ages.sells_new
            org.pipeline.remember(self.past, day)

    def _open_books(self) -> None:
        """The first day begins: everybody stands where they stand on the ramp, and terms begin."""
        roster, pipeline = self.org.roster, self.org.pipeline
        known = np.flatnonzero(self.held & self.known)
        roster["tenure_days"][known] = self.people["effective_days"][known]
        roster["paced_day"][known] = 0.0
        if not self.keeps_books:
            return
        since = roster["start_day"].copy()
        if self.org.scenario.opening.has_file("customers"):
            opening_files.open_books(self.org.scenario, pipeline, since)
        else:
            pipeline.open_books(0.0, since, self.past, self.sells_new)

    def _sit(self, i: int, day: float, holder: int) -> None:
        """The k-th holder takes a seat; before the first one sat somebody long ramped."""
        org = self.org
        start = self.start[i] if holder == 0 else day - _ALWAYS_DAYS
        org.newcomers.seat(org.roster, i, holder, float(start))
        if holder == 0 and self.known[i]:
            org.newcomers.recall(org.roster, i, self.people[i])
        row = org.roster[i]
        row["leaves_day"] = self.people[i]["leaves_in_days"] if holder == 0 else NEVER
        row["notice"] = row["leaves_day"] < NEVER
        row["exit_budget"] = NEVER
        if org.duty[i] == SELLS:
            org.pipeline.fill(i, day, row["entity"], holder, float(row["logit"]))
        elif row["stream"] != NOBODY:
            org.pipeline.staff_stream(int(row["stream"]), day, row["entity"])

    def _play_week(self, day: float) -> None:
        org = self.org
        for i in np.flatnonzero(self.held & (self.start >= day) & (self.start < day + DAYS_PER_WEEK)):
            self._change_hands(int(i), day)
        self._come_and_go(day)
        org.begin_week(day)
        org.pipeline.snapshot(day, day, day)
        self._hand_on_before(min(day + DAYS_PER_WEEK, 0.0))
        org.pipeline.advance(min(day + DAYS_PER_WEEK, 0.0))

    def _come_and_go(self, day: float) -> None:
        """Long leaves begin and end with the weeks of the history."""
        org = self.org
        for i in np.flatnonzero(org.week.leave_day < day):
            row = org.roster[i]
            mean = org.roles[row["role"]].time_off.leave_mean_days
            back_day = day + time_off.next_leave(org.luck, row)[1] * mean
            time_off.go(org.roster, int(i), org.week.ramps, day, back_day)
        for i in np.flatnonzero(org.roster["away"] & (org.roster["back_day"] < day + 0.5 * DAYS_PER_WEEK)):
            pace = org.week.pace(org.roster, int(i))
            time_off.come_back(org.roster, int(i), org.week.ramps, day, pace, org.luck)

    def _change_hands(self, i: int, day: float) -> None:
        """The holder of the first day takes over the seat, at the start of the week in which they came."""
        sells = self.org.duty[i] == SELLS
        if sells:
            self.org.pipeline.vacate(i, day)
        self._sit(i, day, 0)
        if sells:
            self.left.append((day + self.org.scenario.levers.orphans.delay_days, i))

    def _hand_on_before(self, until: float) -> None:
        """Hand on what waits to be by a day. The levers are the plan's, so a leaver's deals wait here as usual."""
        while self.left and self.left[0][0] < until:
            day, i = self.left.popleft()
            self.org.pipeline.advance(day)
            self._hand_on(i, day)

    def _hand_on(self, i: int, day: float) -> None:
        self.org.pipeline.reassign(i, _BEFORE, day, RACE)
        self.org.pipeline.reassign(i, _BEFORE, day, NOBODY)  # what no peer could take, the newcomer takes

    def _set_hours(self, day: float) -> None:
        """Give everybody their hours, before there is anything to do."""
        org = self.org
        org.week.refresh(org.roster, day)
        org.pipeline.set_early_dates(org.week.coaching.early[org.roster["team"]])
        nothing = np.zeros(len(org.seating.stream_places))
        org.pipeline.start_week(day, org.week.hours, org.week.rate_per_hour, org.week.logit, nothing, nothing)
