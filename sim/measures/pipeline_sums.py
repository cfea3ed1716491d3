"""Base sums that roll the open pipeline on: what opens, plus what is created, less what ends, is what is left open.

Amounts are as they stand in the pipeline, before what is given away to sign early.
"""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.sums import Cube, Frame, place

_ROW_OF_KIND = np.full(len(tables.MOVE_KINDS), -1, np.int64)
_ROW_OF_KIND[[tables.CREATED, tables.WIN, tables.LOSS, tables.GAVE_UP]] = 0, 1, 2, 2
NAMES = ("created_usd", "won_usd", "ended_usd", "open_deals_end", "open_usd_end")


def pipeline_cube(frame: Frame, ledger: Ledger, code: np.ndarray) -> Cube:
    """Dollars created, won and ended otherwise by source, and what is open at the end of each month, over all sources.

    Args:
        code: cell x sources + source of each deal.
    """
    months, sources = frame.periods.count_months, len(frame.groups.sources)
    amounts, moves = listed_usd(ledger), ledger.moves
    values = np.zeros((len(NAMES), frame.groups.count_cells, sources, months))
    row, day = _ROW_OF_KIND.take(moves["kind"]), np.ascontiguousarray(moves["day"])
    kept = np.flatnonzero((row >= 0) & (day >= 0.0) & (day < frame.periods.calendar.horizon))
    row, day, deal = row.take(kept), day.take(kept), moves["deal"].take(kept)
    index = row * values[0].size + code.take(deal) * months + frame.periods.month_index(day)
    values[:3] = place(frame, 3, sources, index, amounts.take(deal))
    values[3:, :, 0] = _at_end(frame, ledger, amounts, code // sources)
    return Cube(NAMES, values, "source")


def listed_usd(ledger: Ledger) -> np.ndarray:
    """The amount of each deal before what was given away to sign it early; shape (deals,)."""
    usd = ledger.deals["amount_usd"].copy()
    np.add.at(usd, ledger.timings["deal"], ledger.timings["discount_usd"])
    return usd


def _at_end(frame: Frame, ledger: Ledger, amounts: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Deals open as each month ends, and their dollars; shape (2, cells, M). At the horizon what the deals say."""
    months, rows = frame.periods.count_months, ledger.snapshots
    rows = rows[(rows["stage"] < 0) & (rows["month"] > 0) & (rows["month"] < months)]
    at = frame.groups.cell(rows["segment"], rows["region"]) * months + rows["month"] - 1
    found = []
    still_open = np.flatnonzero(np.isin(ledger.deals["state"], tables.OPEN_STATES))
    for quantity, weights in ((tables.OPEN_DEALS, np.ones(len(amounts))), (tables.OPEN_USD, amounts)):
        of = rows["quantity"] == quantity
        values = place(frame, 1, 1, at[of], rows["value"][of])[0, :, 0]
        values[:, -1] = np.bincount(cell[still_open], weights[still_open], frame.groups.count_cells)
        found.append(values)
    return np.array(found)
