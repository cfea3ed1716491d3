"""People: who is in a seat, how far they are ramped, who comes and who goes."""

from __future__ import annotations

from sim.show.figures import attainment, capacity, comings, heads
from sim.show.page import Page, Subject

FIGURES = (
    Subject(
        "capacity_against_plan",
        "Capacity and what is booked of it",
        "Capacity is what the planner counts on from the ramped reps. It grows with every head, and leads do not: more"
        " heads raise it by more than they raise bookings. Bookings trail it by the length of a deal.",
        capacity.draw,
    ),
    Subject(
        "heads_and_ramp",
        "Heads and ramp",
        "The full bar is sellers in their seats, the dark part what they are worth in fully ramped sellers.",
        heads.draw,
    ),
    Subject(
        "comings_and_goings",
        "Comings and goings",
        "Upward who starts, downward who leaves, by cause. The line is what remains: heads won or lost in the quarter.",
        comings.draw,
        needs=("hires", "exits_voluntary"),
    ),
    Subject(
        "attainment_spread",
        "Attainment",
        "How the reps did against their own quotas. The thin line holds 8 outcomes in 10, the thick one half.",
        attainment.draw,
    ),
)
PAGE = Page(
    "people",
    "People",
    "Who is in a seat, how far they are ramped, who comes and who goes.",
    place=30,
    measures=(
        "heads", "selling_heads", "ramped_rep_equivalents", "productivity_capacity", "booked_of_capacity",
        "hires", "days_to_accept", "open_requisitions",
        "exits_voluntary", "exits_involuntary", "exits_dated", "attrition_rate", "vacancy_days", "span",
        "manager_vacancy_days", "attainment_mean", "attainment_median", "share_at_quota", "attention_used",
    ),
    figures=FIGURES,
)  # fmt: skip
