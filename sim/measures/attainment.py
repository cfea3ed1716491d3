"""Attainment: how reps did against their quotas, by group and period."""

from __future__ import annotations

import numpy as np

from sim.ledger import Ledger
from sim.measures.periods import MONTH
from sim.measures.sums import Cube, Frame, Sums, place
from sim.money.credit import holder_key
from sim.rules.attainment import LEAST_QUOTA_SHARE

AT_QUOTA = 1.0 - 1e-9  # a rep who sold the quota to the cent is at quota, whatever floats say


def quota_cube(frame: Frame, ledger: Ledger) -> Cube:
    """Street quota, kept in the first month of each quota period."""
    rows = ledger.quotas
    cell = frame.groups.cell(rows["segment"], rows["region"])
    index = cell * frame.periods.count_months + rows["month"]
    return Cube(("street_quota",), place(frame, 1, 1, index, rows["quota_usd"]))


def reps_of(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Everybody with a quota, one holder of one seat each: their first row of the quotas, and the rep of each row."""
    _, first, rep = np.unique(holder_key(rows["seat"], rows["holder"]), return_index=True, return_inverse=True)
    return first, rep


def by_rep(frame: Frame, ledger: Ledger) -> tuple[np.ndarray, np.ndarray]:
    """Cell of each rep, shape (reps,), and attainment by rep and period, shape (reps, T), NaN where not counted.

    A rep is one holder of one seat. Months stay undefined: quotas are quarterly. In a quarter every rep with a quota
    counts; in longer periods those who carried half of a whole period's quota, taken as the rep's mean full quota
    times the quarters in the period.
    """
    rows, periods = ledger.quotas, frame.periods
    first, rep = reps_of(rows)
    shape = (len(first), periods.count_months)
    index = rep * periods.count_months + rows["month"]
    quota, full, attained, quarters = (
        np.bincount(index, weights, minlength=shape[0] * shape[1]).reshape(shape) @ periods.months.T
        for weights in (rows["quota_usd"], rows["full_usd"], rows["attained_usd"], np.ones(len(rows)))
    )
    in_period = np.maximum(_quarters_in_period(frame, rows), 1.0)
    whole = full / np.maximum(quarters, 1.0) * in_period
    counts = (quota > 0.0) & ((in_period == 1.0) | (quota >= LEAST_QUOTA_SHARE * whole))
    counts[:, periods.of_kind(MONTH)] = False
    return frame.groups.cell(rows["segment"], rows["region"])[first], np.where(counts, attained / quota, np.nan)


def _quarters_in_period(frame: Frame, rows: np.ndarray) -> np.ndarray:
    """How many quota periods begin in each period; shape (T,)."""
    begins = np.zeros(frame.periods.count_months)
    begins[rows["month"]] = 1.0
    return frame.periods.months @ begins


def add_attainment(sums: Sums, cell: np.ndarray, attainment: np.ndarray) -> None:
    """Put the mean, the share at quota and quantiles over reps into the sums of the cell family."""
    member = sums.frame.cells_in_groups[:, cell]  # (G, reps)
    counted = ~np.isnan(attainment)
    reps = member @ counted.astype(float)
    known = np.where(counted, attainment, 0.0)
    sums.by_period["attainment_reps"] = reps
    sums.by_period["attainment_mean"] = member @ known / reps
    sums.by_period["share_at_quota"] = member @ (known >= AT_QUOTA).astype(float) / reps
    wanted = np.array([0.1, 0.5, 0.9])
    quantiles = np.full((3, *reps.shape), np.nan)
    for group, who in enumerate(member.astype(bool)):
        if who.any():
            quantiles[:, group] = _quantiles(np.sort(attainment[who], axis=0), reps[group].astype(int), wanted)
    for name, values in zip(("attainment_p10", "attainment_median", "attainment_p90"), quantiles, strict=True):
        sums.by_period[name] = values


def _quantiles(ordered: np.ndarray, counts: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Quantiles of the first ``counts`` entries of each column, straight lines between order statistics.

    Args:
        ordered: shape (n, T), ascending with NaN last; counts: shape (T,).

    Returns: shape (quantiles, T), NaN where a column is empty.
    """
    position = wanted[:, None] * np.maximum(counts - 1, 0)
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, np.maximum(counts - 1, 0))
    column = np.arange(ordered.shape[1])
    below, above = ordered[low, column], ordered[high, column]
    return below + (above - below) * (position - low)
