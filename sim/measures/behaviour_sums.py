"""Base sums over what sellers decided: effort, deals signed early or put off, discounts."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.sums import Cube, Frame, place

_NAMES = ("efforts", "effort_choices", "pulled_in_usd", "pushed_out_usd", "discount_usd")


def behaviour_cube(frame: Frame, ledger: Ledger) -> Cube:
    """Effort summed and counted over sellers and weeks, and US dollars of deals moved, in the month of the decision."""
    months, cells = frame.periods.count_months, frame.groups.count_cells
    if not len(ledger.efforts) and not len(ledger.timings):
        return Cube(_NAMES, np.zeros((len(_NAMES), cells, 1, months)))
    seats = ledger.seats
    cell = np.zeros(int(seats["seat"].max(initial=0)) + 1, np.int64)
    cell[seats["seat"]] = frame.groups.cell(seats["segment"], seats["region"])
    chosen = cell[ledger.efforts["seat"]] * months + frame.periods.month_index(ledger.efforts["day"])
    moves = ledger.timings
    moved = cell[moves["seat"]] * months + frame.periods.month_index(moves["day"])
    values = [place(frame, 1, 1, chosen, ledger.efforts["effort"].astype(float)), place(frame, 1, 1, chosen)]
    for amount in (
        moves["amount_usd"] * (moves["kind"] == tables.PULLED_IN),
        moves["amount_usd"] * (moves["kind"] == tables.PUSHED_OUT),
        moves["discount_usd"],
    ):
        values.append(place(frame, 1, 1, moved, amount))
    return Cube(_NAMES, np.concatenate(values))
