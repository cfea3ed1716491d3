"""All measures, in the order in which tables give them."""

from __future__ import annotations

from sim.measures.deal_measures import DEAL_MEASURES
from sim.measures.measure import Measure
from sim.measures.money_measures import MONEY_MEASURES
from sim.measures.people_measures import PEOPLE_MEASURES

MEASURES: tuple[Measure, ...] = (*DEAL_MEASURES, *PEOPLE_MEASURES, *MONEY_MEASURES)
UNITS: dict[str, str] = {measure.name: measure.unit for measure in MEASURES}
