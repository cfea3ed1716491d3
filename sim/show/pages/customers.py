"""Customers: what becomes of a deal after it is won."""

from __future__ import annotations

from sim.show.figures import retention, waterfall
from sim.show.page import Page, Subject

FIGURES = (
    Subject(
        "arr_waterfall",
        "From opening to closing ARR",
        "Mean over replications. Each step starts where the one before it ends; the whole adds up to the cent in every"
        " replication.",
        waterfall.draw,
        needs=waterfall.MEASURES,
    ),
    Subject(
        "retention",
        "Retention",
        "Of the ARR that a year began with, what the same customers are worth at its end: gross without what they"
        " bought more, net with it.",
        retention.draw,
        needs=retention.MEASURES,
    ),
)
PAGE = Page(
    "customers",
    "Customers",
    "What becomes of a deal after it is won. Bookings are the first-year value of new and expansion deals;"
    " renewals are counted here only.",
    place=50,
    measures=(
        "customers", "new_customers", "lost_customers", "customers_at_end",
        "arr", "new_arr", "expansion_arr", "contraction_arr", "churned_arr", "arr_at_end", "nrr", "grr",
        "orphaned_arr_lost",
    ),
    needs=("arr",),
    figures=FIGURES,
)  # fmt: skip
