"""Finance: what people cost and are paid, and what the plan asks of them."""

from __future__ import annotations

from sim.calendar import Calendar
from sim.money.cost import Rates
from sim.money.partners import margin_shares
from sim.money.payroll import Payroll
from sim.rules import target
from sim.rules.quota import year_share_of_fiscal_month
from sim.scenario.scenario import Scenario


class Finance:
    """A plan's numbers, and the quotas that a ratchet has moved."""

    def __init__(self, scenario: Scenario, calendar: Calendar):
        self.rates = Rates.of(scenario, calendar)
        self.payroll = Payroll(scenario, calendar, year_share_of_fiscal_month(scenario))
        self.target_usd = target.by_month(scenario, calendar)  # shape (segments, regions, months)
        self.partner_margin = margin_shares(scenario)
        self.quota_factors: dict[int, float] = {}  # by spell, where a ratchet has moved a quota
