"""Moves: what happens to a deal, written down as it happens."""

from __future__ import annotations

from sim.compiled import inlined
from sim.pipeline.tables import MOVES


@inlined
def write_move(state, day, d, kind):
    row = state.moves[state.count[MOVES]]
    deal = state.deals[d]
    row["day"] = day
    row["deal"] = d
    row["seat"] = deal["seat"]
    row["kind"] = kind
    row["stage"] = deal["stage"]
    state.count[MOVES] += 1
