"""People: how able a person is, and how likely to leave."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from sim import luck
from sim.compiled import compiled, inlined
from sim.scenario.people import Role

TRAITS = np.dtype([
    ("sells", "?"), ("sigma_log", "f8"), ("never_ramps_share", "f8"), ("volume_share", "f8"), ("leaves_per_year", "f8"),
    ("exits_per_year", "f8"), ("first_year_multiplier", "f8"),
], align=True)  # fmt: skip


def traits_of(roles: Iterable[Role]) -> np.ndarray:
    """What tells people of one role from those of another, as ``TRAITS``; shape (roles,). By definition."""
    rows = [
        (
            role.duty == "sells", role.ability.sigma_log, role.ability.never_ramps_share, role.ability.volume_share,
            role.time_off.leaves_per_year, usual_exits_per_year(role), role.exits.first_year_multiplier,
        )
        for role in roles
    ]  # fmt: skip
    return np.array(rows, TRAITS)


@compiled
def draw_person(role, entity, key0, key1):
    """Ability (mean 1) and whether this hire never ramps; role: a row of ``TRAITS``.

    The lognormal law is judged; that a share never ramps is from Skok.
    """
    sigma = role["sigma_log"]
    if sigma == 0.0 and role["never_ramps_share"] == 0.0:
        return 1.0, False
    a, b, c, _ = luck.philox(np.uint64(0), entity, luck.PERSON, np.uint64(0), key0, key1)
    level = math.exp(sigma * luck.normal(a, b) - 0.5 * sigma * sigma) if sigma > 0.0 else 1.0
    return level, luck.uniform(c) < role["never_ramps_share"]


@compiled
def voluntary_hazard(base, hump, center, width, attainment, first_year, contagion, share_left):
    """Voluntary exit hazard, in the unit of ``base`` and ``hump``: a day where they are a day.

    Middling reps quit most (a hump in attainment), and exits of peers raise it. The chance to quit within a quarter
    is 1 - exp(-hazard x quarter). ``share_left`` is the part of the team that left lately; past a half it does no more.

    That both act is from Sunder and others (2017); their forms are judged.
    """
    bend = (attainment - center) / width
    alone = (base + hump * math.exp(-0.5 * bend * bend)) * first_year
    return alone * math.exp(contagion * min(share_left, 0.5))


def usual_exits_per_year(role: Role) -> float:
    """The yearly hazard of somebody of ordinary attainment, for tenures on the first day; the hump is of sellers.

    By definition of ``usual_hump_per_year``.
    """
    return role.exits.voluntary_per_year + usual_hump_per_year(role)


def usual_hump_per_year(role: Role) -> float:
    """What the hump adds to it at ordinary attainment. The part, 0.7, is judged."""
    return 0.7 * role.exits.hump_per_year if role.duty == "sells" else 0.0


@compiled
def exit_weight(first_year, contagion, share_left):
    """By what a person's first year and exits of peers multiply the voluntary hazard.

    As in ``voluntary_hazard``: Sunder and others (2017), the form judged.
    """
    return first_year * math.exp(contagion * min(share_left, 0.5))


MOST_YEARS = 40.0  # that somebody stays


def mean_stay_days(role: Role, days_per_year: float, market: float = 1.0) -> float:
    """Mean days from somebody's first to their last, where nothing but the usual rate of exits acts.

    Nobody resigns while on leave, so leaves make a stay longer. ``market`` multiplies the hazard. Infinite where
    nobody leaves.

    By definition.
    """
    late = _late_per_day(role, days_per_year) * market
    early = late * role.exits.first_year_multiplier
    if late == 0.0:
        return math.inf
    first = days_per_year if early == 0.0 else -math.expm1(-early * days_per_year) / early
    return first + math.exp(-early * days_per_year) / late


def _late_per_day(role: Role, days_per_year: float) -> float:
    return usual_exits_per_year(role) / days_per_year * (1.0 - role.time_off.leave_share(days_per_year))


@compiled
def fill_tenures(days, roles, traits, uniforms, year_days):
    """Write the tenure of people found in seats that are always refilled, drawn by uniform numbers.

    Its density is proportional to the survival of the exit hazard: a constant, times ``first_year_multiplier`` in the
    first year. It is capped at 40 years, which only matters where nobody ever leaves.

    Args:
        days: filled, shape (people,). roles: their codes. traits: ``TRAITS``, shape (roles,).
        year_days: the calendar's days in a year.

    By definition.
    """
    most = MOST_YEARS * year_days
    for i in range(len(days)):
        role = traits[roles[i]]
        late = role["exits_per_year"] / year_days
        early = late * role["first_year_multiplier"]
        first = _survived(early, year_days)
        kept = math.exp(-early * year_days)
        area = uniforms[i] * (first + kept * _survived(late, most - year_days))
        if area <= first:
            days[i] = _invert(early, area)
        else:
            days[i] = year_days + _invert(late, (area - first) / kept)


@inlined
def _survived(hazard, days):
    """The integral of exp(-hazard t) from 0 to ``days``."""
    return days if hazard == 0.0 else -math.expm1(-hazard * days) / hazard


@inlined
def _invert(hazard, area):
    """The days after which ``_survived`` reaches an area."""
    return area if hazard == 0.0 else -math.log1p(-min(area * hazard, 1.0 - 1e-15)) / hazard
