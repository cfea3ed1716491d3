"""What was read of a company's files is handed on: playing opens no file, and nothing is kept beside the scenario."""

from __future__ import annotations

import builtins
import io
import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv
import pyarrow.parquet
import pytest

from sim.app.request import parse
from sim.luck import Luck
from sim.scenario.load import ScenarioSource, load_source
from sim.world import simulate
from tests.makers.company import CUSTOMER, ROSTER, deals, scenario
from tests.makers.play import digest

NO_PAST = ["opening.past_seat_years=0"]


def copy_of_from_files(folder: Path) -> Path:
    shipped = Path(__file__).parents[2] / "scenarios"
    shutil.copytree(shipped, folder / "scenarios")
    return folder / "scenarios" / "from_files.yaml"


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("playing opens a file")


def test_playing_opens_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the files are gone by then, and in the process of another who was sent the plan."""
    path = copy_of_from_files(tmp_path)
    played = digest(simulate(load_source(str(path), NO_PAST).at_draw(1, 3), 1, Luck(1, 3)))
    source: ScenarioSource = pickle.loads(pickle.dumps(load_source(str(path), NO_PAST)))
    shutil.rmtree(path.parent)
    for module, name in (
        (builtins, "open"), (io, "open"), (os, "open"), (Path, "open"), (pd, "read_csv"), (pd, "read_parquet"),
        (pyarrow.csv, "read_csv"), (pyarrow.csv, "open_csv"), (pyarrow.parquet, "read_table"),
        (pyarrow.parquet, "ParquetFile"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, refuse)
    again = digest(simulate(source.at_draw(1, 3), 1, Luck(1, 3)))
    monkeypatch.undo()
    assert again == played


def test_sources_on_one_path_with_other_bytes_share_nothing(tmp_path: Path) -> None:
    """Though size and time stamp are as they were. What has equal bytes is read once where sources share readings."""
    path = scenario(tmp_path, roster=ROSTER, pipeline=deals(), customers=[CUSTOMER])
    readings: dict = {}
    before, same = (load_source(str(path), (), readings) for _ in range(2))
    assert before.reading is same.reading
    assert before.at_central().opening == same.at_central().opening
    file = tmp_path / "pipeline.csv"
    stat, text = file.stat(), file.read_bytes()
    file.write_bytes(text.replace(b"1000.25", b"7000.25"))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert file.stat().st_size == stat.st_size
    after = load_source(str(path), (), readings)
    cents = [source.at_central().opening.records.deals["cents"] for source in (before, after)]
    assert cents[0].tolist() == [100025, 200025, 300025]
    assert cents[1].tolist() == [700025, 200025, 300025]
    assert before.at_central().opening != after.at_central().opening
    assert before.at_central().opening.records.files.stamps["roster"] == after.reading.files.stamps["roster"]


def test_a_plan_is_sent_with_what_it_needs_only(tmp_path: Path) -> None:
    """Neither other plans' files nor the same rows twice: no more than a few bytes beside the columns themselves."""
    (tmp_path / "few").mkdir()
    many = [{**deals(1)[0], "id": f"D-{k}"} for k in range(5000)]
    path = scenario(tmp_path, roster=ROSTER, pipeline=many)
    few = scenario_size(scenario(tmp_path / "few", roster=ROSTER, pipeline=deals()))
    readings: dict = {}
    load_source("from_files", NO_PAST, readings)
    source = load_source(str(path), (), readings)
    columns = source.at_central().opening.records.deals
    size = len(pickle.dumps(source))
    assert len(columns["entity"]) == 5000
    assert size < few + 1.05 * sum(column.nbytes for column in columns.values())


def scenario_size(path: Path) -> int:
    return len(pickle.dumps(load_source(str(path))))


def test_plans_of_one_command_read_their_files_once() -> None:
    first, second = parse("compare", ["scenario=from_files", "sweep.levers.target.growth_per_year=[0,0.1]"]).sources()
    assert first.reading is second.reading
    assert np.shares_memory(first.reading.records.deals["cents"], second.reading.records.deals["cents"])
