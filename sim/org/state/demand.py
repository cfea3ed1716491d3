"""Demand: how fast each stream of leads flows this week, and what pushing it costs."""

from __future__ import annotations

import numpy as np

from sim.calendar import HISTORY_MONTHS, Calendar
from sim.org.state.seating import Seating
from sim.rules.spend import felt_spend
from sim.scenario.demand import Source
from sim.scenario.quantities import Dated
from sim.scenario.scenario import Scenario


class Demand:
    """Rates of all streams. The coverage policy sets ``push``; ``market_leads`` is the market's multiplier."""

    def __init__(self, seating: Seating, calendar: Calendar, market_leads: np.ndarray):
        """``market_leads``: shape (cells, sources); whoever owns it changes it in place."""
        self._scenario = seating.scenario
        self._calendar = calendar
        self._places = seating.stream_places
        self._staff = np.array([-1] * seating.arriving_count + list(seating.prospectors), int)
        self._source = np.array([p.source for p in self._places], int)
        self._cell = np.array([p.cell for p in self._places], int)
        self._base = base_rates(seating, calendar)
        self.push = np.ones((len(seating.codes.sources), seating.codes.cells))
        self._deal_usd = average_deal_usd(self._scenario)
        self._market_leads = market_leads
        self._season = season(self._scenario, calendar)
        self._programs = [
            (code, name, source)
            for code, (name, source) in enumerate(self._scenario.world.sources.items())
            if source.has_program
        ]
        self._lead_shares = {name: _lead_shares(self._scenario, source) for _, name, source in self._programs}
        self._steps = {  # of sources whose spend is ever another than it was
            name: steps for _, name, _ in self._programs if (steps := self._spend_steps(name)) != [(0.0, 1.0)]
        }

    def streams(self, day: float, output: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Qualified leads a working day of each stream, and how far each is pushed; ``output`` is by seat."""
        boost = self.push[self._source, self._cell] if len(self._source) else np.zeros(0)
        rate = self._base * boost * self._market_leads[self._cell, self._source]
        rate *= self._season_and_spend(day)[self._source]
        staffed = self._staff >= 0
        rate[staffed] *= output[self._staff[staffed]]
        return rate, boost

    def stream(self, s: int, day: float, output: float) -> tuple[float, float]:
        """The same for one prospector's stream."""
        boost = float(self.push[self._source[s], self._cell[s]])
        factor = self._season_and_spend(day)[self._source[s]]
        market = self._market_leads[self._cell[s], self._source[s]]
        return float(self._base[s] * boost * market * factor * output), boost

    def _season_and_spend(self, day: float) -> np.ndarray:
        """Multiplier by source: season, and the concave response to spend."""
        factors = self._season[self._calendar.month_number(day) + HISTORY_MONTHS]
        if not self._steps:
            return factors
        factors = factors.copy()
        for code, name, source in self._programs:
            if name in self._steps:
                factors[code] *= felt_spend(self._steps[name], day, source.lag_days) ** source.response
        return factors

    def _spend_steps(self, source: str) -> list[tuple[float, float]]:
        """Days on which a source's relative spend changes, and to what; the first is day 0."""
        lever = self._scenario.levers.relative_spend.get(source, _AS_IT_IS)
        later = {self._calendar.day_of(date): level for date, level in sorted(lever.changes.items())}
        return [(0.0, lever.at(0.0, self._calendar)), *((day, level) for day, level in later.items() if day > 0.0)]

    def _mean_spend(self, source: str, month: int) -> float:
        """Relative program spend of a source over the days of a month."""
        lever = self._scenario.levers.relative_spend.get(source, _AS_IT_IS)
        if not lever.changes:
            return lever.start
        first, last = self._calendar.month_starts[month : month + 2]
        return float(np.mean([lever.at(day, self._calendar) for day in np.arange(first, last)]))

    def program_usd(self, month: int, heads: np.ndarray) -> np.ndarray:
        """Program cost of a month by cell. Leads grow as spend to an exponent, so a push costs its inverse power.

        Args:
            heads: prospectors by cell, on average over the month.
        """
        cost = np.zeros(self.push.shape[1])
        for code, name, source in self._programs:
            dearer = self.push[code] ** (1.0 / source.response) * self._mean_spend(name, month)
            for_all, for_a_head = source.program_usd
            cost += for_all * self._lead_shares[name] * dearer
            cost += for_a_head * heads * dearer
        return cost

    def base_by_cell(self, output: np.ndarray) -> np.ndarray:
        """Qualified leads a working day before season, spend and push; shape (sources, cells)."""
        rate = self._base * self._market_leads[self._cell, self._source]
        staffed = self._staff >= 0
        rate[staffed] *= output[self._staff[staffed]]
        place = self._source * self.push.shape[1] + self._cell
        return np.bincount(place, rate, self.push.size).reshape(self.push.shape)

    def usual_flow_usd(self, output: np.ndarray) -> np.ndarray:
        """Pipeline that each source makes in a month, unpushed; shape (sources, cells)."""
        return self.base_by_cell(output) * self._calendar.working_days_per_month * self._deal_usd


_AS_IT_IS = Dated[float](start=1.0)


def season(scenario: Scenario, calendar: Calendar) -> np.ndarray:
    """Seasonal multiplier from ``HISTORY_MONTHS`` before the first day on, shape (months, sources)."""
    month = np.arange(-HISTORY_MONTHS, calendar.months)
    factors = np.ones((len(month), len(scenario.world.sources)))
    month_of_year, month_of_quarter = calendar.month_of_year(month), calendar.month_of_fiscal_year(month) % 3
    for code, source in enumerate(scenario.world.sources.values()):
        by_month, by_month_of_quarter = source.season
        factors[:, code] = np.array(by_month)[month_of_year] * np.array(by_month_of_quarter)[month_of_quarter]
    return factors


def average_deal_usd(scenario: Scenario) -> np.ndarray:
    """Mean first-year value of a deal, in US dollars; shape (sources, cells)."""
    sources = np.array([source.size_multiplier for source in scenario.world.sources.values()])
    sizes = np.array([segment.deal_size.average_usd for segment in scenario.world.segments.values()])
    return np.outer(sources, np.repeat(sizes, len(scenario.world.regions)))


def base_rates(seating: Seating, calendar: Calendar) -> np.ndarray:
    """Qualified leads a working day of each stream, unpushed; for a prospector, at full output."""
    scenario = seating.scenario
    sources = list(scenario.world.sources.values())
    per_day = 1.0 / calendar.working_days_per_month
    rates = np.zeros(len(seating.stream_places))
    shares = [_lead_shares(scenario, source) for source in sources]
    for s, place in enumerate(seating.stream_places):
        source = sources[place.source]
        monthly = sum(source.by_segment.values()) * shares[place.source][place.cell] + source.leads_per_prospector
        rates[s] = monthly * source.qualified_share * per_day
    return rates


def expected_deals(seating: Seating, calendar: Calendar) -> float:
    """At most how many deals a run is likely to make, to make room for them: all streams, all hours spare."""
    monthly = base_rates(seating, calendar).sum() * calendar.working_days_per_month
    for source in seating.scenario.world.sources.values():
        monthly += source.finds_per_seller * seating.duties.count("sells")
    return float(monthly * calendar.months)


def _lead_shares(scenario: Scenario, source: Source) -> np.ndarray:
    """Each cell's part of a source's leads; adds up to 1 unless there are none."""
    weights = np.array([region.lead_weight for region in scenario.world.regions.values()])
    leads = np.array([source.by_segment.get(name, 0.0) for name in scenario.world.segments])
    total = leads.sum()
    return np.outer(leads / total if total > 0 else leads, weights / weights.sum()).ravel()
