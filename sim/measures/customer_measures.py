"""Measures of customers: annual recurring revenue (ARR), what moves it, and how much of it is retained."""

from __future__ import annotations

from sim.measures.measure import Measure

_STATE = {"all": "quarter", "segment": "year", "region": "year"}
_MOVE = {"all": "quarter", "segment": "year", "region": "year"}
_RATE = {"all": "quarter", "segment": "year"}
_YEARLY = {"all": "year", "segment": "year"}
_YEARLY_RATE = (
    "the same customers in both; as a yearly rate, to the power 12 / months of the period; quarters: over the twelve"
    " months up to their end"
)

CUSTOMER_MEASURES = (
    Measure(
        "arr", "ARR, at the start", "USD", "state", "Annual recurring revenue at the start of the period.",
        "opening ARR + sum of what moved it before", lambda s: s.at_start("arr"), _STATE,
    ),
    Measure(
        "customers", "Customers, at the start", "customers", "state", "Customers at the start of the period.",
        "customers of the first day + signed - lost before", lambda s: s.at_start("customers"), _STATE,
    ),
    Measure(
        "average_arr", "Average ARR",
        "USD", "average", "Annual recurring revenue, on average.", "arr, mean over month starts",
        lambda s: s.month_mean("arr"), _YEARLY,
    ),
    Measure(
        "average_customers", "Average customers",
        "customers", "average", "Customers, on average.", "customers, mean over month starts",
        lambda s: s.month_mean("customers"), _YEARLY,
    ),
    Measure(
        "arr_at_end", "ARR, at the end", "USD", "state", "Annual recurring revenue at the end of the period.",
        "arr + new_arr + expansion_arr - contraction_arr - churned_arr", lambda s: s.at_end("arr_end"),
        _STATE | {"segment_region": "total"},
    ),
    Measure(
        "lost_customers", "Customers lost",
        "customers", "flow", "Customers who left.", "count of terms not renewed by their last day",
        lambda s: s["lost_customers"], _MOVE,
    ),
    Measure(
        "customers_at_end", "Customers, at the end", "customers", "state", "Customers at the end of the period.",
        "customers + new_customers - lost_customers", lambda s: s.at_end("customers_end"), _STATE,
    ),
    Measure(
        "new_arr", "ARR, new", "USD", "flow",
        "ARR with which new customers start; not bookings, which count slow starts in full, and expansion.",
        "sum over new customers of the deal's amount x the share at which they start", lambda s: s["new_arr"], _MOVE,
    ),
    Measure(
        "expansion_arr", "ARR, expansion", "USD", "flow", "ARR that customers add.",
        "expansion deals won + growth of slow starts + uplifts at renewal", lambda s: s["expansion_arr"], _MOVE,
    ),
    Measure(
        "contraction_arr", "ARR, contraction", "USD", "flow", "ARR that customers give up when they renew for less.",
        "sum of falls at renewal", lambda s: s["contraction_arr"], _MOVE,
    ),
    Measure(
        "churned_arr", "ARR, churned",
        "USD", "flow", "ARR of customers who leave.", "sum of ARR at the end of terms not renewed",
        lambda s: s["churned_arr"], _MOVE,
    ),
    Measure(
        "orphaned_arr_lost", "ARR lost because a rep left",
        "USD", "flow", "ARR of customers who leave because their seller did.",
        "churned ARR of those who would have renewed under the same luck, had nobody left", lambda s: s["orphaned_arr"],
        _MOVE,
    ),
    Measure(
        "renewed_arr", "Renewed ARR", "USD", "flow", "ARR of the terms that were renewed; no part of bookings.",
        "sum of ARR of renewals by the first day of the new term", lambda s: s["renewed_arr"], {"all": "quarter"},
    ),
    Measure(
        "nrr", "Net revenue retention",
        "ratio", "ratio", "Net revenue retention: what the customers of the start are worth at the end.",
        f"ARR at the end / ARR at the start, {_YEARLY_RATE}", lambda s: s.by_period["nrr"], _RATE, shown_as="percent",
    ),
    Measure(
        "grr", "Gross revenue retention",
        "ratio", "ratio", "Gross revenue retention: as net, but no rise of a customer counts.",
        f"sum of the lower of ARR at the start and at the end / ARR at the start, {_YEARLY_RATE}",
        lambda s: s.by_period["grr"], _RATE, shown_as="percent",
    ),
    Measure(
        "accounts_per_csm", "Accounts per CSM",
        "ratio", "ratio", "Customers for each person whose duty is to serve them.",
        "customers, mean over month starts / people in seats of duty serves",
        lambda s: s.month_mean("customers") / s.average("serving_days"), {"all": "quarter"},
    ),
)  # fmt: skip
