"""Base sums over customers: what moved annual recurring revenue, and what the customers of an instant kept of it."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.calendar import MONTHS_PER_YEAR
from sim.ledger import Ledger
from sim.measures.periods import MONTH, QUARTER
from sim.measures.sums import Cube, Frame, Sums, place

_RISES = (tables.ARR_EXPANSION, tables.ARR_GROWTH, tables.ARR_UPLIFT)


def customer_cube(frame: Frame, ledger: Ledger) -> Cube:
    """ARR and customers at each month's start and end, and what moved them in the month; losses count as positive."""
    rows, months = ledger.arr_moves, frame.periods.count_months
    kind, amount = rows["kind"], rows["amount_usd"]
    index = frame.groups.cell(rows["segment"], rows["region"]) * months + frame.periods.month_index(rows["day"])
    churned = kind == tables.ARR_CHURN
    flows = [
        (kind == tables.ARR_NEW, amount),
        (np.isin(kind, _RISES), amount),
        (kind == tables.ARR_CONTRACTION, -amount),
        (churned, -amount),
        (churned & (rows["cause"] == tables.SELLER_LEFT), -amount),
        (kind != tables.ARR_OPENING, amount),
        ((kind == tables.ARR_NEW) | churned, np.where(churned, -1.0, 1.0)),
    ]
    new, rises, shrinks, churn, orphaned, net, net_customers = (
        place(frame, 1, 1, index[which], weights[which]) for which, weights in flows
    )
    opening = kind == tables.ARR_OPENING
    states, ends = [], []
    for moved, weights in ((net, amount[opening]), (net_customers, np.ones(int(opening.sum())))):
        first = place(frame, 1, 1, index[opening], weights).sum(axis=3, keepdims=True)
        ends.append(first + np.cumsum(moved, axis=3))
        states.append(ends[-1] - moved)
    names = (
        "arr", "customers", "arr_end", "customers_end",
        "new_arr", "expansion_arr", "contraction_arr", "churned_arr", "orphaned_arr",
    )  # fmt: skip
    values = [*states, *ends, new, rises, shrinks, churn, orphaned, _renewed(frame, ledger)]
    return Cube((*names, "renewed_arr"), np.concatenate(values))


def _renewed(frame: Frame, ledger: Ledger) -> np.ndarray:
    rows = ledger.contracts[ledger.contracts["kind"] == tables.RENEWAL_TERM]
    index = frame.groups.cell(rows["segment"], rows["region"]) * frame.periods.count_months
    return place(frame, 1, 1, index + frame.periods.month_index(rows["start_day"]), rows["arr_usd"])


def add_retention(sums: Sums, ledger: Ledger) -> None:
    """Put net and gross retention into the sums of the cell family, as yearly rates; months stay undefined."""
    frame = sums.frame
    spans = _spans(frame)
    kept = retention_sums(frame, ledger, [months for _, months in spans])
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


def retention_sums(frame: Frame, ledger: Ledger, spans: list[tuple[int, int]]) -> np.ndarray:
    """ARR of the customers there at each span's start: then, at its end, and what they kept without any rise.

    Args:
        spans: first month of each, and the month before whose first instant it ends.

    Returns: shape (cells, spans, 3), in US dollars.
    """
    rows = ledger.arr_moves
    marks = sorted({month for span in spans for month in span})
    edges = frame.periods.calendar.month_starts[marks]
    day = np.where(rows["kind"] == tables.ARR_OPENING, -1.0, rows["day"])
    slot = np.searchsorted(edges, day, side="right")
    count = len(ledger.customers)
    moved = np.bincount(rows["customer"] * (len(marks) + 1) + slot, rows["amount_usd"], count * (len(marks) + 1))
    arr = np.cumsum(moved.reshape(count, len(marks) + 1)[:, :-1], axis=1)
    cell = frame.groups.cell(ledger.customers["segment"], ledger.customers["region"])
    sums = np.zeros((frame.groups.count_cells, len(spans), 3))
    for k, (first, end) in enumerate(spans):
        start, then = arr[:, marks.index(first)], arr[:, marks.index(end)]
        there = start > 0.0
        for column, values in enumerate((start, np.where(there, then, 0.0), np.minimum(start, then))):
            sums[:, k, column] = np.bincount(cell, values, frame.groups.count_cells)
    return sums
