"""Measures of what a plan is worth: what it leaves to the horizon, and what it leaves behind there."""

from __future__ import annotations

import numpy as np

from sim.measures.measure import Measure
from sim.measures.revenue_measures import contribution
from sim.measures.sums import Sums

_WHOLE_RUN = {"all": "total", "segment": "total", "region": "total", "segment_region": "total"}
_COUNTS = (
    "in the world.value.years after the horizon, a dollar t years after it counting"
    " (1 + world.value.discount_per_year)^-t; undefined without world.billing"
)
_SHARED = "a segment's leaves out people, programs and other cost of no one segment"


def _value(sums: Sums) -> np.ndarray:
    return contribution(sums) + sums["run_off_usd"] + sums["pipeline_usd"]


VALUE_MEASURES = (
    Measure(
        "value", "Value",
        "USD", "state", "What a plan is worth: what it brings to the horizon and what it leaves there.",
        f"contribution + run_off_value + pipeline_value, of the whole run; {_SHARED}", _value, _WHOLE_RUN,
    ),
    Measure(
        "run_off_value", "Run off value",
        "USD", "state", "Margin expected after the horizon of the customers there at it.",
        "sum over contracts in force at the horizon of ARR, with what slow starts have still to grow, x the chance that"
        " it stays by the renewal rule in a neutral market at the reference load x what is left of a dollar after cost"
        f" to serve and uncollectible invoices, less what the people who serve them cost at that load, {_COUNTS}",
        lambda s: s["run_off_usd"], _WHOLE_RUN,
    ),
    Measure(
        "pipeline_value", "Pipeline value", "USD", "state", "Margin expected of the deals open at the horizon.",
        "sum over open deals of the chance to be won x what a win runs off to from the forecast close date, less"
        f" variable pay at the run's mean rate and partner margins, {_COUNTS}",
        lambda s: s["pipeline_usd"], _WHOLE_RUN,
    ),
)  # fmt: skip
