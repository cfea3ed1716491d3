"""Money to the cent."""

from __future__ import annotations

import numpy as np

from sim.money.cents import part_of_year_usd, to_cents


def test_half_cents_go_up_also_where_binary_numbers_lie_below_them() -> None:
    assert to_cents(np.array([300.405, 0.005, 1.004999, 2.675])).tolist() == [300.41, 0.01, 1.0, 2.68]


def test_twelve_whole_months_of_salary_are_a_year_to_the_cent_of_each_month() -> None:
    months = part_of_year_usd(np.full(12, 100_000.0), np.ones(12))
    assert months.tolist() == [8333.33] * 12
