"""Rows of the ledger are written by name, whole, whatever the order and however many."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger
from sim.ledger import Table

ROW = {"day": 3.0, "regime": 1, "level": -0.5}


def test_a_row_is_written_by_name_in_any_order() -> None:
    table = Table(ledger.MARKET, room=1)
    places = [table.add(**dict(reversed(ROW.items()))), table.add(**ROW | {"day": 4.0})]
    assert places == [0, 1], "the table grows"
    assert table.rows.tolist() == [(3.0, 1, -0.5), (4.0, 1, -0.5)]
    table.extend(table.rows.copy())
    np.testing.assert_array_equal(table["day"], [3.0, 4.0, 3.0, 4.0])


@pytest.mark.parametrize("row", [{"day": 3.0, "regime": 1}, ROW | {"kind": 2}])
def test_a_field_left_out_or_too_many_is_an_error(row: dict[str, float]) -> None:
    with pytest.raises(TypeError, match="a row has the fields day, regime, level, given day, regime"):
        Table(ledger.MARKET).add(**row)


def test_a_field_of_another_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="level"):
        Table(ledger.MARKET).add(day=3.0, regime=1, height=0.5)
