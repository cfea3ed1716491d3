"""Pay plans made ready to be worked out: arrays by role and segment, and the components with their curves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, Calendar
from sim.money.curve import curve
from sim.rules.payout import paid_at
from sim.scenario.pay import PERIOD_MONTHS, Component, Plan
from sim.scenario.scenario import Scenario

NO_PLAN = -1


@dataclass(frozen=True)
class ComponentTerms:
    """A component of a plan. ``variable_usd_per_year`` is its part of the plan's target variable."""

    plan: int
    name: str
    component: Component
    variable_usd_per_year: float

    def base_rate(self, year_share: np.ndarray, full_usd: np.ndarray) -> np.ndarray:
        """US dollars a dollar booked. ``year_share`` is the part of a year in which ``full_usd`` is the whole quota.

        By definition.
        """
        if self.component.commission_share is not None:
            return np.full(np.shape(full_usd), self.component.commission_share)
        full = np.asarray(full_usd, float)
        return np.where(full > 0, self.variable_usd_per_year * year_share / np.where(full > 0, full, 1.0), 0.0)

    @cached_property
    def tiers(self) -> np.ndarray:
        """The component's payout curve without lump sums, which is the same at any quota. By definition."""
        return curve(self.component)

    def curve(self, quota_usd_per_year: float) -> np.ndarray:
        """The payout curve of somebody ramped with a yearly quota, in units of base rate x quota of a period.

        By definition.
        """
        variable = self.variable_usd_per_year * PERIOD_MONTHS[self.component.period] / MONTHS_PER_YEAR
        share = self.component.commission_share
        target = (
            variable
            if share is None
            else share * quota_usd_per_year * PERIOD_MONTHS[self.component.period] / MONTHS_PER_YEAR
        )
        return curve(self.component, target, variable)

    def pay_usd_per_year(
        self, attainment: np.ndarray | float, quota_usd_per_year: float, payout: np.ndarray | None = None
    ) -> np.ndarray:
        """What somebody ramped earns in a year of the same attainment all along; of the attainment's shape.

        ``payout`` is the quota's ``curve``, where it is known already.

        By definition.
        """
        share, payout = self.component.commission_share, self.curve(quota_usd_per_year) if payout is None else payout
        return paid_at(payout, attainment) * (
            self.variable_usd_per_year if share is None else share * quota_usd_per_year
        )


@dataclass(frozen=True)
class PayPlans:
    """All plans, and who is on which, version by version: a version holds from its day until the next one begins.

    Versions begin with fiscal years, so that no pay period has two. Arrays have shape (versions, roles, segments + 1);
    the last place is for people of no one segment.
    """

    names: tuple[str, ...]
    plans: tuple[Plan, ...]
    since: np.ndarray  # days, rising; the first version has always been there
    of: np.ndarray  # place in names, NO_PLAN for none
    salary_usd_per_year: np.ndarray  # of the first day, before what regions differ by
    compared_usd_per_year: np.ndarray  # base salary as it is compared with the market's pay of the role
    even_usd_per_year: np.ndarray  # variable paid evenly, month by month
    terms: tuple[ComponentTerms, ...]

    @classmethod
    def of_scenario(cls, scenario: Scenario) -> PayPlans:
        """The plans of a scenario, version by version. By definition."""
        pay, world = scenario.levers.pay, scenario.world
        names, plans = tuple(pay.plans), tuple(pay.plans.values())
        first = scenario.dates.start
        days = [first, *sorted({day for _, dated in pay.named() for day in dated.changes if day > first})]
        shape = (len(days), len(world.roles), len(world.segments) + 1)
        of, salary, even, compared = np.full(shape, NO_PLAN), *np.zeros((3, *shape))
        for r, role in enumerate(world.roles):
            usual = world.costs.salary(role, None)
            for s, segment in enumerate([*world.segments, None]):
                dated = pay.plan_of(role, segment)
                salary[:, r, s], compared[:, r, s] = world.costs.salary(role, segment), usual
                if dated is None:
                    continue
                for v, day in enumerate(days):
                    name = dated.on(day)
                    plan = pay.plans[name]
                    of[v, r, s] = names.index(name)
                    base = plan.base(segment)
                    if base is not None:
                        compared[v, r, s] = base if salary[v, r, s] in (0.0, usual) else base * usual / salary[v, r, s]
                        salary[v, r, s] = base
                    even[v, r, s] = 0.0 if plan.components else plan.variable_usd_per_year
        terms = tuple(one for place, plan in enumerate(plans) for one in terms_of(plan, place))
        calendar = scenario.calendar(1)
        since = np.array([-np.inf, *(calendar.day_of(day) for day in days[1:])])
        return cls(names, plans, since, of, salary, compared, even, terms)

    def version(self, day: np.ndarray | float) -> np.ndarray:
        """The version that holds on each day; of the days' shape. By definition."""
        return np.searchsorted(self.since, day, side="right") - 1

    def of_spells(self, spells: np.ndarray, rows: np.ndarray | slice, day: np.ndarray | float) -> np.ndarray:
        """The plan of rows of the ledger's seats on a day, one for all or one for each. By definition."""
        return self.of[self.version(day), spells["role"][rows], spells["segment"][rows]]

    def at_quota(self) -> tuple[np.ndarray, np.ndarray]:
        """Pay of somebody exactly at quota all along: US dollars a year, and on top for each dollar of yearly quota.

        Both of the arrays' shape. Base salary and variable; a plan without commission shares pays the same at any
        quota. Lump sums and tiers up to 100% are in it.

        By definition.
        """
        flat, for_quota = np.zeros(len(self.plans) + 1), np.zeros(len(self.plans) + 1)
        for terms in self.terms:
            once, twice = (float(terms.pay_usd_per_year(1.0, quota)) for quota in (1e6, 2e6))
            for_quota[terms.plan] += (twice - once) / 1e6
            flat[terms.plan] += 2.0 * once - twice
        return self.salary_usd_per_year + self.even_usd_per_year + flat[self.of], for_quota[self.of]

    def terms_of(self, role: int, segment: int, day: float) -> list[ComponentTerms]:
        """The components by which a role is paid in a segment on a day. By definition."""
        return [terms for terms in self.terms if terms.plan == self.of[self.version(day), role, segment]]


def terms_of(plan: Plan, place: int = 0) -> list[ComponentTerms]:
    """The components of a plan, which stands at a place among others. By definition."""
    return [
        ComponentTerms(place, name, part, part.weight * plan.variable_usd_per_year)
        for name, part in plan.components.items()
    ]


def days_held(calendar: Calendar, months: np.ndarray, spells: np.ndarray, cut_by: str) -> np.ndarray:
    """Days of a quarter that each spell was held; by months, each month is as long as its part of the quarter's quota.

    Args:
        months: of the run, in one quarter. cut_by: ``days`` or ``months``, see ``sim.scenario.quota``.

    By definition.
    """
    begin, end = calendar.month_starts[[months[0], months[-1] + 1]]
    if cut_by == "months":
        held = _part_held(calendar, months, spells)
        return np.average(held, axis=1, weights=calendar.month_weight[months]) * (end - begin)
    return np.clip(np.minimum(spells["end_day"], end) - np.maximum(spells["start_day"], begin), 0.0, None)


def _part_held(calendar: Calendar, months: np.ndarray, spells: np.ndarray) -> np.ndarray:
    """The part of each month that each spell was held; shape (spells, months). The months follow on each other."""
    edges = calendar.month_starts[months[0] : months[-1] + 2]
    return np.diff(clipped(edges, spells), axis=1) / np.diff(edges)


def clipped(edges: np.ndarray, spells: np.ndarray) -> np.ndarray:
    """Instants as each spell sees them, none outside it; shape (spells, edges). By definition."""
    return np.clip(edges, spells["start_day"][:, None], spells["end_day"][:, None])


def part_of_quarter(calendar: Calendar, months: np.ndarray, month: np.ndarray | int, spells: np.ndarray) -> np.ndarray:
    """A month's part of the quota that each spell carries in a quarter: by its weight and what of it was held.

    Args:
        months: of the run, in one quarter. month: one of them, for each spell.

    By definition.
    """
    held = _part_held(calendar, months, spells) * calendar.month_weight[months]
    return held[np.arange(len(spells)), month - months[0]] / np.maximum(held.sum(axis=1), 1e-9)


def period_of_month(calendar: Calendar, period: str) -> np.ndarray:
    """The fiscal period in which each month of the run falls: numbers that rise in time. By definition."""
    return (calendar.fiscal_year * 12 + calendar.fiscal_month) // PERIOD_MONTHS[period]
