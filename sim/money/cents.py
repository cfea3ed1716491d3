"""Cents: how amounts are rounded, and a month's part of a yearly sum."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import inlined


def to_cents(amount_usd: np.ndarray) -> np.ndarray:
    """Amounts to the cent, half cents up as payroll does; what lies below a half by binary rounding counts as one."""
    cents = np.asarray(amount_usd) * 100.0
    cents += 0.5
    cents += 1e-6
    whole: np.ndarray = np.floor(cents, out=cents if isinstance(cents, np.ndarray) else None)
    whole /= 100.0
    return whole


@inlined
def to_the_cent(amount_usd):
    """``to_cents`` of one amount, for compiled code."""
    return math.floor(amount_usd * 100.0 + 0.5 + 1e-6) / 100.0
