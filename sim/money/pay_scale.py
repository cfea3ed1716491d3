"""How base salaries differ by region and rise year by year, against what the scenario gives for the first day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import Calendar
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class PayScale:
    """Multipliers on base salaries: one by region, and one that holds from each raise on."""

    region: np.ndarray  # shape (regions,)
    days: np.ndarray  # shape (n,), from which day on; the first is before all
    factors: np.ndarray  # shape (n,)

    @classmethod
    def of(cls, scenario: Scenario, calendar: Calendar) -> PayScale:
        """Raises fall on their date in every year of the run, the first after its first day. By definition."""
        costs = scenario.world.costs
        days, rise = [-np.inf], costs.yearly_raise
        if rise.share > 0.0:
            years = range(calendar.start.year, calendar.date_of(calendar.horizon).year + 1)
            raised = [float(calendar.day_of(rise.in_year(year))) for year in years]
            days += [one for one in raised if 0.0 < one < calendar.horizon]
        region = [costs.region_salary_multiplier.get(name, 1.0) for name in scenario.world.regions]
        return cls(np.array(region), np.array(days), (1.0 + rise.share) ** np.arange(len(days)))

    def at(self, day: float) -> float:
        """What raises up to a day have made of a dollar of salary. By definition."""
        return float(self.factors[np.searchsorted(self.days, day, side="right") - 1])

    def by_month(self, edges: np.ndarray) -> np.ndarray:
        """The same on average over each month; shape (M,). By definition."""
        until = np.append(self.days[1:], np.inf)
        held = np.clip(np.minimum(edges[1:, None], until) - np.maximum(edges[:-1, None], self.days), 0.0, None)
        mean: np.ndarray = held @ self.factors / np.diff(edges)
        return mean
