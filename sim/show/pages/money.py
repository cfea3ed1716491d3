"""The P&L that Finance reads: revenue, cost by line and cash, by quarter and year, in thousands of dollars."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.results.run_folder import RunFolder
from sim.show.figures import cash as cash_figure
from sim.show.figures import profit as profit_figure
from sim.show.formats import Cell, period_name
from sim.show.page import Page, Subject
from sim.show.tables import SPREAD_COLUMNS, Row, Table
from sim.show.words import plan_name, sentence

MOST_QUARTERS = 8
NEEDS = ("recognized_revenue",)


@dataclass(frozen=True)
class Line:
    """A line of the statement. ``kind`` sets its weight, as of a row of a table."""

    measure: str
    kind: str = "plain"
    name: str = ""  # the measure's own, unless given


LINES = (
    Line("recognized_revenue", "year"),
    Line("cost_to_serve"),
    Line("gross_profit", "year"),
    Line("gross_margin", name="Gross margin, of revenue"),
    Line("written_off", name="Bad debt"),
    Line("salaries"),
    Line("variable_pay"),
    Line("benefits"),
    Line("recruiting", name="Recruiting and onboarding"),
    Line("training"),
    Line("severance"),
    Line("programs"),
    Line("partner_margins"),
    Line("overhead"),
    Line("other_cost", name="Other sales and marketing"),
    Line("cost", "year", "Cost of the sales organization"),
    Line("contribution", "total"),
    Line("billings"),
    Line("collections"),
    Line("cash_flow", "year"),
    Line("cash"),
    Line("deferred_revenue"),
    Line("receivables"),
)
SPREAD = ("recognized_revenue", "gross_profit", "cost", "contribution", "cash_flow")


def statements(run: RunFolder) -> list[Table]:
    """For each plan the statement in means, which add up, and the range of its main lines; none without billing."""
    if not all(run.has(measure) for measure in NEEDS):
        return []
    return [table for plan in run.plans for table in (means(run, plan), ranges(run, plan))]


def means(run: RunFolder, plan: str) -> Table:
    """Means by line and period: of quarters and years, or of years alone in a long run."""
    kinds = ["year", "total"] if len(run.periods("quarter")) > MOST_QUARTERS else ["quarter", "year", "total"]
    periods = [(kind, period) for kind in kinds for period in run.periods(kind)]
    rows = []
    for line in LINES:
        values = [run.statistic(plan, line.measure, "mean", kind, period) for kind, period in periods]
        if any(math.isfinite(value) and value != 0.0 for value in values):
            form = "percent" if run.format_of(line.measure) == "percent" else "thousands"
            cells = (Cell(value, form) for value in values)
            rows.append(Row((line.name or run.label(line.measure), *cells), line.kind))
    return Table(
        f"{sentence(plan_name(plan, 60))}: P&L and cash, mean, thousands of USD",
        ("", *(period_name(period) for _, period in periods)),
        rows,
        note="Means add up over lines and periods; percentiles do not. Revenue less cost to serve is gross profit; that"
        " less bad debt and the cost of the sales organization is contribution. Bad debt counts when an invoice is"
        " given up, and takes it off receivables. Cash flow is collections less cost to serve, paid in the month in"
        " which it is incurred, less cost on the day on which it is paid. Balances stand at the period's end, cash"
        " counts from the first day.",
    )


def ranges(run: RunFolder, plan: str) -> Table:
    """Mean, P10, P50 and P90 of the main lines, one row a quarter, year and the run."""
    rows = []
    for kind in ("quarter", "year", "total"):
        for period in run.periods(kind):
            cells = [
                Cell(run.statistic(plan, measure, name, kind, period), "thousands")
                for measure in SPREAD
                for name in ("mean", "p10", "p50", "p90")
            ]
            rows.append(Row((period_name(period), *cells), kind))
    return Table(
        f"{sentence(plan_name(plan, 60))}: range of the main lines, thousands of USD",
        ("Period", *("Mean", *SPREAD_COLUMNS) * len(SPREAD)),
        rows,
        (("", 1), *((run.label(measure), 4) for measure in SPREAD)),
    )


FIGURES = (
    Subject(
        "profit_and_loss",
        "Profit and loss",
        "Revenue is earned over the terms of contracts, so it follows bookings late. The dashed line takes off what it"
        " costs to serve customers, the black line also what it costs to sell. The bars show that cost line by line.",
        profit_figure.draw,
        needs=profit_figure.MEASURES,
    ),
    Subject(
        "cash",
        "Cash",
        "The line is the middle outcome, the band holds 8 outcomes in 10. Customers of the first day pay too, for what"
        " they owe and renew. What it costs to serve customers is not taken off.",
        cash_figure.draw,
        needs=cash_figure.MEASURES,
    ),
)
PAGE = Page(
    "money",
    "Money",
    "From contracts to cash: revenue is earned evenly by day over each term, invoices are written in advance and"
    " paid later. Cost is that of the sales organization. What is sold late in the run is earned after it, so a"
    " plan that saves on selling looks better here than it is.",
    place=70,
    measures=(
        "recognized_revenue", "gross_profit", "gross_margin", "cost", "contribution", "cash_flow", "cash",
        "deferred_revenue", "receivables", "new_customers", "cac", "cac_ratio", "cac_ratio_blended",
        "cac_payback_months", "cac_payback_months_new_arr", "ltv", "ltv_to_cac", "magic_number",
    ),
    needs=NEEDS,
    tables=statements,
    figures=FIGURES,
)  # fmt: skip
