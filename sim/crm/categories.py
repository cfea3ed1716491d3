"""Forecast categories: which of them are people's commit, and which are added in the best case.

Sources: Salesforce, values and labels of Opportunity.ForecastCategory (there "Forecast" is the value of the label
Commit); HubSpot, hs_manual_forecast_category.
"""

from __future__ import annotations

import numpy as np

from sim.crm.names import fold
from sim.crm.opportunities import Named

COMMIT = frozenset(("commit", "committed", "forecast"))
BEST_CASE = frozenset(("bestcase", "mostlikely", "upside", "probable"))  # between commit and the open pipeline


def is_one_of(category: Named, which: frozenset[str]) -> np.ndarray:
    """Which rows have a category of these, bool."""
    ours = np.array([*(fold(name) in which for name in category.names), False], bool)
    found: np.ndarray = ours[category.codes]
    return found
