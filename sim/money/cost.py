"""Cost: a month of the sales organization as payments. Without it hiring earlier would always win."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim import ledger
from sim.calendar import MONTHS_PER_YEAR, Calendar
from sim.compiled import compiled
from sim.money.cents import to_cents
from sim.money.pay_scale import PayScale
from sim.money.plans import PayPlans
from sim.rules.amounts import to_the_cent
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Rates:
    """What people cost a year."""

    plans: PayPlans
    scale: PayScale
    benefits_share: float
    overhead_usd_per_year: float
    other_usd_per_year: np.ndarray  # by name; nobody's seat
    inflation: Callable[[int], float]  # of what is not pay, by month of the run

    @classmethod
    def of(cls, scenario: Scenario, calendar: Calendar) -> Rates:
        """The rates of a scenario. By definition."""
        costs, plans = scenario.world.costs, PayPlans.of_scenario(scenario)
        return cls(
            plans,
            PayScale.of(scenario, calendar),
            costs.benefits_share,
            costs.overhead_usd_per_head_per_year,
            np.array(list(costs.other_usd_per_year.values()), float),
            costs.inflation,
        )

    def salary_at(self, day: float, role: int, segment: int, region: int) -> float:
        """Yearly base salary of a seat on a day. By definition."""
        usd = self.plans.salary_usd_per_year[self.plans.version(day), role, segment]
        return float(usd * self.scale.region[region]) * self.scale.at(day)


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

    By definition.
    """
    rows = np.zeros(4 * len(spells) + programs.size, ledger.PAYMENTS)
    plans, held = rates.plans, rates.plans.version(start)  # plans change with fiscal years, so never within a month
    count = _pay_people(
        rows, start, end, spells, plans.salary_usd_per_year[held], rates.scale.region, rates.scale.days,
        rates.scale.factors, plans.even_usd_per_year[held], rates.benefits_share,
        rates.overhead_usd_per_year * rates.inflation(month),
    )  # fmt: skip
    cells = np.flatnonzero(usd := to_cents(programs.ravel() * rates.inflation(month)))
    places = rows[count : count + len(cells)]
    places["kind"], places["seat"], places["role"] = ledger.PROGRAMS, -1, -1
    places["segment"], places["region"] = np.divmod(cells, programs.shape[1])
    places["amount_usd"] = usd[cells]
    rows = rows[: count + len(cells)]
    rows["day"], rows["month"] = end, month
    return rows


def month_of_other_cost(rates: Rates, month: int, end: float) -> np.ndarray:
    """Payments of one month for what belongs to nobody: no role, segment or region, dated at the month's end.

    Twelve months in a row are the year's amount to the cent: a month pays what is due to date less what was paid, in
    each twelve months of the run anew.

    By definition.
    """
    yearly, of_year = rates.other_usd_per_year * rates.inflation(month), month % 12
    due = (to_cents(yearly * (months / MONTHS_PER_YEAR)) for months in (of_year + 1, of_year))
    usd = to_cents(np.subtract(*due))
    rows = np.zeros(np.count_nonzero(usd), ledger.PAYMENTS)
    rows["amount_usd"] = usd[usd != 0.0]
    rows["day"], rows["month"], rows["kind"] = end, month, ledger.OTHER_COST
    for nobody in ("seat", "role", "segment", "region"):
        rows[nobody] = -1
    return rows


@compiled
def _pay_people(
    rows, start, end, spells, salary_usd, region, raised, factor, variable_usd, benefits_share, overhead_usd
):
    """Write what each spell costs from ``start`` to ``end``, kind by kind; answers how many rows that took."""
    count = 0
    for kind in (ledger.SALARY, ledger.COMMISSION, ledger.BENEFITS, ledger.OVERHEAD):
        for i in range(len(spells)):
            spell = spells[i]
            if not (spell["start_day"] < end and spell["end_day"] > start):
                continue
            worked = (min(spell["end_day"], end) - max(spell["start_day"], start)) / (end - start)
            scaled = 0.0  # the part of the month worked, at what raises have made of a dollar
            for k in range(len(raised)):
                begins = max(spell["start_day"], start, raised[k])
                ends = min(spell["end_day"], end)
                if k + 1 < len(raised):
                    ends = min(ends, raised[k + 1])
                if ends > begins:
                    scaled += (ends - begins) / (end - start) * factor[k]
            usd_per_year = salary_usd[spell["role"], spell["segment"]] * region[spell["region"]]
            salary = to_the_cent(usd_per_year / MONTHS_PER_YEAR * scaled)
            even = to_the_cent(variable_usd[spell["role"], spell["segment"]] / MONTHS_PER_YEAR * worked)
            if kind == ledger.SALARY:
                usd = salary
            elif kind == ledger.COMMISSION:
                usd = even
            elif kind == ledger.BENEFITS:
                usd = to_the_cent(benefits_share * (salary + even))
            else:
                usd = to_the_cent(overhead_usd / MONTHS_PER_YEAR * worked)
            if usd != 0.0:
                row = rows[count]
                row["kind"], row["amount_usd"] = kind, usd
                row["seat"], row["role"] = spell["seat"], spell["role"]
                row["segment"], row["region"] = spell["segment"], spell["region"]
                count += 1
    return count
