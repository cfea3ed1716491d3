"""Measures of money: what the sales organization costs."""

from __future__ import annotations

from sim.measures.measure import (
    BY_ROLE_AND_QUARTER,
    DETAIL,
    Measure,
)

MONEY_MEASURES = (
    Measure(
        "cost", "USD", "flow", "Loaded cost of the sales organization.",
        "sum of payments: salaries, commissions, benefits, recruiting, overhead, programs and partner margins",
        lambda s: s["cost"], DETAIL | BY_ROLE_AND_QUARTER,
    ),
    Measure(
        "cost_of_sales", "ratio", "ratio", "Cost of a dollar booked.", "cost / bookings",
        lambda s: s["cost"] / s["bookings"], DETAIL,
    ),
)  # fmt: skip
