"""Scenarios of many groups: codes are not cut off at 8 or 16 bits, and the table keeps to its cap of rows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim import ledger as tables
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import BY_NAME, MEASURES
from sim.measures.groups import Groups
from sim.measures.open_pipeline import states, states_by_stage
from sim.measures.periods import periods_of
from sim.measures.reading import Given, Reading
from sim.measures.sums import Frame
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from sim.world import simulate
from tests.makers import ledgers
from tests.makers.small import small

MONTHS = 6


def base_with(count_segments: int, count_regions: int) -> Scenario:
    """The base case with segments made after ``smb`` and regions after ``east``, a few people in each cell."""
    raw = load("base").model_dump()
    raw["uncertainties"] = {}
    world, levers = raw["world"], raw["levers"]
    segments = [f"segment_{number}" for number in range(count_segments)]
    regions = [f"region_{number}" for number in range(count_regions)]
    world["segments"] = dict.fromkeys(segments, world["segments"]["smb"])
    world["regions"] = dict.fromkeys(regions, world["regions"]["east"])
    world["sources"]["inbound"]["leads_per_month"] = dict.fromkeys(segments, 60.0)
    levers["requisitions"] = {}
    levers["target"]["usd_per_year"] = dict.fromkeys(segments, 5_000_000.0)
    levers["quota"]["usd_per_year"] = dict.fromkeys(segments, 490_000.0)
    raw["opening"]["teams"] = {
        f"{role}_{segment}_{region}": {"role": role, "segment": segment, "region": region, "seats": seats}
        for role, seats in (("ae", 2), ("sdr", 1))
        for segment in segments
        for region in regions
    } | {"hiring": {"role": "recruiter", "region": regions[0], "seats": 2}}
    return Scenario.model_validate(raw)


@pytest.fixture(scope="module")
def world() -> tuple[Scenario, Ledger, dict[tuple[str, str, str], float]]:
    """Four segments in five regions: the scenario, one replication, and its values by measure, period and group."""
    scenario = base_with(4, 5)
    ledger = simulate(scenario, MONTHS, Luck(1, 0))
    layout = kpis.table(scenario, scenario.calendar(MONTHS))
    names = [(MEASURES[code].name, period, group) for _, period, _, group, code in layout.rows.labels()]
    return scenario, ledger, dict(zip(names, layout.values(ledger), strict=True))


def test_states_of_every_cell_are_those_of_the_snapshots(world):
    scenario, ledger, values = world
    snapshots = ledger.snapshots
    first = (snapshots["month"] == 0) & (snapshots["stage"] == -1)
    for measure, quantity in (("open_pipeline", tables.OPEN_USD), ("committed_pipeline", tables.COMMITTED_USD)):
        for s, segment in enumerate(scenario.world.segments):
            where = first & (snapshots["quantity"] == quantity) & (snapshots["segment"] == s)
            assert values[(measure, "2027", segment)] == pytest.approx(snapshots["value"][where].sum())
        assert sum(values[(measure, "2027", segment)] for segment in scenario.world.segments) > 0
    for s, segment in enumerate(scenario.world.segments):
        for r, region in enumerate(scenario.world.regions):
            in_cell = (snapshots["segment"] == s) & (snapshots["region"] == r)
            where = first & in_cell & (snapshots["quantity"] == tables.OPEN_USD)
            cell = values[("open_pipeline", "2027", f"{segment}/{region}")]
            assert cell == pytest.approx(snapshots["value"][where].sum())


def test_flows_of_every_cell_are_those_of_the_ledger(world):
    scenario, ledger, values = world
    credits, payments = ledger.credits, ledger.payments
    booked = credits[credits["day"] >= 0]
    deals = ledger.deals[booked["deal"]]
    for s, segment in enumerate(scenario.world.segments):
        for r, region in enumerate(scenario.world.regions):
            where = (deals["segment"] == s) & (deals["region"] == r)
            paid = (booked["share"] * booked["amount_usd"])[where].sum()
            assert values[("bookings", "total", f"{segment}/{region}")] == pytest.approx(paid)
    for code, role in enumerate(scenario.world.roles):
        paid = payments["amount_usd"][payments["role"] == code].sum()
        assert values[("cost", "total", role)] == pytest.approx(paid)
        if any(team.role == role for team in scenario.opening.teams.values()):
            assert paid > 0


def test_the_last_of_many_cells_and_stages_is_found():
    names = {kind: tuple(f"{kind}{i}" for i in range(count)) for kind, count in (("s", 40), ("r", 30), ("t", 130))}
    frame = Frame(Groups(names["s"], names["r"], ("ae",), ("web",), names["t"]), periods_of(small().calendar(1)))
    ledger = ledgers.empty(small())
    ledger.snapshots = np.array(
        [(0, tables.COMMITTED_USD, 39, 29, -1, 7.0), (0, tables.OPEN_USD, 39, 29, 119, 5.0)], tables.SNAPSHOTS
    )
    reading = Reading(Given(frame, small()), ledger)
    whole, by_stage = states(reading), states_by_stage(reading)
    cell = frame.groups.cell(39, 29)
    assert whole.values[tables.COMMITTED_USD, cell, 0, 0] == 7.0
    assert by_stage.values[tables.OPEN_USD, cell, 119, 0] == 5.0
    assert whole.values.sum() == 7.0
    assert by_stage.values.sum() == 5.0


def many_groups(segments: int, regions: int, stages: int = 5, roles: int = 3, sources: int = 3) -> Groups:
    counts = {"segment": segments, "region": regions, "role": roles, "source": sources, "stage": stages}
    return Groups(*(tuple(f"{kind}_{i}" for i in range(count)) for kind, count in counts.items()))


@pytest.mark.parametrize("months", [1, 24, 60, 120])
@pytest.mark.parametrize(
    "groups",
    [
        many_groups(3, 2), many_groups(10, 12), many_groups(40, 50), many_groups(400, 2),
        many_groups(3, 2, stages=4_000), many_groups(3, 2, roles=900), many_groups(3, 2, sources=900),
    ],
    ids=["base", "10x12", "40x50", "many segments", "many stages", "many roles", "many sources"],
)  # fmt: skip
def test_no_table_holds_more_rows_than_the_cap(groups, months):
    rows = kpis.rows_of(groups, small().calendar(months), 6000)
    assert len(rows) <= 6000
    of_all = {measure for period, _, _, group, measure in rows.labels() if (period, group) == ("total", "all")}
    assert of_all == {code for code, measure in enumerate(MEASURES) if "all" in measure.finest}


def test_cells_are_left_out_before_regions_and_these_before_segments():
    rows = kpis.rows_of(many_groups(10, 12), small().calendar(24), 7000)
    kinds = Counter(kind for _, _, kind, _, _ in rows.labels())
    assert kinds["segment_region"] == 0
    assert kinds["region"] > 0
    rows = kpis.rows_of(many_groups(10, 12), small().calendar(120), 7000)
    kinds = Counter(kind for _, _, kind, _, _ in rows.labels())
    assert kinds["segment_region"] == kinds["region"] == 0
    assert kinds["segment"] > 0


def test_a_table_that_left_groups_out_has_a_number_in_each_row():
    scenario = base_with(10, 12)
    calendar = scenario.calendar(12)
    layout = kpis.table(scenario, calendar, 6000)
    values = layout.values(ledgers.invented(scenario, calendar, luck=3))
    assert len(values) == len(layout) <= 6000
    pipeline = [c for c, measure in enumerate(MEASURES) if measure.name == "pipeline_created"]
    assert np.isfinite(values[np.isin(layout.rows.measure, pipeline)]).all()


def test_open_requisitions_speak_of_acceptance_only():
    assert BY_NAME["open_requisitions"].formula == "days from opening to acceptance / days of the period"
