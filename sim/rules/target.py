"""Target: the plan's number by segment, region and month. Quota, forecast and judgment are other numbers."""

from __future__ import annotations

import numpy as np

from sim.calendar import Calendar
from sim.scenario.scenario import Scenario

_HALF_A_CENT = 0.005  # sums of cents kept as floats
_CENT = 0.01


def reached(bookings_usd, target_usd):
    """Whether bookings reach a target; numbers or arrays. By definition."""
    return bookings_usd >= target_usd - _HALF_A_CENT


def beyond(bookings_usd, target_usd):
    """By how much bookings are above a target, in USD, arrays: a cent or more below zero where they do not reach it.

    By definition.
    """
    over = bookings_usd - target_usd
    return np.where(reached(bookings_usd, target_usd), np.maximum(over, 0.0), np.minimum(over, -_CENT))


def by_month(scenario: Scenario, calendar: Calendar) -> np.ndarray:
    """Target in USD, shape (segments, regions, months).

    A segment's yearly number grows by fiscal year, is spread over fiscal quarters by their shares and equally over a
    quarter's months, or by their weeks. Regions share it by the selling seats they open with; equally where a segment
    opens with none.

    By definition.
    """
    target = scenario.levers.target
    segments = list(scenario.world.segments)
    yearly = np.array([target.usd_per_year.get(name, 0.0) for name in segments])
    growth = (1.0 + target.growth_per_year) ** calendar.year_of_month
    month_share = np.array(target.by_quarter)[calendar.fiscal_month // 3] / 3.0 * calendar.month_weight
    return yearly[:, None, None] * _region_shares(scenario)[:, :, None] * (growth * month_share)


def _region_shares(scenario: Scenario) -> np.ndarray:
    """Each region's part of a segment's target, shape (segments, regions); rows add up to 1."""
    segments, regions = list(scenario.world.segments), list(scenario.world.regions)
    seats = np.zeros((len(segments), len(regions)))
    for team in scenario.opening.teams.values():
        if scenario.world.roles[team.role].duty == "sells":
            served = slice(None) if team.segment is None else segments.index(team.segment)
            seats[served, regions.index(team.region)] += team.seats
    total = seats.sum(axis=1, keepdims=True)
    return np.where(total > 0, seats / np.maximum(total, 1.0), 1.0 / len(regions))
