"""All measures, in the order in which tables give them. A new chapter is a file of its own, named here."""

from __future__ import annotations

import numpy as np

from sim.measures import (
    attainment,
    behaviour,
    bookings,
    customers,
    money,
    open_pipeline,
    pay,
    people,
    revenue,
    support,
    triggers,
    unit_economics,
    value,
    win_rates,
)
from sim.measures.chapter import Chapter, Roll
from sim.measures.measure import Measure

CHAPTERS: tuple[Chapter, ...] = (
    bookings.CHAPTER,
    open_pipeline.CHAPTER,
    win_rates.CHAPTER,
    support.CHAPTER,
    people.CHAPTER,
    attainment.CHAPTER,
    customers.CHAPTER,
    behaviour.CHAPTER,
    money.CHAPTER,
    pay.CHAPTER,
    revenue.CHAPTER,
    unit_economics.CHAPTER,
    value.CHAPTER,
    triggers.CHAPTER,
)
MEASURES: tuple[Measure, ...] = tuple(measure for chapter in CHAPTERS for measure in chapter.measures)
ROLLS: tuple[Roll, ...] = tuple(roll for chapter in CHAPTERS for roll in chapter.rolls)
YES_NO = np.array([measure.yes_no for measure in MEASURES])  # shape (measures,)
BY_NAME: dict[str, Measure] = {measure.name: measure for measure in MEASURES}
UNITS: dict[str, str] = {measure.name: measure.unit for measure in MEASURES}
