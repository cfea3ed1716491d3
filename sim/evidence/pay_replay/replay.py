"""What pay plans pay on the same deals: to the cent by the payroll that the simulation pays with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import ledger
from sim.calendar import DAYS_PER_YEAR, Calendar
from sim.evidence.pay_replay.credited import Credited
from sim.money.payroll import Payroll
from sim.rules.quota import year_share_of_fiscal_month
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Paid:
    """Variable pay of each seller by a plan, in whole cents, shape (sellers,); what is paid evenly is in it."""

    plan: str
    cents: np.ndarray

    @property
    def usd(self) -> float:
        """All of it."""
        return float(self.cents.sum()) / 100


def paid(scenario: Scenario, calendar: Calendar, year: Credited) -> Paid:
    """Closes every quarter of the calendar. Nothing is taken back: an export of deals has no customers who left."""
    payroll = Payroll(scenario, calendar, year_share_of_fiscal_month(scenario))
    deals = np.zeros(int(year.credits["deal"].max()) + 1 if len(year.credits) else 0, ledger.DEALS)
    deals["customer"] = -1
    customers = np.zeros(0, ledger.CUSTOMERS)
    usd = np.zeros(len(year.names))
    for quarter in np.unique(calendar.quarter_of_month):
        lines = payroll.close(int(quarter), year.spells, year.quotas, year.credits, deals, customers)
        usd += np.bincount(lines["spell"], lines["amount_usd"], len(usd))
    plans = payroll.plans
    even = plans.even_usd_per_year[plans.version(0.0), year.spells["role"], year.spells["segment"]]
    usd += even * year.held * float(calendar.month_starts[-1]) / DAYS_PER_YEAR
    return Paid(scenario.name, np.round(usd * 100).astype(np.int64))
