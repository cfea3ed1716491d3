"""Clawback: pay on a deal is taken back from whoever is still there when the customer leaves soon after."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.calendar import Calendar
from sim.money import commission
from sim.money.plans import PayPlans

TAKEN_BACK = (commission.IN_TIER, commission.CATCH_UP, commission.SPIFF)  # lump sums stay


def left_day_of_deals(deals: np.ndarray, customers: np.ndarray) -> np.ndarray:
    """When the customer whom each deal won, or whose expansion it was, left; NEVER for those who stay.

    By definition.
    """
    left = np.full(len(deals), ledger.NEVER)
    new = customers["deal"] >= 0
    left[customers["deal"][new]] = customers["left_day"][new]
    expansion = deals["customer"] >= 0
    left[expansion] = customers["left_day"][deals["customer"][expansion]]
    return left


def due_back(plans: PayPlans, spells: np.ndarray, lines: np.ndarray, left_day: np.ndarray, end: float) -> np.ndarray:
    """Which lines are to be taken back by an instant, for each line: its customer left within the plan's window.

    Args:
        left_day: by deal.

    By definition.
    """
    window = np.array([*(plan.clawback_days for plan in plans.plans), 0.0])[_plan_of(plans, spells, lines)]
    left = np.where(lines["deal"] >= 0, left_day[lines["deal"]], ledger.NEVER)
    soon = (left < end) & (left - lines["day"] <= window) & (window > 0)
    taken = np.isin(lines["what"], TAKEN_BACK) & (~re_rated(plans, spells, lines) | (lines["what"] == commission.SPIFF))
    return soon & (spells["end_day"][lines["spell"]] > left) & taken


def re_rated(plans: PayPlans, spells: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Whether commission lines belong to plans that work out the period again without a lost deal. By definition."""
    forms = np.array([*(plan.clawback_form == "re_rated" for plan in plans.plans), False])
    return forms[_plan_of(plans, spells, lines)]


def _plan_of(plans: PayPlans, spells: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """The plan by which deals' lines were paid, whichever holds since."""
    return plans.of_spells(spells, lines["spell"], lines["day"])


def clawback_lines(
    plans: PayPlans, calendar: Calendar, spells: np.ndarray, lines: np.ndarray, left_day: np.ndarray
) -> np.ndarray:
    """Rows of ``LINES`` that take others back, each on the day on which its customer left. By definition."""
    rows = lines.copy()
    rows["day"] = left_day[lines["deal"]]
    rows["month"] = np.searchsorted(calendar.month_starts, rows["day"], side="right") - 1
    lag = np.array([*(plan.lag_days for plan in plans.plans), 0.0])
    rows["paid_day"] = calendar.month_starts[rows["month"] + 1] + lag[_plan_of(plans, spells, lines)]
    rows["what"], rows["kind"] = commission.CLAWBACK, ledger.CLAWBACK
    rows["base_usd"], rows["rate"], rows["amount_usd"] = lines["amount_usd"], -1.0, -lines["amount_usd"]
    return rows
