"""Base sums that roll the open pipeline on: what opens, plus what is created, less what ends, is what is left open.

Amounts are as they stand in the pipeline, before what is given away to sign early.
"""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.sums import Cube, Frame, place

NAMES = ("created_usd", "won_usd", "ended_usd", "open_deals_end", "open_usd_end")


def pipeline_cube(frame: Frame, ledger: Ledger, code: np.ndarray) -> Cube:
    """Dollars created, won and ended otherwise by source, and what is open at the end of each month, over all sources.

    Args:
        code: cell x sources + source of each deal.
    """
    months, sources = frame.periods.count_months, len(frame.groups.sources)
    amounts, moves = listed_usd(ledger), ledger.moves
    values = np.zeros((len(NAMES), frame.groups.count_cells, sources, months))
    in_run = (moves["day"] >= 0.0) & (moves["day"] < frame.periods.calendar.horizon)
    for row, kinds in enumerate(((tables.CREATED,), (tables.WIN,), (tables.LOSS, tables.GAVE_UP))):
        kept = moves[in_run & np.isin(moves["kind"], kinds)]
        index = code[kept["deal"]] * months + frame.periods.month_index(kept["day"])
        values[row] = place(frame, 1, sources, index, amounts[kept["deal"]])[0]
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
