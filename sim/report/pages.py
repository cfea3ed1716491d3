"""Pages: what the report tells, subject by subject, each with its pictures and one table of its measures by year."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.figures import Picture
from sim.report.run_folder import RunFolder
from sim.report.tables import Table, by_year


@dataclass(frozen=True)
class Page:
    """A part of the report. ``measures`` are those of its table, in order; what a run does not have is left out."""

    name: str
    heading: str
    opening: str  # what the page is about, one or two sentences
    measures: tuple[str, ...] = ()


PAGES = (
    Page("number", "The number", ""),
    Page(
        "people",
        "People",
        "Who is in a seat, how far they are ramped, who comes and who goes.",
        (
            "heads", "selling_heads", "ramped_rep_equivalents", "hires", "days_to_accept", "open_requisitions",
            "exits_voluntary", "exits_involuntary", "exits_dated", "attrition_rate", "vacancy_days", "span",
            "manager_vacancy_days", "attainment_mean", "attainment_median", "share_at_quota", "attention_used",
        ),
    ),
    Page(
        "market",
        "Market and demand",
        "Where pipeline comes from, and what holds it back: the market, territories that fill up, and experts to wait"
        " for.",
        (
            "opportunities_created", "pipeline_created", "open_pipeline", "coverage_target", "policy_coverage",
            "win_rate_broad", "cycle_days_won", "average_deal", "partner_bookings", "accounts_touched",
            "territory_saturation", "se_wait_days", "deals_orphaned", "slips",
        ),
    ),
    Page(
        "customers",
        "Customers",
        "What becomes of a deal after it is won. Bookings are the first-year value of new and expansion deals;"
        " renewals are counted here only.",
        (
            "customers", "arr", "new_arr", "expansion_arr", "contraction_arr", "churned_arr", "nrr", "grr",
            "orphaned_arr_lost",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A page with what a run has to show on it."""

    page: Page
    pictures: list[Picture]
    table: Table | None


def shown(run: RunFolder, pictures: list[Picture]) -> list[Shown]:
    """The pages that have a picture or a number to show, in order."""
    found = [
        Shown(page, [p for p in pictures if p.subject.page == page.name], by_year(run, page.heading, page.measures))
        for page in PAGES
    ]
    return [one for one in found if one.pictures or one.table]
