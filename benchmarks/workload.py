"""The matched workload: one set of numbers for the plain SimPy model, the bare C loop and ``matched.yaml``.

100 reps over 24 months, all days open. Each finds deals at a rate that follows ramp and spare hours, about 10 a month
when ramped; a deal passes 4 stages and asks one of the rep's 30 hours a week; all of a rep's deals slow together when
they ask for more than there is. Reps stay three years on average and are replaced at once; deals stay with the seat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MONTH_DAYS = 365.25 / 12.0
RAMP_MONTHS = (2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Workload:
    """Units in the names; amounts in US dollars."""

    reps: int = 100
    days: float = 730.0
    week_days: float = 7.0
    hours_a_week: float = 30.0
    hours_a_deal: float = 1.0
    deals_a_day: float = 15.5 / MONTH_DAYS  # of a ramped rep with every hour spare
    career_days: float = 3 * 365.25
    mu_amount: float = 10.0
    sigma_amount: float = 0.7
    mu_days: float = 2.5
    sigma_days: float = 0.8
    odds: tuple[float, ...] = (0.6, 0.6, 0.6, 0.7)

    def ramp_days(self) -> np.ndarray:
        """Days to full productivity by rep, shape (reps,)."""
        return np.resize(np.array(RAMP_MONTHS) * MONTH_DAYS, self.reps)

    def tenure_days(self, replication: int) -> np.ndarray:
        """Tenure on the first day by rep, shape (reps,): the long-run distribution of exponential careers."""
        return np.random.default_rng(replication).exponential(self.career_days, self.reps)


@dataclass(frozen=True)
class Outcome:
    """What one replication came to. Events are deals found, stages ended and people who left."""

    bookings_usd: float
    events: int
