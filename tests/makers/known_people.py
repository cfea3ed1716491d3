"""People who come and go by known laws, and what they do in a month, as a company's files would show them."""

from __future__ import annotations

import numpy as np

from sim.crm.opportunities import NONE, Named, Roster
from sim.fit.months import Months
from sim.fit.ramp import RepMonths
from tests.makers.known_laws import AS_OF

EARLY = 365  # days of tenure after which the chance to leave changes


def people(rng, days, a_day, early, late, log_days=None) -> Roster:
    """Hired over the last ``days``, ``a_day`` on average; a chance a day to leave of ``early`` in the first year and
    ``late`` after it. Who left before the last ``log_days`` is not on the roster.
    """
    start = np.repeat(np.arange(-days + 1, 1), rng.poisson(a_day, days))
    level = rng.exponential(size=len(start))
    stay = np.where(level < early * EARLY, level / early, EARLY + (level - early * EARLY) / late)
    end = start + 1 + np.floor(stay).astype(int)
    kept = end > -(days if log_days is None else log_days)
    start, end = start[kept], end[kept]
    nobody = Named.nobody(len(start))
    names = tuple(f"person {place:04d}" for place in range(len(start)))
    return Roster(names, AS_OF + start, np.where(end > 0, NONE, AS_OF + end), nobody, nobody, nobody)


def work_of(rng, roster, curve, a_month, apart, days) -> RepMonths:
    """What these people did in the months of the last ``days``: Poisson around ``a_month`` times the ramp ``curve`` by
    month of tenure (its last one for good) times a level of their own, whose logarithm has the spread ``apart``.
    """
    months = Months.between(AS_OF - days + 1, AS_OF)
    low, high = months.starts[:-1], np.minimum(months.starts[1:], AS_OF + 1)
    end = np.where(roster.end == NONE, AS_OF + 1, roster.end)
    inside = np.maximum(np.minimum(high, end[:, None]) - np.maximum(low, roster.start[:, None]), 0)
    who, month = np.nonzero(inside)
    came = Months.between(int(roster.start.min()), AS_OF)
    tenure = came.of(months.starts[month]) - came.of(roster.start[who])
    there = inside[who, month] / np.diff(months.starts)[month]
    level = np.exp(apart * rng.standard_normal(len(roster.owner)) - apart**2 / 2)
    done = rng.poisson(a_month * there * level[who] * curve[np.minimum(tenure, len(curve) - 1)])
    return RepMonths(who, tenure, month, there, done.astype(float), months)
