"""Quotas and attainment: how reps did against their quotas, and how far their hours are used."""

from __future__ import annotations

import numpy as np

from sim.measures.chapter import Chapter
from sim.measures.means import over
from sim.measures.measure import DETAIL, MINOR, QUARTERLY, Measure
from sim.measures.periods import MONTH
from sim.measures.reading import Reading
from sim.measures.sums import Cube, Frame, Sums, by_month
from sim.money.credit import holder_key
from sim.rules.attainment import LEAST_QUOTA_SHARE

AT_QUOTA = 1.0 - 1e-9  # a rep who sold the quota to the cent is at quota, whatever floats say


_REPS = "reps with a quota; in years and the total, those who carried at least half of a whole period's quota"


def _quotas(reading: Reading) -> Cube:
    """Street quota, kept in the first month of each quota period."""
    rows = reading.ledger.quotas
    return Cube(("street_quota",), by_month(reading.frame, reading.cells("quotas"), rows["month"], rows["quota_usd"]))


def reps_of(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Everybody with a quota, one holder of one seat each: their first row of the quotas, and the rep of each row."""
    _, first, rep = np.unique(holder_key(rows["seat"], rows["holder"]), return_index=True, return_inverse=True)
    return first, rep


def by_rep(reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Cell of each rep, shape (reps,), and attainment by rep and period, shape (reps, T), NaN where not counted.

    A rep is one holder of one seat. Months stay undefined: quotas are quarterly. In a quarter every rep with a quota
    counts; in longer periods those who carried half of a whole period's quota, taken as the rep's mean full quota
    times the quarters in the period.
    """
    frame, rows, periods = reading.frame, reading.ledger.quotas, reading.frame.periods
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
    return reading.cells("quotas")[first], np.where(counts, attained / quota, np.nan)


def _quarters_in_period(frame: Frame, rows: np.ndarray) -> np.ndarray:
    """How many quota periods begin in each period; shape (T,)."""
    begins = np.zeros(frame.periods.count_months)
    begins[rows["month"]] = 1.0
    return frame.periods.months @ begins


def _add_attainment(sums: Sums, reading: Reading) -> None:
    """Put the mean, the share at quota and quantiles over reps into the sums of the cell family."""
    cell, attainment = reading.once(by_rep)
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


MEASURES = (
    Measure(
        "street_quota", "Street quota",
        "USD", "flow", "The quotas that reps carry, relieved for ramp and for time not held.",
        "sum of relieved quotas", lambda s: s["street_quota"], DETAIL | QUARTERLY,
    ),
    Measure(
        "attainment_mean", "Attainment, mean rep", "ratio", "ratio", "Bookings over quota of the average rep.",
        f"mean of attained / quota over {_REPS}", lambda s: s.by_period["attainment_mean"], DETAIL | QUARTERLY,
        shown_as="percent", better="more",
    ),
    Measure(
        "attainment_median", "Attainment, median rep",
        "ratio", "ratio", "Bookings over quota of the rep in the middle.",
        f"median of attained / quota over {_REPS}", lambda s: s.by_period["attainment_median"], DETAIL | QUARTERLY,
        shown_as="percent", better="more",
    ),
    Measure(
        "attainment_p10", "Attainment, weak rep (P10)",
        "ratio", "ratio", "Bookings over quota of a weak rep: a tenth do worse.",
        f"10th percentile of attained / quota over {_REPS}", lambda s: s.by_period["attainment_p10"],
        MINOR | QUARTERLY, shown_as="percent", better="more",
    ),
    Measure(
        "attainment_p90", "Attainment, strong rep (P90)",
        "ratio", "ratio", "Bookings over quota of a strong rep: a tenth do better.",
        f"90th percentile of attained / quota over {_REPS}", lambda s: s.by_period["attainment_p90"],
        MINOR | QUARTERLY, shown_as="percent", better="more",
    ),
    Measure(
        "share_at_quota", "Share of reps at quota", "share", "ratio", "Part of the reps who reach their quota.",
        f"share with attained >= quota among {_REPS}", lambda s: s.by_period["share_at_quota"], DETAIL | QUARTERLY,
        better="more",
    ),
    Measure(
        "realization", "Bookings over street quota",
        "ratio", "ratio", "Bookings of everybody over the quotas of everybody.",
        "bookings / street_quota", over("bookings", "street_quota"), DETAIL | QUARTERLY, shown_as="percent",
        better="more",
    ),
    Measure(
        "attention_used", "Selling hours in use",
        "share", "ratio", "Part of the sellers' hours that open deals take up.",
        "hours used / hours held", lambda s: s["hours used"] / s["hours held"], DETAIL,
    ),
)  # fmt: skip

CHAPTER = Chapter("Quotas and attainment", MEASURES, sums=(_quotas,), beyond_sums={_add_attainment: ("cell",)})
