"""Triggers: whether what a plan waits for happens, and when."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.measures.chapter import Chapter
from sim.measures.measure import Measure
from sim.measures.reading import Reading
from sim.measures.sums import Cube, add_up, positive
from sim.scenario.triggers import reason_of

_NAMES = ("fired", "months_before")


def _fired(reading: Reading) -> Cube:
    """Triggers that fired and the months before they did, by trigger, in the month in which they did."""
    frame, ledger = reading.frame, reading.ledger
    names, months = frame.groups.triggers, frame.periods.count_months
    rows = ledger.decisions[ledger.decisions["kind"] == tables.FIRED]
    place = {reason_of(name): k for k, name in enumerate(names)}
    which = np.array([place[ledger.names.reasons[reason]] for reason in rows["reason"]], np.int64)
    month = frame.periods.month_index(rows["day"])
    index = (frame.groups.cell(rows["segment"], rows["region"]) * len(names) + which) * months + month
    values = [add_up(frame, 1, len(names), index), add_up(frame, 1, len(names), index, month.astype(float))]
    return Cube(_NAMES, np.concatenate(values), "trigger")


MEASURES = (
    Measure(
        "fired", "Odds that it fires",
        "share", "ratio", "Whether a trigger fires in the period; its mean is the chance that it does.",
        "1 if it fires, else 0", lambda s: s["fired"], {"trigger": "month"}, yes_no=True,
    ),
    Measure(
        "months_until_fired", "Months until it fires",
        "months", "ratio", "Whole months from the first day to the day on which a trigger fires, where it does.",
        "months before it fires; undefined where it does not", lambda s: s["months_before"] / positive(s["fired"]),
        {"trigger": "total"},
    ),
)  # fmt: skip

CHAPTER = Chapter("Triggers", MEASURES, sums=(_fired,))
