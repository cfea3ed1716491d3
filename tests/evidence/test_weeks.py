"""How soon a quarter is known: what has closed, what is left, and how far off that was."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.crm.reading import read_export
from sim.evidence.backtest.cells import Cell
from sim.evidence.backtest.frozen import frozen
from sim.evidence.backtest.weeks import Week, by_week, quarters, week_told
from sim.fit.outlook import outlook
from tests.makers.known_laws import played
from tests.makers.played_exports import rows_of, with_another_future, written

BEGINS = date(2017, 9, 30).toordinal()


@pytest.fixture(scope="module")
def rows():
    return rows_of(played(np.random.default_rng(3), 300, 2.0, 0.005, 0.015))


@pytest.fixture(scope="module")
def export(rows, tmp_path_factory):
    return read_export({"opportunities": written(tmp_path_factory.mktemp("crm") / "deals.csv", rows)})


def test_quarters_that_are_seen_whole(export):
    """From 7 March to the end of 2017; three weeks in March hold too few closes."""
    assert [date.fromordinal(day).isoformat() for day in quarters(export)] == ["2017-06-30", "2017-09-30"]


def test_a_quarter_is_what_has_closed_and_what_is_left(rows, export):
    told = week_told(export, BEGINS, 6, draws=100, seed=3)  # the evening of 11 November
    wins, _ = told.cells
    won = [row[4] for row in rows if row[5] == "Won" and "2017-10-01" <= row[4] <= "2017-12-31"]
    so_far = sum(day <= "2017-11-11" for day in won)
    left = outlook(frozen(export, BEGINS + 42), 2, 100, 3).samples[:, :, 0].sum(axis=(1, 2))
    np.testing.assert_array_equal(wins.samples, so_far + left)
    assert wins.actual == len(won)
    assert told.pace[0] == pytest.approx(so_far * 92 / 42)


def test_weeks_do_not_look_ahead(rows, export, tmp_path):
    cut = date.fromordinal(BEGINS + 14)
    other = with_another_future(rows, cut, np.random.default_rng(2))
    other.append(["late", "Rep", "Product 1", "2017-12-31", "2018-01-31", "Won", "1"])
    later = read_export({"opportunities": written(tmp_path / "deals.csv", other)})
    one, two = (week_told(of, BEGINS, 2, draws=100, seed=1) for of in (export, later))
    for first, second in zip(one.cells, two.cells, strict=True):
        assert first.samples.tobytes() == second.samples.tobytes()
        assert first.actual != second.actual


def test_rows_by_hand():
    samples = np.linspace(80, 120, 101)
    cells = [
        [Cell(0, "this quarter", name, "total", samples, came) for name in ("wins", "bookings")]
        for came in (100.0, 125.0)
    ]
    told = [Week(0, 4, one, np.array([90.0, 150.0])) for one in cells]
    wins, bookings = by_week(told)
    assert (wins.week, wins.quarters, wins.held) == (4, 2, 1)
    assert wins.off == pytest.approx((0 + 0.2) / 2)
    assert wins.pace_off == pytest.approx((0.1 + 0.28) / 2)
    assert bookings.pace_off == pytest.approx((0.5 + 0.2) / 2)
    assert wins.width == pytest.approx((32 / 100 + 32 / 125) / 2)
