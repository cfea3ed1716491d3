"""Quota and attainment: three small rules that everything else calls."""

from __future__ import annotations

import numpy as np

from sim.scenario.quota import OverAssignment

# A rep counts in a year or a run when the quota carried is at least this part of a whole period's: someone of three
# weeks should not stand beside someone of twelve months.
LEAST_QUOTA_SHARE = 0.5


def over_assigned(base_usd: float, rule: OverAssignment) -> float:
    """Quota handed out on a base: base/(1 - cushion), or base x (1 + uplift).

    Both forms are in use: finance chiefs tell the first, and Kellblog ("Quota over-assignment and culture", 2018) turns
    it into the second.
    """
    if rule.form == "cushion":
        return base_usd / (1.0 - rule.share)
    return base_usd * (1.0 + rule.share)


def attainment(sold_usd: np.ndarray, quota_usd: np.ndarray) -> np.ndarray:
    """Sold over quota; NaN where there is no quota. By definition."""
    quota = np.asarray(quota_usd, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(quota > 0, np.asarray(sold_usd, float) / quota, np.nan)


def needed_pipeline_usd(quota_usd: float, coverage: float) -> float:
    """Pipeline to hold on the first day of a period for a coverage ratio of its quota. By definition."""
    return quota_usd * coverage
