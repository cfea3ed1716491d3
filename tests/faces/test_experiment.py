"""Experiments: the same bytes for any number of workers, the same luck in all plans, no litter after a failure."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.cli import main
from sim.experiment import run as running
from sim.experiment.plan import Asked, KpiTable, Plan
from sim.experiment.play import Player, Silence
from sim.experiment.run import run
from sim.experiment.settings import RunSettings
from sim.scenario.load import load_source

QUIET = [
    "run.months=6", "run.keep=false", "run.figures=false", "run.one_more_head_replications=0",
    "opening.past_seat_years=0",
]  # fmt: skip


def settings(**changes):
    return RunSettings(**{"replications": 4, "months": 6, "n_jobs": 1, "figures": False, **changes})


def files(folder):
    """Everything that a run wrote but the manifest, by name."""
    kept = [path for path in folder.iterdir() if path.name != "manifest.json"]
    return {path.name: path.read_bytes() for path in kept}


@pytest.mark.slow
def test_one_worker_and_two_write_the_same_bytes(tmp_path):
    plans = [load_source(name) for name in ("base", "hire_early")]
    folders, process_ids = [], []
    for workers in (1, 2):
        how = settings(replications=13, n_jobs=workers, lucks_per_draw=2, results_folder=str(tmp_path / str(workers)))
        folder = run(plans, how, "a test", Silence()).folder
        process_ids.append(json.loads((folder / "manifest.json").read_text())["process_ids"])
        folders.append(files(folder))
    assert [len(ids) for ids in process_ids] == [1, 2]
    assert set(folders[0]) == {
        "kpis.parquet", "summary.csv", "measures.csv", "differences.csv", "uncertainties.csv", "scenario.yaml",
        "scenario-hire_early.yaml",
    }  # fmt: skip
    assert folders[0] == folders[1]


@pytest.mark.slow
def test_a_replication_does_not_depend_on_its_neighbours():
    asked = [Asked(Plan.of(load_source(name), settings()), KpiTable(), range(3)) for name in ("base", "hire_early")]
    together = Player(settings()).values(asked)
    (alone,) = Player(settings()).values([replace(asked[1], numbers=range(2, 3))])
    np.testing.assert_array_equal(together[1][2], alone[0])


def test_equal_plans_under_the_same_luck_do_not_differ(tmp_path):
    base = load_source("base")
    twin = load_source("base", ["name=twin"])
    found = run([base, twin], settings(results_folder=str(tmp_path)), "a test", Silence())
    moved = found.differences[0].mean_difference
    assert not np.any(moved[~np.isnan(moved)])


def test_draws_are_shared_by_lucks(tmp_path):
    found = run([load_source("base")], settings(lucks_per_draw=2, results_folder=str(tmp_path)), "a test", Silence())
    kpis = pq.read_table(found.folder / "kpis.parquet", columns=["draw", "luck"]).to_pandas().drop_duplicates()
    assert kpis.to_numpy().tolist() == [[0, 0], [0, 1], [1, 2], [1, 3]]


def test_a_run_that_breaks_off_leaves_no_folder(tmp_path, monkeypatch):
    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "summarize", broken)
    with pytest.raises(KeyboardInterrupt):
        run([load_source("base")], settings(results_folder=str(tmp_path)), "a test", Silence())
    assert list(tmp_path.iterdir()) == []


def test_run_and_compare_say_what_came_out(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "scenario=base", "run.replications=2", "run.n_jobs=1", *QUIET]) == 0
    said = capsys.readouterr().out
    assert "odds of" in said
    assert "2 of 2 replications" in said
    assert main(["compare", "scenarios=[base,hire_late]", "run.replications=2", "run.n_jobs=1", *QUIET]) == 0
    assert "Hire late books" in capsys.readouterr().out
    newest = tmp_path / "results" / "latest"
    assert json.loads((newest / "manifest.json").read_text())["command"].startswith("salesim compare scenarios=")


def test_a_reader_that_goes_away_does_not_stop_a_run(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    words = ["run", "scenario=base", "run.replications=2", "run.n_jobs=1", f"run.results_folder={tmp_path}", *QUIET]
    command = [sys.executable, "-m", "sim", *words]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "latest" / "manifest.json").is_file()


@pytest.mark.slow
def test_an_interrupt_in_the_middle_is_one_line_and_leaves_nothing(tmp_path):
    results = tmp_path / "results"
    words = ["run", "scenario=base", "run.replications=300", "run.n_jobs=2", f"run.results_folder={results}", *QUIET]
    playing = subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    assert playing.stdout is not None
    while "replications, about" not in playing.stdout.readline():
        assert playing.poll() is None
    os.killpg(playing.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = playing.communicate(timeout=60)
    assert playing.returncode == 130
    assert "interrupted: no results were written" in said.splitlines()
    assert "Traceback" not in said
    assert not results.exists()


def test_a_results_folder_that_cannot_be_made_is_named(tmp_path, capsys):
    (tmp_path / "taken").write_text("a file")
    assert main(["run", "scenario=base", f"run.results_folder={tmp_path / 'taken'}", *QUIET]) == 2
    assert f"run.results_folder={tmp_path / 'taken'}: no folder can be made there" in capsys.readouterr().err
