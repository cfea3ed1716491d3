"""Market and demand: where pipeline comes from, and what holds it back."""

from __future__ import annotations

from sim.show.figures import coverage, limits, pipeline, sources
from sim.show.page import Page, Subject

FIGURES = (
    Subject(
        "pipeline_by_source",
        "Where pipeline comes from",
        "The value of the opportunities created in each quarter, by the source that found them.",
        sources.draw,
        needs=("pipeline_created",),
    ),
    Subject(
        "pipeline_by_stage",
        "Pipeline by stage",
        "What is open when a quarter starts, at full value, whenever it may close. Early stages stand at the bottom.",
        pipeline.draw,
    ),
    Subject(
        "coverage",
        "Coverage, target and achieved",
        "The policy looks at all that is open. The dotted line counts only deals with a forecast close date in the"
        " quarter; deals that are created within the quarter come on top.",
        coverage.draw,
    ),
    Subject(
        "limits",
        "What holds demand back",
        "A territory is saturated as far as its accounts are worked, cooling off or customers. A deal waits when every"
        " expert of its pool is busy.",
        limits.draw,
        needs=limits.MEASURES,
    ),
)
PAGE = Page(
    "market",
    "Market and demand",
    "Where pipeline comes from, and what holds it back: the market, territories that fill up, and experts to wait"
    " for.",
    place=40,
    measures=(
        "opportunities_created", "open_pipeline", "pipeline_created", "pipeline_won", "pipeline_lost",
        "open_pipeline_at_end", "coverage_target", "policy_coverage",
        "win_rate_broad", "cycle_days_won", "average_deal", "partner_bookings", "accounts_touched",
        "territory_saturation", "se_wait_days", "without_se_share", "deals_orphaned",
        "slips",
    ),
    figures=FIGURES,
)  # fmt: skip
