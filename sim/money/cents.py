"""Cents: how amounts are rounded, and a month's part of a yearly sum."""

from __future__ import annotations

import numpy as np


def to_cents(amount_usd: np.ndarray) -> np.ndarray:
    """Amounts to the cent, half cents up as payroll does; what lies below a half by binary rounding counts as one."""
    cents = np.asarray(amount_usd) * 100.0
    cents += 0.5
    cents += 1e-6
    whole: np.ndarray = np.floor(cents, out=cents if isinstance(cents, np.ndarray) else None)
    whole /= 100.0
    return whole


def part_of_year_usd(yearly_usd: np.ndarray | float, part_of_month: np.ndarray) -> np.ndarray:
    """What a yearly sum pays in a month, for the part of it worked, to the cent."""
    return to_cents(np.asarray(yearly_usd) / 12.0 * part_of_month)
