"""What a run folder holds, cell by cell."""

from __future__ import annotations

import csv
import json
from dataclasses import astuple
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from sim.experiment.content import content_hash
from sim.experiment.settings import RunSettings
from sim.measures import kpis
from sim.measures.catalogue import BY_NAME, MEASURES, UNITS
from sim.results import store
from sim.results.estimates import compare, summarize
from sim.results.kpi_file import BLOCK_ROWS, KpiFile
from sim.results.layout import KPIS, MANIFEST, REPORT, SCENARIO, TABLES
from sim.results.measures_file import MeasureSaid, read_measures
from sim.scenario.load import load_source
from tests.makers.small import small

DRAWS = np.arange(7)


def small_rows(months=6):
    scenario = small()
    return kpis.table(scenario, scenario.calendar(months)).rows


def invented(rows, replications=7):
    values = np.random.default_rng(1).lognormal(size=(replications, len(rows)))
    values[0, 3] = np.nan
    return values


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_kpis_hold_every_value_under_its_names(tmp_path):
    rows = small_rows()
    values = {"a": invented(rows), "b": invented(rows) * 2}
    with KpiFile(tmp_path / "kpis.parquet", ["a", "b"], [rows, rows]) as file:
        for first in (0, 5):
            part = np.arange(first, min(first + 5, 7))
            for plan, name in enumerate(values):
                file.add(plan, part, part // 2, values[name][part])
    read = pq.read_table(tmp_path / "kpis.parquet").to_pandas()
    assert list(read.columns) == [
        "scenario", "draw", "luck", "period_kind", "period", "group_kind", "group", "measure", "value",
    ]  # fmt: skip
    assert len(read) == 2 * 7 * len(rows)
    for place, (period_kind, period, group_kind, group, code) in list(enumerate(rows.labels()))[::37]:
        here = read[
            (read["scenario"] == "b") & (read["luck"] == 6) & (read["measure"] == MEASURES[code].name)
            & (read["period_kind"] == period_kind) & (read["period"] == period)
            & (read["group_kind"] == group_kind) & (read["group"] == group)
        ]  # fmt: skip
        assert here["value"].tolist() == [values["b"][6, place]]
        assert here["draw"].tolist() == [3]


def test_kpis_are_dictionary_encoded_and_written_in_blocks(tmp_path):
    rows = small_rows()
    many = 5 * BLOCK_ROWS // (2 * len(rows))
    with KpiFile(tmp_path / "kpis.parquet", ["a"], [rows]) as file:
        for first in range(0, many, 5):
            part = np.arange(first, min(first + 5, many))
            file.add(0, part, part, np.ones((len(part), len(rows))))
    meta = pq.ParquetFile(tmp_path / "kpis.parquet").metadata
    assert meta.num_rows == many * len(rows)
    assert meta.num_row_groups == 3
    for column in range(meta.num_columns):
        chunk = meta.row_group(0).column(column)
        assert ("RLE_DICTIONARY" in chunk.encodings) == (chunk.path_in_schema != "value"), chunk.path_in_schema


@pytest.mark.slow
def test_plans_with_other_names_share_one_file_and_compare_on_what_both_have(tmp_path):
    short, long = small_rows(6), small_rows(9)
    with KpiFile(tmp_path / "kpis.parquet", ["a", "b"], [short, long]) as file:
        file.add(0, np.arange(1), np.arange(1), np.ones((1, len(short))))
        file.add(1, np.arange(1), np.arange(1), np.ones((1, len(long))))
    read = pq.read_table(tmp_path / "kpis.parquet").to_pandas()
    assert "2027-09" not in set(read[read["scenario"] == "a"]["period"])
    assert "2027-09" in set(read[read["scenario"] == "b"]["period"])
    rows, in_a, in_b = kpis.common_rows(short, long)
    assert [short.labels()[i] for i in in_a] == [long.labels()[i] for i in in_b] == rows.labels()
    assert set(rows.labels()) == set(short.labels()) & set(long.labels())


def test_summary_has_its_columns_units_and_twelve_digits(tmp_path):
    rows = small_rows()
    values = invented(rows)
    store.write_summary(tmp_path, ["plan"], [rows], [summarize(values, DRAWS)])
    lines = read_csv(tmp_path / "summary.csv")
    assert ",".join(lines[0]) == (
        "scenario,period_kind,period,group_kind,group,measure,unit,"
        "n_defined,mean,sd,p10,p50,p90,se_mean,se_p10,se_p50,se_p90,ci_low,ci_high,ratio_of_means,ratio_low,ratio_high"
    )
    assert len(lines) == len(rows)
    for place in (0, 3, len(rows) - 1):
        line = lines[place]
        assert line["unit"] == UNITS[line["measure"]]
        assert line["mean"] == f"{np.nanmean(values[:, place]):.12g}"
        assert int(line["n_defined"]) == (6 if place == 3 else 7)


def test_what_is_undefined_is_left_empty(tmp_path):
    rows = small_rows()
    nothing = np.full((7, len(rows)), np.nan)
    store.write_summary(tmp_path, ["plan"], [rows], [summarize(nothing, DRAWS)])
    line = read_csv(tmp_path / "summary.csv")[0]
    assert (line["n_defined"], line["mean"], line["p50"], line["se_p90"]) == ("0", "", "", "")


def test_differences_have_their_columns_and_sign(tmp_path):
    rows = small_rows()
    a = invented(rows)
    store.write_differences(tmp_path, ["a", "b"], [rows], [compare(a, a + 5.0, DRAWS)])
    lines = read_csv(tmp_path / "differences.csv")
    assert ",".join(lines[0]) == (
        "a,b,period_kind,period,group_kind,group,measure,"
        "mean_difference,ci_low,ci_high,p_b_above_a,variance_ratio_vs_independent,p_b_above_a_low,p_b_above_a_high,"
        "ratio_difference,ratio_difference_low,ratio_difference_high"
    )
    assert float(lines[0]["mean_difference"]) == pytest.approx(5.0)
    assert float(lines[0]["p_b_above_a"]) == 1.0


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@sum", "\tx"])
def test_a_name_is_never_a_formula(tmp_path, name):
    rows = small_rows()
    store.write_summary(tmp_path, [name], [rows], [summarize(invented(rows), DRAWS)])
    assert read_csv(tmp_path / "summary.csv")[0]["scenario"] == f"'{name}"


def test_a_name_with_commas_and_quotes_stays_one_cell(tmp_path):
    rows = small_rows()
    store.write_summary(tmp_path, ['plan "A", late'], [rows], [summarize(invented(rows), DRAWS)])
    assert read_csv(tmp_path / "summary.csv")[0]["scenario"] == 'plan "A", late'


def test_the_hash_knows_what_changes_numbers():
    base = load_source("base")
    settings = RunSettings()
    same = content_hash([base], settings)
    for harmless in ({"n_jobs": 3}, {"results_folder": "elsewhere"}, {"figures": False}, {"executor": "dask"}):
        assert content_hash([base], RunSettings(**harmless)) == same
    for telling in ({"seed": 2}, {"replications": 7}, {"lucks_per_draw": 2}, {"months": 12}, {"uncertain": False}):
        assert content_hash([base], RunSettings(**telling)) != same
    changed = load_source("base", ["levers.backfill.approval_days=15"])
    assert content_hash([changed], settings) != same
    assert content_hash([base, changed], settings) != content_hash([changed, base], settings)


def test_scenarios_are_stored_as_run_and_can_be_run_again(tmp_path):
    plans = [load_source("base", ["levers.backfill.approval_days=15"]), load_source("hire_early")]
    files = store.write_scenarios(tmp_path, plans)
    assert files == {"base": "scenario.yaml", "hire_early": "scenario-hire_early.yaml"}
    for plan in plans:
        again = load_source(str(tmp_path / files[plan.name]))
        assert again.name == plan.name
        assert again.at_central() == plan.at_central()
        assert again.at_draw(1, 5) == plan.at_draw(1, 5)
    assert yaml.safe_load((tmp_path / "scenario.yaml").read_text())["levers"]["backfill"]["approval_days"] == 15


def test_folders_are_told_apart_and_latest_leads_to_the_newest(tmp_path):
    first = store.finish_folder(
        store.create_folder(tmp_path / "results", "abcdef0123", datetime(2027, 1, 2, 3, 4, 5, 6))
    )
    assert first.name == "2027-01-02_03-04-05-000006_abcdef01"
    second = store.finish_folder(
        store.create_folder(tmp_path / "results", "abcdef0123", datetime(2027, 1, 2, 3, 4, 5, 7))
    )
    store.point_latest(first)
    store.point_latest(second)
    assert (tmp_path / "results" / "latest").resolve() == second.resolve()


def test_manifest_names_versions(tmp_path):
    store.write_manifest(tmp_path, {"command": "salesim run scenario=base", "seed": 1})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["command"] == "salesim run scenario=base"
    assert {"salesim", "python", "numpy", "numba"} <= set(manifest["versions"])


def test_measures_csv_says_all_of_each_measure_and_an_old_folder_is_still_read(tmp_path):
    """A reader of summary.csv needs nothing else; a folder without measures.csv has what this version declares."""
    rows = small_rows()
    store.write_summary(tmp_path, ["plan"], [rows], [summarize(invented(rows), DRAWS)])
    said = read_measures(tmp_path)
    assert list(said) == [MEASURES[code].name for code in np.unique(rows.measure)]
    for one in said.values():
        assert one == MeasureSaid.of(BY_NAME[one.name])
        assert all(astuple(one)), one.name
    (tmp_path / "measures.csv").unlink()
    old = read_measures(tmp_path)
    assert {name: old[name] for name in said} == said


def test_the_readme_names_every_file_of_the_run_folder():
    text = (Path(store.__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for name in (KPIS, MANIFEST, REPORT, SCENARIO, *(table.file for table in TABLES)):
        assert f"`{name}`" in text, name
