"""Pages: what the report tells, subject by subject, each with its pictures and one table of its measures by year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.results.run_folder import RunFolder
from sim.show import pay, plan, profit_and_loss
from sim.show.figures import Picture
from sim.show.tables import Table, by_year, table_or_reason, tables_or_reason


@dataclass(frozen=True)
class Page:
    """A part of the report. ``measures`` are those of its table, in order; what a run does not have is left out."""

    name: str
    heading: str
    opening: str  # what the page is about, one or two sentences
    measures: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # measures without which the page is left out
    tables: Callable[[RunFolder], list[Table]] = lambda run: []  # before the one by year


PAGES = (
    Page("number", "The number", ""),
    Page(
        "plan",
        "The plan",
        "Who is hired when and who goes, the heads and the cost that follow, and what one more head would bring.",
        tables=plan.tables,
    ),
    Page(
        "people",
        "People",
        "Who is in a seat, how far they are ramped, who comes and who goes.",
        (
            "heads", "selling_heads", "ramped_rep_equivalents", "productivity_capacity", "booked_of_capacity",
            "hires", "days_to_accept", "open_requisitions",
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
            "opportunities_created", "open_pipeline", "pipeline_created", "pipeline_won", "pipeline_lost",
            "open_pipeline_at_end", "coverage_target", "policy_coverage",
            "win_rate_broad", "cycle_days_won", "average_deal", "partner_bookings", "accounts_touched",
            "territory_saturation", "se_wait_days", "without_se_share", "deals_orphaned",
            "slips",
        ),
    ),
    Page(
        "customers",
        "Customers",
        "What becomes of a deal after it is won. Bookings are the first-year value of new and expansion deals;"
        " renewals are counted here only.",
        (
            "customers", "new_customers", "lost_customers", "customers_at_end",
            "arr", "new_arr", "expansion_arr", "contraction_arr", "churned_arr", "arr_at_end", "nrr", "grr",
            "orphaned_arr_lost",
        ),
        ("arr",),
    ),
    Page(
        "pay",
        "Pay",
        "What the pay plans promise, what they cost, who earns it, and who leaves. Pay changes what sellers do only as"
        " far as the scenario lets it: with world.behaviour.responsiveness at 0 a plan moves money and nothing else.",
        (
            "variable_pay", "commission_rate_effective", "cost_of_sales", "pay_mix", "quota_per_rep", "quota_to_ote",
            "pay_to_ote", "pay_to_ote_p10", "pay_to_ote_p90", "resignation_rate", "regretted_exits", "effort",
            "pulled_in", "pushed_out", "discounts",
        ),
        pay.NEEDS,
        pay.tables,
    ),
    Page(
        "money",
        "Money",
        "From contracts to cash: revenue is earned evenly by day over each term, invoices are written in advance and"
        " paid later. Cost is that of the sales organization. What is sold late in the run is earned after it, so a"
        " plan that saves on selling looks better here than it is.",
        (
            "recognized_revenue", "gross_profit", "gross_margin", "cost", "contribution", "cash_flow", "cash",
            "deferred_revenue", "receivables", "new_customers", "cac", "cac_ratio", "cac_ratio_blended",
            "cac_payback_months", "cac_payback_months_new_arr", "ltv", "ltv_to_cac", "magic_number",
        ),
        profit_and_loss.NEEDS,
        profit_and_loss.statements,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A page with what a run has to show on it."""

    page: Page
    pictures: list[Picture]
    tables: list[Table]


def shown(run: RunFolder, pictures: list[Picture]) -> list[Shown]:
    """The pages that have a picture or a number to show, in order."""
    found = []
    for page in PAGES:
        if all(run.has(measure) for measure in page.needs):
            own = [picture for picture in pictures if picture.subject.page == page.name]
            found.append(Shown(page, own, _tables(run, page)))
    return [one for one in found if one.pictures or one.tables]


def _tables(run: RunFolder, page: Page) -> list[Table]:
    own = tables_or_reason(page.heading, lambda: page.tables(run))
    yearly = table_or_reason(f"{page.heading} by year", lambda: by_year(run, page.heading, page.measures))
    return [*own, *([yearly] if yearly else [])]
