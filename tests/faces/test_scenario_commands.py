"""The commands that read scenarios: check, list, schema, help; and how the command behaves as a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.app import check, listing
from sim.app.commands import COMMANDS
from sim.app.request import parse
from sim.cli import main
from sim.experiment.settings import RunSettings, load_settings
from sim.scenario.load import load

Capture = pytest.CaptureFixture[str]


def test_check_says_what_the_scenario_is(capsys: Capture) -> None:
    assert main(["check", "scenarios=[base,hire_early]", "run.months=36"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "base: OK. What will the plan of record bring over the next two years?"
    assert lines[1].startswith(
        "  36 months from 2027-01-01; 262 seats; 14 requisitions for 35 seats; 6 uncertainties in "
    )
    assert lines[2].startswith("hire_early: OK. What does it bring")
    assert not any("warning" in line for line in lines)


def test_check_warns_of_what_is_probably_not_meant(tmp_path: Path, capsys: Capture) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "defaults: [base]\n"
        "levers:\n"
        "  coverage: {target_ratio: {start: 3, 2031-01-01: 4}}\n"
        "  requisitions: {q2_smb: {open_date: 2029-03-01}}\n"
        "uncertainties: {idle: {kind: uniform, low: 0, high: 1}}\n"
    )
    assert main(["check", f"scenario={plan}"]) == 0
    said = capsys.readouterr().out
    assert "warning: no number refers to the uncertainty idle; it changes nothing" in said
    assert "warning: the file has no question of its own" in said
    assert (
        "warning: levers.coverage.target_ratio changes on 2031-01-01, outside the run from 2027-01-01 to 2029-01-01"
        in said
    )
    assert "warning: levers.requisitions.q2_smb comes on 2029-03-01, after the run's end 2029-01-01" in said
    assert said.count("warning") == 4


DATED_IN_VAIN = {
    "+levers.departures.cut={role: ae, on_date: 2031-01-01}":
        "levers.departures.cut is dated 2031-01-01, outside the run",
    "+levers.departures.all={role: ae, region: east, on_date: 2027-05-01, count: 500}":
        "levers.departures.all.count is 500, but there are at most",
    "+levers.transfers.up={role: ae, region: east, segment: smb, to_segment: mid_market, on_date: 2030-01-01}":
        "levers.transfers.up is dated 2030-01-01, outside the run",
    "+levers.trainings.day={role: ae, on_date: 2029-01-01}":
        "levers.trainings.day is dated 2029-01-01, outside the run",
    "+levers.freezes.old={from_date: 2026-01-01, to_date: 2027-01-01}":
        "levers.freezes.old acts from 2026-01-01, outside",
    "+world.shocks.far={kind: step, from_date: 2029-01-01, acts_on: leads, multiplier: 0.5}":
        "world.shocks.far acts from 2029-01-01, outside the run",
    "+levers.judgment_usd_per_quarter.smb={start: 0, 2027-02-01: 5000000}":
        "levers.judgment_usd_per_quarter.smb changes on 2027-02-01, inside a fiscal quarter",
}  # fmt: skip


@pytest.mark.parametrize("change", DATED_IN_VAIN)
def test_check_warns_of_what_is_dated_in_vain(change: str, capsys: Capture) -> None:
    assert main(["check", "scenario=base", change]) == 0
    said = capsys.readouterr().out
    assert f"warning: {DATED_IN_VAIN[change]}" in said
    assert said.count("warning") == 1


def test_check_looks_far_out_in_each_uncertainty(capsys: Capture) -> None:
    spread = "uncertainties.lead_volume.sigma_log=0.12"
    share = "world.hiring.offer_accept_share={uncertain: lead_volume, times: 0.8}"
    assert main(["check", "scenario=base", spread, share]) == 2
    said = capsys.readouterr().err
    assert "world.hiring.offer_accept_share: 1.05" in said
    assert 'allowed is 0 to 1. (From uncertainty "lead_volume" at its 99% point.)' in said


def test_list_shows_names_kinds_and_questions_and_survives_a_bad_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.yaml").write_text("question: Mine?\ndefaults: [base]\n")
    (tmp_path / "scenarios" / "torn.yaml").write_text("question: [\n")
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert lines["mine"].split(maxsplit=1) == ["plan", "Mine?"]
    assert lines["torn"].startswith("(cannot be read) scenarios/torn.yaml:")
    assert next(iter(lines)) == "base"
    assert lines["no_backfill"].split(maxsplit=1) == ["plan", "What happens if nobody who leaves is replaced?"]
    assert lines["recession"].startswith("weather ")


def test_list_escapes_markup_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "bold.yaml").write_text("question: Is it [bold]?\ndefaults: [base]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert listing.main(parse("list", [])) == 0
    assert "Is it [bold]?" in capsys.readouterr().out


def test_schema_prints_or_writes(tmp_path: Path, capsys: Capture) -> None:
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    out = tmp_path / "schema.json"
    assert main(["schema", f"out={out}"]) == 0
    assert out.read_text(encoding="utf-8") == printed
    assert json.loads(printed)["title"] == "A salesim scenario"


@pytest.mark.parametrize("words", [[], ["help"], ["--help"], ["-h"]])
def test_help_names_every_command(words: list[str], capsys: Capture) -> None:
    assert main(words) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in COMMANDS)
    assert all(len(line) <= 100 for line in said.splitlines())


def test_help_for_a_command_names_its_options(capsys: Capture) -> None:
    assert main(["schema", "--help"]) == 0
    assert "out=..." in capsys.readouterr().out


def test_the_command_tells_its_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"salesim {sim.__version__}\n"


def test_a_request_keeps_scenarios_overrides_and_run_settings_apart() -> None:
    request = parse("compare", ["scenarios=[base, hire_early]", "levers.routing=race", "run.seed=7", "+run.months=3"])
    assert request.scenarios == ("base", "hire_early")
    assert request.overrides == ("levers.routing=race",)
    assert (request.settings().seed, request.settings().months) == (7, 3)
    assert [source.name for source in request.sources()] == ["base", "hire_early"]


def test_the_shipped_settings_are_the_defaults_of_the_model() -> None:
    assert load_settings() == RunSettings()


def test_workers_are_at_most_the_replications() -> None:
    assert RunSettings(n_jobs=8, replications=3).workers == 3
    assert RunSettings(n_jobs=-1, replications=10**6).workers >= 1


def test_an_interrupt_ends_with_130_and_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def interrupt(request: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "main", interrupt)
    assert main(["check", "scenario=base"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "sim", "schema"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_works_from_any_folder(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "sim", "check", "scenario=recession"],
        cwd=tmp_path,
        env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("recession: OK.")


def test_a_tilde_takes_a_group_away() -> None:
    assert "q2_smb" not in load("base", ["~levers.requisitions.q2_smb"]).levers.requisitions
    assert not load("base", ["~levers.requisitions"]).levers.requisitions
