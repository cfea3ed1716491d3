"""The matched workload as a plain SimPy model: one process a rep, one a career and one a deal.

It is what one would first write. It takes one liberty, which saves it time: a deal looks at its rep's load when a
stage begins, and again each week while the rep is overloaded, instead of whenever the load changes.
"""

from __future__ import annotations

import random
from collections.abc import Generator

import simpy

from benchmarks.workload import Outcome, Workload

Process = Generator[simpy.Event, None, None]


class Rep:
    """A seat: its present holder's start and ramp, and the number of its open deals."""

    def __init__(self, hired_day: float, ramp_days: float):
        self.hired_day = hired_day
        self.ramp_days = ramp_days
        self.open = 0


class Model:
    def __init__(self, load: Workload, replication: int):
        self.load = load
        self.env = simpy.Environment()
        self.luck = random.Random(replication)
        self.bookings_usd = 0.0
        self.events = 0
        for tenure, ramp in zip(load.tenure_days(replication).tolist(), load.ramp_days().tolist(), strict=True):
            rep = Rep(-tenure, ramp)
            self.env.process(self.find_deals(rep))
            self.env.process(self.careers(rep))

    def hours(self, rep: Rep) -> float:
        """Selling hours a week, at the ramp of the week's middle."""
        tenure = self.env.now + 0.5 * self.load.week_days - rep.hired_day
        return self.load.hours_a_week * min(1.0, tenure / rep.ramp_days)

    def find_deals(self, rep: Rep) -> Process:
        """Spend a unit-exponential budget at the rate of each week."""
        load, env = self.load, self.env
        budget = self.luck.expovariate(1.0)
        while True:
            tick = env.now + load.week_days
            spare = max(self.hours(rep) - rep.open * load.hours_a_deal, 0.0)
            rate = load.deals_a_day * spare / load.hours_a_week
            while rate > 0.0 and env.now + budget / rate < tick:
                yield env.timeout(budget / rate)
                env.process(self.deal(rep))
                budget = self.luck.expovariate(1.0)
            budget -= rate * (tick - env.now)
            yield env.timeout(tick - env.now)

    def deal(self, rep: Rep) -> Process:
        """From found to won or lost, stage by stage."""
        load, luck = self.load, self.luck
        amount = luck.lognormvariate(load.mu_amount, load.sigma_amount)
        rep.open += 1
        self.events += 1
        for odds in load.odds:
            yield from self.work(rep, luck.lognormvariate(load.mu_days, load.sigma_days))
            self.events += 1
            if luck.random() > odds:
                break
        else:
            self.bookings_usd += amount
        rep.open -= 1

    def work(self, rep: Rep, days: float) -> Process:
        """Days of work on a deal, slower while the rep's deals ask for more hours than there are."""
        load, env = self.load, self.env
        while True:
            hours, demand = self.hours(rep), rep.open * load.hours_a_deal
            if demand <= hours:
                yield env.timeout(days)
                return
            speed = hours / demand
            if days <= speed * load.week_days:
                yield env.timeout(days / speed)
                return
            yield env.timeout(load.week_days)
            days -= speed * load.week_days

    def careers(self, rep: Rep) -> Process:
        """One holder after the other; each starts the ramp anew."""
        while True:
            yield self.env.timeout(self.luck.expovariate(1.0 / self.load.career_days))
            rep.hired_day = self.env.now
            self.events += 1


def replicate(load: Workload, replication: int) -> Outcome:
    model = Model(load, replication)
    model.env.run(until=load.days)
    return Outcome(model.bookings_usd, model.events)
