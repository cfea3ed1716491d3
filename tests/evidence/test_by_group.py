"""Ranges by owner after a cut, against what came in the later rows of the same export."""

from __future__ import annotations

import numpy as np
import pytest

from sim.crm.opportunities import WON
from sim.crm.reading import read_export
from sim.evidence.backtest.by_group import came_of, held_by_group
from sim.evidence.backtest.came import earlier
from tests.makers.known_laws import played
from tests.makers.played_exports import rows_of, written


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Deals of five owners who are alike, over a year."""
    path = tmp_path_factory.mktemp("export") / "opportunities.csv"
    return read_export(
        {"opportunities": written(path, rows_of(played(np.random.default_rng(6), 365, 4.0, 0.01, 0.02)))}
    )


def test_ranges_by_owner_hold_about_as_many_as_they_say(export):
    found = held_by_group(export, "owner", 300, 1)
    assert (found.by, found.groups, found.of, found.live) == ("owner", 5, 36, 36)
    assert found.cutoff == earlier(export.opportunities.as_of, 3)
    assert 24 <= found.count <= 36
    assert found.held_live == found.count


def test_what_came_is_that_of_the_group_and_of_the_months(export):
    deals = export.opportunities
    cut = earlier(deals.as_of, 3)
    starts = np.array([cut + 1, cut + 32, cut + 62, deals.as_of + 1])
    each = [came_of(deals, "owner", name, cut, starts) for name in deals.owner.names]
    all_of_it = came_of(deals, "owner", None, cut, starts)
    assert np.allclose(sum(each), all_of_it)
    mine = (deals.owner.codes == 2) & (deals.outcome == WON) & (deals.closed >= starts[1]) & (deals.closed < starts[2])
    assert each[2][1].tolist() == [mine.sum(), pytest.approx(np.nansum(deals.amount[mine]))]


def test_a_column_that_nobody_has_is_not_told(export):
    assert held_by_group(export, "segment", 300, 1) is None
