"""Pay: a flat commission on each credited deal, to the cent, and evenly paid variable for those who do not sell."""

from __future__ import annotations

import numpy as np


def commission_usd(amount_usd: np.ndarray, share: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Commission of credits: each deal's credited part times the seat's rate, rounded to the cent deal by deal."""
    return np.round(np.asarray(amount_usd) * share * rate, 2)


def salary_usd(yearly_usd: np.ndarray | float, part_of_month: np.ndarray) -> np.ndarray:
    """A month's salary for the part of it worked, to the cent."""
    return np.round(np.asarray(yearly_usd) / 12.0 * part_of_month, 2)
