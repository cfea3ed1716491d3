"""Customers: annual recurring revenue (ARR), what moves it, and what the customers of an instant keep of it."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.calendar import MONTHS_PER_YEAR
from sim.measures.chapter import Chapter, Roll
from sim.measures.measure import Measure
from sim.measures.periods import MONTH, QUARTER
from sim.measures.reading import Reading
from sim.measures.sums import Cube, Frame, Sums, by_month

_RISES = (tables.ARR_EXPANSION, tables.ARR_GROWTH, tables.ARR_UPLIFT)
_STATE = {"all": "quarter", "segment": "year", "region": "year"}
_MOVE = {"all": "quarter", "segment": "year", "region": "year"}
_RATE = {"all": "quarter", "segment": "year"}
_YEARLY = {"all": "year", "segment": "year"}
_YEARLY_RATE = (
    "the same customers in both; as a yearly rate, to the power 12 / months of the period; quarters: over the twelve"
    " months up to their end"
)


def _arr(reading: Reading) -> Cube:
    """ARR and customers at each month's start and end, and what moved them in the month; losses count as positive."""
    frame, rows, cell = reading.frame, reading.ledger.arr_moves, reading.cells("arr_moves")
    kind, amount = (np.ascontiguousarray(rows[name]) for name in ("kind", "amount_usd"))
    month = frame.periods.month_index(rows["day"])
    churned, won = kind == tables.ARR_CHURN, kind == tables.ARR_NEW
    flows = [
        (won, amount),
        (np.isin(kind, _RISES), amount),
        (kind == tables.ARR_CONTRACTION, -amount),
        (churned, -amount),
        (churned & (rows["cause"] == tables.SELLER_LEFT), -amount),
        (kind != tables.ARR_OPENING, amount),
    ]
    new, rises, shrinks, churn, orphaned, net = (
        by_month(frame, cell[which], month[which], weights[which]) for which, weights in flows
    )
    won_customers, lost_customers = (by_month(frame, cell[which], month[which]) for which in (won, churned))
    opening = kind == tables.ARR_OPENING
    states, ends = [], []
    for moved, weights in ((net, amount[opening]), (won_customers - lost_customers, None)):
        first = by_month(frame, cell[opening], month[opening], weights).sum(axis=3, keepdims=True)
        ends.append(first + np.cumsum(moved, axis=3))
        states.append(ends[-1] - moved)
    names = (
        "arr", "customers", "arr_end", "customers_end", "new_arr", "expansion_arr", "contraction_arr", "churned_arr",
        "orphaned_arr", "new_customers", "lost_customers",
    )  # fmt: skip
    values = [*states, *ends, new, rises, shrinks, churn, orphaned, won_customers, lost_customers]
    return Cube(names, np.concatenate(values))


def _renewed(reading: Reading) -> Cube:
    frame, rows = reading.frame, reading.ledger.contracts
    renewed = np.flatnonzero(rows["kind"] == tables.RENEWAL_TERM)
    month = frame.periods.month_index(rows["start_day"][renewed])
    return Cube(("renewed_arr",), by_month(frame, reading.cells("contracts")[renewed], month, rows["arr_usd"][renewed]))


def _add_retention(sums: Sums, reading: Reading) -> None:
    """Put net and gross retention into the sums of the cell family, as yearly rates; months stay undefined."""
    frame = sums.frame
    spans = _spans(frame)
    kept = _retained(reading, [months for _, months in spans])
    by_group = np.tensordot(frame.cells_in_groups, kept, axes=1)  # (G, spans, 3)
    shape = (len(by_group), len(frame.periods.labels))
    net, gross = np.full(shape, np.nan), np.full(shape, np.nan)
    for k, (period, (first, end)) in enumerate(spans):
        start_usd, end_usd, kept_usd = by_group[:, k].T
        yearly = MONTHS_PER_YEAR / (end - first)
        net[:, period] = (end_usd / start_usd) ** yearly
        gross[:, period] = (kept_usd / start_usd) ** yearly
    sums.by_period["nrr"], sums.by_period["grr"] = net, gross


def _spans(frame: Frame) -> list[tuple[int, tuple[int, int]]]:
    """For each period its place and the months from whose opening customers to where they are followed.

    Quarters look back over twelve months; those that would look before the first day are left out.
    """
    spans = []
    for period, kind in enumerate(frame.periods.kinds):
        first = int(frame.periods.first_month[period])
        end = first + int(frame.periods.months[period].sum())
        if kind == QUARTER:
            first = end - MONTHS_PER_YEAR
        if kind != MONTH and first >= 0:
            spans.append((period, (first, end)))
    return spans


def _retained(reading: Reading, spans: list[tuple[int, int]]) -> np.ndarray:
    """ARR of the customers there at each span's start: then, at its end, and what they kept without any rise.

    Args:
        spans: first month of each, and the month before whose first instant it ends.

    Returns: shape (cells, spans, 3), in US dollars.
    """
    frame, rows, cell = reading.frame, reading.ledger.arr_moves, reading.cells("customers")
    marks = sorted({month for span in spans for month in span})
    edges = frame.periods.calendar.month_starts[marks]
    day = np.where(rows["kind"] == tables.ARR_OPENING, -1.0, rows["day"])
    slot = np.searchsorted(edges, day, side="right")
    count = len(cell)
    moved = np.bincount(rows["customer"] * (len(marks) + 1) + slot, rows["amount_usd"], count * (len(marks) + 1))
    arr = np.cumsum(moved.reshape(count, len(marks) + 1)[:, :-1], axis=1)
    sums = np.zeros((frame.groups.count_cells, len(spans), 3))
    for k, (first, end) in enumerate(spans):
        start, then = arr[:, marks.index(first)], arr[:, marks.index(end)]
        there = start > 0.0
        for column, values in enumerate((start, np.where(there, then, 0.0), np.minimum(start, then))):
            sums[:, k, column] = np.bincount(cell, values, frame.groups.count_cells)
    return sums


MEASURES = (
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
        lambda s: s.month_mean("arr"), _YEARLY, better="more",
    ),
    Measure(
        "average_customers", "Average customers",
        "customers", "average", "Customers, on average.", "customers, mean over month starts",
        lambda s: s.month_mean("customers"), _YEARLY, better="more",
    ),
    Measure(
        "arr_at_end", "ARR, at the end", "USD", "state", "Annual recurring revenue at the end of the period.",
        "arr + new_arr + expansion_arr - contraction_arr - churned_arr", lambda s: s.at_end("arr_end"),
        _STATE | {"segment_region": "total"}, better="more",
    ),
    Measure(
        "lost_customers", "Customers lost",
        "customers", "flow", "Customers who left.", "count of terms not renewed by their last day",
        lambda s: s["lost_customers"], _MOVE, better="less",
    ),
    Measure(
        "customers_at_end", "Customers, at the end", "customers", "state", "Customers at the end of the period.",
        "customers + new_customers - lost_customers", lambda s: s.at_end("customers_end"), _STATE, better="more",
    ),
    Measure(
        "new_arr", "ARR, new", "USD", "flow",
        "ARR with which new customers start; not bookings, which count slow starts in full, and expansion.",
        "sum over new customers of the deal's amount x the share at which they start", lambda s: s["new_arr"], _MOVE,
        better="more",
    ),
    Measure(
        "expansion_arr", "ARR, expansion", "USD", "flow", "ARR that customers add.",
        "expansion deals won + growth of slow starts + uplifts at renewal", lambda s: s["expansion_arr"], _MOVE,
        better="more",
    ),
    Measure(
        "contraction_arr", "ARR, contraction", "USD", "flow", "ARR that customers give up when they renew for less.",
        "sum of falls at renewal", lambda s: s["contraction_arr"], _MOVE, better="less",
    ),
    Measure(
        "churned_arr", "ARR, churned",
        "USD", "flow", "ARR of customers who leave.", "sum of ARR at the end of terms not renewed",
        lambda s: s["churned_arr"], _MOVE, better="less",
    ),
    Measure(
        "orphaned_arr_lost", "ARR lost because a rep left",
        "USD", "flow", "ARR of customers who leave because their seller did.",
        "churned ARR of those who would have renewed under the same luck, had nobody left", lambda s: s["orphaned_arr"],
        _MOVE, better="less",
    ),
    Measure(
        "renewed_arr", "Renewed ARR", "USD", "flow", "ARR of the terms that were renewed; no part of bookings.",
        "sum of ARR of renewals by the first day of the new term", lambda s: s["renewed_arr"], {"all": "quarter"},
        better="more",
    ),
    Measure(
        "nrr", "Net revenue retention",
        "ratio", "ratio", "Net revenue retention: what the customers of the start are worth at the end.",
        f"ARR at the end / ARR at the start, {_YEARLY_RATE}", lambda s: s.by_period["nrr"], _RATE, shown_as="percent",
        better="more",
    ),
    Measure(
        "grr", "Gross revenue retention",
        "ratio", "ratio", "Gross revenue retention: as net, but no rise of a customer counts.",
        f"sum of the lower of ARR at the start and at the end / ARR at the start, {_YEARLY_RATE}",
        lambda s: s.by_period["grr"], _RATE, shown_as="percent", better="more",
    ),
    Measure(
        "accounts_per_csm", "Accounts per CSM",
        "ratio", "ratio", "Customers for each person whose duty is to serve them.",
        "customers, mean over month starts / people in seats of duty serves",
        lambda s: s.month_mean("customers") / s.average("serving_days"), {"all": "quarter"},
    ),
)  # fmt: skip

CHAPTER = Chapter(
    "Customers", MEASURES,
    sums=(_arr, _renewed), beyond_sums={_add_retention: ("cell",)},
    rolls=(
        Roll("customers", ("new_customers",), ("lost_customers",), "customers_at_end"),
        Roll("arr", ("new_arr", "expansion_arr"), ("contraction_arr", "churned_arr"), "arr_at_end"),
    ),
)  # fmt: skip
