"""Pay: a flat commission on each credited deal, to the cent, and evenly paid variable for those who do not sell."""

from __future__ import annotations

import numpy as np


def to_cents(amount_usd: np.ndarray) -> np.ndarray:
    """Amounts to the cent, half cents up as payroll does; what lies below a half by binary rounding counts as one."""
    return np.floor(np.asarray(amount_usd) * 100.0 + 0.5 + 1e-6) / 100.0


def commission_usd(amount_usd: np.ndarray, share: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Commission of credits: each deal's credited part times the seat's rate, rounded to the cent deal by deal."""
    return to_cents(np.asarray(amount_usd) * share * rate)


def salary_usd(yearly_usd: np.ndarray | float, part_of_month: np.ndarray) -> np.ndarray:
    """A month's salary for the part of it worked, to the cent."""
    return to_cents(np.asarray(yearly_usd) / 12.0 * part_of_month)
