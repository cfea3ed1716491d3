"""Many segments and regions: the codes of their cells do not fit into the small integers of the ledger."""

from __future__ import annotations

import numpy as np
import pytest

from sim import world
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.scenario.load import load
from sim.scenario.scenario import Scenario


def wide(regions: int) -> Scenario:
    """The base scenario with regions put before its own that have leads and nobody to take them."""
    raw = load("base").model_dump()
    raw["world"]["regions"] = {f"r{k}": {} for k in range(regions - 2)} | raw["world"]["regions"]
    return Scenario.model_validate(raw)


@pytest.mark.slow
def test_forty_cells_are_played_and_their_pipeline_adds_up() -> None:
    scenario = wide(10)
    book = world.simulate(scenario, 3, Luck(1, 0))
    layout = kpis.table(scenario, scenario.calendar(3))
    keys = [(MEASURES[m].name, kind, period, group, name) for kind, period, group, name, m in layout.rows.labels()]
    kpi = dict(zip(keys, layout.values(book), strict=True))
    for measure in ("open_pipeline", "bookings"):
        whole = kpi[measure, "quarter", "2027-Q1", "all", "all"]
        parts = [kpi[measure, "quarter", "2027-Q1", "segment", name] for name in scenario.world.segments]
        assert whole > 0
        assert np.isclose(sum(parts), whole)
