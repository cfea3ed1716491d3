"""Base sums over seats, requisitions, payments and quotas. Time spent is kept in days, so that averages add up."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.sums import Cube, Frame, days_between, place, wide
from sim.scenario.scenario import Scenario


def seat_cube(frame: Frame, ledger: Ledger, scenario: Scenario) -> Cube:
    """Days held, sold, ramped and vacant, capacity in USD, hires, transfers and exits, by role."""
    seats = ledger.seats
    months, roles = frame.periods.count_months, len(frame.groups.roles)
    code = frame.groups.cell(seats["segment"], seats["region"]) * roles + wide(seats["role"])
    sells = np.array([role.duty == "sells" for role in scenario.world.roles.values()])[seats["role"]]
    leads, is_led = _who_leads(scenario)
    held = days_between(frame, seats["start_day"], seats["end_day"])
    serves = np.array([role.duty == "serves" for role in scenario.world.roles.values()])[seats["role"]]
    productivity = sells * _productivity_per_month(scenario)[seats["segment"]]
    daily = [_by_code(frame, roles, code, held, held * sells[:, None], held * serves[:, None])]
    by_role = daily[0][:1]
    daily += [by_role * leads[None, None, :, None], by_role * is_led[None, None, :, None]]
    daily += [_ramped_days(frame, ledger, code, roles, sells.astype(float))]
    daily += [_ramped_days(frame, ledger, code, roles, productivity) / frame.periods.days[:months]]
    vacant = _vacant_days(frame, ledger)
    daily += [vacant, vacant * leads[None, None, :, None]]
    moved = seats["moved_from"] >= 0
    hired = (seats["start_day"] >= 0.0) & (seats["requisition"] >= 0) & ~moved
    counted = [(hired, "start_day"), (moved, "start_day")] + [
        (seats["exit_kind"] == kind, "end_day") for kind in (tables.VOLUNTARY, tables.INVOLUNTARY, tables.DATED)
    ]
    events = []
    for which, field in counted:
        kept = which & (seats[field] >= 0.0) & (seats[field] < frame.periods.calendar.horizon)
        index = code[kept] * months + frame.periods.month_index(seats[field][kept])
        events.append(place(frame, 1, roles, index))
    names = (
        "head_days", "selling_days", "serving_days", "manager_days", "led_days", "ramped_days", "capacity_usd",
        "vacant_days", "manager_vacant_days",
        "hires", "transfers", "voluntary", "involuntary", "dated",
    )  # fmt: skip
    return Cube(names, np.concatenate([*daily, *events]), "role")


def _who_leads(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """1.0 for the roles that manage, and for those that are managed; shape (roles,)."""
    roles = scenario.world.roles
    managed = {name for role in roles.values() for name in role.manages}
    leads = np.array([role.duty == "manages" for role in roles.values()], float)
    return leads, np.array([name in managed for name in roles], float)


def requisition_cube(frame: Frame, ledger: Ledger) -> Cube:
    """Days open and not yet accepted, of all and of those not filled inside; acceptances from outside; by role."""
    rows = ledger.requisitions
    roles = len(frame.groups.roles)
    code = frame.groups.cell(rows["segment"], rows["region"]) * roles + wide(rows["role"])
    open_days = days_between(frame, rows["open_day"], rows["accept_day"])
    inside = np.isin(np.arange(len(rows)), ledger.seats["requisition"][ledger.seats["moved_from"] >= 0])
    accepted = ~inside & (rows["accept_day"] >= 0.0) & (rows["accept_day"] < frame.periods.calendar.horizon)
    day = rows["accept_day"][accepted]
    index = code[accepted] * frame.periods.count_months + frame.periods.month_index(day)
    values = [
        _by_code(frame, roles, code, open_days, open_days * ~inside[:, None]),
        place(frame, 1, roles, index),
    ]
    return Cube(("open_requisition_days", "open_outside_days", "accepted"), np.concatenate(values), "role")


def payment_cube(frame: Frame, ledger: Ledger) -> Cube:
    """Dollars paid, in all and by kind, by role; the last place on the role axis holds what is paid for no role."""
    rows = ledger.payments
    roles = len(frame.groups.roles) + 1
    code = frame.groups.cell(rows["segment"], rows["region"]) * roles + wide(rows["role"]) % roles
    code = code + wide(rows["kind"]) * frame.groups.count_cells * roles
    kept = (rows["month"] >= 0) & (rows["month"] < frame.periods.count_months)
    index = (code * frame.periods.count_months + rows["month"])[kept]
    by_kind = place(frame, len(tables.PAYMENT_KINDS), roles, index, rows["amount_usd"][kept])
    variable = by_kind[list(tables.VARIABLE_PAY)].sum(axis=0)
    names = ("cost", "variable_pay", *(f"paid {name}" for name in tables.PAYMENT_KINDS))
    return Cube(names, np.concatenate([by_kind.sum(axis=0)[None], variable[None], by_kind]), "role")


def _ramped_days(frame: Frame, ledger: Ledger, code: np.ndarray, roles: int, weight: np.ndarray) -> np.ndarray:
    """What the spells gave in each month, each day weighted; shape (1, cells, roles, M).

    Args:
        code: cell x roles + role of each spell. weight: of each spell; 0 leaves it out.
    """
    rows = ledger.ramped
    index = code[rows["spell"]] * frame.periods.count_months + rows["month"]
    return place(frame, 1, roles, index, rows["ramped_days"] * weight[rows["spell"]])


def _productivity_per_month(scenario: Scenario) -> np.ndarray:
    """Planner's USD a ramped month by segment code; the last entry, for sellers of no one segment, is the mean."""
    yearly = [segment.steady_productivity_usd_per_year for segment in scenario.world.segments.values()]
    return np.array([*yearly, np.mean(yearly)]) / 12.0


def _vacant_days(frame: Frame, ledger: Ledger) -> np.ndarray:
    """Days of each month in which a seat that was held, or of the opening, stood empty; shape (1, cells, roles, M).

    A position that was closed is not empty.

    A seat of the opening that is empty on the first day is as one whose holder left on day 0.
    """
    seats, roles = ledger.seats, len(frame.groups.roles)
    empty = np.setdiff1d(np.arange(len(ledger.places)), seats["seat"][seats["start_day"] <= 0.0])
    code = np.concatenate([
        frame.groups.cell(rows["segment"], rows["region"]) * roles + wide(rows["role"])
        for rows in (seats, ledger.places[empty])
    ])  # fmt: skip
    seat = np.concatenate([seats["seat"], empty])
    start = np.concatenate([seats["start_day"], np.full(len(empty), -tables.NEVER)])
    end = np.concatenate([np.where(seats["seat_closed"], tables.NEVER, seats["end_day"]), np.zeros(len(empty))])
    order = np.lexsort((start, seat))
    following = np.full(len(seat), tables.NEVER)
    same = seat[order[1:]] == seat[order[:-1]]
    following[order[:-1][same]] = start[order[1:][same]]
    return _by_code(frame, roles, code, days_between(frame, end, following))


def _by_code(frame: Frame, places: int, code: np.ndarray, *monthly: np.ndarray) -> np.ndarray:
    """Rows with one number a month, each (rows, M), added up by cell and place; shape (given, cells, places, M)."""
    cells = frame.groups.count_cells
    belongs = (np.arange(cells * places)[:, None] == code[None, :]).astype(float)
    added = belongs @ np.concatenate(monthly, axis=1)
    return added.reshape(cells, places, len(monthly), -1).transpose(2, 0, 1, 3)
