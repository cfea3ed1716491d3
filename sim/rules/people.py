"""People: how able a person is, and how likely to leave."""

from __future__ import annotations

import math

import numpy as np

from sim import luck
from sim.compiled import compiled
from sim.luck import Luck
from sim.scenario.people import Ability, Role

DAYS_PER_YEAR = 365.25


def draw_person(ability: Ability, chance: Luck, entity: np.uint64) -> tuple[float, bool]:
    """Ability (mean 1) and whether this hire never ramps."""
    if ability.sigma_log == 0.0 and ability.never_ramps_share == 0.0:
        return 1.0, False
    a, b, c, _ = luck.uniforms(chance, luck.PERSON, entity)
    sigma = ability.sigma_log
    level = math.exp(sigma * luck.to_normal(a, b) - 0.5 * sigma * sigma) if sigma > 0.0 else 1.0
    return level, c < ability.never_ramps_share


@compiled
def voluntary_per_day(base, hump, center, width, attainment, first_year, contagion, share_left):
    """Voluntary exit hazard a day.

    Middling reps quit most (a hump in attainment), and exits of peers raise it: section 7 of the model, whose
    quarterly chance is 1 - exp(-hazard x quarter). ``share_left`` is the part of the team that left lately.
    """
    bend = (attainment - center) / width
    yearly = (base + hump * math.exp(-0.5 * bend * bend)) * first_year
    return yearly * math.exp(contagion * min(share_left, 0.5)) / DAYS_PER_YEAR


def usual_exits_per_year(role: Role) -> float:
    """The yearly hazard of somebody of ordinary attainment, for tenures on the first day; the hump is of sellers."""
    return role.exits.voluntary_per_year + (0.7 * role.exits.hump_per_year if role.duty == "sells" else 0.0)


def stationary_tenure_days(role: Role, u: float) -> float:
    """Tenure of somebody found in a seat that is always refilled: density proportional to the survival of the hazard.

    The hazard is a constant, times ``first_year_multiplier`` in the first year; ``u`` is uniform. The result is
    capped at 40 years, which only matters where nobody ever leaves.
    """
    most = 40.0 * DAYS_PER_YEAR
    late = usual_exits_per_year(role) / DAYS_PER_YEAR
    early = late * role.exits.first_year_multiplier
    first = _survived(early, DAYS_PER_YEAR)
    kept = math.exp(-early * DAYS_PER_YEAR)
    total = first + kept * _survived(late, most - DAYS_PER_YEAR)
    if u * total <= first:
        return _invert(early, u * total)
    return DAYS_PER_YEAR + _invert(late, (u * total - first) / kept)


def _survived(hazard: float, days: float) -> float:
    """The integral of exp(-hazard t) from 0 to ``days``."""
    return days if hazard == 0.0 else -math.expm1(-hazard * days) / hazard


def _invert(hazard: float, area: float) -> float:
    """The days after which ``_survived`` reaches an area."""
    return area if hazard == 0.0 else -math.log1p(-min(area * hazard, 1.0 - 1e-15)) / hazard
