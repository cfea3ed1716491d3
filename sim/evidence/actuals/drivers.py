"""What bookings of a quarter are made of, and how a gap is split among it, to the cent.

Bookings are deals to work on, times the share that closed, times the share of those that was won, times what a won deal
is worth. Deals to work on are those open at the start and those created: by the sellers there, each counted by ramp, at
so many a seller. The split is Shapley's (1953): each driver's part is what it adds on average over all orders in which
the drivers can come, so it depends on no order and adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial

import numpy as np

OPEN_AT_START, ARRIVALS, EXITS, RAMP = "open_at_start", "arrivals", "exits", "ramp"
LEADS, CYCLE, ODDS, AMOUNTS = "leads", "cycle", "odds", "amounts"
DRIVERS = (OPEN_AT_START, ARRIVALS, EXITS, RAMP, LEADS, CYCLE, ODDS, AMOUNTS)
Values = Mapping[str, float]


def bookings(of: Values) -> float:
    """In dollars: the product that the drivers make.

    ``arrivals`` are sellers there had nobody left since the plan's first day, ``exits`` those missing because somebody
    did, both averages of the quarter; ``ramp`` their mean share of full productivity; ``leads`` deals created for each
    ramped seller; ``cycle`` the share of deals to work on that closed; ``odds`` the share of these that was won.
    """
    created = (of[ARRIVALS] - of[EXITS]) * of[RAMP] * of[LEADS]
    return (of[OPEN_AT_START] + created) * of[CYCLE] * of[ODDS] * of[AMOUNTS]


def slopes(before: Values, after: Values) -> dict[str, float]:
    """What one more of each driver adds, in dollars, on average over all orders in which the others come from before
    to after. Times how far the driver came it is Shapley's part, as bookings are a straight line in each.
    """
    made = {
        come: {name: (after if name in come else before)[name] for name in DRIVERS}
        for size in range(len(DRIVERS))
        for come in map(frozenset, combinations(DRIVERS, size))
    }
    found = dict.fromkeys(DRIVERS, 0.0)
    for come, of in made.items():
        weight = factorial(len(come)) * factorial(len(DRIVERS) - len(come) - 1) / factorial(len(DRIVERS))
        for name in DRIVERS:
            if name not in come:
                found[name] += weight * (bookings(of | {name: 1.0}) - bookings(of | {name: 0.0}))
    return found


def parts(before: Values, after: Values) -> dict[str, float]:
    """Each driver's part of bookings(after) - bookings(before); they add up to it but for rounding."""
    found = slopes(before, after)
    return {name: found[name] * (after[name] - before[name]) for name in DRIVERS}


def whole_cents(dollars: Mapping[str, float], total_cents: int) -> dict[str, int]:
    """Parts in whole cents that add up to the total: what rounding leaves goes to the largest parts."""
    found = {name: round(value * 100) for name, value in dollars.items()}
    left = total_cents - sum(found.values())
    order = sorted(found, key=lambda name: -abs(dollars[name]))
    for place in range(abs(left)):
        found[order[place % len(order)]] += int(np.sign(left))
    return found
