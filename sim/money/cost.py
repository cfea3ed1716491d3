"""Cost: a month of the sales organization as payments. Without it hiring earlier would always win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import ledger
from sim.money.pay import commission_usd, salary_usd, to_cents
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Rates:
    """What each role costs; arrays by role code."""

    salary_usd_per_year: np.ndarray
    variable_usd_per_year: np.ndarray
    commission_share: np.ndarray
    benefits_share: float
    overhead_usd_per_year: float

    @classmethod
    def of(cls, scenario: Scenario) -> Rates:
        costs, pay, roles = scenario.world.costs, scenario.levers.pay, list(scenario.world.roles)
        return cls(
            np.array([costs.salary_usd_per_year.get(role, 0.0) for role in roles]),
            np.array([pay.variable_usd_per_year.get(role, 0.0) for role in roles]),
            np.array([pay.commission_share.get(role, 0.0) for role in roles]),
            costs.benefits_share,
            costs.overhead_usd_per_head_per_year,
        )


def month_of_cost(
    rates: Rates,
    month: int,
    start: float,
    end: float,
    spells: np.ndarray,
    credits: np.ndarray,
    programs: np.ndarray,
) -> np.ndarray:
    """Payments of one month, from people in their seats, deals credited and programs run.

    Args:
        start, end: the month's first instant and the next month's, in days.
        spells: the ledger's seats so far. credits: the ledger's credits so far, in order of day.
        programs: US dollars by segment and region, shape (segments, regions).
    Returns:
        Rows of ledger.PAYMENTS, dated at the month's end; commissions on deals credited in the month.
    """
    here = np.flatnonzero((spells["start_day"] < end) & (spells["end_day"] > start))
    worked = np.minimum(spells["end_day"][here], end) - np.maximum(spells["start_day"][here], start)
    worked /= end - start
    role = spells["role"][here]
    salary = salary_usd(rates.salary_usd_per_year[role], worked)
    even = salary_usd(rates.variable_usd_per_year[role], worked)
    overhead = salary_usd(rates.overhead_usd_per_year, worked)
    sellers, sold = _commissions(rates, spells, credits, start, end)
    lines = [
        (ledger.SALARY, here, salary),
        (ledger.COMMISSION, here, even),
        (ledger.BENEFITS, here, to_cents(rates.benefits_share * (salary + even))),
        (ledger.OVERHEAD, here, overhead),
        (ledger.COMMISSION, sellers, sold),
        (ledger.BENEFITS, sellers, to_cents(rates.benefits_share * sold)),
    ]
    who = spells[np.concatenate([people for _, people, _ in lines])]
    rows = np.zeros(len(who) + programs.size, ledger.PAYMENTS)
    rows["day"], rows["month"] = end, month
    people, places = rows[: len(who)], rows[len(who) :]
    people["kind"] = np.repeat([kind for kind, _, _ in lines], [len(found) for _, found, _ in lines])
    people["amount_usd"] = np.concatenate([amount for _, _, amount in lines])
    for name in ("seat", "segment", "region", "role"):
        people[name] = who[name]
    places["kind"], places["seat"], places["role"] = ledger.PROGRAMS, -1, -1
    places["segment"], places["region"] = np.divmod(np.arange(programs.size), programs.shape[1])
    places["amount_usd"] = to_cents(programs.ravel())
    return rows[rows["amount_usd"] != 0.0]


def _commissions(
    rates: Rates, spells: np.ndarray, credits: np.ndarray, start: float, end: float
) -> tuple[np.ndarray, np.ndarray]:
    """Commission on the deals credited between two instants: the seats' latest spells, and US dollars of each."""
    part = credits[np.searchsorted(credits["day"], start) : np.searchsorted(credits["day"], end)]
    spell = np.full(int(spells["seat"].max(initial=0)) + 1, -1)
    spell[spells["seat"]] = np.arange(len(spells))  # later spells come later, and overwrite
    rate = rates.commission_share[spells["role"][spell[part["seat"]]]]
    paid = np.bincount(part["seat"], commission_usd(part["amount_usd"], part["share"], rate), len(spell))
    sellers = np.flatnonzero(paid)
    return spell[sellers], paid[sellers]
