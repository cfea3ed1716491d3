"""The number: bookings against target, and what the plans change."""

from __future__ import annotations

from sim.show import contest, sharper
from sim.show.figures import cost_against_odds, difference, fan, odds
from sim.show.page import Page, Subject

FIGURES = (
    Subject(
        "cumulative_bookings",
        "Bookings against target",
        "The line is the middle outcome. The band holds 8 outcomes in 10: one in ten ends above it, one in ten below.",
        fan.draw,
    ),
    Subject(
        "odds_by_quarter",
        "Odds of meeting the target",
        "Left, how often bookings so far have kept up with the target. Right, how often a quarter alone makes its"
        " number. The bars show how far off these figures may be because the number of replications is finite.",
        odds.draw,
    ),
    Subject(
        "difference",
        "What the plans change",
        "Each replication plays all plans under the same luck, so the difference is the plan's own. A black bar that"
        " crosses zero means that the mean cannot be told from zero.",
        difference.draw,
        compares=True,
    ),
    Subject(
        "cost_against_odds",
        "Cost against odds",
        "Up is likelier to meet the target, left is cheaper. Two plans whose vertical bars overlap may still differ,"
        " because they share their luck; the table of differences decides.",
        cost_against_odds.draw,
        reading_alone="Each dot is one replication; filled ones meet the target.",
    ),
)
PAGE = Page(
    "number",
    "The number",
    "",
    place=10,
    tables=lambda run: [*contest.tables(run), *sharper.tables(run)],
    figures=FIGURES,
)  # fmt: skip
