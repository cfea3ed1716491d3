"""What was played is kept: the next command plays only what is missing, and its bytes are those of an unbroken run."""

from __future__ import annotations

import errno
import hashlib
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
    assert len({fingerprint.code_of(name) for name in ("sim.evidence.published.plan_misses", __name__)} - {""}) == 2


def test_the_key_is_of_the_bytes_that_were_read(settings: RunSettings, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("vacant\n0.1\n0.3\n")
    scenario = tmp_path / "of_rows.yaml"
    scenario.write_text(
        f"defaults: [{PLAIN}, _self_]\nuncertainties: {{v: {{kind: rows, file: rows.csv, column: vacant}}}}\n"
        "opening: {vacant_share: {uncertain: v}}\n"
    )
    source = load_source(str(scenario))
    before = key_of(Plan.of(source, settings), Bookings(), "m")
    assert source.file_hashes == {"uncertainties.v.file": hashlib.sha256(rows.read_bytes()).hexdigest()}
    rows.write_text("vacant\n0.1\n0.3\n0.2\n0.25\n0.15\n")  # with the same middle value
    assert key_of(Plan.of(source, settings), Bookings(), "m") == before, "it plays what it has read"
    assert key_of(Plan.of(load_source(str(scenario)), settings), Bookings(), "m") != before


def test_every_file_that_is_read_is_in_the_key() -> None:
    source = load_source("from_files")
    hashes = {key: hashlib.sha256(path.read_bytes()).hexdigest() for key, (_, path) in source.files.items()}
    assert len(hashes) >= 3
    assert source.file_hashes == hashes


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


def command(results: Path, replications: int, *more: str, workers: int = 1) -> list[str]:
    return [
        "compare", "scenario=" + PLAIN, "sweep.opening.vacant_share=[0,0.5]", f"run.replications={replications}",
        "run.months=2", f"run.n_jobs={workers}", "run.figures=false", f"run.results_folder={results}", *more,
    ]  # fmt: skip


IN_ITS_OWN = [sys.executable, "-m", "sim"]


def bytes_of(results: Path) -> dict[str, bytes]:
    folder = results / "latest"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


@pytest.mark.slow
def test_a_run_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(tmp_path / "unbroken", 200, "run.keep=false")) == 0
    results, rng = tmp_path / "broken", np.random.default_rng(1)
    for _ in range(2):
        goal = len(list(results.glob(f"{KEPT}/*/*.batch"))) + rng.integers(1, 20)
        run = subprocess.Popen([*IN_ITS_OWN, *command(results, 200)], stdout=subprocess.DEVNULL)
        while len(list(results.glob(f"{KEPT}/*/*.batch"))) < goal and run.poll() is None:
            time.sleep(0.005)
        run.kill()
        run.wait()
    assert len(list(results.glob(".*.part"))) == 1, "that of the last; the one before was swept away"
    capsys.readouterr()
    assert main(command(results, 200)) == 0
    assert "replications are kept from before" in capsys.readouterr().out
    assert not list(results.glob(".*.part"))
    assert bytes_of(results) == bytes_of(tmp_path / "unbroken")


@pytest.mark.slow
def test_two_runs_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    assert main(command(tmp_path / "alone", 100, "run.keep=false")) == 0
    both = [
        subprocess.Popen([*IN_ITS_OWN, *command(tmp_path / "both", 100)], stdout=subprocess.DEVNULL) for _ in range(2)
    ]
    assert [run.wait() for run in both] == [0, 0]
    folders = {path.parent.resolve() for path in (tmp_path / "both").glob("*/manifest.json")}
    assert len(folders) == 2
    alone = bytes_of(tmp_path / "alone")
    for folder in folders:
        assert {name: (folder / name).read_bytes() for name in alone} == alone


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_finished(tmp_path: Path) -> None:
    run = subprocess.Popen(
        [*IN_ITS_OWN, *command(tmp_path, 1000, workers=2)], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
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
