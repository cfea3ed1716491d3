"""Cost: a month of the sales organization as payments. Without it hiring earlier would always win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import ledger
from sim.compiled import compiled
from sim.money.cents import to_cents, to_the_cent
from sim.money.plans import PayPlans
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Rates:
    """What people cost a year; arrays by role and segment, the last segment for people of no one segment."""

    salary_usd_per_year: np.ndarray
    variable_usd_per_year: np.ndarray  # paid evenly
    benefits_share: float
    overhead_usd_per_year: float
    other_usd_per_year: np.ndarray  # by name; nobody's seat

    @classmethod
    def of(cls, scenario: Scenario) -> Rates:
        costs, plans = scenario.world.costs, PayPlans.of_scenario(scenario)
        return cls(
            plans.salary_usd_per_year,
            plans.even_usd_per_year,
            costs.benefits_share,
            costs.overhead_usd_per_head_per_year,
            np.array(list(costs.other_usd_per_year.values()), float),
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
    rows = np.zeros(4 * len(spells) + programs.size, ledger.PAYMENTS)
    count = _pay_people(
        rows, start, end, spells, rates.salary_usd_per_year, rates.variable_usd_per_year, rates.benefits_share,
        rates.overhead_usd_per_year,
    )  # fmt: skip
    cells = np.flatnonzero(usd := to_cents(programs.ravel()))
    places = rows[count : count + len(cells)]
    places["kind"], places["seat"], places["role"] = ledger.PROGRAMS, -1, -1
    places["segment"], places["region"] = np.divmod(cells, programs.shape[1])
    places["amount_usd"] = usd[cells]
    rows = rows[: count + len(cells)]
    rows["day"], rows["month"] = end, month
    return rows


def month_of_other_cost(rates: Rates, month: int, end: float) -> np.ndarray:
    """Payments of one month for what belongs to nobody: no role, segment or region, dated at the month's end.

    Twelve months in a row are the year's amount to the cent: a month pays what is due to date less what was paid.
    """
    due = (to_cents(rates.other_usd_per_year * (months / 12.0)) for months in (month + 1, month))
    usd = to_cents(np.subtract(*due))
    rows = np.zeros(np.count_nonzero(usd), ledger.PAYMENTS)
    rows["amount_usd"] = usd[usd != 0.0]
    rows["day"], rows["month"], rows["kind"] = end, month, ledger.OTHER_COST
    for nobody in ("seat", "role", "segment", "region"):
        rows[nobody] = -1
    return rows


@compiled
def _pay_people(rows, start, end, spells, salary_usd, variable_usd, benefits_share, overhead_usd):
    """Write what each spell costs from ``start`` to ``end``, kind by kind; answers how many rows that took."""
    count = 0
    for kind in (ledger.SALARY, ledger.COMMISSION, ledger.BENEFITS, ledger.OVERHEAD):
        for i in range(len(spells)):
            spell = spells[i]
            if not (spell["start_day"] < end and spell["end_day"] > start):
                continue
            worked = (min(spell["end_day"], end) - max(spell["start_day"], start)) / (end - start)
            salary = to_the_cent(salary_usd[spell["role"], spell["segment"]] / 12.0 * worked)
            even = to_the_cent(variable_usd[spell["role"], spell["segment"]] / 12.0 * worked)
            if kind == ledger.SALARY:
                usd = salary
            elif kind == ledger.COMMISSION:
                usd = even
            elif kind == ledger.BENEFITS:
                usd = to_the_cent(benefits_share * (salary + even))
            else:
                usd = to_the_cent(overhead_usd / 12.0 * worked)
            if usd != 0.0:
                row = rows[count]
                row["kind"], row["amount_usd"] = kind, usd
                row["seat"], row["role"] = spell["seat"], spell["role"]
                row["segment"], row["region"] = spell["segment"], spell["region"]
                count += 1
    return count
