"""Ledgers made up for tests of measures: an empty one, and a random one of a given size."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.calendar import Calendar
from sim.ledger import Ledger, Names
from sim.measures.groups import groups_of
from sim.scenario.scenario import Scenario


def names_of(scenario: Scenario) -> Names:
    groups = groups_of(scenario)
    return Names(
        seats=(), requisitions=(), roles=groups.roles, segments=groups.segments, regions=groups.regions,
        sources=groups.sources, stages=groups.stages, regimes=("normal",), reasons=(),
    )  # fmt: skip


def empty(scenario: Scenario) -> Ledger:
    return Ledger(
        names_of(scenario),
        *(
            np.zeros(0, dtype)
            for dtype in (
                tables.SEATS, tables.REQUISITIONS, tables.MOVES, tables.DEALS, tables.CREDITS, tables.CUSTOMERS,
                    tables.CONTRACTS, tables.ARR_MOVES,
                tables.QUOTAS, tables.PAYMENTS, tables.MARKET, tables.SNAPSHOTS, tables.DECISIONS,
                tables.RAMPED,
            )
        ),
    )  # fmt: skip


def invented(
    scenario: Scenario, calendar: Calendar, luck: int, deals: int = 300, seats: int = 30, payments: int = 200
) -> Ledger:
    """A random ledger that keeps the rules of its tables: deals close after creation, holders of a seat in turn."""
    chance = np.random.default_rng(luck)
    ledger = empty(scenario)
    ledger.deals, ledger.moves, ledger.credits = _deals(scenario, calendar, chance, deals, seats)
    ledger.seats, ledger.requisitions = _people(scenario, calendar, chance, seats)
    ledger.ramped = _ramped(calendar, chance, ledger.seats)
    ledger.quotas = _quotas(scenario, calendar, chance, seats)
    ledger.payments = _payments(scenario, calendar, chance, payments, seats)
    ledger.snapshots = _snapshots(scenario, calendar, chance)
    return ledger


def _cells(scenario: Scenario, chance: np.random.Generator, rows: np.ndarray, first_segment: int = 0) -> None:
    rows["segment"] = chance.integers(first_segment, len(scenario.world.segments), len(rows))
    rows["region"] = chance.integers(0, len(scenario.world.regions), len(rows))


def _deals(scenario, calendar, chance, count, seats):
    deals = np.zeros(count, tables.DEALS)
    _cells(scenario, chance, deals)
    deals["source"] = chance.integers(0, len(scenario.world.sources), count)
    deals["seat"] = chance.integers(0, seats, count)
    deals["created_day"] = np.sort(chance.uniform(-100, calendar.horizon, count))
    deals["opening"] = deals["created_day"] < 0
    deals["closed_day"] = deals["created_day"] + chance.exponential(84, count)
    ends = chance.choice([tables.WON, tables.LOST, tables.NO_DECISION], count, p=[0.25, 0.5, 0.25])
    still_open = deals["closed_day"] >= calendar.horizon
    deals["closed_day"][still_open] = tables.NEVER
    deals["state"] = np.where(still_open, tables.WORKING, ends)
    deals["amount_usd"] = np.round(chance.lognormal(10, 0.8, count), 2)
    kind_of_end = {tables.WON: tables.WIN, tables.LOST: tables.LOSS, tables.NO_DECISION: tables.GAVE_UP}
    closed = np.flatnonzero(~still_open)
    parts = [(deals["created_day"], np.arange(count), tables.CREATED)]
    parts += [
        (deals["closed_day"][closed][ends[closed] == end], closed[ends[closed] == end], kind)
        for end, kind in kind_of_end.items()
    ]
    middle = np.repeat(closed, 2)
    between = chance.uniform(deals["created_day"][middle], deals["closed_day"][middle])
    for kind in (tables.ADVANCED, tables.SLIPPED, tables.ORPHAN):
        part = chance.random(len(middle)) < (0.1 if kind == tables.ORPHAN else 0.6)
        parts.append((between[part], middle[part], kind))
    moves = np.zeros(sum(len(days) for days, _, _ in parts), tables.MOVES)
    moves["day"] = np.concatenate([days for days, _, _ in parts])
    moves["deal"] = np.concatenate([who for _, who, _ in parts])
    moves["kind"] = np.concatenate([np.full(len(days), kind) for days, _, kind in parts])
    moves = moves[np.argsort(moves["day"], kind="stable")]
    won = np.flatnonzero((deals["state"] == tables.WON) & (deals["closed_day"] >= 0))
    credits = np.zeros(len(won), tables.CREDITS)
    credits["day"], credits["deal"], credits["share"] = deals["closed_day"][won], won, 1.0
    credits["amount_usd"] = deals["amount_usd"][won]
    return deals, moves, credits


def _people(scenario, calendar, chance, count):
    first = np.zeros(count, tables.SEATS)
    first["seat"] = first["holder"] = np.arange(count)
    first["role"] = chance.integers(0, len(scenario.world.roles), count)
    _cells(scenario, chance, first, first_segment=-1)
    first["start_day"] = -chance.exponential(500, count)
    first["requisition"] = first["moved_from"] = -1
    first["ability"] = first["ramp_ceiling"] = 1.0
    first["end_day"] = np.where(chance.random(count) < 0.5, chance.uniform(0, calendar.horizon, count), tables.NEVER)
    left = first["end_day"] < tables.NEVER
    first["exit_kind"][left] = chance.integers(1, 4, left.sum())
    second = first[left].copy()
    second["start_day"] = first["end_day"][left] + chance.exponential(90, left.sum())
    second["end_day"], second["exit_kind"] = tables.NEVER, tables.STILL_HERE
    second["holder"] += count
    second["requisition"] = np.arange(len(second))
    second["ramp_ceiling"] = np.where(chance.random(len(second)) < 0.3, 0.4, 1.0)
    came = second["start_day"] < calendar.horizon
    requisitions = np.zeros(len(second), tables.REQUISITIONS)
    for field in ("seat", "role", "segment", "region"):
        requisitions[field] = second[field]
    requisitions["vacated_day"] = requisitions["open_day"] = first["end_day"][left]
    requisitions["backfill"] = True
    requisitions["start_day"] = np.where(came, second["start_day"], tables.NEVER)
    halfway = (second["start_day"] + first["end_day"][left]) / 2
    requisitions["accept_day"] = np.where(came, halfway, tables.NEVER)
    requisitions["recruiter_day"] = requisitions["open_day"]
    return np.concatenate([first, second[came]]), requisitions


def _ramped(calendar, chance, spells):
    """A row for each spell and month in which it was held, for some part of the days held."""
    edges = calendar.month_starts
    days = np.diff(np.clip(edges[None, :], spells["start_day"][:, None], spells["end_day"][:, None]), axis=1)
    spell, month = np.nonzero(days > 0)
    rows = np.zeros(len(spell), tables.RAMPED)
    rows["spell"], rows["month"] = spell, month
    rows["ramped_days"] = days[spell, month] * chance.random(len(spell))
    return rows


def _quotas(scenario, calendar, chance, seats):
    first_months = np.unique(calendar.quarter_of_month, return_index=True)[1]
    rows = np.zeros(seats * len(first_months), tables.QUOTAS)
    rows["seat"] = rows["holder"] = np.repeat(np.arange(seats), len(first_months))
    rows["month"] = np.tile(first_months, seats)
    rows["quarter"] = np.tile(np.arange(len(first_months)), seats)
    cells = np.zeros(seats, tables.QUOTAS)
    _cells(scenario, chance, cells)
    for field in ("segment", "region"):
        rows[field] = np.repeat(cells[field], len(first_months))
    rows["full_usd"] = 200_000
    rows["quota_usd"] = rows["full_usd"] * chance.choice([0.0, 0.25, 1.0], len(rows), p=[0.1, 0.2, 0.7])
    rows["attained_usd"] = chance.lognormal(11.8, 0.6, len(rows))
    return rows


def _payments(scenario, calendar, chance, count, seats):
    rows = np.zeros(count, tables.PAYMENTS)
    rows["month"] = chance.integers(0, calendar.months, count)
    rows["day"] = calendar.month_starts[rows["month"]]
    rows["seat"] = chance.integers(0, seats, count)
    _cells(scenario, chance, rows, first_segment=-1)
    rows["role"] = chance.integers(0, len(scenario.world.roles), count)
    rows["amount_usd"] = np.round(chance.lognormal(9, 0.3, count), 2)
    return rows


def _snapshots(scenario, calendar, chance):
    segments, regions = len(scenario.world.segments), len(scenario.world.regions)
    by_stage = (tables.OPEN_DEALS, tables.OPEN_USD)
    stages = len(names_of(scenario).stages)
    rows = [
        (month, quantity, segment, region, stage, 0.0)
        for month in range(calendar.months)
        for quantity in range(len(tables.SNAPSHOT_QUANTITIES))
        for segment in range(segments)
        for region in range(regions)
        for stage in (range(stages) if quantity in by_stage else [-1])
        if quantity != tables.COVERAGE_TARGET
    ]
    snapshots = np.array(rows, tables.SNAPSHOTS)
    snapshots["value"] = chance.uniform(1, 5000, len(snapshots))
    return snapshots
