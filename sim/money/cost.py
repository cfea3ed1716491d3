"""Cost: a month of the sales organization as payments. Without it hiring earlier would always win."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.money.pay import commission_usd, salary_usd
from sim.scenario.scenario import Scenario


def month_of_cost(
    scenario: Scenario,
    month: int,
    start: float,
    end: float,
    spells: np.ndarray,
    credits: np.ndarray,
    program_usd: np.ndarray,
) -> Iterator[np.ndarray]:
    """Payments of one month, from people in their seats, deals credited and programs run.

    Args:
        start, end: the month's first instant and the next month's, in days.
        spells: the ledger's seats so far. credits: the ledger's credits so far, in order of day.
        program_usd: by cell.
    Yields:
        Rows of ledger.PAYMENTS, kind by kind, dated at the month's end; commissions on deals credited in the month.
    """
    here = spells[(spells["start_day"] < end) & (spells["end_day"] > start)]
    worked = (np.minimum(here["end_day"], end) - np.maximum(here["start_day"], start)) / (end - start)
    costs, roles = scenario.world.costs, list(scenario.world.roles)
    salaries = np.array([costs.salary_usd_per_year.get(role, 0.0) for role in roles])
    variable = np.array([scenario.levers.pay.variable_usd_per_year.get(role, 0.0) for role in roles])
    salary = salary_usd(salaries[here["role"]], worked)
    even = salary_usd(variable[here["role"]], worked)
    sold = _commissions(scenario, roles, spells, credits, start, end)
    yield _rows(month, end, here, ledger.SALARY, salary)
    yield _rows(month, end, here, ledger.COMMISSION, even)
    yield _rows(month, end, here, ledger.BENEFITS, np.round(costs.benefits_share * (salary + even), 2))
    yield _rows(month, end, here, ledger.OVERHEAD, salary_usd(costs.overhead_usd_per_head_per_year, worked))
    yield _rows(month, end, sold, ledger.COMMISSION, sold["amount_usd"])
    yield _rows(month, end, sold, ledger.BENEFITS, np.round(costs.benefits_share * sold["amount_usd"], 2))
    yield _programs(scenario, month, end, program_usd)


_SOLD = np.dtype([("seat", "i4"), ("segment", "i2"), ("region", "i2"), ("role", "i2"), ("amount_usd", "f8")])


def _commissions(
    scenario: Scenario, roles: list[str], spells: np.ndarray, credits: np.ndarray, start: float, end: float
) -> np.ndarray:
    """Commission by seat, on the deals credited between two instants."""
    part = credits[np.searchsorted(credits["day"], start) : np.searchsorted(credits["day"], end)]
    rate = np.array([scenario.levers.pay.commission_share.get(role, 0.0) for role in roles])
    seats = int(max(spells["seat"].max(initial=-1), part["seat"].max(initial=-1))) + 1
    place = np.zeros(seats, _SOLD)
    for name in ("seat", "segment", "region", "role"):
        place[name][spells["seat"]] = spells[name]
    paid = commission_usd(part["amount_usd"], part["share"], rate[place["role"][part["seat"]]])
    place["amount_usd"] = np.bincount(part["seat"], paid, seats)
    return place[place["amount_usd"] > 0]


def _rows(month: int, day: float, people: np.ndarray, kind: int, amount_usd: np.ndarray) -> np.ndarray:
    paid = np.flatnonzero(amount_usd)
    rows = np.zeros(len(paid), ledger.PAYMENTS)
    rows["day"], rows["month"], rows["kind"] = day, month, kind
    for name in ("seat", "segment", "region", "role"):
        rows[name] = people[name][paid]
    rows["amount_usd"] = amount_usd[paid]
    return rows


def _programs(scenario: Scenario, month: int, day: float, program_usd: np.ndarray) -> np.ndarray:
    rows = np.zeros(len(program_usd), ledger.PAYMENTS)
    rows["day"], rows["month"], rows["kind"] = day, month, ledger.PROGRAMS
    rows["seat"], rows["role"] = -1, -1
    rows["segment"], rows["region"] = np.divmod(np.arange(len(program_usd)), len(scenario.world.regions))
    rows["amount_usd"] = np.round(program_usd, 2)
    return rows
