"""Training: everybody of a role loses some days, and wins more often for a while."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy

from sim import ledger
from sim.org.state.organization import Organization
from sim.org.state.selection import group


@dataclass
class Lesson:
    """What some people learned on a day; it fades by half in each half-life."""

    day: float
    logit: float
    half_life_days: float
    learner: np.ndarray  # the person who learned it, by the seat they are in now; 0 elsewhere

    def logit_at(self, day: float) -> float:
        """Log-odds a stage that are left of it."""
        return self.logit * 0.5 ** ((day - self.day) / self.half_life_days)


class Learned:
    """What trainings have left in people: an adjuster of the week's odds."""

    def __init__(self, org: Organization):
        self._roster, self._week = org.roster, org.week
        self.lessons: list[Lesson] = []

    def adjust_all(self, day: float) -> None:
        self._add(day, slice(None))

    def adjust_one(self, i: int, day: float) -> None:
        self._add(day, slice(i, i + 1))

    def _add(self, day: float, seats: slice) -> None:
        for lesson in self.lessons:
            still = self._roster["held"][seats] & (self._roster["person"][seats] == lesson.learner[seats])
            self._week.logit[seats][still] += lesson.logit_at(day)

    def take_along(self, person: np.uint64, i: int, goal: int) -> None:
        """Somebody who goes from seat i to seat ``goal`` still knows what they learned."""
        for lesson in self.lessons:
            if lesson.learner[i] == person:
                lesson.learner[goal] = person


def start(org: Organization) -> None:
    """Start an actor for every training that the plan dates."""
    for name in org.scenario.levers.trainings:
        org.env.process(_train(org, name))


def _train(org: Organization, name: str) -> Generator[simpy.Event, None, None]:
    plan = org.scenario.levers.trainings[name]
    day = org.calendar.day_of(plan.on_date)
    if not 0.0 <= day < org.calendar.horizon:
        return
    yield org.env.timeout(day)
    seats = group(org, plan.role, plan.segment, plan.region)
    seats = seats[~org.roster["away"][seats]]
    month = org.calendar.month_of(day)
    usd = plan.cost_usd_per_head * org.finance.rates.inflation(month)
    for i in seats:
        org.pay(int(i), ledger.TRAINING, usd)
        org.decide(ledger.TRAINED, int(i), plan.days_away, f"training {name}")
    learner = np.zeros(len(org.roster), np.uint64)
    learner[seats] = org.roster["person"][seats]
    org.week.adjuster(Learned).lessons.append(Lesson(day, plan.logit, plan.half_life_days, learner))
    if plan.days_away > 0.0:
        yield from _away(org, seats, day + plan.days_away)


def _away(org: Organization, seats: np.ndarray, until: float) -> Generator[simpy.Event, None, None]:
    """Those in the training have no hours until a day, whatever seat they move to.

    Who left meanwhile, went on leave or is in another training does not come back with it.
    """
    org.roster["back_day"][seats] = np.maximum(org.roster["back_day"][seats], until)
    for i in seats:
        org.stop_work(int(i))
    people = org.roster["person"][seats].copy()
    yield org.env.timeout(until - org.env.now)
    theirs = np.isin(org.roster["person"], people) & (org.roster["back_day"] == until)
    for i in np.flatnonzero(org.roster["held"] & theirs):
        org.resume_work(int(i))
