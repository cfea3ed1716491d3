"""Cents: how amounts are rounded, and a month's part of a yearly sum."""

from __future__ import annotations

import numpy as np


def to_cents(amount_usd: np.ndarray) -> np.ndarray:
    """Amounts to the cent, half cents up as payroll does; what lies below a half by binary rounding counts as one."""
    return np.floor(np.asarray(amount_usd) * 100.0 + 0.5 + 1e-6) / 100.0


def part_of_year_usd(yearly_usd: np.ndarray | float, part_of_month: np.ndarray) -> np.ndarray:
    """What a yearly sum pays in a month, for the part of it worked, to the cent."""
    return to_cents(np.asarray(yearly_usd) / 12.0 * part_of_month)
