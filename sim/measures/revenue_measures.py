"""Measures from contracts to cash, and unit economics: what a customer costs to win and what one is worth."""

from __future__ import annotations

import numpy as np

from sim.measures.means import OfParts, months_to_earn, over, payback, payback_on_average
from sim.measures.measure import QUARTERLY, Measure
from sim.measures.periods import QUARTER
from sim.measures.sums import Sums, positive
from sim.measures.value_sums import LIFETIME_YEARS

_BOOKS = {"all": "month", "segment": "year", "region": "year"}  # flows and the balances that they roll
_YEARLY = {"all": "year", "segment": "year"}
_UNDEFINED = "undefined without world.billing"
_SHARED = "a segment's cost leaves out people, programs and other cost of no one segment"


def contribution(sums: Sums) -> np.ndarray:
    """What revenue leaves after serving it, after what is never paid and after selling it; shape (G, T)."""
    return sums["gross_profit"] - sums["written_off"] - sums["cost"]


def _margin(sums: Sums) -> np.ndarray:
    return sums["gross_profit"] / positive(sums["recognized_revenue"])


def _arpa_usd_per_year(sums: Sums) -> np.ndarray:
    """Average revenue per account: ARR over customers, means over month starts."""
    return sums.month_mean("arr") / positive(sums.month_mean("customers"))


def _cac(sums: Sums) -> np.ndarray:
    return sums["cost"] / positive(sums["new_customers"])


def _magic_number(sums: Sums) -> np.ndarray:
    """Of whole quarters that follow on a whole quarter; years and the total: the mean of their quarters."""
    periods = sums.frame.periods
    quarters = periods.of_kind(QUARTER)
    a_year, cost = sums.average("yearly_revenue_days")[:, quarters], sums["cost"][:, quarters]
    whole = periods.months[quarters].sum(axis=1) == 3
    values = np.full(a_year.shape, np.nan)
    values[:, 1:] = (a_year[:, 1:] - a_year[:, :-1]) / positive(cost[:, :-1])
    values[:, 1:][:, ~(whole[1:] & whole[:-1])] = np.nan
    months = np.full((len(values), periods.count_months), np.nan)
    return periods.with_means(months, values)


REVENUE_MEASURES = (
    Measure(
        "recognized_revenue", "Revenue", "USD", "flow", "Revenue earned.",
        "sum over contracts of their value, evenly by day over the term; a sale without a term when it is won; "
        + _UNDEFINED,
        lambda s: s["recognized_revenue"], _BOOKS,
    ),
    Measure(
        "cost_to_serve", "Cost to serve",
        "USD", "flow", "What it costs to serve the customers whose revenue is earned.",
        "recognized_revenue x (1 - gross_margin_share), in whole cents; customer success people are in cost",
        lambda s: s["cost_to_serve"], _BOOKS,
    ),
    Measure(
        "gross_profit", "Gross profit",
        "USD", "flow", "What revenue leaves after serving it.", "recognized_revenue - cost_to_serve",
        lambda s: s["gross_profit"], _BOOKS,
    ),
    Measure(
        "gross_margin", "Gross margin", "share", "ratio", "Part of revenue that is left after serving it.",
        "gross_profit / recognized_revenue", _margin, _BOOKS, over("gross_profit", "recognized_revenue"),
    ),
    Measure(
        "billings", "Billings", "USD", "flow", "Invoices written.",
        "each contract in advance, by its segment's schedule; a sale without a term when it is won; " + _UNDEFINED,
        lambda s: s["billings"], _BOOKS,
    ),
    Measure(
        "collections", "Collections", "USD", "flow", "What customers paid.",
        "invoices less the uncollectible share, by the collection days; customers of the first day pay for what they"
        " were billed before, one-off sales before it are taken as paid; " + _UNDEFINED,
        lambda s: s["collections"], _BOOKS,
    ),
    Measure(
        "written_off", "Bad debt", "USD", "flow", "Bad debt: invoices given up.",
        "uncollectible share of invoices, write_off_days later", lambda s: s["written_off"], _BOOKS,
    ),
    Measure(
        "cash_flow", "Cash flow", "USD", "flow", "Cash that the sales organization brings, less what it takes.",
        "collections - cost_to_serve, paid in the month in which its revenue is earned - payments of cost by the day on"
        " which they are paid",
        lambda s: s["collections"] - s["cost_to_serve"] - s["cash_paid"], _BOOKS,
    ),
    Measure(
        "cash_at_start", "Cash, at the start",
        "USD", "state", "Cash flow from the first day to the period's start; 0 on the first day.",
        "sum of cash_flow before", lambda s: s.at_start("cash_start"), _BOOKS,
    ),
    Measure(
        "cash", "Cash, at the end",
        "USD", "state", "Cash flow from the first day to the period's end.", "cash_at_start + cash_flow",
        lambda s: s.at_end("cash"), _BOOKS,
    ),
    Measure(
        "deferred_revenue_at_start", "Deferred revenue, at the start",
        "USD", "state", "Invoiced and not yet earned, at the period's start.",
        "what was invoiced of contracts in force - what of it was earned before",
        lambda s: s.at_start("deferred_revenue_start"), _BOOKS,
    ),
    Measure(
        "deferred_revenue", "Deferred revenue, at the end",
        "USD", "state", "Invoiced and not yet earned, at the period's end.",
        "deferred_revenue_at_start + billings - recognized_revenue", lambda s: s.at_end("deferred_revenue"), _BOOKS,
    ),
    Measure(
        "receivables_at_start", "Receivables, at the start",
        "USD", "state", "Invoiced and not yet paid, at the period's start.",
        "invoices before - what of them was paid or given up before", lambda s: s.at_start("receivables_start"), _BOOKS,
    ),
    Measure(
        "receivables", "Receivables, at the end", "USD", "state", "Invoiced and not yet paid, at the period's end.",
        "receivables_at_start + billings - collections - written_off", lambda s: s.at_end("receivables"), _BOOKS,
    ),
    Measure(
        "contribution", "Contribution", "USD", "flow", "What revenue leaves after serving it, bad debt and selling it.",
        f"gross_profit - written_off - cost; {_SHARED}", contribution,
        {"segment": "year", "region": "year", "segment_region": "total"} | QUARTERLY,
    ),
    Measure(
        "new_customers", "Customers won",
        "customers", "flow", "Customers won.", "count of new customers' contracts by first day",
        lambda s: s["new_customers"], {"all": "quarter", "segment": "year", "region": "year"},
    ),
    Measure(
        "cac", "Cost to win a customer (CAC)",
        "USD", "ratio", "Customer acquisition cost: all of cost for each customer won.",
        f"cost / new_customers; {_SHARED}", _cac, _YEARLY, over("cost", "new_customers"),
    ),
    Measure(
        "cac_ratio", "Cost of a dollar of new customers' ARR",
        "ratio", "ratio", "Cost of a dollar of new customers' ARR.", f"cost / new_arr; {_SHARED}",
        lambda s: s["cost"] / positive(s["new_arr"]), _YEARLY, over("cost", "new_arr"),
    ),
    Measure(
        "cac_ratio_blended", "Cost of a dollar of ARR, new and expansion",
        "ratio", "ratio", "Cost of a dollar of ARR that comes in, from new customers or old.",
        f"cost / (new_arr + expansion_arr); {_SHARED}",
        lambda s: s["cost"] / positive(s["new_arr"] + s["expansion_arr"]), _YEARLY,
        over("cost", "new_arr", "expansion_arr"),
    ),
    Measure(
        "cac_payback_months", "Months to earn CAC back, average customer",
        "months", "ratio", "Months in which an average customer, old or new, earns CAC.",
        "cac / (ARPA / 12 x gross_margin); ARPA is average_arr / average_customers",
        lambda s: months_to_earn(_cac(s), _arpa_usd_per_year(s), _margin(s)), _YEARLY,
        OfParts(
            ("cost", "new_customers", "average_arr", "average_customers", "gross_profit", "recognized_revenue"),
            payback_on_average,
        ),
    ),
    Measure(
        "cac_payback_months_new_arr", "Months to earn cost back, new customers' ARR",
        "months", "ratio", "Months in which the ARR of the customers won earns cost.",
        f"cost / (new_arr / 12 x gross_margin); {_SHARED}",
        lambda s: months_to_earn(s["cost"], s["new_arr"], _margin(s)), _YEARLY,
        OfParts(("cost", "new_arr", "gross_profit", "recognized_revenue"), payback),
    ),
    Measure(
        "lifetime_margin", "Lifetime margin of customers won",
        "USD", "flow", "What the customers won are expected to leave over their lives.",
        "sum over new customers of ARR, with what slow starts have still to grow, x the chance that it stays by the"
        " renewal rule, for more or for less, in a neutral market at the reference load x what is left of a dollar"
        f" after cost to serve and uncollectible invoices, in {LIFETIME_YEARS:g} years, a dollar t years after signing"
        " counting (1 + world.value.discount_per_year)^-t; without expansions that sellers would have to sell, and"
        f" before the people who serve customers, who are in cost; {_UNDEFINED}",
        lambda s: s["lifetime_usd"], _YEARLY,
    ),
    Measure(
        "ltv", "Lifetime value of a customer won (LTV)",
        "USD", "ratio", "Lifetime value of a customer won, by the model's own renewal.",
        "lifetime_margin / new_customers",
        lambda s: s["lifetime_usd"] / positive(s["new_customers"]), _YEARLY, over("lifetime_margin", "new_customers"),
    ),
    Measure(
        "ltv_to_cac", "LTV over CAC", "ratio", "ratio", "Lifetime value over acquisition cost.",
        f"ltv / cac = lifetime_margin / cost; {_SHARED}",
        lambda s: s["lifetime_usd"] / positive(s["cost"]), _YEARLY, over("lifetime_margin", "cost"),
    ),
    Measure(
        "magic_number", "Magic number",
        "ratio", "ratio", "Revenue growth, a year, for each dollar spent the quarter before.",
        "(revenue a year - that of the quarter before) / cost of the quarter before; revenue a year: ARR, mean over the"
        " quarter's days, and sales without a term by its days, so that a longer quarter is no growth; whole quarters"
        " only; years and the total: mean of their quarters",
        _magic_number, QUARTERLY,
    ),
)  # fmt: skip
