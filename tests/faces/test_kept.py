"""What was played is kept: the next command plays only what is missing, and its bytes are those of an unbroken run."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from sim.calendar import Calendar
from sim.cli import main
from sim.experiment import fingerprint, kept, play, workers
from sim.experiment.kept import KEPT, Damaged, Kept, key_of, packed, unpacked
from sim.experiment.plan import Asked, KpiTable, Plan
from sim.experiment.play import Player, Silence
from sim.experiment.replicate import work
from sim.experiment.settings import RunSettings
from sim.ledger import Ledger
from sim.scenario.load import load_source
from sim.scenario.scenario import Scenario
from tests.makers.play import WORLDS

PLAIN = str(WORLDS / "plain.yaml")
pytestmark = pytest.mark.keeps


@dataclass(frozen=True)
class Bookings:
    """Dollars and number of the deals that were closed, shape (2,)."""

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        return np.array([ledger.credits["amount_usd"].sum(), len(ledger.deals)])


class Told(Silence):
    """Remembers what the user is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def settings(tmp_path: Path) -> RunSettings:
    return RunSettings(replications=12, months=2, n_jobs=1, results_folder=str(tmp_path))


@pytest.fixture
def plays(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The replications that tasks play, by number; the one that compiles is not among them."""
    numbers: list[int] = []

    def counted(cargo, jobs):
        numbers.extend(sorted({k for job in jobs for k in job.numbers}))
        return work(cargo, jobs)

    monkeypatch.setattr(workers, "work", counted)
    return numbers


def plan(settings: RunSettings, *overrides: str) -> Plan:
    return Plan.of(load_source(PLAIN, overrides), settings)


def played(settings: RunSettings, one: Plan, numbers: range, told: Told | None = None) -> np.ndarray:
    with Player(settings, told) as player:
        (values,) = player.values([Asked(one, Bookings(), numbers)])
    return values


def test_what_was_played_is_not_played_again(settings: RunSettings, plays: list[int]) -> None:
    told = Told()
    first = played(settings, plan(settings), range(7), told)
    more = played(settings, plan(settings), range(12), told)
    assert plays == [*range(7), *range(7, 12)]
    assert told.notes == ["7 of 12 replications are kept from before; they are not played again."]
    anew = played(settings.model_copy(update={"keep": False}), plan(settings), range(12))
    assert len(plays) == 24
    np.testing.assert_array_equal(more, anew)
    np.testing.assert_array_equal(first, anew[:7])


def test_a_plan_of_one_comparison_serves_the_next(settings: RunSettings, plays: list[int]) -> None:
    base, other = plan(settings), plan(settings, "name=other", "opening.vacant_share=0.5")
    twin = plan(settings, "name=twin", "question=Again?")
    with Player(settings) as player:
        player.values([Asked(base, Bookings(), range(3))])
        plays.clear()
        found = player.values([Asked(one, Bookings(), range(3)) for one in (twin, other)])
    assert key_of(base, Bookings(), "m") == key_of(twin, Bookings(), "m") != key_of(other, Bookings(), "m")
    with Player(settings.model_copy(update={"keep": False})) as player:
        anew = player.values([Asked(one, Bookings(), range(3)) for one in (base, other)])
    for a, b in zip(found, anew, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_key_has_all_that_numbers_depend_on(settings: RunSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    one = plan(settings)
    unlike = [
        (one, Bookings(), "m"),
        (replace(one, months=3), Bookings(), "m"),
        (replace(one, seed=2), Bookings(), "m"),
        (replace(one, lucks_per_draw=2), Bookings(), "m"),
        (replace(one, uncertain=False), Bookings(), "m"),
        (replace(one, change=_as_it_is), Bookings(), "m"),
        (plan(settings, "opening.vacant_share=0.5"), Bookings(), "m"),
        (one, KpiTable(), "m"),
        (one, KpiTable(1000), "m"),
        (one, Bookings(), "another machine"),
    ]
    keys = [key_of(*which) for which in unlike]
    assert len(set(keys)) == len(keys)
    monkeypatch.setattr(kept, "code_that_plays", lambda: "a changed rule")
    assert key_of(*unlike[0]) not in keys


def _as_it_is(scenario: Scenario) -> Scenario:
    return scenario


def test_the_fingerprint_has_every_rule_and_no_page() -> None:
    rooms = {path.name for path in Path(fingerprint.__file__).parents[1].iterdir() if path.name[0] not in "._"}
    plays = rooms - set(fingerprint.PLAYS_NOTHING)
    assert {"rules", "money", "org", "pipeline", "measures", "scenario", "experiment", "luck.py", "world.py"} <= plays
    assert fingerprint.code_of("sim.rules.ramp") == "", "that is in the code that plays"
    assert len({fingerprint.code_of(name) for name in ("sim.evidence.plan_misses", __name__)} - {""}) == 2


def test_a_file_of_other_bytes_makes_another_plan(settings: RunSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = load_source("from_files")
    assert source.files
    before = key_of(Plan.of(source, settings), Bookings(), "m")
    assert key_of(Plan.of(load_source("from_files"), settings), Bookings(), "m") == before
    for file in {path.name for _, path in source.files.values()}:
        monkeypatch.setattr(kept, "_hash_of", lambda path, when, changed=file: path.name == changed)
        assert key_of(Plan.of(source, settings), Bookings(), "m") != before


@pytest.mark.parametrize("harm", ["a byte", "the end", "all"])
def test_a_damaged_batch_is_played_anew_and_said_so(settings: RunSettings, plays: list[int], harm: str) -> None:
    whole = played(settings, plan(settings), range(10))
    (first, second) = sorted((Path(settings.results_folder) / KEPT).rglob("*.batch"))
    content = first.read_bytes()
    first.write_bytes({"a byte": content[:-3] + b"x" + content[-2:], "the end": content[:-9], "all": b""}[harm])
    plays.clear()
    told = Told()
    again = played(settings, plan(settings), range(10), told)
    assert plays == [0, 1, 2, 3, 4]
    assert told.notes[-1] == f"{first} is damaged; what it held is played again."
    np.testing.assert_array_equal(whole, again)
    assert first.read_bytes() == content
    assert second.exists()


def test_a_batch_of_another_plan_is_no_batch() -> None:
    content = packed(np.arange(6.0).reshape(3, 2), 5, "mine")
    first, values = unpacked(content, "mine")
    assert (first, values.tolist()) == (5, [[0, 1], [2, 3], [4, 5]])
    with pytest.raises(Damaged):
        unpacked(content, "yours")


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, settings: RunSettings) -> None:
    for seed in (1, 2, 3):
        played(settings, replace(plan(settings), seed=seed), range(2))
    lines = {line.about["seed"]: line for line in Kept(tmp_path / KEPT, 1e9).lines()}
    for seed, used in ((1, 300.0), (2, 100.0), (3, 200.0)):
        os.utime(lines[seed].folder / kept.ABOUT, (used, used))
    most = sum(line.size for line in lines.values()) + 50
    told = Told()
    with Player(settings.model_copy(update={"keep_gb": most / kept.BYTES_PER_GB}), told) as player:
        player.values([Asked(replace(plan(settings), seed=4), Bookings(), range(2))])
    assert sorted(line.about["seed"] for line in Kept(tmp_path / KEPT, 1e9).lines()) == [1, 3, 4]
    assert told.notes == []


def test_a_store_that_the_run_itself_fills_keeps_no_more_and_says_so(settings: RunSettings) -> None:
    told = Told()
    values = played(settings.model_copy(update={"keep_gb": 3e-7}), plan(settings), range(12), told)
    (note,) = told.notes
    assert "run.keep_gb" in note
    np.testing.assert_array_equal(
        values, played(settings.model_copy(update={"keep": False}), plan(settings), range(12))
    )


@pytest.mark.parametrize("problem", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_or_a_folder_without_permission_costs_no_run(
    settings: RunSettings, monkeypatch: pytest.MonkeyPatch, problem: int
) -> None:
    def write(self: Path, content: bytes) -> int:
        raise OSError(problem, os.strerror(problem), str(self))

    whole = played(settings.model_copy(update={"keep": False}), plan(settings), range(12))
    monkeypatch.setattr(Path, "write_bytes", write)
    told = Told()
    np.testing.assert_array_equal(whole, played(settings, plan(settings), range(12), told))
    folder = Path(settings.results_folder) / KEPT
    assert told.notes == [f"{folder}: {os.strerror(problem)}; from here on nothing is kept."]
    assert not list(folder.rglob("*.batch"))
    assert not list(folder.rglob("*.unfinished"))


def test_a_kept_folder_that_cannot_be_read_costs_no_run(settings: RunSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = played(settings, plan(settings), range(3))

    def read(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", read)
    told = Told()
    np.testing.assert_array_equal(whole, played(settings, plan(settings), range(3), told))
    assert told.notes[-1].endswith("Permission denied; from here on nothing is kept.")


def test_another_may_empty_the_store_meanwhile(settings: RunSettings, tmp_path: Path) -> None:
    whole = played(settings, plan(settings), range(12))
    with Player(settings) as player:
        parts = player.parts([Asked(plan(settings), Bookings(), range(12))])
        values = [next(parts).values]
        Kept(tmp_path / KEPT, 1e9).empty()
        values += [part.values for part in parts]
    np.testing.assert_array_equal(whole, np.concatenate(values))


def test_the_size_of_tasks_changes_no_number(settings: RunSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for size in (1, 3, 5):
        monkeypatch.setattr(play, "MOST_AT_ONCE", size)
        found.append(played(settings, plan(settings), range(size, 12)))  # kept ones begin and end amid tasks
    np.testing.assert_array_equal(found[0][2:], found[1])
    np.testing.assert_array_equal(found[0][4:], found[2])


def test_the_store_is_shown_and_emptied(
    tmp_path: Path, settings: RunSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    where = f"results_folder={tmp_path}"
    assert main(["store", where]) == 0
    assert "holds nothing" in capsys.readouterr().out
    played(settings, plan(settings), range(12))
    assert main(["store", where]) == 0
    head, line, *_ = capsys.readouterr().out.splitlines()
    assert head.split() == ["scenario", "measured", "months", "seed", "replications", "MB", "last", "used"]
    assert line.split()[:5] == ["plain", "Bookings", "2", "1", "12"]
    assert main(["store", where, "empty=yes"]) == 2
    assert "empty=yes: allowed are true and false." in capsys.readouterr().err
    assert main(["store", where, "empty=true"]) == 0
    assert not (tmp_path / KEPT).exists()


def command(results: Path, replications: int, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "sim", "compare", "scenario=" + PLAIN, "sweep.opening.vacant_share=[0,0.5]",
        f"run.replications={replications}", "run.months=3", "run.n_jobs=2", "run.figures=false",
        "run.one_more_head_replications=30", f"run.results_folder={results}", *more,
    ]  # fmt: skip


def bytes_of(results: Path) -> dict[str, bytes]:
    folder = results / "latest"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


@pytest.mark.slow
def test_a_run_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run(command(tmp_path / "unbroken", 400, "run.keep=false"), check=True, capture_output=True)
    results, rng = tmp_path / "broken", np.random.default_rng(1)
    for _ in range(4):
        goal = len(list(results.glob(f"{KEPT}/*/*.batch"))) + rng.integers(1, 20)
        run = subprocess.Popen(command(results, 400), stdout=subprocess.DEVNULL, start_new_session=True)
        while len(list(results.glob(f"{KEPT}/*/*.batch"))) < goal and run.poll() is None:
            time.sleep(0.005)
        time.sleep(rng.uniform(0.0, 0.1))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    last = subprocess.run(command(results, 400), check=True, capture_output=True, text=True).stdout
    assert "replications are kept from before" in last
    assert bytes_of(results) == bytes_of(tmp_path / "unbroken")


@pytest.mark.slow
def test_two_runs_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    subprocess.run(command(tmp_path / "alone", 150, "run.keep=false"), check=True, capture_output=True)
    both = [subprocess.Popen(command(tmp_path / "both", 150), stdout=subprocess.PIPE) for _ in range(2)]
    assert [run.wait() for run in both if run.communicate()] == [0, 0]
    folders = [path for path in (tmp_path / "both").iterdir() if (path / "manifest.json").exists()]
    assert len({path.resolve() for path in folders}) == 2
    alone = bytes_of(tmp_path / "alone")
    for folder in folders:
        assert {name: (folder / name).read_bytes() for name in alone} == alone


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_finished(tmp_path: Path) -> None:
    run = subprocess.Popen(
        command(tmp_path, 1000), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"}, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert run.stdout is not None
    while "replications, about" not in run.stdout.readline():
        assert run.poll() is None
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    (line,) = said.splitlines()
    assert line.startswith("interrupted: no results were written; ")
    count = int(line.split("; ")[1].split(" of 1000 replications are kept")[0])
    assert count >= 100
    batches = (tmp_path / KEPT).glob("*/*.batch")
    assert len({kept._numbers(path.name) for path in batches}) > 0
