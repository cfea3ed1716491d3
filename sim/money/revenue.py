"""Revenue: what a contract is worth, and how much of it is earned by when.

Revenue is recognized ratably by day over what an invoice is for (ASC 606-10-25-31, a service that the customer uses
evenly). Cents are settled on the sum to date, so that the days of a term add up to its value exactly.
"""

from __future__ import annotations

import numpy as np

from sim.calendar import Calendar
from sim.compiled import compiled, inlined
from sim.money.cents import to_cents, to_the_cent


def contract_value_usd(
    arr_usd: np.ndarray, start_day: np.ndarray, end_day: np.ndarray, calendar: Calendar,
    anchor_day: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """What a contract brings over its whole term, to the cent: a twelfth of a year's price for each calendar month.

    Args:
        arr_usd: annual recurring revenue. start_day, end_day: of the term, in days. anchor_day: from which months
            count; from its first day, if none is given.
    """
    anchor = start_day if anchor_day is None else anchor_day
    months = calendar.months_between(anchor, end_day) - calendar.months_between(anchor, start_day)
    return to_cents(np.asarray(arr_usd) * months / 12.0)


@inlined
def earned_usd(value_usd, start_day, end_day, instant):
    """Revenue of one term from its first day to an instant; one of no length, a one-off sale, earns all at once.

    The value is in whole cents.
    """
    if instant <= start_day:
        return 0.0
    if instant >= end_day:
        return value_usd
    return to_the_cent((instant - start_day) * (value_usd / (end_day - start_day)))


@compiled
def add_recognized(by_place, place, value_usd, start_day, end_day, instants):
    """Add the revenue recognized from each term's first day to each instant; by_place: shape (places, instants)."""
    for i in range(len(place)):
        for k in range(len(instants)):
            by_place[place[i], k] += earned_usd(value_usd[i], start_day[i], end_day[i], instants[k])
