"""A run is whole or it is not there: what ends it from outside is one line, and a finished run is never lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
import simpy

from sim.cli import Ended, main
from sim.experiment import run
from sim.experiment.workers import CARGO, Here
from sim.results import store
from sim.results.unfinished import made_here, sweep, unfinished

SHORT = [
    "run.months=3", "run.keep=false", "run.figures=false", "run.one_more_head_replications=0",
    "opening.past_seat_years=0",
]  # fmt: skip
ONCE = ["run", "scenario=base", "run.replications=1", "run.n_jobs=1", *SHORT]


def left(results: Path) -> list[str]:
    return sorted(path.name for path in results.iterdir()) if results.exists() else []


def test_a_folder_in_the_place_of_latest_costs_no_run(tmp_path, capsys):
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "mine.txt").write_text("kept")
    assert main([*ONCE, f"run.results_folder={tmp_path}"]) == 0
    run = next(tmp_path.glob("2*"))
    assert json.loads((run / "manifest.json").read_text())["replications"] == 1
    assert (tmp_path / "latest" / "mine.txt").read_text() == "kept"
    said = capsys.readouterr().out
    assert f"{tmp_path / 'latest'} is a folder, so it does not lead to this run; rename it." in said


def test_a_run_in_the_making_is_hidden_until_it_is_whole(tmp_path, monkeypatch):
    seen = []
    usual = store.write_manifest

    def write(folder, facts):
        seen.append(left(tmp_path))
        usual(folder, facts)

    monkeypatch.setattr(store, "write_manifest", write)
    assert main([*ONCE, f"run.results_folder={tmp_path}"]) == 0
    ((part,),) = seen
    name, host, process, kind = part.removeprefix(".").split(".")
    assert part.startswith(".2")
    assert (process, kind) == (str(os.getpid()), "part")
    assert host
    assert left(tmp_path) == sorted([name, "latest"])


def test_what_a_killed_run_has_left_is_swept_away_and_nothing_else(tmp_path):
    gone = subprocess.Popen(["sleep", "0"])
    gone.wait()
    mine = unfinished(tmp_path, "mine")
    names = {
        "mine": mine.name,
        "killed": mine.name.replace(f".{os.getpid()}.", f".{gone.pid}."),
        "elsewhere": f".a.another-host.{gone.pid}.part",
        "elsewhere, long ago": f".b.another-host.{gone.pid}.part",
        "of an older salesim, long ago": ".2026-01-01_00-00-00-000000_0123abcd.part",
        "finished": "2026-01-01_00-00-00-000000_0123abcd",
    }
    for name in names.values():
        (tmp_path / name / "inside").mkdir(parents=True)
    for kind, name in names.items():
        if "long ago" in kind or kind == "finished":
            for path in (tmp_path / name / "inside", tmp_path / name):
                os.utime(path, (0, 0))
    sweep(tmp_path)
    assert left(tmp_path) == sorted(names[kind] for kind in ("mine", "elsewhere", "finished"))


def test_what_workers_were_given_is_swept_away_when_they_and_their_run_were_killed_together(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = subprocess.Popen(["sleep", "0"])
    gone.wait()
    running, killed = f".{CARGO}a{made_here()}", f".{CARGO}b{made_here()}".replace(f".{os.getpid()}.", f".{gone.pid}.")
    for name in (running, killed, f".others{made_here()}"):
        (tmp_path / name).mkdir()
    crew = Here(1)
    crew.load(b"cargo")
    assert killed not in left(tmp_path)
    assert len(left(tmp_path)) == 3
    crew.close()
    assert left(tmp_path) == sorted([running, f".others{made_here()}"])


@pytest.mark.parametrize("broken", ["write_summary", "write_manifest", "write_scenarios"])
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, monkeypatch, capsys, broken):
    def full(folder, *_):
        raise OSError(28, "No space left on device", str(folder / "summary.csv"))

    monkeypatch.setattr(store, broken, full)
    assert main([*ONCE, f"run.results_folder={tmp_path / 'out'}"]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'out'}: No space left on device; no results were written.\n"
    assert not (tmp_path / "out").exists()


def test_the_room_on_disk_is_taken_before_it_is_written(tmp_path, monkeypatch):
    values = run._on_disk(tmp_path / "a", (3, 1000))
    assert (tmp_path / "a").stat().st_blocks * 512 >= 3 * 1000 * 8
    assert not np.any(values)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run.os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        run._on_disk(tmp_path / "b", (3, 1000))


def playing(results: Path, replications: int = 400) -> subprocess.Popen[str]:
    """A run by two workers, which has begun to play."""
    words = [
        "run", "scenario=base", f"run.replications={replications}", "run.n_jobs=2", f"run.results_folder={results}",
        *SHORT,
    ]  # fmt: skip
    run = subprocess.Popen(
        [sys.executable, "-m", "sim", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert run.stdout is not None
    while "replications, about" not in run.stdout.readline():
        assert run.poll() is None
    return run


def workers(run: subprocess.Popen[str]) -> list[int]:
    """The processes of a run beside the first one, by its session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        of_run = int(fields[3]) == run.pid and int(stat.parent.name) != run.pid and fields[0] != "Z"
        if of_run and b"loky" in command and b"resource_tracker" not in command:
            found.append(int(stat.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers by /proc")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_asked_to_end_ends_its_workers_with_a_word(tmp_path, sent):
    run = playing(tmp_path / "results")
    assert workers(run)
    run.send_signal(sent)
    _, said = run.communicate(timeout=60)
    assert said.splitlines() == [f"ended by {sent.name}: no results were written"]
    assert run.returncode == 128 + sent
    until = time.monotonic() + 10
    while workers(run) and time.monotonic() < until:
        time.sleep(0.1)
    assert workers(run) == []
    assert left(tmp_path / "results") == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers by /proc")
def test_workers_end_soon_after_the_first_process_was_killed_alone(tmp_path):
    run = playing(tmp_path / "results")
    assert workers(run)
    run.kill()
    run.communicate(timeout=60)
    until = time.monotonic() + 20
    while workers(run) and time.monotonic() < until:
        time.sleep(0.1)
    assert workers(run) == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers by /proc")
def test_a_worker_that_is_killed_costs_time_and_nothing_else(tmp_path):
    run = playing(tmp_path / "results", replications=60)
    os.kill(workers(run)[0], signal.SIGKILL)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (0, "")
    words = ["run", "scenario=base", "run.replications=60", "run.n_jobs=1", f"run.results_folder={tmp_path / 'b'}"]
    assert main([*words, *SHORT]) == 0
    lost, unbroken = (tmp_path / name / "latest" for name in ("results", "b"))
    for name in ("kpis.parquet", "summary.csv"):
        assert (lost / name).read_bytes() == (unbroken / name).read_bytes()


def test_an_end_amid_a_replication_is_raised_anew_by_simpy() -> None:
    """SimPy makes the exception of an event again, from its arguments."""

    def process(env):
        yield env.timeout(1.0)
        raise Ended(signal.SIGTERM)

    env = simpy.Environment()
    env.process(process(env))
    with pytest.raises(Ended) as ended:
        env.run()
    assert ended.value.signal is signal.SIGTERM
