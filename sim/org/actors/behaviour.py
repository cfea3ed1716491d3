"""Seller behaviour: everything a seller decides is decided here: how hard to work at each weekly tick, and at the end
of a pay period which deals to sign early or to put off. How pay compares with the market's is told to the exit hazard.

Only pay for one's own deals is looked at. Overrides and team pay move nobody.
"""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np
import simpy

from sim import ledger
from sim.calendar import DAYS_PER_WEEK, Calendar
from sim.org.pay.deal_timing import end_period
from sim.org.pay.effort_choice import choose_week, exert
from sim.org.pay.position import PayPosition
from sim.org.state.organization import Organization
from sim.rules import effort, timing
from sim.scenario.behaviour import Behaviour
from sim.scenario.scenario import Scenario

_SIGNING_TIME = 17.0 / 24.0  # of the last open day
_MOVABLE_BY_SIZE = ((30_000.0, 0.1), (100_000.0, 0.3), (math.inf, 0.6))  # up to a mean deal in US dollars
_PAY_RANGE = (0.5, 2.0)  # of the market's pay; beyond it nobody's wish to leave changes


class SellerBehaviour:
    """What sellers choose, by seat: an adjuster of the week's hours and odds.

    Made only where the scenario's responsiveness is above 0.
    """

    def __init__(self, org: Organization, rule: Behaviour):
        self.org, self.rule = org, rule
        self.habits = effort.habits(
            rule.effort_elasticity * rule.responsiveness, rule.intrinsic_share, rule.fading_per_week, rule.belief_cv,
            rule.horizon_weeks, next_period_weight=rule.next_period_weight, foresight_share=rule.ratchet_foresight,
        )[0]  # fmt: skip
        self.movable = movable_shares(org.scenario)
        self.position = PayPosition(org, rule.usual_rate)
        self._scratch = np.zeros(self.position.plans.shape[1])
        self._rows = np.zeros(len(org.roster), ledger.EFFORTS)

    def adjust_all(self, now: float) -> None:
        """Everybody chooses the week's effort; the week's hours and odds follow, and how likely they are to leave."""
        position, week = self.position, self.org.week
        fresh = position.renew(now)
        if len(fresh):
            self._compare_pay(fresh)
        if not self.position.groups:
            return
        plans = position.plans
        if any(group.spiffs for group in position.groups):
            plans = plans.copy()
            plans["slope"][:, 0] += position.spiff_slope(now)
        count = choose_week(
            now, self.habits, plans, position.weeks_left, position.rows, position.sold, position.quota,
            self.org.scenario.levers.quota.ratchet_weight, self._scratch, self.org.roster, week.hours, week.logit,
            self._rows,
        )  # fmt: skip
        self.org.journal.efforts.extend(self._rows[:count])

    def adjust_one(self, i: int, now: float) -> None:
        """Who comes back within the week goes on at the effort last chosen. Who is new in the seat starts at 1."""
        if self.position.is_known(i):
            exert(self.position.rows, i, self.org.week.hours, self.org.week.logit)

    def _compare_pay(self, seats: np.ndarray) -> None:
        """Pay at the attainment of the last two quarters against the market's, for the exit hazard.

        What people of a segment or region are paid more, and raises, the market pays more, too; what a plan's base is
        above theirs it does not.
        """
        org, rule = self.org, self.rule.exits
        plans, names = org.finance.payroll.plans, org.codes.roles
        roster = org.roster
        carried, sold = (roster[name][seats].sum(axis=1) for name in ("quota_usd", "sold_usd"))
        reached = np.divide(sold, carried, out=np.ones(len(seats)), where=carried > 0)
        groups = self.position.rows["plan"][seats]
        for k in np.unique(groups):
            group, here = self.position.groups[k], groups == k
            market = rule.market_pay_usd_per_year.get(names[group.role])
            if market is None:
                continue
            quota = float(self.position.yearly_quota[k])
            pay = plans.compared_usd_per_year[self.position.version, group.role, group.segment] + np.zeros(
                int(here.sum())
            )
            for terms, payout in zip(group.terms, self.position.payouts[k], strict=True):
                pay += terms.pay_usd_per_year(reached[here], quota, payout)
            ratio = np.clip(pay / market, *_PAY_RANGE)
            org.week.pay_exits[seats[here]] = ratio ** (-rule.elasticity * self.rule.responsiveness)

    def end_of_period(self, day: float, month: int, pulling: bool) -> None:
        """Those whose pay period ends with a month decide which deals to sign early (pulling) or to put off."""
        org, position, pipeline = self.org, self.position, self.org.pipeline
        ends = position.ends_with(month)
        if not ends.any():
            return
        position.count_sales()
        count = pipeline.make_room_to_close(day)
        amount, when, place = np.zeros(count), np.zeros(count), np.zeros(count, np.int64)
        rows = np.zeros(count, ledger.TIMINGS)
        moved = end_period(
            pipeline.state, day, float(org.calendar.month_starts[month + 1]), pulling, self.habits,
            self._buyer_terms(day), position.plans, ends, position.rows, position.sold, position.quota, self.movable,
            org.roster, amount, when, place, self._scratch, rows,
        )  # fmt: skip
        rows = rows[:moved]
        rows["gain_usd"] *= position.rate[position.rows["plan"][rows["seat"]]]
        org.journal.timings.extend(rows)

    def _buyer_terms(self, day: float) -> np.void:
        """The buyers' terms, and what discounts reps may give."""
        rule, lever = self.rule.timing, self.org.scenario.levers.discounts
        allowed = lever.most_share if lever.enabled.at(day, self.org.calendar) else -1.0
        return timing.buyer_terms(
            rule.least_discount, rule.discount_per_week, min(rule.most_discount, allowed), rule.hassle_share,
            rule.push_share, rule.lost_when_pushed_share, self.rule.horizon_weeks,
        )[0]  # fmt: skip


def start(org: Organization) -> None:
    """Start the ends of pay periods, where sellers respond to pay."""
    if org.scenario.world.behaviour.responsiveness > 0:
        org.env.process(_period_ends(org, org.week.adjuster(SellerBehaviour)))


def _period_ends(org: Organization, behaviour: SellerBehaviour) -> Generator[simpy.Event, None, None]:
    """A week before each month ends deals are put off, and late on its last open day deals are signed early."""
    if not behaviour.movable.any():
        return
    for month in range(org.calendar.months):
        end = float(org.calendar.month_starts[month + 1])
        for day, pulling in ((end - DAYS_PER_WEEK, False), (last_open_day(org.calendar, end) + _SIGNING_TIME, True)):
            if day > org.env.now and behaviour.position.ends_with(month).any():
                yield org.env.timeout(day - org.env.now)
                behaviour.end_of_period(day, month, pulling)


def last_open_day(calendar: Calendar, before: float) -> float:
    """The last open day before an instant."""
    numbers = calendar.open_day_numbers
    return float(numbers[np.searchsorted(numbers, before) - 1])


def movable_shares(scenario: Scenario) -> np.ndarray:
    """Share of late deals that can be moved, by segment: as given, else by the size of a usual deal."""
    rule = scenario.world.behaviour
    shares = [
        rule.timing.movable_share.get(
            name, next(share for most, share in _MOVABLE_BY_SIZE if segment.deal_size.average_usd <= most)
        )
        for name, segment in scenario.world.segments.items()
    ]
    return np.minimum(np.array(shares) * rule.responsiveness, 1.0)
