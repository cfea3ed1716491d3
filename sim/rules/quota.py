"""Quota: what a ramped rep carries in some months, before relief. Street quota, plan and forecast are other numbers."""

from __future__ import annotations

import numpy as np

from sim.calendar import Calendar
from sim.rules.attainment import over_assigned
from sim.scenario.quota import CapacityQuota, FixedQuota, TargetQuota
from sim.scenario.scenario import Scenario


def year_share_of_fiscal_month(scenario: Scenario) -> np.ndarray:
    """The part of a year's quota that each month of a fiscal year carries, shape (12,); they add up to 1.

    Months count the same in a quarter; where they are of whole weeks, by ``Calendar.month_weight`` on top.

    By definition.
    """
    rule = scenario.levers.quota
    by_quarter = scenario.levers.target.by_quarter if isinstance(rule, TargetQuota) else rule.by_quarter
    return np.repeat(by_quarter, 3) / 3.0


def full_usd(
    scenario: Scenario, calendar: Calendar, months: np.ndarray, target_usd: np.ndarray, seats: np.ndarray
) -> np.ndarray:
    """Quota of a ramped rep for some months of one fiscal quarter, shape (segments, regions).

    Args:
        target_usd: of these months, shape (segments, regions).
        seats: over which a top-down quota is split, shape (segments, regions).

    By definition.
    """
    rule, world = scenario.levers.quota, scenario.world
    multiplier = float(np.mean([rule.multiplier.at(calendar.month_starts[m], calendar) for m in months]))
    if isinstance(rule, TargetQuota):
        handed_out = np.array([over_assigned(usd, rule.over_assignment) for usd in target_usd.sum(axis=1)])
        if rule.split == "potential":
            each = handed_out[:, None] * potential_share(scenario, seats) / np.maximum(seats, 1)
        else:
            each = (handed_out / np.maximum(seats.sum(axis=1), 1))[:, None]
    else:
        of_month = year_share_of_fiscal_month(scenario)[calendar.fiscal_month[months]]
        part_of_year = float((of_month * calendar.month_weight[months]).sum())
        if isinstance(rule, FixedQuota):
            yearly = [rule.usd_per_year.get(name, 0.0) for name in world.segments]
        else:
            assert isinstance(rule, CapacityQuota)
            productivity = [segment.steady_productivity_usd_per_year for segment in world.segments.values()]
            yearly = [over_assigned(usd, rule.over_assignment) for usd in productivity]
        each = np.array(yearly)[:, None] * part_of_year
    return np.broadcast_to(each * multiplier, (len(world.segments), len(world.regions)))


def role_factor(scenario: Scenario) -> np.ndarray:
    """The quota of each role against the segment's, shape (roles, segments); 1 without quotas of its own.

    By definition.
    """
    rule, world = scenario.levers.quota, scenario.world
    factors = np.ones((len(world.roles), len(world.segments)))
    if isinstance(rule, FixedQuota):
        for r, role in enumerate(world.roles):
            for s, segment in enumerate(world.segments):
                own = rule.role_usd_per_year.get(role, {}).get(segment)
                if own is not None and segment in rule.usd_per_year:
                    factors[r, s] = own / rule.usd_per_year[segment]
    return factors


def potential_share(scenario: Scenario, seats: np.ndarray) -> np.ndarray:
    """Each region's part of a segment's quota, shape (segments, regions): by potential over regions with seats.

    Potential is the accounts of the territory where the segment has some, else the regions' lead_weight.

    Judged: accounts, or leads, are the potential.
    """
    world = scenario.world
    by_weight = [region.lead_weight for region in world.regions.values()]
    given = world.territory.accounts if world.territory else {}
    accounts = [[float(given.get(s, {}).get(region, 0)) for region in world.regions] for s in world.segments]
    weight = np.array([row if any(row) else by_weight for row in accounts]) * (seats > 0)
    return weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)


def ratcheted(factor: np.ndarray, attainment: np.ndarray, weight: float) -> np.ndarray:
    """Next year's quota as a multiple of the rule's, from this year's: it moves by a weight to what was sold.

    By definition; that quotas do so is the ratchet of Weitzman (1980).
    """
    return factor * (1.0 - weight + weight * attainment)
