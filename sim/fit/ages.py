"""How chances to close go with age, before any close is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

_FIRST_DAY = 2.0  # how far, in log, the hazard of the day of creation may lie off those of the days after it
_OWN_FIRST_DAY = 4.0  # and how far a group's, in the size of its path


@dataclass(frozen=True)
class AgePrior:
    """Log hazards by band: one level, and a path that wanders with the logarithm of age. ``at`` has shape (bands,).

    The day of creation stands by itself: deals entered when they are done say nothing of those a few days old.
    """

    at: np.ndarray
    settings: int = 2

    def covariance(self, unit: np.ndarray) -> np.ndarray:
        """Shape (bands, bands): moves of 0.15 to 1.7 around the level, forgotten over 0.5 to 5 of log age."""
        size, length = 0.5 * np.exp(0.6 * ndtri(np.clip(unit[0], 0.02, 0.98))), 0.5 * 10.0 ** unit[1]
        path = 1.0 + size**2 * np.exp(-np.abs(self.at[:, None] - self.at) / length)
        return path + np.diag(_FIRST_DAY**2 * (self.at == 0.0))


@dataclass(frozen=True)
class OwnAges:
    """What a group's log hazards by band have of their own beside all others': a level, and a path as of AgePrior, both
    from next to nothing to more than a factor of two. Where paths are alike, so are days of creation.
    """

    at: np.ndarray
    settings: int = 3

    def covariance(self, unit: np.ndarray) -> np.ndarray:
        """Shape (bands, bands)."""
        level, size = np.array([0.2, 0.15]) * np.exp(1.4 * ndtri(np.clip(unit[:2], 0.02, 0.98)))
        path = level**2 + size**2 * np.exp(-np.abs(self.at[:, None] - self.at) / (0.5 * 10.0 ** unit[2]))
        return path + np.diag((_OWN_FIRST_DAY * size) ** 2 * (self.at == 0.0))
