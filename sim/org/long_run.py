"""The long run: how many opportunities a day there are by source and seat, and what part of the accounts is free.

Exact while nobody is overloaded and nobody waits for an engineer; the warm-up settles the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.pipeline.tables import NOBODY
from sim.rules.flow import Flow

_HALVINGS = 40


@dataclass(frozen=True)
class LongRun:
    """What the steady state of an organization follows from. Rates are a calendar day."""

    leads: np.ndarray  # opportunities that arrive or that prospectors find were all accounts free; (sources, cells)
    searches: np.ndarray  # whether a source looks for accounts, (sources,)
    needs_account: np.ndarray  # whether its opportunities are new accounts, not of customers; (sources,)
    flows: list[list[Flow]]  # by source and cell
    own: int  # the source that sellers fill; NOBODY for none
    takes: np.ndarray  # 1 where a seat takes a source's deals, (sources, seats)
    cell: np.ndarray  # of each seat; NOBODY for those that do not sell
    hours: np.ndarray  # a week, by seat
    per_hour: np.ndarray  # own opportunities an hour a week to spare were all accounts free, by seat
    attention: bool
    accounts: np.ndarray  # by cell; negative for endless
    customers: np.ndarray  # accounts that are customers, by cell
    returns: np.ndarray  # whether an account that was won returns, as another customer leaves; by cell
    cooling_days: float

    def rates(self, free: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Opportunities by source and cell, and each seat's own, with a part of each cell's accounts free."""
        leads = np.where(self.searches[:, None], self.leads * free, self.leads)
        return leads, self._own_rates(leads, free)

    def _own_rates(self, leads: np.ndarray, free: np.ndarray) -> np.ndarray:
        """Each seat's own: what its hours leave after the leads that it shares, solved for the steady state."""
        rates = np.zeros(len(self.hours))
        sells = np.flatnonzero((self.per_hour > 0.0) & (self.cell != NOBODY))
        if self.own == NOBODY or not len(sells):
            return rates
        cell = self.cell[sells]
        hours = self.takes[:, sells] * self.hours[sells]
        shared = np.array([np.bincount(cell, row, leads.shape[1]) for row in hours])
        asked = leads * np.array([[flow.hours_weeks for flow in row] for row in self.flows])
        mine = (hours / np.maximum(shared[:, cell], 1e-12) * asked[:, cell]).sum(axis=0)
        found = self.per_hour[sells] * free[cell]
        if self.attention:
            weeks = np.array([flow.hours_weeks for flow in self.flows[self.own]])[cell]
            spare = np.maximum(self.hours[sells] - mine, 0.0)
            rates[sells] = found * spare / (1.0 + found * weeks)
        else:
            rates[sells] = found * self.hours[sells]
        return rates

    def _by_cell(self, free: np.ndarray) -> np.ndarray:
        """Opportunities by source and cell, the sellers' own included."""
        leads, own = self.rates(free)
        if self.own == NOBODY:
            return leads
        sells = self.cell != NOBODY
        by_cell = leads.copy()
        by_cell[self.own] += np.bincount(self.cell[sells], own[sells], leads.shape[1])
        return by_cell

    def _cooling_share(self) -> np.ndarray:
        """The part of the opportunities whose accounts cool off in the end, (sources, cells)."""
        won = np.array([[flow.win_rate for flow in row] for row in self.flows])
        return np.where(self.returns, 1.0, 1.0 - won) * self.needs_account[:, None]

    def free_share(self) -> np.ndarray:
        """The part of each cell's accounts that is free: as many are taken as come back. 1 where they are endless."""
        finite = self.accounts >= 0
        if not finite.any():
            return np.ones(len(self.accounts))
        lost = self._cooling_share()
        open_days = np.array([[flow.open_days for flow in row] for row in self.flows])
        days = open_days * self.needs_account[:, None] + lost * self.cooling_days
        low, high = np.zeros(len(finite)), np.ones(len(finite))
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            taken = (self._by_cell(middle) * days).sum(axis=0)
            too_many_free = middle * self.accounts > self.accounts - self.customers - taken
            low, high = np.where(too_many_free, low, middle), np.where(too_many_free, middle, high)
        return np.where(finite, low, 1.0)

    def cooling_per_day(self, free: np.ndarray) -> np.ndarray:
        """Accounts that begin to cool off a day, by cell."""
        return (self._by_cell(free) * self._cooling_share()).sum(axis=0)
