"""All measures, in the order in which tables give them."""

from __future__ import annotations

import numpy as np

from sim.measures.behaviour_measures import BEHAVIOUR_MEASURES
from sim.measures.customer_measures import CUSTOMER_MEASURES
from sim.measures.deal_measures import DEAL_MEASURES
from sim.measures.measure import Measure
from sim.measures.money_measures import MONEY_MEASURES
from sim.measures.pay_measures import PAY_MEASURES
from sim.measures.people_measures import PEOPLE_MEASURES
from sim.measures.revenue_measures import REVENUE_MEASURES
from sim.measures.value_measures import VALUE_MEASURES

CHAPTERS: dict[str, tuple[Measure, ...]] = {
    "Deals": DEAL_MEASURES,
    "People": PEOPLE_MEASURES,
    "Customers": CUSTOMER_MEASURES,
    "Behaviour": BEHAVIOUR_MEASURES,
    "Money": MONEY_MEASURES,
    "Pay": PAY_MEASURES,
    "Revenue, cash and unit economics": REVENUE_MEASURES,
    "What a plan is worth": VALUE_MEASURES,
}
MEASURES: tuple[Measure, ...] = tuple(measure for chapter in CHAPTERS.values() for measure in chapter)
YES_NO = np.array([measure.yes_no for measure in MEASURES])  # shape (measures,)
BY_NAME: dict[str, Measure] = {measure.name: measure for measure in MEASURES}
UNITS: dict[str, str] = {measure.name: measure.unit for measure in MEASURES}
