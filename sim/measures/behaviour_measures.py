"""Measures of behaviour: how hard sellers work, and which deals they move, where the scenario lets pay act on them."""

from __future__ import annotations

from sim.measures.measure import QUARTERLY, SELDOM, Measure

BEHAVIOUR_MEASURES = (
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
        "sum of discounts of deals pulled in", lambda s: s["discount_usd"], SELDOM,
    ),
)  # fmt: skip
