"""The opening: the organization on its first day, in the middle of its life.

It depends on the ``opening`` block, the world and luck, never on levers, so plans compared under one luck start from
the same people and deals. People and vacancies come from the past; the pipeline is seeded with its long-run
state and then played for ``warm_up_days`` with the roster's own history, so that month one shows no artificial dip.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_WEEK, Calendar
from sim.ledger import NEVER
from sim.luck import Luck, entity
from sim.org.actors.territory import cooling_rows
from sim.org.first_day import opening_files
from sim.org.first_day.customer_ages import CustomerAges
from sim.org.first_day.long_run import LongRun, cycle_by_size
from sim.org.first_day.past import FirstSeats, Past, first_seats, told_seats
from sim.org.state import time_off
from sim.org.state.conditions import Conditions
from sim.org.state.demand import Demand
from sim.org.state.engineers import Engineers
from sim.org.state.installed_base import InstalledBase, seed_base
from sim.org.state.roster import Newcomers, empty_roster
from sim.org.state.seating import Seating, seating
from sim.org.state.week_arrays import DUTIES, SELLS, Week
from sim.pipeline import seed
from sim.pipeline.cells import RACE
from sim.pipeline.engine import Pipeline
from sim.pipeline.installed_base import PAST
from sim.pipeline.sources import self_source
from sim.pipeline.state import State, build
from sim.pipeline.tables import NOBODY
from sim.rules.flow import Alone, Flow, flow_of
from sim.scenario.codebook import Codebook
from sim.scenario.levers import Orphans
from sim.scenario.scenario import Scenario

_BEFORE = -1  # the number of whoever held a seat before the first day's holder
_LAST_DAY_BEFORE = -1.0  # a file's deals that entered a stage on it are the run's, as far as SEs go


@dataclass(frozen=True)
class Opening:
    """The first day, ready to be given to any plan on the same opening, world and luck."""

    roster: np.ndarray  # ROSTER, by opening seat
    state: State
    vacancies: np.ndarray  # VACANCY, by opening seat
    left_days: np.ndarray  # since somebody last left each seat; infinite where nobody is known to have


def prepare(scenario: Scenario, calendar: Calendar, luck: Luck, past: Past, keeps_books: bool = True) -> Opening:
    """Make the first day of one replication.

    Args:
        past: what the years before have left.
        keeps_books: whether the first day's customers have terms that end; if not they stay for ever, as they are.
    """
    seats = seating(scenario, None)
    files = scenario.opening
    if files.has_file("roster"):
        first = told_seats(seats, luck, past, *opening_files.people(seats, calendar, luck))
    else:
        first = first_seats(seats, calendar, luck, past)
    state = build(scenario, calendar, luck, seats.seat_places, seats.stream_places, levers_act=False)
    state.knobs["signs"] = False  # the customers of the first day are given
    pipeline = Pipeline(state)
    history = _History(seats, calendar, luck, pipeline, first, keeps_books)
    if files.has_file("pipeline"):
        history.begin()
    else:
        history.play()
    if files.has_file("roster"):
        opening_files.remember_quarter(scenario, history.roster)
    pipeline.forget_history(_LAST_DAY_BEFORE if files.has_file("pipeline") else np.inf)
    left_days = np.where(first.held, first.people["left_days"], first.vacancies["left_days"])
    return Opening(history.roster, pipeline.state, first.vacancies, left_days)


class _History:
    """The time before the first day: the pipeline alone, with people coming as the roster says."""

    def __init__(
        self, seats: Seating, calendar: Calendar, luck: Luck, pipeline: Pipeline, first: FirstSeats, keeps_books: bool
    ):
        self.seats, self.calendar, self.luck, self.pipeline = seats, calendar, luck, pipeline
        self.held, self.start, self.people = first.held, first.start_day, first.people
        self.known = ~np.isnan(self.people["tenure_days"])
        self.keeps_books = keeps_books
        self.duty = np.array([DUTIES[d] for d in seats.duties])
        self.engineers = Engineers(seats, pipeline)
        self.roster = empty_roster(seats)
        self.newcomers = Newcomers(seats, luck)
        self.conditions = Conditions(seats, calendar, self.roster)
        pipeline.set_market(self.conditions.logit, self.conditions.cycle, self.conditions.size)
        self.demand = Demand(seats, calendar, self.conditions.leads, levers_act=False)
        self.installed_base = InstalledBase(seats, calendar, self.conditions)
        self.left: deque[tuple[float, int]] = deque()  # when and in which seat deals are to be handed on
        self.week = Week(
            seats.scenario, calendar, self.roster, self.conditions.exits, self.conditions.sourcing,
            self.conditions.ramp,
        )  # fmt: skip

    def play(self) -> None:
        """Seed the pipeline, play the weeks of the warm-up, and hand over on day 0."""
        opening = self.seats.scenario.opening
        weeks = int(np.ceil(opening.warm_up_days / DAYS_PER_WEEK)) if opening.pipeline == "stationary" else 0
        first = -DAYS_PER_WEEK * weeks
        for i in np.flatnonzero(self.held):
            self._sit(int(i), first, 0 if self.start[i] <= first else _BEFORE)
        time_off.away_at_first(self.roster, self.week.ramps, first, self.seats.scenario, self.calendar, self.luck)
        self.week.coaching.as_always(self.roster, first)
        for s in range(self.seats.arriving_count):
            self.pipeline.staff_stream(s, first, self.seats.stream_places[s].entity)
        self._place_customers(first)
        self._recall(first)
        if opening.pipeline == "stationary":
            self._seed(first)
        for week in range(weeks):
            self._play_week(first + DAYS_PER_WEEK * week)
        self.pipeline.advance(0.0)
        for i in np.flatnonzero(self.held & (self.roster["holder"] == _BEFORE)):
            self._change_hands(int(i), 0.0)  # whoever starts on the first day itself
        for _, left in self.left:
            self._hand_on(left, 0.0)
        self._open_books()

    def begin(self) -> None:
        """Begin on the first day itself, with the deals that a file names. What comes at a rate has no memory."""
        for i in np.flatnonzero(self.held):
            self._sit(int(i), 0.0, 0)
        time_off.away_at_first(self.roster, self.week.ramps, 0.0, self.seats.scenario, self.calendar, self.luck)
        self.week.coaching.as_always(self.roster, 0.0)
        for s in range(self.seats.arriving_count):
            self.pipeline.staff_stream(s, 0.0, self.seats.stream_places[s].entity)
        self._place_customers(0.0)
        self._recall(0.0)
        self._set_hours(0.0)
        steady = self._steady(0.0)
        opening_files.place_deals(self.seats.scenario, self.pipeline)
        self._cool_off(steady, 0.0)
        self._open_books()

    def _place_customers(self, day: float) -> None:
        scenario = self.seats.scenario
        if scenario.opening.has_file("customers"):
            opening_files.place_customers(scenario, self.pipeline, day)
        else:
            seed_base(scenario, self.pipeline, day)
        self.pipeline.count_customers()

    def _recall(self, day: float) -> None:
        """Find what the customers have been through until the first day, as sellers of always would have won them."""
        self.past, self.sells_new = np.empty(0, PAST), np.zeros(len(self.pipeline.state.cell_customers), np.int64)
        if len(self.pipeline.customers) and not self.seats.scenario.opening.has_file("customers"):
            self._set_hours(day)
            logit = self.installed_base.renewal_logit(self.pipeline.state.cell_customers, self.week.output)
            ages = CustomerAges(
                self.seats, self.pipeline, self._steady(day), logit, self.installed_base.source, self.calendar
            )
            self.past, self.sells_new = ages.draw(self.luck), ages.sells_new
            self.pipeline.remember(self.past, day)

    def _open_books(self) -> None:
        """The first day begins: everybody stands where they stand on the ramp, and terms begin."""
        known = np.flatnonzero(self.held & self.known)
        self.roster["tenure_days"][known] = self.people["effective_days"][known]
        self.roster["paced_day"][known] = 0.0
        if not self.keeps_books:
            return
        since = self.roster["start_day"].copy()
        if self.seats.scenario.opening.has_file("customers"):
            opening_files.open_books(self.seats.scenario, self.pipeline, since)
        else:
            self.pipeline.open_books(0.0, since, self.past, self.sells_new)

    def _sit(self, i: int, day: float, holder: int) -> None:
        """The k-th holder takes a seat; before the first one sat somebody long ramped."""
        start = self.start[i] if holder == 0 else day - 3650.0
        self.newcomers.seat(self.roster, i, holder, float(start))
        if holder == 0 and self.known[i]:
            self.newcomers.recall(self.roster, i, self.people[i])
        row = self.roster[i]
        row["leaves_day"] = self.people[i]["leaves_in_days"] if holder == 0 else NEVER
        row["notice"] = row["leaves_day"] < NEVER
        row["exit_budget"] = NEVER
        if self.duty[i] == SELLS:
            self.pipeline.fill(i, day, row["entity"], holder, float(row["logit"]))
        elif row["stream"] != NOBODY:
            self.pipeline.staff_stream(int(row["stream"]), day, row["entity"])

    def _play_week(self, day: float) -> None:
        for i in np.flatnonzero(self.held & (self.start >= day) & (self.start < day + DAYS_PER_WEEK)):
            self._change_hands(int(i), day)
        self._come_and_go(day)
        self.week.refresh(self.roster, day)
        rate, boost = self.demand.streams(day, self.week.output)
        self.pipeline.set_early_dates(self.week.coaching.early[self.roster["team"]])
        self.pipeline.start_week(day, self.week.hours, self.week.rate_per_hour, self.week.logit, rate, boost)
        self.engineers.staff(day, self.roster, self.week.output)
        self.installed_base.start_week(self.pipeline, day, self.week.output)
        self.pipeline.snapshot(day, day, day)
        self._hand_on_before(min(day + DAYS_PER_WEEK, 0.0))
        self.pipeline.advance(min(day + DAYS_PER_WEEK, 0.0))

    def _come_and_go(self, day: float) -> None:
        """Long leaves begin and end with the weeks of the history."""
        for i in np.flatnonzero(self.week.leave_day < day):
            row, rule = self.roster[i], self.seats.scenario.world.roles
            mean = list(rule.values())[row["role"]].time_off.leave_mean_days
            time_off.go(self.roster, int(i), self.week.ramps, day, day + time_off.next_leave(self.luck, row)[1] * mean)
        for i in np.flatnonzero(self.roster["away"] & (self.roster["back_day"] < day + 0.5 * DAYS_PER_WEEK)):
            pace = self.week.pace(self.roster, int(i))
            time_off.come_back(self.roster, int(i), self.week.ramps, day, pace, self.luck)

    def _change_hands(self, i: int, day: float) -> None:
        """The holder of the first day takes over the seat, at the start of the week in which they came."""
        if self.duty[i] == SELLS:
            self.pipeline.vacate(i, day)
        self._sit(i, day, 0)
        if self.duty[i] == SELLS:
            self.left.append((day + Orphans().delay_days, i))

    def _hand_on_before(self, until: float) -> None:
        """Hand on what waits to be by a day. The levers are the plan's, so a leaver's deals wait here as usual."""
        while self.left and self.left[0][0] < until:
            day, i = self.left.popleft()
            self.pipeline.advance(day)
            self._hand_on(i, day)

    def _hand_on(self, i: int, day: float) -> None:
        self.pipeline.reassign(i, _BEFORE, day, RACE)
        self.pipeline.reassign(i, _BEFORE, day, NOBODY)  # what no peer could take, the newcomer takes

    def _set_hours(self, day: float) -> None:
        """Give everybody their hours, before there is anything to do."""
        self.week.refresh(self.roster, day)
        self.pipeline.set_early_dates(self.week.coaching.early[self.roster["team"]])
        self.pipeline.start_week(
            day,
            self.week.hours,
            self.week.rate_per_hour,
            self.week.logit,
            *(np.zeros(len(self.seats.stream_places)),) * 2,
        )

    def _steady(self, day: float) -> LongRun:
        """The steady state of those who have their hours."""
        open_share = self.calendar.working_days_per_month / self.calendar.days_per_month
        leads = self.demand.base_by_cell(self.week.output) * open_share
        if self.installed_base.source != NOBODY:
            leads[self.installed_base.source] = (
                self.installed_base.expansion_per_day() * self._customers_on(day) * open_share
            )
        self.engineers.staff(day, self.roster, self.week.output)
        by_size = cycle_by_size(self.seats.scenario, self.pipeline)
        flows = _flows(self.seats.scenario, self.engineers, by_size, self.calendar.days_per_month)
        return self._long_run(leads, flows, open_share)

    def _customers_on(self, day: float) -> np.ndarray:
        """Customers by cell who had signed by a day."""
        customers, cells = self.pipeline.customers, self.pipeline.state.customer_cell
        here = customers["since_day"] <= day
        return np.bincount(cells[: len(customers)][here], minlength=len(self.pipeline.state.cell_customers))

    def _seed(self, day: float) -> None:
        self._set_hours(day)
        codes, steady = self.seats.codes, self._steady(day)
        flows = steady.flows
        leads, own = steady.lead_rates, steady.own_rates
        for source in range(leads.shape[0]):
            for cell in range(leads.shape[1]):
                who = entity(f"opening {codes.sources[source]}/{codes.cell_name(cell)}")
                self._seed_flow(day, who, cell, source, NOBODY, leads[source, cell], flows[source][cell])
        for i in np.flatnonzero(own > 0.0):
            cell = int(self.roster[i]["cell"])
            flow = flows[steady.own][cell]
            self._seed_flow(day, self.roster[i]["entity"], cell, steady.own, int(i), own[i], flow)
        self._cool_off(steady, day)

    def _cool_off(self, steady: LongRun, day: float) -> None:
        """Finite territories have accounts that cool off."""
        place = self.pipeline.state.territory
        if self.seats.scenario.world.territory is not None:
            per_day = np.where(place["accounts"] >= 0, steady.cooling_per_day(), 0.0)
            self.pipeline.cool_off(*cooling_rows(per_day, place["free"], steady.cooling_days, day))

    def _long_run(self, leads: np.ndarray, flows: list[list[Flow]], open_share: float) -> LongRun:
        state, world = self.pipeline.state, self.seats.scenario.world
        return LongRun(
            leads=leads,
            searches=state.sources["searches"],
            needs_account=np.arange(len(flows)) != self.installed_base.source,
            flows=flows,
            own=self_source(self.seats.scenario),
            takes=(state.seats["takes"] >> np.arange(len(flows))[:, None]) & 1,
            cell=np.where(self.duty == SELLS, self.roster["cell"], NOBODY),
            hours=self.week.hours,
            per_hour=self.week.rate_per_hour * open_share,
            attention=world.attention.enabled,
            accounts=state.territory["accounts"],
            customers=state.territory["customers"],
            returns=state.renewal["keeps"][state.cell_segment],
            cooling_days=world.territory.cooling_days if world.territory else 0.0,
        )

    def _seed_flow(self, day: float, who, cell: int, source: int, owner: int, rate: float, flow: Flow) -> None:
        expected = rate * (flow.work_days + flow.stalls.sum() * (flow.never_days + flow.back_days))
        if expected <= 0:
            return
        self.pipeline.make_room_for_deals(int(expected + 8 * np.sqrt(expected) + 50))
        seed.seed(
            self.pipeline.state, day, np.uint64(who), cell, source, owner, float(rate), flow.attempts, flow.stalls,
            flow.stage_days, flow.never_days, flow.back_days,
        )  # fmt: skip


def _flows(scenario: Scenario, engineers: Engineers, by_size: np.ndarray, days_per_month: float) -> list[list[Flow]]:
    """The average course of a deal by source and cell, in the first regime. ``by_size``: of ``cycle_by_size``."""
    codes, regime = Codebook.of(scenario), scenario.world.market.regimes[scenario.world.market.first_regime]
    rule = scenario.world.engineering
    alone = Alone(rule.go_without_after_days, rule.without_logit)
    return [
        [
            flow_of(
                segment,
                source.logit + region.logit + regime.logit,
                source.cycle_multiplier * regime.cycle_multiplier * float(by_size[code, codes.cell(s, r)]),
                source.hours_multiplier,
                None if engineers.serves(codes.cell(s, r)) else alone,
                days_per_month,
            )
            for s, segment in enumerate(scenario.world.segments.values())
            for r, region in enumerate(scenario.world.regions.values())
        ]
        for code, source in enumerate(scenario.world.sources.values())
    ]
