"""Floors under variable pay: draws, recoverable or not, and the guarantee while someone ramps. Settled month by month.

They are set against what components of a month or a quarter earn; longer periods and what was clawed back do not count.
"""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.calendar import MONTHS_PER_YEAR, Calendar
from sim.money import commission
from sim.money.cents import to_cents
from sim.money.lines import LINES, NO_DEAL, NO_TERMS
from sim.money.plans import PayPlans


def settle(
    plans: PayPlans, calendar: Calendar, months: np.ndarray, spells: np.ndarray, earned: np.ndarray, owed: np.ndarray
) -> np.ndarray:
    """Rows of ``LINES`` for guarantees, draws and what draws get back.

    Args:
        earned: US dollars by spell and month of the quarter, shape (spells, months).
        owed: what recoverable draws have paid ahead, by spell; changed here. It is owed under a later plan, too.

    By definition.
    """
    of = plans.of_spells(spells, slice(None), float(calendar.month_starts[months[0]]))
    found = []
    for place, plan in enumerate(plans.plans):
        people = np.flatnonzero(of == place)
        if plan.draw is None and plan.guarantee is None and not owed[people].any():
            continue
        for k, month in enumerate(months):
            due, floor = earned[people, k], np.zeros(len(people))
            if plan.guarantee is not None:
                monthly = plan.guarantee.share_of_target * plan.variable_usd_per_year / MONTHS_PER_YEAR
                floor = _floor(monthly, plan.guarantee.months_of_tenure, calendar, int(month), spells[people])
                added = _up_to(due, floor)
                found.append(_rows(people, month, commission.GUARANTEE, ledger.GUARANTEE, floor, added))
                due = due + added
            if plan.draw is not None:
                floor = _floor(
                    plan.draw.usd_per_month, plan.draw.months_of_tenure, calendar, int(month), spells[people]
                )
                added = _up_to(due, floor)
                found.append(_rows(people, month, commission.DRAW, ledger.DRAW, floor, added))
            ahead = added if plan.draw is not None and plan.draw.recoverable else np.zeros(len(people))
            if owed[people].any() or ahead.any():  # whichever plan the draw was advanced under
                back = -np.minimum(owed[people], np.maximum(np.round(due - floor, 2), 0.0))
                found.append(_rows(people, month, commission.RECOVERY, ledger.DRAW_RECOVERY, owed[people], back))
                owed[people] = np.round(owed[people] + ahead + back, 2)
    lines = np.concatenate([np.zeros(0, LINES), *found])
    lines["day"] = calendar.month_starts[lines["month"] + 1]
    lag = np.array([*(plan.lag_days for plan in plans.plans), 0.0])
    lines["paid_day"] = lines["day"] + lag[of[lines["spell"]]]
    return lines


def _floor(
    usd_per_month: float, months_of_tenure: float, calendar: Calendar, month: int, spells: np.ndarray
) -> np.ndarray:
    """What a month must pay, for the part of it within the first calendar months of tenure."""
    start, end = calendar.month_starts[month : month + 2]
    until = np.minimum(spells["end_day"], calendar.plus_months(spells["start_day"], months_of_tenure))
    days = np.clip(np.minimum(until, end) - np.maximum(spells["start_day"], start), 0.0, None)
    return to_cents(usd_per_month * days / (end - start))


def _up_to(due: np.ndarray, floor: np.ndarray) -> np.ndarray:
    return np.maximum(np.round(floor - due, 2), 0.0)


def _rows(people: np.ndarray, month: int, what: int, kind: int, base: np.ndarray, amount: np.ndarray) -> np.ndarray:
    some = amount != 0.0
    rows = np.zeros(int(some.sum()), LINES)
    rows["spell"], rows["month"], rows["what"], rows["kind"] = people[some], month, what, kind
    rows["deal"], rows["terms"] = NO_DEAL, NO_TERMS
    rows["base_usd"], rows["rate"], rows["amount_usd"] = base[some], 1.0, amount[some]
    return rows
