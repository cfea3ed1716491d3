"""Copies of a plan's files: each plan has its own, no name collides, and nobody sees more than before."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sim.cli import main
from sim.results import store
from sim.results.opening_files import write_opening_files
from sim.scenario.load import load_source

WORDS = ["run.replications=1", "run.months=3", "run.n_jobs=1", "run.figures=false", "opening.past_seat_years=0"]
ROSTER = Path(store.__file__).parents[2] / "scenarios" / "from_files" / "roster.csv"


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def plan(folder: Path, name: str = "roster.csv", without: int = 0) -> Path:
    """A company with a roster of its own beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ROSTER.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / name).write_text("".join([lines[0], *lines[1 + without :]]), encoding="utf-8")
    path = folder / f"{folder.name}.yaml"
    path.write_text(f"question: Q?\ndefaults: [base, _self_]\nopening:\n  files: {{roster: {name}}}\n")
    return path


def seats(path: Path) -> int:
    return sum(team.seats for team in load_source(str(path)).at_central().opening.teams.values())


def test_two_plans_whose_rosters_have_one_name_are_both_copied_and_run_again_on_their_own(tmp_path):
    paths = [plan(tmp_path / "ours"), plan(tmp_path / "fewer", without=3)]
    sources = [load_source(str(path)) for path in paths]
    run = tmp_path / "run"
    run.mkdir()
    files = store.write_scenarios(run, sources)
    assert [seats(run / files[one.name]) for one in sources] == [seats(path) for path in paths]
    assert seats(paths[0]) != seats(paths[1])
    copies = sorted(path.relative_to(run).as_posix() for path in (run / "files").rglob("*.csv"))
    assert copies == ["files/scenario-fewer/roster.csv", "files/scenario/roster.csv"]


def test_a_file_that_plans_share_is_copied_once_and_namesakes_are_told_apart(tmp_path):
    path = plan(tmp_path / "ours")
    for folder in ("a", "b"):
        (tmp_path / "ours" / folder).mkdir()
        (tmp_path / "ours" / folder / "rows.csv").write_text(f"x\n{len(folder)}.1\n")
    odds = "\n".join(f"  {n}: {{kind: rows, file: {n[-1]}/rows.csv, column: x}}" for n in ("unsure_a", "unsure_b"))
    path.write_text(path.read_text() + f"uncertainties:\n{odds}\n")
    sources = [load_source(str(path)), load_source(str(path), ["name=other"])]
    run = tmp_path / "run"
    run.mkdir()
    files = store.write_scenarios(run, sources)
    assert sorted(one.name for one in (run / "files").rglob("*.csv")) == ["2-rows.csv", "roster.csv", "rows.csv"]
    again = [load_source(str(run / file)) for file in files.values()]
    texts = [[at.read_text() for _, at in one.files.values()] for one in (*sources, *again)]
    assert texts[0] == texts[1] == texts[2] == texts[3]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["differences.csv", "figures", "kpis.parquet"])
def test_no_name_of_a_file_collides_with_the_run_folder(tmp_path, name):
    path = plan(tmp_path / "ours", name)
    assert main(["run", f"scenario={path}", f"run.results_folder={tmp_path / 'out'}", *WORDS]) == 0
    run = next((tmp_path / "out").glob("2*"))
    assert (run / "files" / "scenario" / name).is_file()
    assert main(["report", str(run)]) == 0


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
@pytest.mark.parametrize(("mode", "wanted"), [(0o600, 0o600), (0o644, 0o644), (0o640, 0o640), (0o666, 0o644)])
def test_what_is_private_stays_private(tmp_path, mode, wanted):
    path = plan(tmp_path / "ours")
    roster = tmp_path / "ours" / "roster.csv"
    roster.write_text(roster.read_text() + "odd,,,,,,,,\n")
    roster.chmod(mode)
    run = tmp_path / "run"
    run.mkdir()
    source = load_source(str(path))
    store.write_scenarios(run, [source])
    write_opening_files(run, [source])
    for copy in (run / "files" / "scenario" / "roster.csv", run / "set_aside.csv"):
        assert oct(stat.S_IMODE(copy.stat().st_mode)) == oct(wanted)
