"""Cost: a month of the sales organization as payments. Without it hiring earlier would always win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import ledger
from sim.money.cents import part_of_year_usd, to_cents
from sim.money.plans import PayPlans
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Rates:
    """What people cost a year; arrays by role and segment, the last segment for people of no one segment."""

    salary_usd_per_year: np.ndarray
    variable_usd_per_year: np.ndarray  # paid evenly
    benefits_share: float
    overhead_usd_per_year: float

    @classmethod
    def of(cls, scenario: Scenario) -> Rates:
        costs, plans = scenario.world.costs, PayPlans.of_scenario(scenario)
        return cls(
            plans.salary_usd_per_year,
            plans.even_usd_per_year,
            costs.benefits_share,
            costs.overhead_usd_per_head_per_year,
        )


def month_of_cost(
    rates: Rates, month: int, start: float, end: float, spells: np.ndarray, programs: np.ndarray
) -> np.ndarray:
    """Payments of one month, from people in their seats and programs run. What deals earn is the payroll's.

    Args:
        start, end: the month's first instant and the next month's, in days.
        spells: the ledger's seats so far.
        programs: US dollars by segment and region, shape (segments, regions).
    Returns:
        Rows of ledger.PAYMENTS, dated at the month's end.
    """
    here = np.flatnonzero((spells["start_day"] < end) & (spells["end_day"] > start))
    worked = np.minimum(spells["end_day"][here], end) - np.maximum(spells["start_day"][here], start)
    worked /= end - start
    place = spells["role"][here], spells["segment"][here]
    salary = part_of_year_usd(rates.salary_usd_per_year[place], worked)
    even = part_of_year_usd(rates.variable_usd_per_year[place], worked)
    overhead = part_of_year_usd(rates.overhead_usd_per_year, worked)
    lines = [
        (ledger.SALARY, here, salary),
        (ledger.COMMISSION, here, even),
        (ledger.BENEFITS, here, to_cents(rates.benefits_share * (salary + even))),
        (ledger.OVERHEAD, here, overhead),
    ]
    who = spells[np.concatenate([people for _, people, _ in lines])]
    rows = np.zeros(len(who) + programs.size, ledger.PAYMENTS)
    rows["day"], rows["month"] = end, month
    people, places = rows[: len(who)], rows[len(who) :]
    people["kind"] = np.repeat([kind for kind, _, _ in lines], [len(found) for _, found, _ in lines])
    people["amount_usd"] = np.concatenate([amount for _, _, amount in lines])
    for name in ("seat", "segment", "region", "role"):
        people[name] = who[name]
    places["kind"], places["seat"], places["role"] = ledger.PROGRAMS, -1, -1
    places["segment"], places["region"] = np.divmod(np.arange(programs.size), programs.shape[1])
    places["amount_usd"] = to_cents(programs.ravel())
    return rows[rows["amount_usd"] != 0.0]
