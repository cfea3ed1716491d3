"""Moves: what happens to a deal, written down as it happens."""

from __future__ import annotations

from sim import ledger
from sim.compiled import inlined
from sim.pipeline.rows import next_row
from sim.pipeline.tables import MOVES, growing

FIELDS = {"moves": growing(ledger.MOVES, MOVES, lambda ground: 8 * ground.room)}


@inlined
def write_move(state, day, d, kind):
    row = state.moves[next_row(state, MOVES, len(state.moves))]
    deal = state.deals[d]
    row["day"] = day
    row["deal"] = d
    row["seat"] = deal["seat"]
    row["kind"] = kind
    row["stage"] = deal["stage"]
