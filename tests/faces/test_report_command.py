"""``salesim report RUN``: the report is drawn again from a run folder, and a finished run never hangs on its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app import playing
from sim.cli import main
from sim.show import pictures
from tests.makers.fake_run import SUBJECTS, Plan, pages_with, write_fake_run

SHORT = ["run.replications=2", "run.months=3", "run.n_jobs=1", "opening.past_seat_years=0"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run in ./results, to which ``latest`` leads; few figures, to be quick."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pictures, "PAGES", pages_with(SUBJECTS[0]))
    return write_fake_run(tmp_path / "results" / "one", [Plan("base")], 8)


@pytest.mark.parametrize("words", [["results/one"], ["folder=results/one"], ["results/latest"], []])
def test_it_draws_the_report_of_a_run_folder(
    folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder.parent / "latest").symlink_to("one")
    assert main(["report", *words]) == 0
    assert capsys.readouterr().out.rstrip().endswith("report.html")
    assert (folder / "report.html").is_file()


def test_latest_may_be_a_text_file(folder: Path) -> None:
    (folder.parent / "latest").write_text("one\n")
    assert main(["report"]) == 0
    assert (folder / "report.html").is_file()


def test_what_is_no_run_is_said_in_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "results/none"]) == 2
    assert "results/none is not the folder of a finished run: it has no manifest.json" in capsys.readouterr().err
    (folder / "summary.csv").write_text("a,b\n")
    assert main(["report", "results/one"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("results/one: its files cannot be read as a run: KeyError")
    assert len(said.splitlines()) == 1


def test_a_run_whose_report_fails_is_kept_and_says_how_to_draw_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(playing, "report_of", full)
    assert main(["run", "scenario=base", *SHORT]) == 2
    run = next((tmp_path / "results").glob("2*"))
    assert (run / "manifest.json").is_file()
    said = capsys.readouterr().err
    assert "the results are complete, but the report could not be written: No space left on device." in said
    assert f"salesim report results/{run.name}" in said
    assert len(said.splitlines()) == 1
