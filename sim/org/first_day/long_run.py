"""The long run: who has been here for how long, how many opportunities a day there are, how many accounts are free.

The rates are exact while nobody is overloaded and nobody waits for an engineer; the warm-up settles the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.calendar import Calendar
from sim.compiled import compiled
from sim.luck import TENURE, Luck, fill_uniforms
from sim.org.state.seating import Seating
from sim.pipeline.engine import Pipeline
from sim.pipeline.tables import NOBODY
from sim.rules.flow import Flow
from sim.rules.people import fill_tenures, traits_of
from sim.rules.stay import found_tenures
from sim.scenario.deals import LognormalSize
from sim.scenario.scenario import Scenario

_HALVINGS = 40


@compiled
def lead_rate(leads, searches, free, s, c):
    """Opportunities a day of a source in a cell; sources that search for accounts find free ones only."""
    return leads[s, c] * free[c] if searches[s] else leads[s, c]


@compiled
def fill_own(free, leads, searches, asks, load, cell, hours, per_hour, weeks, attention, own):
    """Fill each seller's own opportunities a day, from the hours that shared leads leave them.

    Args:
        asks: hours a week that a flow of one opportunity a day asks for, (sources, cells); weeks: the same of the
            sellers' own, (cells,). load: each seller's part of a cell's leads, (sources, sellers).
    """
    for i in range(len(cell)):
        c = cell[i]
        found = per_hour[i] * free[c]
        if attention:
            mine = 0.0
            for s in range(len(leads)):
                mine += load[s, i] * (lead_rate(leads, searches, free, s, c) * asks[s, c])
            own[i] = found * max(hours[i] - mine, 0.0) / (1.0 + found * weeks[c])
        else:
            own[i] = found * hours[i]


@compiled
def settle(low, high, middle, found, own_source, days, room, leads, searches, sellers):
    """Halve the range of each cell's free share until as many accounts are taken as come back.

    Args:
        low, high: filled, (cells,); middle, found: of the same shape, used on the way.
        days: for which an opportunity takes an account, (sources, cells). room: accounts, and those not customers'.
        sellers: the further arguments of ``fill_own``.
    """
    cell, own = sellers[2], sellers[7]
    for _ in range(_HALVINGS):
        for c in range(len(low)):
            middle[c], found[c] = 0.5 * (low[c] + high[c]), 0.0
        fill_own(middle, leads, searches, *sellers)
        for i in range(len(cell)):
            found[cell[i]] += own[i]
        for c in range(len(low)):
            taken = 0.0
            for s in range(len(leads)):
                rate = lead_rate(leads, searches, middle, s, c)
                taken += (rate + (found[c] if s == own_source else 0.0)) * days[s, c]
            if middle[c] * room[0, c] > room[1, c] - taken:
                high[c] = middle[c]
            else:
                low[c] = middle[c]


def long_run_starts(seats: Seating, calendar: Calendar, luck: Luck) -> np.ndarray:
    """Since when people found in their seats in the long run are there, by seat; negative days."""
    days, chances = np.empty(len(seats.seats)), np.empty(len(seats.seats))
    fill_uniforms(chances, seats.entities, TENURE, 0, *luck.key)
    roles = np.array([seat.role for seat in seats.seats], int)
    world = seats.scenario.world
    traits = traits_of(world.roles.values())
    at_work = [1.0 - role.time_off.leave_share(calendar.days_per_year) for role in world.roles.values()]
    market = world.market.regimes[world.market.first_regime].exits_multiplier
    traits["exits_per_year"] *= np.array(at_work) * market
    fill_tenures(days, roles, traits, chances, calendar.days_per_year)
    for code, role in enumerate(world.roles.values()):
        if role.exits.stay is not None:
            mine = roles == code
            days[mine] = found_tenures(role, calendar, chances[mine], market)
    return -days


def cycle_by_size(scenario: Scenario, pipeline: Pipeline) -> np.ndarray:
    """By what deal size multiplies the mean days in a stage in the first regime; 1 at usual sizes, (sources, cells).

    Expansions are as large as the customers of their cell let them be.
    """
    world = scenario.world
    market = world.market.regimes[world.market.first_regime].size_multiplier
    segments = [segment for segment in world.segments.values() for _ in world.regions]
    sizes = [source.size_multiplier * market for source in world.sources.values()]
    found = np.array([[segment.mean_cycle(size) for segment in segments] for size in sizes])
    for code, source in enumerate(world.sources.values()):
        if source.of_customers:
            share, sigma = source.size_of_arr
            part = LognormalSize(kind="lognormal", mean_usd=1.0, sigma_log=sigma)
            cells, arr = pipeline.state.customer_cell[: len(pipeline.customers)], pipeline.customers["arr_usd"]
            for c in np.unique(cells):
                e = segments[c].cycle_elasticity_to_size
                if e > 0.0:
                    usual = arr[cells == c] * share
                    found[code, c] *= part.mean_power(e) * np.mean((usual / segments[c].usual_usd) ** e)
    return found


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

    @cached_property
    def _sells(self) -> np.ndarray:
        """Seats that find opportunities of their own."""
        found = (self.per_hour > 0.0) & (self.cell != NOBODY) & (self.own != NOBODY)
        return np.flatnonzero(found)

    @cached_property
    def _sellers(self) -> tuple[np.ndarray | bool, ...]:
        """What ``fill_own`` needs to know of them."""
        cell = self.cell[self._sells]
        hours = self.takes[:, self._sells] * self.hours[self._sells]
        shared = np.array([np.bincount(cell, row, self.leads.shape[1]) for row in hours])
        asks = np.array([[flow.hours_weeks for flow in row] for row in self.flows])
        load = hours / np.maximum(shared[:, cell], 1e-12)
        return (
            asks, load, cell, self.hours[self._sells], self.per_hour[self._sells], asks[self.own], self.attention,
            np.zeros(len(cell)),
        )  # fmt: skip

    @cached_property
    def own_rates(self) -> np.ndarray:
        """Each seat's own opportunities a day: what its hours leave after the leads that it shares."""
        rates = np.zeros(len(self.hours))
        fill_own(self.free_share, self.leads, self.searches, *self._sellers)
        rates[self._sells] = self._sellers[-1]
        return rates

    @cached_property
    def lead_rates(self) -> np.ndarray:
        """Opportunities a day that arrive or that prospectors find, (sources, cells)."""
        return np.where(self.searches[:, None], self.leads * self.free_share, self.leads)

    def _cooling_share(self) -> np.ndarray:
        """The part of the opportunities whose accounts cool off in the end, (sources, cells)."""
        won = np.array([[flow.win_rate for flow in row] for row in self.flows])
        return np.where(self.returns, 1.0, 1.0 - won) * self.needs_account[:, None]

    @cached_property
    def free_share(self) -> np.ndarray:
        """The part of each cell's accounts that is free: as many are taken as come back. 1 where they are endless."""
        finite = self.accounts >= 0
        if not finite.any():
            return np.ones(len(self.accounts))
        open_days = np.array([[flow.open_days for flow in row] for row in self.flows])
        days = open_days * self.needs_account[:, None] + self._cooling_share() * self.cooling_days
        low, high, middle, found = np.zeros((4, len(finite)))
        high[:] = 1.0
        room = np.array([self.accounts, self.accounts - self.customers], float)
        settle(low, high, middle, found, self.own, days, room, self.leads, self.searches, self._sellers)
        return np.where(finite, low, 1.0)

    def cooling_per_day(self) -> np.ndarray:
        """Accounts that begin to cool off a day, by cell."""
        by_cell = self.lead_rates.copy()
        if len(self._sells):
            by_cell[self.own] += np.bincount(self.cell[self._sells], self.own_rates[self._sells], by_cell.shape[1])
        return (by_cell * self._cooling_share()).sum(axis=0)

    def wins_per_day(self) -> np.ndarray:
        """Deals won a day, (sources, cells)."""
        by_cell = self.lead_rates.copy()
        if len(self._sells):
            by_cell[self.own] += np.bincount(self.cell[self._sells], self.own_rates[self._sells], by_cell.shape[1])
        return by_cell * np.array([[flow.win_rate for flow in row] for row in self.flows])
