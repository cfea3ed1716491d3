"""The organization: what all actors share, and the few things that happen to a seat."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np
import simpy

from sim import ledger
from sim.calendar import Calendar
from sim.ledger import NEVER
from sim.luck import EXIT_BUDGET, Luck, fill_exponentials
from sim.money.cents import to_cents
from sim.org.state.conditions import Conditions
from sim.org.state.demand import Demand
from sim.org.state.duties import DUTIES, ENGINEERS, RECRUITS, SELLS
from sim.org.state.engineers import Engineers
from sim.org.state.finance import Finance
from sim.org.state.installed_base import InstalledBase
from sim.org.state.journal import Journal
from sim.org.state.recruiters import Recruiters
from sim.org.state.roster import Mover, Newcomers, Vacancy, empty_roster
from sim.org.state.seating import Seating
from sim.org.state.tenure import count_days, set_pace
from sim.org.state.week_arrays import Week
from sim.pipeline.engine import Pipeline
from sim.pipeline.tables import NOBODY


class Organization:
    """One replication's organization. Actors read and write it; it knows none of them."""

    def __init__(self, env: simpy.Environment, seating: Seating, calendar: Calendar, luck: Luck, pipeline: Pipeline):
        self.env, self.calendar, self.luck, self.pipeline = env, calendar, luck, pipeline
        self.seating, self.codes, self.scenario = seating, seating.codes, seating.scenario
        self.roles = list(self.scenario.world.roles.values())
        self.duty = np.array([DUTIES[d] for d in seating.duties])
        self.roster = empty_roster(seating)
        self.newcomers = Newcomers(seating, luck)
        self.conditions = Conditions(seating, calendar, self.roster)
        self.week = Week(self.scenario, calendar, self.roster, self.conditions)
        self.demand = Demand(seating, calendar, self.conditions.leads)
        self.installed_base = InstalledBase(seating, calendar, self.conditions)
        self.engineers = Engineers(seating, pipeline)
        self.recruiters = [Recruiters(env, self.scenario, calendar, region) for region in self.codes.regions]
        self.awaited = np.zeros(len(self.roster), bool)  # seats that a requisition or a transfer is to fill
        self.vacancies = np.zeros(0)  # ``first_day.past.VACANCY`` by seat of the first day
        self.hear_of_vacancies: list[Callable[[Vacancy], None]] = []  # who is told of a seat that is to be filled again
        self.journal = Journal()

    @cached_property
    def finance(self) -> Finance:
        """The plan's numbers; the history before the first day asks for none."""
        return Finance(self.scenario, self.calendar)

    def welcome(self, opening: np.ndarray, left_days: np.ndarray, vacancies: np.ndarray) -> None:
        """Take over the people of the first day, whose history is already in the pipeline.

        Args:
            opening: ``ROSTER`` rows of the opening's seats, which are the first of this organization's.
            left_days: since somebody last left each of them; infinite where nobody is known to have.
            vacancies: the searches under way for those that are empty.
        """
        self.vacancies = vacancies
        self.week.contagion.recall(opening["team"], left_days)
        self.roster[: len(opening)] = opening
        here = np.flatnonzero(opening["held"])
        people = opening[here]
        budgets = np.empty(len(here))
        fill_exponentials(budgets, people["entity"], EXIT_BUDGET, *self.luck.key)
        self.roster["exit_budget"][here] = budgets
        self.roster["spell"][here] = np.arange(len(here))
        self.roster["counted_day"][here] = self.roster["spent_day"][here] = 0.0
        self.roster["ramped_days"][here] = self.roster["away_days"][here] = 0.0
        spells = np.zeros(len(here), ledger.SEATS)
        for name in ("holder", "role", "segment", "region", "start_day", "ability", "person"):
            spells[name] = people[name]
        spells["seat"], spells["requisition"], spells["moved_from"] = here, -1, -1
        spells["end_day"], spells["exit_kind"] = NEVER, ledger.STILL_HERE
        ceilings = np.array([role.ability.never_ramps_ceiling for role in self.roles])
        spells["ramp_ceiling"] = np.where(people["never_ramps"], ceilings[people["role"]], 1.0)
        self.journal.seats.extend(spells)
        for region in range(len(self.recruiters)):
            self.staff_recruiters(region)

    def begin_week(self, day: float) -> None:
        """The weekly tick, in a run and in the history before it: renew all seats, and give the pipeline its week."""
        week = self.week
        if self.conditions.tick(day):
            self.tell_market()
        week.begin(self.roster, day)
        rate, boost = self.demand.streams(day, week.output)
        if week.coaching.dates:
            self.pipeline.set_early_dates(week.coaching.early[self.roster["team"]])
        self.pipeline.start_week(day, week.hours, week.rate_per_hour, week.logit, rate, boost)
        self.engineers.staff(day, self.roster, week.output)
        self.installed_base.start_week(self.pipeline, day, week.output)

    def take_seat(self, i: int, holder: int, start_day: float, requisition: int, mover: Mover | None = None) -> None:
        """Record that the k-th holder sits in a seat: somebody new, or who moved here from another seat."""
        self.newcomers.seat(self.roster, i, holder, start_day)
        self.awaited[i] = False
        row = self.roster[i]
        if mover is not None:
            self.newcomers.bring_along(self.roster, i, mover)
        row["spell"] = self.journal.seats.add(
            seat=i,
            holder=holder,
            role=row["role"],
            segment=row["segment"],
            region=row["region"],
            start_day=start_day,
            end_day=NEVER,
            exit_kind=ledger.STILL_HERE,
            requisition=requisition,
            ability=row["ability"],
            ramp_ceiling=self.roles[row["role"]].ability.never_ramps_ceiling if row["never_ramps"] else 1.0,
            person=row["person"],
            credited_days=row["tenure_days"],
            moved_from=-1 if mover is None else mover.row["spell"],
            seat_closed=False,
        )

    def start_work(self, i: int, requisition: int, mover: Mover | None = None) -> None:
        """Somebody starts in a seat today."""
        now = float(self.env.now)
        row = self.roster[i]
        self.take_seat(i, int(row["holder"]) + 1, now, requisition, mover)
        set_pace(self.roster, i, self.week.ramps, now, self.week.pace(self.roster, i))
        self.week.join(self.roster, i, now)
        if self.duty[i] == SELLS:
            self.pipeline.fill(i, now, row["entity"], int(row["holder"]), float(self.week.logit[i]))
        elif row["stream"] != NOBODY:
            self.pipeline.staff_stream(int(row["stream"]), now, row["entity"])
        self._tell_pipeline(i)

    def stop_work(self, i: int) -> None:
        """Whoever holds a seat is not at work from now on; their deals wait."""
        self.week.clear(i)
        self._tell_pipeline(i)

    def resume_work(self, i: int) -> None:
        """Whoever holds a seat is at work again, for the rest of the week."""
        self.week.join(self.roster, i, float(self.env.now))
        if self.duty[i] == SELLS:
            self.pipeline.set_odds(i, float(self.week.logit[i]))
        self._tell_pipeline(i)

    def _tell_pipeline(self, i: int) -> None:
        """Give the pipeline, or the recruiters, what a seat's holder can do now."""
        now, row = float(self.env.now), self.roster[i]
        if self.duty[i] == SELLS:
            self.pipeline.set_hours(i, now, float(self.week.hours[i]), float(self.week.rate_per_hour[i]))
        elif row["stream"] != NOBODY:
            s = int(row["stream"])
            self.pipeline.set_rate(s, now, *self.demand.stream(s, now, float(self.week.output[i])))
        elif self.duty[i] == ENGINEERS:
            self.engineers.staff(now, self.roster, self.week.output)
        elif self.duty[i] == RECRUITS:
            self.staff_recruiters(int(row["region"]))

    def empty_seat(self, i: int, exit_kind: int, closes: bool = False) -> None:
        """Somebody leaves a seat today; its open deals lose their rep. ``closes``: the position ends with that."""
        now = float(self.env.now)
        row = self.roster[i]
        spell = self.journal.seats.rows[row["spell"]]
        spell["end_day"], spell["exit_kind"], spell["seat_closed"] = now, exit_kind, closes
        self._write_leaver(i, now)
        row["held"] = False
        self.week.clear(i)
        if exit_kind != ledger.MOVED:
            self.week.contagion.add(row["team"], now)
        if self.duty[i] == SELLS:
            self.pipeline.vacate(i, now)
        elif row["stream"] != NOBODY:
            self.pipeline.set_rate(int(row["stream"]), now, 0.0, 1.0)
        elif self.duty[i] == RECRUITS:
            self.staff_recruiters(int(row["region"]))
        elif self.duty[i] == ENGINEERS:
            self.engineers.staff(now, self.roster, self.week.output)

    def _write_leaver(self, i: int, day: float) -> None:
        """Write what whoever leaves seat i gave in the month that is not closed yet."""
        count_days(self.roster, i, self.week.ramps, day)
        row = self.roster[i]
        if row["ramped_days"] != 0.0 or row["away_days"] != 0.0:
            self.journal.ramped.add(
                spell=row["spell"],
                month=self.journal.open_month,
                ramped_days=row["ramped_days"],
                away_days=row["away_days"],
            )
        row["ramped_days"] = row["away_days"] = 0.0

    def tell_market(self) -> None:
        """Deals meet the conditions of now; leads and people do at the next weekly tick."""
        self.pipeline.set_market(self.conditions.logit, self.conditions.cycle, self.conditions.size)

    def staff_recruiters(self, region: int) -> None:
        """Tell a region's recruiters how many requisitions they can work at once."""
        at_work = self.roster["held"] & (self.roster["back_day"] <= self.env.now)
        here = at_work & (self.duty == RECRUITS) & (self.roster["region"] == region)
        room = sum(self.roles[r].open_requisitions_per_head for r in self.roster["role"][here])
        self.recruiters[region].set_room(math.ceil(room))

    def pay(self, i: int, kind: int, usd: float) -> None:
        """Pay something once, today, for whoever holds seat i. Rounded to the cent; nothing is no payment."""
        usd = float(to_cents(np.array(usd)))
        if usd > 0.0:
            row, now = self.roster[i], float(self.env.now)
            self.journal.payments.add(
                day=now,
                month=self.calendar.month_of(now),
                seat=i,
                segment=row["segment"],
                region=row["region"],
                role=row["role"],
                kind=kind,
                amount_usd=usd,
            )

    def decide(self, kind: int, i: int, value: float, reason: str) -> None:
        """Write down a decision about a seat, with its reason."""
        row = self.roster[i]
        self.journal.decide(self.env.now, kind, i, row["segment"], row["region"], value, reason)

    def decide_where(self, kind: int, segment: int, region: int, value: float, reason: str) -> None:
        """Write down a decision about a segment and region, with its reason."""
        self.journal.decide(self.env.now, kind, NOBODY, segment, region, value, reason)
