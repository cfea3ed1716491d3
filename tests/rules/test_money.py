"""Money to the cent."""

from __future__ import annotations

import numpy as np

from sim.money.cents import to_cents
from sim.rules.amounts import to_the_cent


def test_half_cents_go_up_also_where_binary_numbers_lie_below_them() -> None:
    assert to_cents(np.array([300.405, 0.005, 1.004999, 2.675])).tolist() == [300.41, 0.01, 1.0, 2.68]


def test_one_amount_is_rounded_as_many_are() -> None:
    amounts = np.array([300.405, 0.005, 1.004999, 2.675, -300.405, 100_000.0 / 12.0])
    assert [to_the_cent(usd) for usd in amounts] == to_cents(amounts).tolist()
