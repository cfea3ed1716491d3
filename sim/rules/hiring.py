"""Hiring: how long one search for somebody lasts."""

from __future__ import annotations

import math

from sim.luck import to_normal


def days_to_offer(mean_days: float, sigma_log: float, a: float, b: float) -> float:
    """Days of a search to an offer, lognormal with that mean, from two uniform draws. The lognormal law is judged."""
    return mean_days * math.exp(sigma_log * to_normal(a, b) - 0.5 * sigma_log * sigma_log)
