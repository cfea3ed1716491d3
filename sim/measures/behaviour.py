"""Behaviour: how hard sellers work, and which deals they move, where the scenario lets pay act on them."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.measures.chapter import Chapter
from sim.measures.measure import QUARTERLY, SELDOM, Measure
from sim.measures.reading import Reading
from sim.measures.sums import Cube, by_month

_NAMES = ("efforts", "effort_choices", "pulled_in_usd", "pushed_out_usd", "discount_usd")


def _behaviour(reading: Reading) -> Cube:
    """Effort summed and counted over sellers and weeks, and US dollars of deals moved, in the month of the decision."""
    frame, ledger = reading.frame, reading.ledger
    months, cells = frame.periods.count_months, frame.groups.count_cells
    if not len(ledger.efforts) and not len(ledger.timings):
        return Cube(_NAMES, np.zeros((len(_NAMES), cells, 1, months)))
    seats = ledger.seats
    cell = np.zeros(int(seats["seat"].max(initial=0)) + 1, np.int64)
    cell[seats["seat"]] = reading.cells("seats")
    efforts, moves = ledger.efforts, ledger.timings
    chosen = cell[efforts["seat"]], frame.periods.month_index(efforts["day"])
    moved = cell[moves["seat"]], frame.periods.month_index(moves["day"])
    values = [by_month(frame, *chosen, efforts["effort"].astype(float)), by_month(frame, *chosen)]
    for amount in (
        moves["amount_usd"] * (moves["kind"] == tables.PULLED_IN),
        moves["amount_usd"] * (moves["kind"] == tables.PUSHED_OUT),
        moves["discount_usd"],
    ):
        values.append(by_month(frame, *moved, amount))
    return Cube(_NAMES, np.concatenate(values))


MEASURES = (
    Measure(
        "effort", "Effort, of the usual", "ratio", "average",
        "Mean effort of sellers; 1 is what a straight plan at the usual rate buys. Undefined without behaviour.",
        "sum of effort over sellers and weeks / number of them", lambda s: s["efforts"] / s["effort_choices"], SELDOM,
        shown_as="percent",
    ),
    Measure(
        "pulled_in", "Deals signed early",
        "USD", "flow", "Deals signed early at the end of a pay period, before their discount.",
        "sum of amounts of deals pulled in", lambda s: s["pulled_in_usd"], QUARTERLY,
    ),
    Measure(
        "pushed_out", "Deals put off",
        "USD", "flow", "Deals put off to the next pay period, those that are then lost included.",
        "sum of amounts of deals pushed out", lambda s: s["pushed_out_usd"], QUARTERLY,
    ),
    Measure(
        "discounts", "Discounts to sign early",
        "USD", "flow", "Given away to sign deals early; bookings are net of it.",
        "sum of discounts of deals pulled in", lambda s: s["discount_usd"], SELDOM, better="less",
    ),
)  # fmt: skip

CHAPTER = Chapter("Behaviour", MEASURES, sums=(_behaviour,))
