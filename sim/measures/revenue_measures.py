"""Measures from contracts to cash, and unit economics: what a customer costs to win and what one is worth."""

from __future__ import annotations

import numpy as np

from sim.measures.measure import QUARTERLY, Measure
from sim.measures.periods import QUARTER
from sim.measures.sums import Sums, positive

MONTHS_PER_YEAR = 12.0
_BOOKS = {"all": "month", "segment": "year", "region": "year"}  # flows and the balances that they roll
_YEARLY = {"all": "year", "segment": "year"}
_UNDEFINED = "undefined without world.billing"
_SHARED = "a segment's cost leaves out people, programs and other cost of no one segment"


def _margin(sums: Sums) -> np.ndarray:
    return sums["gross_profit"] / positive(sums["recognized_revenue"])


def _arpa_usd_per_year(sums: Sums) -> np.ndarray:
    """Average revenue per account: ARR over customers, means over month starts."""
    return sums.month_mean("arr") / positive(sums.month_mean("customers"))


def _churn_per_year(sums: Sums) -> np.ndarray:
    years = sums.frame.periods.days / sums.frame.periods.days_per_year
    return sums["lost_customers"] / positive(sums.month_mean("customers")) / years


def _cac(sums: Sums) -> np.ndarray:
    return sums["cost"] / positive(sums["new_customers"])


def _ltv(sums: Sums) -> np.ndarray:
    return _arpa_usd_per_year(sums) * _margin(sums) / positive(_churn_per_year(sums))


def _payback_months(sums: Sums) -> np.ndarray:
    return _cac(sums) / positive(_arpa_usd_per_year(sums) / MONTHS_PER_YEAR * _margin(sums))


def _magic_number(sums: Sums) -> np.ndarray:
    """Of whole quarters that follow on a whole quarter; years and the total: the mean of their quarters."""
    periods = sums.frame.periods
    quarters = periods.of_kind(QUARTER)
    revenue, cost = sums["recognized_revenue"][:, quarters], sums["cost"][:, quarters]
    whole = periods.months[quarters].sum(axis=1) == 3
    values = np.full(revenue.shape, np.nan)
    values[:, 1:] = (revenue[:, 1:] - revenue[:, :-1]) * 4.0 / positive(cost[:, :-1])
    values[:, 1:][:, ~(whole[1:] & whole[:-1])] = np.nan
    months = np.full((len(values), periods.count_months), np.nan)
    return periods.with_means(months, values)


REVENUE_MEASURES = (
    Measure(
        "recognized_revenue", "USD", "flow", "Revenue earned.",
        "sum over contracts of their value, evenly by day over the term; a sale without a term when it is won; "
        + _UNDEFINED,
        lambda s: s["recognized_revenue"], _BOOKS,
    ),
    Measure(
        "billings", "USD", "flow", "Invoices written.",
        "each contract in advance, by its segment's schedule; a sale without a term when it is won; " + _UNDEFINED,
        lambda s: s["billings"], _BOOKS,
    ),
    Measure(
        "collections", "USD", "flow", "What customers paid.",
        "invoices less the uncollectible share, by the collection days; customers of the first day pay for what they"
        " were billed before, one-off sales before it are taken as paid; " + _UNDEFINED,
        lambda s: s["collections"], _BOOKS,
    ),
    Measure(
        "written_off", "USD", "flow", "Invoices given up.", "uncollectible share of invoices, write_off_days later",
        lambda s: s["written_off"], _BOOKS,
    ),
    Measure(
        "cash_flow", "USD", "flow", "Cash that the sales organization brings, less what it takes.",
        "collections - payments by the day on which they are paid; what it costs to serve customers is left out",
        lambda s: s["collections"] - s["cash_paid"], _BOOKS,
    ),
    Measure(
        "cash_at_start", "USD", "state", "Cash flow from the first day to the period's start; 0 on the first day.",
        "sum of cash_flow before", lambda s: s.at_start("cash_start"), _BOOKS,
    ),
    Measure(
        "cash", "USD", "state", "Cash flow from the first day to the period's end.", "cash_at_start + cash_flow",
        lambda s: s.at_end("cash"), _BOOKS,
    ),
    Measure(
        "deferred_revenue_at_start", "USD", "state", "Invoiced and not yet earned, at the period's start.",
        "what was invoiced of contracts in force - what of it was earned before",
        lambda s: s.at_start("deferred_revenue_start"), _BOOKS,
    ),
    Measure(
        "deferred_revenue", "USD", "state", "Invoiced and not yet earned, at the period's end.",
        "deferred_revenue_at_start + billings - recognized_revenue", lambda s: s.at_end("deferred_revenue"), _BOOKS,
    ),
    Measure(
        "receivables_at_start", "USD", "state", "Invoiced and not yet paid, at the period's start.",
        "invoices before - what of them was paid or given up before", lambda s: s.at_start("receivables_start"), _BOOKS,
    ),
    Measure(
        "receivables", "USD", "state", "Invoiced and not yet paid, at the period's end.",
        "receivables_at_start + billings - collections - written_off", lambda s: s.at_end("receivables"), _BOOKS,
    ),
    Measure(
        "contribution", "USD", "flow", "What revenue leaves after serving it and selling it.",
        f"recognized_revenue x gross margin - cost; {_SHARED}", lambda s: s["gross_profit"] - s["cost"],
        {"segment": "year", "region": "year", "segment_region": "total"} | QUARTERLY,
    ),
    Measure(
        "new_customers", "customers", "flow", "Customers won.", "count of new customers' contracts by first day",
        lambda s: s["new_customers"], {"all": "quarter", "segment": "year", "region": "year"},
    ),
    Measure(
        "cac", "USD", "ratio", "Customer acquisition cost.", f"cost / new_customers; {_SHARED}", _cac, _YEARLY,
    ),
    Measure(
        "cac_ratio", "ratio", "ratio", "Cost of a dollar of new ARR.", f"cost / new_arr; {_SHARED}",
        lambda s: s["cost"] / positive(s["new_arr"]), _YEARLY,
    ),
    Measure(
        "cac_payback_months", "months", "ratio", "Months in which an average customer earns its acquisition cost.",
        "cac / (ARPA / 12 x gross margin); ARPA is ARR / customers, means over month starts", _payback_months, _YEARLY,
    ),
    Measure(
        "ltv", "USD", "ratio", "Lifetime value of an average customer.",
        "ARPA x gross margin / churn; churn is customers lost / customers, mean over month starts, a year",
        _ltv, _YEARLY,
    ),
    Measure(
        "ltv_to_cac", "ratio", "ratio", "Lifetime value over acquisition cost.", "ltv / cac",
        lambda s: _ltv(s) / positive(_cac(s)), _YEARLY,
    ),
    Measure(
        "magic_number", "ratio", "ratio", "Revenue growth, a year, for each dollar spent the quarter before.",
        "(recognized_revenue - that of the quarter before) x 4 / cost of the quarter before; whole quarters only;"
        " years and the total: mean of their quarters",
        _magic_number, QUARTERLY,
    ),
)  # fmt: skip
