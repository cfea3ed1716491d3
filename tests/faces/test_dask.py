"""Workers of dask: the same bytes as here, also when one is killed; strangers are refused in a line."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.experiment.fingerprint import identity
from sim.experiment.plan import Asked, KpiTable, Plan
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.scenario.load import load_source
from tests.makers.play import WORLDS

PLAIN = str(WORLDS / "plain.yaml")
SHORT = [f"scenario={PLAIN}", "run.months=2", "run.replications=4", "run.figures=false", "run.keep=false"]
WORKER = "from distributed.cli.dask_worker import main; main()"


def asked(settings: RunSettings) -> list[Asked]:
    return [Asked(Plan.of(load_source(PLAIN), settings), KpiTable(), range(settings.replications))]


def settings(**changes: object) -> RunSettings:
    return RunSettings.model_validate({"replications": 60, "months": 2, "n_jobs": 1, "keep": False, **changes})


def test_without_dask_one_line_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)  # as Python marks what cannot be imported
    assert main(["run", *SHORT, "run.executor=dask", f"run.results_folder={tmp_path}"]) == 2
    assert "pip install 'salesim[dask]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler without workers."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def worker(scheduler: str, before: str = "") -> subprocess.Popen[bytes]:
    """A worker of one thread, of its own process."""
    code = f"{before}\n{WORKER}"
    words = [scheduler, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--death-timeout", "60"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.mark.slow
def test_workers_may_be_killed_and_come_later_and_change_no_byte(scheduler: str) -> None:
    """One of two is killed amid the run; then the other, with all that was given to it, before a new one is there."""
    distributed = pytest.importorskip("distributed")
    (here,) = Player(settings()).values(asked(settings()))
    crew = [worker(scheduler) for _ in range(2)]
    try:
        with distributed.Client(scheduler, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        with Player(settings(executor="dask", scheduler=scheduler)) as player:
            values = []
            for part in player.parts(asked(settings())):
                values.append(part.values)
                if len(values) in (1, 4):
                    crew[len(values) // 4].send_signal(signal.SIGKILL)
                if len(values) == 4:
                    crew.append(worker(scheduler))
    finally:
        for one in crew:
            one.kill()
            one.wait()
    assert len(values) > 8
    assert len(player.process_ids) >= 2
    np.testing.assert_array_equal(here, np.concatenate(values))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("import sys; sys.modules['sim'] = None", "has no salesim of this version"),
        (
            "import sim.experiment.fingerprint as f; f.code_that_plays = lambda: 'other'",
            "has salesim with other code than here",
        ),
    ],
)
def test_a_worker_that_would_play_otherwise_is_refused(
    scheduler: str, before: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stranger = worker(scheduler, before)
    try:
        words = ["run", *SHORT, "run.executor=dask", f"run.scheduler={scheduler}", f"run.results_folder={tmp_path}"]
        assert main(words) == 2
    finally:
        stranger.kill()
        stranger.wait()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("the worker tcp://")
    assert said in line
    assert "Install there what is installed here." in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_cluster_of_its_own_plays_the_same_bytes() -> None:
    pytest.importorskip("distributed")
    few = settings(replications=4, months=2)
    (here,) = Player(few).values(asked(few))
    with Player(few.model_copy(update={"executor": "dask"})) as player:
        (there,) = player.values(asked(few))
    np.testing.assert_array_equal(here, there)
    assert os.getpid() not in player.process_ids


def test_what_differs_is_named() -> None:
    here = identity()
    assert here.differs_from(here) == ""
    assert here.differs_from(replace(here, machine="a faster one")) == ""
    assert here.differs_from(replace(here, version="0.0.9")).startswith("has salesim 0.0.9; here it is ")
    other = ((here.libraries[0][0], "3.0"), *here.libraries[1:])
    assert here.differs_from(replace(here, libraries=other)).startswith("has python 3.0; here it is ")
    assert here.differs_from(replace(here, code="other")) == "has salesim with other code than here"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run.scheduler=tcp://here:1"], "a scheduler is asked only with run.executor=dask"),
        (["run.executor=dask", "run.scheduler=here"], "expected an address such as tcp://"),
        (["run.executor=spark"], "run.executor"),
    ],
)
def test_the_settings_are_checked(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *SHORT, *words]) == 2
    assert said in capsys.readouterr().err


def test_a_plan_that_travels_is_lean() -> None:
    plan = Plan.of(load_source("base"), RunSettings())
    whole, lean = (len(pickle.dumps(one)) for one in (plan, plan.lean()))
    assert lean < 25_000 < 90_000 < whole
    assert plan.lean().scenario(3) == plan.scenario(3)
