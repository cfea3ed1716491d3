"""Stay: how long people stay by a law of any shape, through its cumulative hazard over the time since they joined.

A law with survival S(t) has the cumulative hazard H(t) = -ln S(t). Somebody leaves when the hazard spent since they
joined reaches a unit-exponential budget, so whatever multiplies the hazard (market, pay, peers, coaching) acts on a law
as it does on a constant rate, and luck stays common.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from sim.calendar import Calendar
from sim.compiled import compiled
from sim.rules.people import usual_hump_per_year
from sim.scenario.people import Role, Stay, StayTable

MOST_DAYS = 40 * 366  # a table ends there; the hazard of its last day goes on
_MOST_HAZARD = 100.0  # spent, beyond which nobody is left: a budget is below 40
_NOBODY_LEFT = 1000.0
_HALVINGS = 100


def stay_table(roles: list[Role], days_per_month: float) -> np.ndarray:
    """Cumulative hazard by whole days since joining, shape (roles, days); 0 where a role has no law. By definition."""
    rows = [
        np.zeros(2) if role.exits.stay is None else hazard_by_day(role.exits.stay, days_per_month) for role in roles
    ]
    table = np.empty((len(rows), max((len(row) for row in rows), default=2)))
    for line, row in zip(table, rows, strict=True):
        line[: len(row)] = row
        line[len(row) :] = row[-1] + (row[-1] - row[-2]) * np.arange(1, len(line) - len(row) + 1)
    return table


def hazard_by_day(stay: Stay, days_per_month: float) -> np.ndarray:
    """Cumulative hazard at whole days from 0 on, until nobody is left or for 40 years; shape (days,), at least 2.

    By definition.
    """
    months = np.arange(MOST_DAYS + 1.0) / days_per_month
    if isinstance(stay, StayTable):
        spent = _tabled(stay, months)
    else:
        spent = _spent(stay.kind, stay.mean_months, stay.sd_months, months)
    spent = np.minimum(spent, _NOBODY_LEFT)
    return spent[: max(int(np.searchsorted(spent, _MOST_HAZARD, side="right")), 1) + 1]


def _spent(kind: str, mean: float, sd: float, months: np.ndarray) -> np.ndarray:
    """Cumulative hazard of a law by its mean and spread. A normal one has no stays below 0."""
    with np.errstate(divide="ignore"):
        if kind == "normal":
            return special.log_ndtr(mean / sd) - special.log_ndtr((mean - months) / sd)
        if kind == "gamma":
            return -np.log(special.gammaincc((mean / sd) ** 2, months * mean / sd**2))
    shape = _weibull_shape(sd / mean)
    return (months / mean * special.gamma(1.0 + 1.0 / shape)) ** shape


def _weibull_shape(cv: float) -> float:
    """The shape of the Weibull law whose spread is ``cv`` times its mean, by halving its logarithm."""
    low, high = math.log(0.05), math.log(500.0)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        k = math.exp(middle)
        square = math.expm1(special.gammaln(1.0 + 2.0 / k) - 2.0 * special.gammaln(1.0 + 1.0 / k))
        low, high = (middle, high) if square > cv * cv else (low, middle)
    return math.exp(0.5 * (low + high))


def _tabled(stay: StayTable, months: np.ndarray) -> np.ndarray:
    """Who leaves within a step leaves evenly over it; past the table the last step's mean hazard goes on."""
    ends, left = np.append(0.0, stay.months), np.append(0.0, stay.left_share)
    with np.errstate(divide="ignore"):
        spent = -np.log1p(-np.interp(months, ends, left))
        if left[-1] < 1.0:
            hazard = math.log((1.0 - left[-2]) / (1.0 - left[-1])) / (ends[-1] - ends[-2])
            spent += hazard * np.maximum(months - ends[-1], 0.0)
    return spent


@compiled
def spent_by(curve, days):
    """Cumulative hazard up to a time since joining, read off one row of the table. By definition."""
    if days <= 0.0:
        return 0.0
    whole = min(int(days), len(curve) - 2)
    return curve[whole] + (curve[whole + 1] - curve[whole]) * (days - whole)


@compiled
def days_until_spent(curve, since, weight, per_day, budget, most):
    """Days from a time since joining until ``weight`` times the hazard, and a constant one beside it, spend a budget.

    ``most``: days within which they are known to.

    By definition.
    """
    at, left = since, budget
    while left > 0.0 and at - since < most:
        whole = max(int(at), 0)
        place = min(whole, len(curve) - 2)
        rate = weight * (curve[place + 1] - curve[place]) + per_day
        days = whole + 1.0 - at
        if rate * days >= left:
            return min(at + left / rate - since, most)
        left -= rate * days
        at = whole + 1.0
    return min(at - since, most)


def found_tenures(role: Role, calendar: Calendar, chances: np.ndarray, market: float = 1.0) -> np.ndarray:
    """Days since joining of people found in seats that are always refilled, by uniform numbers; shape (people,).

    Their density is proportional to survival of the law, the hump at a usual attainment and the first year's
    multiplier included. ``market`` multiplies the hazard.

    By definition.
    """
    area = _survived(role, calendar, market)
    return np.interp(chances * area[-1], area, np.arange(len(area)))


def mean_law_days(role: Role, calendar: Calendar, market: float = 1.0) -> float:
    """Mean days from somebody's first to their last by the law of their role; see ``found_tenures``. By definition."""
    return float(_survived(role, calendar, market)[-1])


def _survived(role: Role, calendar: Calendar, market: float) -> np.ndarray:
    """The integral of survival from 0 to whole days, shape (days,). Nobody resigns while on leave."""
    assert role.exits.stay is not None
    year = calendar.days_per_year
    hazard = np.diff(hazard_by_day(role.exits.stay, calendar.days_per_month)) + usual_hump_per_year(role) / year
    hazard *= np.where(np.arange(len(hazard)) < year, role.exits.first_year_multiplier, 1.0)
    hazard *= market * (1.0 - role.time_off.leave_share(year))
    survival = np.exp(-np.append(0.0, np.cumsum(hazard)[:-1]))
    within = np.divide(-np.expm1(-hazard), hazard, out=np.ones(len(hazard)), where=hazard > 0.0)
    return np.append(0.0, np.cumsum(survival * within))
