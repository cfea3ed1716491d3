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


def parts(before: Values, after: Values) -> dict[str, float]:
    """Each driver's part of bookings(after) - bookings(before); they add up to it but for rounding."""
    moved = [name for name in DRIVERS if before[name] != after[name]]
    made = {
        come: bookings({name: (after if name in come else before)[name] for name in DRIVERS})
        for size in range(len(moved) + 1)
        for come in map(frozenset, combinations(moved, size))
    }
    found = dict.fromkeys(DRIVERS, 0.0)
    for name in moved:
        for come, value in made.items():
            if name not in come:
                weight = factorial(len(come)) * factorial(len(moved) - len(come) - 1) / factorial(len(moved))
                found[name] += weight * (made[come | {name}] - value)
    return found


def whole_cents(dollars: Mapping[str, float], total_cents: int) -> dict[str, int]:
    """Parts in whole cents that add up to the total: what rounding leaves goes to the largest parts."""
    found = {name: round(value * 100) for name, value in dollars.items()}
    left = total_cents - sum(found.values())
    order = sorted(found, key=lambda name: -abs(dollars[name]))
    for place in range(abs(left)):
        found[order[place % len(order)]] += int(np.sign(left))
    return found


def beyond(value: float, usual: float, low: float, high: float) -> float:
    """The value as far as chance does not explain it: what lies within low to high counts as ``usual``."""
    return usual + max(0.0, value - high) + min(0.0, value - low)
