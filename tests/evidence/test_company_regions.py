"""Regions of the roster in the scenario, and one place where they cannot be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.mapping import Told
from sim.crm.opportunities import Named, Roster
from sim.crm.reading import read_export
from sim.evidence.company.company import learn
from sim.evidence.company.not_used import not_used
from sim.evidence.company.regions import EVERYWHERE, regions_of
from sim.evidence.company.scenario import opening_rows, write_company
from sim.scenario.load import load_source
from tests.makers.company_exports import A_DAY, SELLERS, write_known

NORTH = 3  # of SELLERS, whose deals are as many as those of others


def roster(export, places):
    """A row for each owner, with a region each."""
    owners = export.opportunities.owner.names
    unknown = np.full(len(owners), -1, np.int64)
    return Roster(owners, unknown, unknown, Named.nobody(len(owners)), Named.nobody(len(owners)), Named.of(places))


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions")
    export = read_export({"opportunities": write_known(folder, days=240)})
    places = ["North-East"] * NORTH + ["South"] * (SELLERS - NORTH)
    learned = learn(replace(export, roster=roster(export, places)), Told())
    write_company(learned, folder / "mine")
    return learned, folder / "mine"


def test_the_scenario_has_the_regions_of_the_roster(company):
    _, folder = company
    source = load_source(str(folder / "company.yaml"))
    regions = source.at_central().world.regions
    assert list(regions) == ["north_east", "south"]
    share = regions["north_east"].lead_weight / sum(one.lead_weight for one in regions.values())
    seen = A_DAY * 240
    assert share == pytest.approx(NORTH / SELLERS, abs=4 * np.sqrt(0.25 / seen))
    drawn = [source.drawn(1, k)["leads_of_south"] for k in range(2)]
    assert drawn[0] != drawn[1]
    assert sum(one.rows["set aside"] for one in source.reading.accounts) == 0


def test_people_and_deals_are_where_their_owner_is(company):
    learned, _ = company
    rows = opening_rows(learned)
    home = {row["name"]: row["region"] for row in rows["roster"] if row["role"] == "ae"}
    assert sorted(home.values()).count("north_east") == NORTH
    assert all(row["region"] == home[row["owner"]] for row in rows["pipeline"])
    for role in ("manager", "recruiter"):
        assert {row["region"] for row in rows["roster"] if row["role"] == role} == {"north_east", "south"}
    assert not any(what == "regions" for what, _ in not_used(learned))


@pytest.mark.parametrize(
    ("places", "why"),
    [
        (["North"] * SELLERS, "all sellers are in north"),
        (["North"] + ["South"] * (SELLERS - 1), "all has 1 sellers in north"),
        (["North"] * 3 + [""] * (SELLERS - 3), "a region for 3 of 9 sellers"),
    ],
)
def test_one_place_where_regions_cannot_be_told(company, places, why):
    learned, _ = company
    export = learned.export
    found = regions_of(export.opportunities, roster(export, places), learned.sellers, 1)
    assert found.names == (EVERYWHERE,)
    assert why in found.why_not
    assert found.where("anybody") == EVERYWHERE
    alone = replace(learned, regions=found)
    assert any(what == "regions" and why in reason for what, reason in not_used(alone))
