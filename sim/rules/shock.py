"""The strength of a shock by date."""

from __future__ import annotations

import numpy as np

from sim.calendar import Calendar
from sim.scenario.shocks import Decay, Points, Ramp, Shock


def strength(shock: Shock, days: np.ndarray, calendar: Calendar) -> np.ndarray:
    """How strongly a shock acts at instants, 1 for in full.

    Args:
        days: days since the scenario's first day.

    Returns: the shape of ``days``; 0 before its first date and from its last one on.

    By definition.
    """
    if isinstance(shock, Points):
        dated = sorted((calendar.day_of(when), level) for when, level in shock.strengths.items())
        since, levels = (np.array(column) for column in zip(*dated, strict=True))
        return np.where(days < since[0], 0.0, np.interp(days, since, levels))
    age = days - calendar.day_of(shock.from_date)
    full = np.ones_like(age)
    if isinstance(shock, Ramp):
        full = np.minimum(age / shock.ramp_days, 1.0)
    elif isinstance(shock, Decay):
        full = 0.5 ** (np.maximum(age, 0.0) / shock.half_life_days)
    over = np.inf if shock.to_date is None else calendar.day_of(shock.to_date)
    return np.where((age >= 0.0) & (days < over), full, 0.0)
