"""Exports by the headings that systems give them; the public sets, where their folder is there."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.crm.dates import iso
from sim.crm.mapping import read_mapping
from sim.crm.opportunities import LOST, OPEN, WON, Named, Opportunities
from sim.crm.reading import Export, read_export
from sim.crm.report import READ, SET_ASIDE, USED
from sim.crm.writing import write_export

EXPORTS = Path(__file__).parent / "exports"  # made up, by the headings of each system
DATA = Path(os.environ.get("SALESIM_DATA") or Path(__file__).parents[3] / "shared" / "data")


@pytest.mark.parametrize(
    ("name", "currency"), [("salesforce_report", "EUR"), ("salesforce_opportunity", ""), ("hubspot", "EUR")]
)
def test_exports_of_known_systems(name, currency):
    export = read_export({"opportunities": EXPORTS / f"{name}.csv"})
    deals = export.opportunities
    assert deals.outcome.tolist() == [WON, LOST, OPEN, WON]
    assert [iso(day) for day in deals.created] == ["2023-01-05", "2023-01-06", "2023-01-07", "2023-02-08"]
    assert [iso(day) for day in deals.closed] == ["2023-01-31", "2023-01-26", "", "2023-02-17"]
    assert [iso(day) for day in deals.expected] == ["", "", "2023-04-30", ""]
    assert deals.amount.tolist() == [1200, 800, 500, 2000.5]
    assert export.currency == currency
    assert len(deals.owner.names) == 2
    assert deals.account.known.all()
    assert len(set(deals.ids)) == 4


def test_history_of_salesforce_has_short_ids_that_are_case_sensitive():
    files = {"opportunities": "salesforce_opportunity.csv", "history": "salesforce_history.csv"}
    history = read_export({kind: EXPORTS / file for kind, file in files.items()}).history
    assert history is not None
    assert history.deal.tolist() == [0, 0, 1]
    first = date(2023, 1, 5).toordinal() + 10 / 24  # when it was made, not when it was superseded
    assert history.entered[0] == pytest.approx(first)


def test_a_history_of_fields_has_other_changes_too(tmp_path):
    moves = (
        '"Opportunity ID","Field / Event","Old Value","New Value","Edit Date"\n'
        '"006A0000001AbCd","Stage","Discovery","Closed Won","31.01.2023 16:30"\n'
        '"006A0000001AbCd","Amount","100","1200","30.01.2023 16:30"\n'
    )
    (tmp_path / "history.csv").write_text(moves, encoding="utf-8")
    export = read_export({"opportunities": EXPORTS / "salesforce_report.csv", "history": tmp_path / "history.csv"})
    assert export.history is not None
    assert export.history.stage.texts().tolist() == ["Closed Won"]
    assert export.history.entered[0] == date(2023, 1, 31).toordinal() + 16.5 / 24
    assert (export.rows[1].count(USED), export.rows[1].count(SET_ASIDE)) == (1, 1)


def public(**files: str) -> Export:
    paths = {kind: DATA / file for kind, file in files.items()}
    for path in paths.values():
        if not path.is_file():
            pytest.skip(f"{path.name} is not there")
    return read_export(paths)


MAVEN = {
    "opportunities": "sales_pipeline.csv",
    "accounts": "accounts.csv",
    "products": "products.csv",
    "roster": "sales_teams.csv",
}
PUBLIC = {
    "crm_2017q3": {kind: f"crm_2017q3/{file}" for kind, file in MAVEN.items()},
    "school": {kind: f"school/asof/2024-02-29/{kind}.csv" for kind in ("opportunities", "roster")},
    "saas_mid": {
        "opportunities": "saas_mid/asof/2023-10-31/opportunities.csv",
        "history": "saas_mid/asof/2023-10-31/stage_history.csv",
    },
    "hvac": {kind: f"hvac/asof/2018-05-31/{kind}.csv" for kind in ("opportunities", "roster")},
}  # fmt: skip
# Rows, won, lost, the day of the export and since when closes are known: as the sets' own pages say.
SAID = {
    "crm_2017q3": (7135, 3042, 1684, "2017-09-30", "2017-03-01"),
    "school": (11_193, 289, 7929, "2024-02-29", "2023-07-03"),
    "saas_mid": (634, 43, 323, "2023-10-31", "2023-01-01"),
    "hvac": (8365, 3798, 3504, "2018-05-31", "2018-02-09"),
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_sets_are_read_without_a_mapping(name):
    export = public(**PUBLIC[name])
    deals = export.opportunities
    found = (
        len(deals), int((deals.outcome == WON).sum()), int((deals.outcome == LOST).sum()), iso(deals.as_of),
        iso(deals.closes_known_from),
    )  # fmt: skip
    assert found == SAID[name]
    for rows in export.rows:
        assert rows.count(READ) == rows.count(USED) + rows.count(SET_ASIDE)


def test_what_the_public_sets_hide_is_found():
    maven = public(**PUBLIC["crm_2017q3"]).opportunities
    assert maven.created_known_from == date(2017, 3, 1).toordinal()
    assert "GTX Pro" in maven.product.names
    assert len(maven.product.names) == 7
    hvac = public(**PUBLIC["hvac"]).opportunities
    bulk = {iso(day) for day in np.unique(hvac.closed[hvac.bulk])}
    assert {"2016-12-04", "2017-02-22", "2018-02-08"} <= bulk
    assert not public(**PUBLIC["school"]).opportunities.bulk.any()
    saas = public(**PUBLIC["saas_mid"])
    assert any("14 deals came back from a closed stage" in note for rows in saas.rows for note in rows.notes)
    assert any("the pipeline starts empty on 2023-01-01" in note for rows in saas.rows for note in rows.notes)


def same(one: Opportunities, other: Opportunities) -> None:
    for column in one._columns():
        left, right = getattr(one, column), getattr(other, column)
        if isinstance(left, Named):
            assert left.texts().tolist() == right.texts().tolist(), column
        else:
            np.testing.assert_array_equal(left, right, err_msg=column)
    for day in ("as_of", "closes_known_from", "created_known_from"):
        assert getattr(one, day) == getattr(other, day), day


def read_again(export: Export, folder: Path, source: Path) -> Export:
    write_export(export, folder, source)
    files = {"opportunities": "opportunities", "history": "stage_history", "roster": "roster"}
    paths = {kind: folder / f"{file}.csv" for kind, file in files.items()}
    there = {kind: path for kind, path in paths.items() if path.is_file()}
    return read_export(there, read_mapping(folder / "mapping.yaml"))


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_written_reads_as_the_same_arrays(tmp_path, name):
    export = public(**PUBLIC[name])
    again = read_again(export, tmp_path / "out", DATA / PUBLIC[name]["opportunities"])
    same(export.opportunities, again.opportunities)
    assert again.rows[0].count(SET_ASIDE) == 0
    if export.history is not None and again.history is not None:
        np.testing.assert_array_equal(export.history.deal, again.history.deal)
        np.testing.assert_allclose(export.history.entered, again.history.entered, atol=1e-6)


def test_names_that_look_like_formulas_are_written_as_text_and_read_back(tmp_path):
    text = (EXPORTS / "hubspot.csv").read_text(encoding="utf-8").replace("Acme", "=1+1").replace("101,", "-101,")
    (tmp_path / "deals.csv").write_text(text, encoding="utf-8")
    export = read_export({"opportunities": tmp_path / "deals.csv"})
    again = read_again(export, tmp_path / "out", tmp_path / "deals.csv")
    assert '"\'=1+1"' in (tmp_path / "out" / "opportunities.csv").read_text(encoding="utf-8")
    same(export.opportunities, again.opportunities)
    assert again.opportunities.ids[0] == "-101"
