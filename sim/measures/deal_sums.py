"""Base sums over moves, credits and snapshots."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.sums import Cube, Frame, days_between, place, wide

# Moves that are counted, and by which name.
_COUNTED = {
    tables.CREATED: "created",
    tables.WIN: "wins",
    tables.LOSS: "losses",
    tables.GAVE_UP: "no_decisions",
    tables.ORPHAN: "orphaned",
    tables.SLIPPED: "slips",
}
_ROW_OF_KIND = np.full(len(tables.MOVE_KINDS), -1, np.int64)
_ROW_OF_KIND[list(_COUNTED)] = range(len(_COUNTED))
_MOVE_NAMES = tuple(_COUNTED.values())

_STATES = {
    tables.OPEN_DEALS: "open_deals",
    tables.OPEN_USD: "open_usd",
    tables.DATED_IN_MONTH_USD: "dated_in_month_usd",
    tables.DATED_IN_QUARTER_USD: "dated_in_quarter_usd",
    tables.HOURS_USED: "hours_used",
    tables.HOURS_HELD: "hours_held",
    tables.WAITING_LEADS: "waiting_leads",
    tables.COVERAGE_TARGET: "coverage_target",
    tables.COMMITTED_USD: "committed_usd",
    tables.SE_PLACES_USED: "se_places_used",
    tables.SE_PLACES_HELD: "se_places_held",
    tables.ACCOUNTS: "accounts",
    tables.ACCOUNTS_FREE: "accounts_free",
    tables.ACCOUNTS_WORKED: "accounts_worked",
    tables.ACCOUNTS_COOLING: "accounts_cooling",
    tables.ACCOUNTS_CUSTOMERS: "accounts_customers",
    tables.ACCOUNTS_TAKEN: "accounts_taken",
    tables.LED: "led",
    tables.COACHED: "coached",
}


def deal_code(frame: Frame, ledger: Ledger) -> np.ndarray:
    """Cell and source of each deal as one number, cell x sources + source; shape (deals,)."""
    deals = ledger.deals
    return frame.groups.cell(deals["segment"], deals["region"]) * len(frame.groups.sources) + wide(deals["source"])


def deal_cube(frame: Frame, ledger: Ledger, code: np.ndarray, partners: np.ndarray) -> Cube:
    """Counts of moves, the ages of deals that end, and bookings, from day 0 on.

    ``partners`` is 1.0 for the sources that are partners, shape (sources,).

    The deals of the first day carry their true, negative, day of creation.
    """
    months, sources = frame.periods.count_months, len(frame.groups.sources)
    row = _ROW_OF_KIND.take(ledger.moves["kind"])
    day = np.ascontiguousarray(ledger.moves["day"])
    kept = np.flatnonzero((row >= 0) & (day >= 0.0) & (day < frame.periods.calendar.horizon))
    row, day, deal = row.take(kept), day.take(kept), ledger.moves["deal"].take(kept)
    index = code.take(deal) * months + frame.periods.month_index(day)
    counts = place(frame, len(_MOVE_NAMES), sources, row * (frame.groups.count_cells * sources * months) + index)
    values = [counts]
    for kind in (tables.WIN, tables.LOSS):
        ended = np.flatnonzero(row == _ROW_OF_KIND[kind])
        age_days = day[ended] - ledger.deals["created_day"][deal[ended]]
        values.append(place(frame, 1, sources, index[ended], age_days))
    bookings = _bookings(frame, ledger, code)
    values += [bookings, bookings * partners[:, None]]
    names = (*_MOVE_NAMES, "wins_days", "losses_days", "bookings", "partner_bookings")
    return Cube(names, np.concatenate(values), "source")


def wait_cube(frame: Frame, ledger: Ledger, code: np.ndarray) -> Cube:
    """Waits for a solution engineer that ended, and the days that deals stood in line, also if they still do."""
    rows, months = ledger.waits[ledger.waits["day"] >= 0.0], frame.periods.count_months
    cell = code[rows["deal"]] // len(frame.groups.sources)
    over = (rows["ended"] != tables.STILL_WAITS) & (rows["day"] < frame.periods.calendar.horizon)
    values = []
    for kept in (over, over & (rows["ended"] == tables.SE_CAME), over & (rows["ended"] == tables.WENT_WITHOUT)):
        values.append(place(frame, 1, 1, cell[kept] * months + frame.periods.month_index(rows["day"][kept])))
    waited = np.flatnonzero(rows["days"] > 0.0)
    days = days_between(frame, (rows["day"] - rows["days"])[waited], rows["day"][waited])
    index = cell[waited, None] * months + np.arange(months)
    values.append(place(frame, 1, 1, index.ravel(), days.ravel()))
    return Cube(("se_waits", "se_with", "se_without", "se_line_days"), np.concatenate(values))


def _bookings(frame: Frame, ledger: Ledger, code: np.ndarray) -> np.ndarray:
    credits = ledger.credits
    kept = credits[(credits["day"] >= 0.0) & (credits["day"] < frame.periods.calendar.horizon)]
    index = code[kept["deal"]] * frame.periods.count_months + frame.periods.month_index(kept["day"])
    return place(frame, 1, len(frame.groups.sources), index, kept["share"] * kept["amount_usd"])


def snapshot_cubes(frame: Frame, ledger: Ledger) -> list[Cube]:
    """States at each month's first instant: over all stages, and those that are kept by stage. Hours are of the month.

    The coverage policy aims at one ratio in each cell, so its rows are counted too, for a mean over cells.
    """
    rows = ledger.snapshots
    rows = rows[(rows["month"] >= 0) & (rows["month"] < frame.periods.count_months)]
    stages = len(frame.groups.stages) + 1
    cell = frame.groups.cell(rows["segment"], rows["region"])
    stage = wide(rows["stage"]) % stages
    index = (wide(rows["quantity"]) * frame.groups.count_cells + cell) * stages + stage
    values = place(frame, len(_STATES), stages, index * frame.periods.count_months + rows["month"], rows["value"])
    names = tuple(_STATES[q] for q in range(len(_STATES)))
    aims = rows["quantity"] == tables.COVERAGE_TARGET
    aimed = place(frame, 1, 1, cell[aims] * frame.periods.count_months + rows["month"][aims])
    whole = np.concatenate([values[:, :, -1:], aimed])
    return [Cube((*names, "coverage_aims"), whole), Cube(names, values[:, :, :-1], "stage")]
