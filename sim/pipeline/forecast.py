"""Forecast: the close date that a rep expects, and how it is pushed when it has passed."""

from __future__ import annotations

from sim import ledger
from sim.compiled import inlined
from sim.pipeline.moves import write_move
from sim.pipeline.stages import cycle_of
from sim.pipeline.tables import NOBODY


@inlined
def expect_close(state, d, day):
    """Set the forecast close date: the median of what remains, from now; too early where nobody coaches its rep."""
    deal = state.deals[d]
    stage = state.stages[deal["segment"], deal["stage"]]
    remains = stage["median_remaining_days"] * cycle_of(state, deal)
    if deal["seat"] != NOBODY:
        remains *= 1.0 - state.seats[deal["seat"]]["early"]
    deal["forecast_close_day"] = day + remains


@inlined
def settle_slips(state, d, day):
    """Push a forecast close date that has passed, once for each time it was passed."""
    deal = state.deals[d]
    push = state.segments[deal["segment"]]["push_days"]
    while deal["forecast_close_day"] < day:
        write_move(state, deal["forecast_close_day"], d, ledger.SLIPPED)
        deal["forecast_close_day"] += push
        deal["slips"] += 1
