"""Revenue: what a contract is worth, and how much of it is earned by when.

Revenue is recognized ratably by day over what an invoice is for (ASC 606-10-25-31, a service that the customer uses
evenly). Cents are settled on the sum to date, so that the days of a term add up to its value exactly.
"""

from __future__ import annotations

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, Calendar
from sim.compiled import compiled, inlined
from sim.money.cents import to_cents
from sim.rules.amounts import to_the_cent


def contract_months(
    anchor_day: np.ndarray, start_day: np.ndarray, end_day: np.ndarray, calendar: Calendar
) -> tuple[np.ndarray, np.ndarray]:
    """Calendar months from the anchor, from which a contract's months count, to its first day, and those of its term.

    By definition of ``calendar.months_from``; shape (contracts,).
    """
    begun = calendar.months_between(anchor_day, start_day)
    return begun, calendar.months_between(anchor_day, end_day) - begun


def contract_value_usd(arr_usd: np.ndarray, months: np.ndarray) -> np.ndarray:
    """What a contract brings over its whole term, to the cent: a twelfth of a year's price for each calendar month.

    By definition of annual recurring revenue.

    Args:
        arr_usd: annual recurring revenue. months: of the term, see ``contract_months``.
    """
    return to_cents(np.asarray(arr_usd) * months / MONTHS_PER_YEAR)


@inlined
def earned_usd(value_usd, start_day, end_day, instant):
    """Revenue of one term from its first day to an instant; one of no length, a one-off sale, earns all at once.

    The value is in whole cents.

    ASC 606-10-25-31: evenly over time.
    """
    if instant <= start_day:
        return 0.0
    if instant >= end_day:
        return value_usd
    return to_the_cent((instant - start_day) * (value_usd / (end_day - start_day)))


@compiled
def add_recognized(by_place, place, value_usd, start_day, end_day, instants):
    """Add the revenue recognized from each term's first day to each instant; by_place: shape (places, instants).

    See ``earned_usd``.
    """
    for i in range(len(place)):
        for k in range(len(instants)):
            by_place[place[i], k] += earned_usd(value_usd[i], start_day[i], end_day[i], instants[k])
