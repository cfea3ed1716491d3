"""SPIFFs: extra pay for deals of a kind, won between two dates."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.calendar import Calendar
from sim.money import commission
from sim.money.cents import to_cents
from sim.money.lines import LINES, NO_TERMS
from sim.money.plans import PayPlans
from sim.scenario.scenario import Scenario


def spiff_lines(
    scenario: Scenario, plans: PayPlans, calendar: Calendar, spells: np.ndarray, seller: np.ndarray,
    cents: np.ndarray, credits: np.ndarray, source: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Rows of ``LINES`` for credited deals; ``step`` counts the plan's SPIFFs.

    Args:
        seller, cents, source: of each credit: its spell, the whole cents that count for it, the deal's source.

    By definition.
    """
    of = plans.of_spells(spells, seller, credits["day"])
    segment = spells["segment"][seller]
    found = []
    for place, plan in enumerate(plans.plans):
        for step, spiff in enumerate(plan.spiffs.values()):
            first, last = calendar.day_of(spiff.from_date), calendar.day_of(spiff.to_date)
            hit = (of == place) & (credits["day"] >= first) & (credits["day"] < last) & (cents > 0)
            if spiff.segments is not None:
                hit &= np.isin(segment, [list(scenario.world.segments).index(name) for name in spiff.segments])
            if spiff.sources is not None:
                hit &= np.isin(source, [list(scenario.world.sources).index(name) for name in spiff.sources])
            deals = np.flatnonzero(hit)
            rows = np.zeros(len(deals), LINES)
            rows["spell"], rows["day"], rows["deal"] = seller[deals], credits["day"][deals], credits["deal"][deals]
            rows["what"], rows["kind"], rows["step"], rows["terms"] = commission.SPIFF, ledger.SPIFF, step, NO_TERMS
            if spiff.usd_per_deal is not None:
                rows["base_usd"], rows["rate"] = spiff.usd_per_deal, 1.0
            else:
                rows["base_usd"], rows["rate"] = cents[deals] / 100.0, spiff.share_of_bookings or 0.0
            rows["amount_usd"] = to_cents(rows["base_usd"] * rows["rate"])
            found.append(rows)
    lines = np.concatenate([np.zeros(0, LINES), *found])
    lines["month"] = np.searchsorted(calendar.month_starts, lines["day"], side="right") - 1
    lag = np.array([*(plan.lag_days for plan in plans.plans), 0.0])
    plan_of_line = plans.of_spells(spells, lines["spell"], lines["day"])
    lines["paid_day"] = calendar.month_starts[lines["month"] + 1] + lag[plan_of_line]
    return lines[lines["amount_usd"] != 0.0]
