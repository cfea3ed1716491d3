"""What the customers of the first day have been through: since when they are customers, and how their ARR has grown.

The past is that of the sellers of the first day, at their long run's wins: see ``sim/rules/vintage.py``.
"""

from __future__ import annotations

import math

import numpy as np

from sim.calendar import Calendar
from sim.luck import CUSTOMER_OPENING, Luck, fill_four_uniforms
from sim.org.first_day.long_run import LongRun
from sim.org.state.seating import Seating
from sim.pipeline.engine import Pipeline
from sim.pipeline.installed_base import PAST
from sim.pipeline.tables import NOBODY
from sim.rules.odds import chance
from sim.rules.people import usual_exits_per_year
from sim.rules.vintage import MOST_TERMS, Vintages, vintages
from sim.scenario.customers import Contracts

_LONGEST_YEARS = 20.0  # an older customer's ARR is that of one so old: growth without end is nobody's


class CustomerAges:
    """The vintages of each cell, and what renewals and expansions make of a customer's ARR."""

    def __init__(
        self, seating: Seating, pipeline: Pipeline, steady: LongRun, renewal_logit: np.ndarray, source: int,
        calendar: Calendar,
    ):  # fmt: skip
        """
        Args:
            renewal_logit: what load and market add to renewals, by cell. source: of expansions, or NOBODY.
        """
        self._calendar = calendar
        self._seating, self._pipeline, self._steady, self._source = seating, pipeline, steady, source
        self._segments = list(seating.scenario.world.segments.values())
        self._renewal_logit = renewal_logit
        wins = steady.wins_per_day()
        if source != NOBODY:
            wins[source] = 0.0
        self.sells_new = wins.argmax(axis=0)
        self._new = wins.sum(axis=0)
        sizes = np.array([s.size_multiplier for s in seating.scenario.world.sources.values()])
        sizes = sizes[:, None] * pipeline.state.market["size"].T
        self._size = (wins * sizes).sum(axis=0) / np.maximum(self._new, 1e-12)

    def of_cell(self, cell: int) -> Vintages:
        """When the terms of a cell's customers began."""
        customers = int(np.sum(self._pipeline.state.customer_cell[: len(self._pipeline.customers)] == cell))
        days = float(self._pipeline.state.renewal["days"][self._seating.codes.segment_region(cell)[0]])
        return vintages(customers, float(self._new[cell]), self._stay(cell), days)

    def _stay(self, cell: int) -> float:
        """Share of a cell's customers who renew, those lost with their sellers left out."""
        terms = self._pipeline.state.renewal[self._seating.codes.segment_region(cell)[0]]
        stay = chance(float(terms["renew_logit"] + self._renewal_logit[cell]))
        return max(stay - float(terms["lost_to_peer"]) * self._seller_leaves(cell, float(terms["months"])), 0.0)

    def _seller_leaves(self, cell: int, months: float) -> float:
        """Chance that a seller of a cell leaves within so many months."""
        roles, years = list(self._seating.scenario.world.roles.values()), months / 12.0
        here = np.flatnonzero(self._steady.cell == cell)
        left = [-math.expm1(-usual_exits_per_year(roles[self._seating.seats[i].role]) * years) for i in here]
        return float(np.mean(left)) if left else 0.0

    def draw(self, luck: Luck) -> np.ndarray:
        """The past of every customer, ``PAST``, in their order."""
        customers = self._pipeline.customers
        cells = self._pipeline.state.customer_cell[: len(customers)]
        chances = np.empty((len(customers), 4))
        fill_four_uniforms(chances, customers["entity"], CUSTOMER_OPENING, *luck.key)
        past = np.zeros(len(customers), PAST)
        for cell in np.unique(cells):
            here = np.flatnonzero(cells == cell)
            past[here] = self._of_some(int(cell), chances[here], customers["arr_usd"][here])
        return past

    def _of_some(self, cell: int, chances: np.ndarray, drawn_usd: np.ndarray) -> np.ndarray:
        """The past of customers of one cell.

        Args:
            chances: uniform numbers, shape (customers, 4). drawn_usd: their sizes by the law of deals.
        """
        law, rule = self.of_cell(cell), self._segments[self._seating.codes.segment_region(cell)[0]].contracts
        assert rule is not None, "customers are kept in segments with contracts"
        rows = np.zeros(len(chances), PAST)
        ago = law.begun(chances[:, 0])
        number = law.number(ago, chances[:, 1])
        before = (number - 1) * law.term_days
        rows["term_start"], rows["since_day"] = -ago, -ago - before
        per_day, share, lag = self._expansions(cell)
        known = np.where(number < MOST_TERMS, np.minimum(before, _LONGEST_YEARS * self._calendar.days_per_year), 0.0)
        renewed = np.log1p(rule.uplift_share * rule.uplift_by_share - rule.contract_share * rule.contract_by_share)
        grown = per_day * share * np.maximum(known - lag, 0.0)
        rows["lived"] = np.exp(grown + renewed * known / law.term_days)
        ever = np.maximum(ago + before - lag, 0.0)
        could = np.minimum(ago, ever)
        expanded = chances[:, 2] < -np.expm1(-per_day * could)
        rows["bought_more"] = ~expanded & (chances[:, 2] < -np.expm1(-per_day * ever))
        rows["expansion_day"] = np.where(expanded, -could * chances[:, 3], np.inf)
        rows["expansion_share"] = share
        rows["deal_usd"] = drawn_usd * self._scale(cell, rule, rows)
        return rows

    def _expansions(self, cell: int) -> tuple[float, float, float]:
        """Expansions that one customer buys a day, the share of its ARR that each adds, and days to the first one."""
        if self._source == NOBODY or not (self._steady.takes[self._source] & (self._steady.cell == cell)).any():
            return 0.0, 0.0, 0.0
        source = list(self._seating.scenario.world.sources.values())[self._source]
        flow = self._steady.flows[self._source][cell]
        wishes = self._steady.leads[self._source, cell] / max(self._pipeline.state.cell_customers[cell], 1)
        size = source.size_multiplier * float(self._pipeline.state.market["size"][cell, self._source])
        return wishes * flow.win_rate, source.size_of_arr[0] * size, float(flow.stage_days.sum())

    def _scale(self, cell: int, rule: Contracts, rows: np.ndarray) -> float:
        """What the first deals are multiplied by: as new ones are, or so that the mean ARR is the one given."""
        if rule.opening_mean_arr_usd is None:
            return float(self._size[cell]) if self._new[cell] > 0.0 else 1.0
        terms = self._pipeline.state.renewal[self._seating.codes.segment_region(cell)[0]]
        months = self._calendar.months_between(rows["since_day"], 0.0)
        made = np.minimum(np.floor(months / max(terms["growth_months"], 1e-9)), terms["growth_steps"])
        part = terms["starts_at"] + (1.0 - terms["starts_at"]) * made / max(terms["growth_steps"], 1)
        more = 1.0 + np.where(rows["expansion_day"] < 0.0, rows["expansion_share"], 0.0)
        return 1.0 / float(np.mean(part * rows["lived"] * more))
