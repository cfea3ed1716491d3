"""What a dollar a year brings term by term, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.value import Window, later_terms, still_there


def one(*values: float) -> list[np.ndarray]:
    return [np.array([value]) for value in values]


def test_where_nobody_leaves_and_nothing_is_discounted_a_dollar_a_year_is_the_years_left() -> None:
    assert later_terms(Window(3.0, 0.0), *one(0.5, 1.0, 1.0)) == pytest.approx(2.5)
    assert later_terms(Window(3.0, 0.0), *one(0.5, 1.0, 0.9)) == pytest.approx(1 + 0.9 + 0.81 / 2)
    # One that grows as fast as it is discounted is worth each term what the first is.
    assert later_terms(Window(3.0, 0.25), *one(0.0, 1.0, 1.25)) == pytest.approx(3 * 0.2 / np.log(1.25))


def test_who_is_still_there_has_renewed_at_each_end() -> None:
    day = np.array([0.2, 0.5, 0.7, 1.5, 1.7, 2.7])
    there = still_there(day, *(np.full(6, x) for x in (0.5, 1.0, 0.8, 0.9)))
    assert there == pytest.approx([1.0, 1.0, 0.8, 0.8, 0.72, 0.648])
