"""Partners: what they keep of the deals that they bring."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.money.cents import to_cents
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario


def margin_shares(scenario: Scenario) -> np.ndarray:
    """The part of a deal that its source keeps, by source; 0 for all but partners. By definition."""
    return np.array([source.kept_share for source in scenario.world.sources.values()])


def month_of_margins(
    shares: np.ndarray, month: int, start: float, end: float, credits: np.ndarray, deals: np.ndarray, codes: Codebook
) -> np.ndarray:
    """Partner margins on the deals credited in a month, one payment a cell, dated at the month's end.

    Args:
        shares: from ``margin_shares``. start, end: the month's first instant and the next month's, in days.
        credits: the ledger's credits so far, in order of day. deals: all deals, with ``cell`` and ``source``.
    Returns:
        Rows of ledger.PAYMENTS; each deal's margin is rounded to the cent.

    By definition.
    """
    if not shares.any():
        return np.zeros(0, ledger.PAYMENTS)
    part = credits[np.searchsorted(credits["day"], start) : np.searchsorted(credits["day"], end)]
    margin = to_cents(part["amount_usd"] * part["share"] * shares[deals["source"][part["deal"]]])
    by_cell = np.bincount(deals["cell"][part["deal"]], margin)
    cells = np.flatnonzero(by_cell)
    rows = np.zeros(len(cells), ledger.PAYMENTS)
    rows["day"], rows["month"], rows["kind"] = end, month, ledger.PARTNER_MARGIN
    rows["seat"], rows["role"] = -1, -1
    rows["segment"], rows["region"] = codes.segment_region(cells)
    rows["amount_usd"] = to_cents(by_cell[cells])
    return rows
