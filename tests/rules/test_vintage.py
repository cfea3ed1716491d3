"""Vintages in closed form: a young company, one that nobody leaves, and one at rest."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.vintage import Vintages, vintages

TERM = 360.0
NOW = np.zeros(3)


def test_a_young_company_that_nobody_leaves_grew_along_a_straight_line() -> None:
    """Terms begin at s0 - u / 360 a day: 45 customers are a triangle of 180 days, which began half a term ago."""
    young = vintages(45.0, 1.0, 1.0, TERM)
    assert young.now_per_day == pytest.approx(0.5)
    assert young.first_day == pytest.approx(180.0)
    assert young.per_day(np.array([0.0, 90.0, 180.0])) == pytest.approx([0.5, 0.25, 0.0], abs=1e-9)
    assert young.begun(np.array([0.0, 0.75, 1.0])) == pytest.approx([0.0, 90.0, 180.0], abs=0.01)


def test_a_young_company_that_loses_some_is_as_old_as_its_first_customer() -> None:
    """s reaches 0 where exp(-k u) = 1 - (s0 / n)(1 - r), here with half of the customers kept."""
    part = 0.5
    young = Vintages(part, 1.0, 0.5, TERM)
    assert young.first_day == pytest.approx(np.log2(1 / 0.75) * TERM)
    assert vintages(float(young.within(young.first_day)), 1.0, 0.5, TERM).now_per_day == pytest.approx(part)


def test_terms_of_a_base_that_nobody_leaves_are_as_many_as_new_customers_fit_in() -> None:
    """900 customers and one more a day: three terms begin a day, of which one is a first."""
    old = vintages(900.0, 1.0, 1.0, TERM)
    assert (old.now_per_day, old.first_day) == pytest.approx((3.0, TERM))
    assert old.number(NOW, np.array([0.3, 0.5, 0.9])).tolist() == [1, 2, 3]
    assert old.begun(np.array([0.0, 1.0])).tolist() == [0.0, TERM]


def test_terms_of_a_base_at_rest_are_geometric() -> None:
    """Half of a day is new, and half stay each time: among the first j with chance 1 - 2^-j."""
    rest = vintages(360.0, 0.5, 0.5, TERM)
    assert rest.per_day(np.array([0.0, 100.0, 360.0])) == pytest.approx([1.0, 1.0, 1.0])
    assert rest.number(NOW, np.array([0.4, 0.6, 0.8])).tolist() == [1, 2, 3]
