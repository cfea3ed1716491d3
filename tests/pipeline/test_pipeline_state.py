"""The pipeline's arrays agree with each other at any horizon: lists, heaps, clocks, demand and counts."""

from __future__ import annotations

import copy
import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger, world
from sim.luck import Luck
from sim.pipeline import loop
from sim.pipeline.state import State
from sim.pipeline.tables import CALENDAR, COOLED, COOLING, DEALS, MOST_ROWS, MOVES, NOBODY, OPEN, WAITING_LEADS
from sim.scenario.scenario import Scenario
from tests.makers.invented_worlds import worlds
from tests.makers.play import plain


def played(plan: Scenario, months: int, replication: int) -> tuple[State, float]:
    """The pipeline as a replication leaves it, and the day."""
    calendar, luck = plan.calendar(months), Luck(13, replication)
    with np.errstate(over="ignore"):
        org = world.assemble(plan, calendar, luck, world.prepare(plan, months, luck))
        world.drive(org)
    return org.pipeline.state, calendar.horizon


def listed(state: State, seat: int) -> list[int]:
    """The open deals on a seat's list, whose backward pointers must mirror the forward ones."""
    found, before, d = [], NOBODY, int(state.seats[seat]["first"])
    while d != NOBODY:
        assert state.deals[d]["previous"] == before
        found.append(d)
        before, d = d, int(state.deals[d]["next"])
        assert len(found) <= state.count[DEALS], "the list runs in a circle"
    return found


def on_clock(state: State, root: int) -> list[int]:
    """The deals in a seat's heap; none ends before the one above it."""
    found, todo = [], [root] if root != NOBODY else []
    while todo:
        d = todo.pop()
        found.append(d)
        for below in (int(state.deals[d]["left"]), int(state.deals[d]["right"])):
            if below != NOBODY:
                assert state.deals[below]["clock_end"] >= state.deals[d]["clock_end"]
                todo.append(below)
    return found


def check_seats(state: State) -> None:
    deals = state.deals[: state.count[DEALS]]
    is_open = np.isin(deals["state"], ledger.OPEN_STATES)
    for i, seat in enumerate(state.seats):
        mine = listed(state, i)
        assert sorted(mine) == np.flatnonzero(is_open & (deals["seat"] == i)).tolist()
        working = [d for d in mine if deals[d]["state"] == ledger.WORKING]
        assert sorted(on_clock(state, int(seat["root"]))) == sorted(working)
        asks = [d for d in mine if deals[d]["state"] in (ledger.WORKING, ledger.DEFERRED) and not deals[d]["agreed"]]
        demand = sum(
            state.stages[deals[d]["segment"], deals[d]["stage"]]["hours"] * state.sources[deals[d]["source"]]["hours"]
            for d in asks
        )
        assert abs(seat["demand"] - demand) < 1e-6
        if asks:
            assert seat["held"]
            assert all(deals[d]["holder"] == seat["holder"] for d in asks)
    assert state.count[OPEN] == is_open.sum()


def check_pools(state: State) -> None:
    """Places in use are those that deals hold; nobody waits while one is free; the queue is in order of asking."""
    deals = state.deals[: state.count[DEALS]]
    assert np.isin(deals["state"][deals["has_se"]], (ledger.WORKING, ledger.DEFERRED)).all()
    needs = state.stages[deals["segment"], deals["stage"]]["needs_se"]
    at_work = np.isin(deals["state"], (ledger.WORKING, ledger.DEFERRED)) & ~deals["agreed"]
    assert np.array_equal(deals["has_se"], needs & at_work & ~deals["alone"])
    assert needs[deals["alone"] & at_work].all()
    assert needs[deals["state"] == ledger.QUEUED].all()
    for p, pool in enumerate(state.pools):
        assert pool["busy"] == np.sum(deals["has_se"] & (deals["pool"] == p))
        line, before, d = [], NOBODY, int(pool["first"])
        while d != NOBODY:
            assert state.deals[d]["left"] == before
            line.append(d)
            before, d = d, int(state.deals[d]["right"])
        assert pool["last"] == before
        assert sorted(line) == np.flatnonzero((deals["state"] == ledger.QUEUED) & (deals["pool"] == p)).tolist()
        order = -deals["amount_usd"] if state.knobs[0]["largest_first"] else deals["asked_day"]
        assert np.all(np.diff(order[line]) >= 0.0)
        assert not line or pool["busy"] >= pool["capacity"]


def check_territory(state: State) -> None:
    """Accounts worked are those of open deals and waiting leads; those that cool off stand in the table by day."""
    deals = state.deals[: state.count[DEALS]]
    rows = state.cooling[state.count[COOLED] : state.count[COOLING]]
    assert np.all(np.diff(rows["day"]) >= 0.0)
    for cell, place in enumerate(state.territory):
        mine = deals["has_account"] & (deals["cell"] == cell)
        assert place["worked"] == np.sum(mine)
        assert np.isin(deals["state"][mine], [*ledger.OPEN_STATES, ledger.WAITING]).all()
        assert place["cooling"] == rows["accounts"][rows["cell"] == cell].sum()
        if place["accounts"] >= 0:
            parts = [place[name] for name in ("free", "worked", "cooling", "customers")]
            assert sum(parts) == place["accounts"]
            assert min(parts) >= 0


def check_clocks(state: State, day: float) -> None:
    """Nothing that was due is left undone; the heap of clocks is a heap; dated deals stand in the calendar once."""
    clocks = len(state.heap)
    assert np.array_equal(np.sort(state.heap), np.arange(clocks))
    assert np.array_equal(state.heap[state.heap_at], np.arange(clocks))
    above = (np.arange(1, clocks) - 1) // 2
    assert np.all(state.time[state.heap[1:]] >= state.time[state.heap[above]])
    assert state.time.min() >= day
    deals, count = state.deals[: state.count[DEALS]], state.count[CALENDAR]
    entries = Counter(zip(state.calendar_deal[:count].tolist(), state.calendar_day[:count].tolist(), strict=True))
    dated = np.flatnonzero(deals["due"] < np.inf)
    assert np.all(deals["due"][dated] >= day)
    for d in dated.tolist():
        assert entries[d, float(deals["due"][d])] >= 1
    assert not np.isin(deals["state"][dated], (ledger.WORKING, ledger.WON, ledger.LOST, ledger.STALE)).any()
    waiting = state.waiting[: state.count[WAITING_LEADS]]
    assert len(set(waiting.tolist())) == len(waiting)
    assert set(np.flatnonzero(deals["state"] == ledger.WAITING).tolist()) <= set(waiting.tolist())


@pytest.mark.slow
@settings(max_examples=30)
@given(plan=worlds(), months=st.integers(3, 12), replication=st.integers(0, 2**20))
def test_lists_heaps_and_counts_agree(plan: Scenario, months: int, replication: int) -> None:
    state, day = played(plan, months, replication)
    check_seats(state)
    check_pools(state)
    check_territory(state)
    check_clocks(state, day)


def test_a_state_is_neither_copied_nor_pickled() -> None:
    """A copy would share the address of the arrays of the first."""
    state, _ = played(plain(), 1, 0)
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="cannot be copied or pickled"):
            attempt(state)


def test_an_event_that_writes_more_than_was_promised_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plain()
    calendar = plan.calendar(1)
    org = world.assemble(plan, calendar, Luck(1, 0), world.prepare(plan, 1, Luck(1, 0)))
    state = org.pipeline.state
    assert state.knobs["checks_room"].all()
    assert loop.advance(7.0, state) in (loop.DONE, loop.NEED_ROOM)
    state.counted[:] = state.count
    assert not loop.is_overdrawn(state)
    state.counted[MOVES] = state.count[MOVES] - MOST_ROWS[MOVES] - 1
    assert loop.is_overdrawn(state)
    monkeypatch.setattr(loop, "advance", lambda until, state: loop.OVERDRAWN)
    with pytest.raises(AssertionError, match="513 of moves, where room is made for 512"):
        org.pipeline.advance(30.0)
