"""Tables leave nothing out in silence, and say exactly what they hold: digits, draws, labels, revisions."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.experiment.draws import write_draws
from sim.experiment.settings import RunSettings
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.groups import groups_of
from sim.measures.left_out import left_out_in_words
from sim.measures.open_pipeline import MOST_COVERAGE
from sim.results import csv_file
from sim.results.git_revision import git_revision
from sim.scenario.load import load, load_source
from sim.scenario.uncertainty import draw
from sim.show import pictures
from sim.show.html import write_report
from tests.makers import ledgers
from tests.makers.fake_run import Plan, pages_with, write_fake_run
from tests.makers.small import small

ONCE = [
    "run.replications=1", "run.months=3", "run.n_jobs=1", "run.figures=false", "opening.past_seat_years=0",
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.1, "0.1"), (1234567890.12, "1234567890.12"), (1e15, "1000000000000000"), (-2.5e-7, "-0.00000025"),
        (123456789012345.0, "123456789012000"), (1 / 3, "0.333333333333"), (0.0, "0"), (float("nan"), ""),
    ],
)  # fmt: skip
def test_numbers_have_twelve_digits_and_no_exponent(value: float, said: str) -> None:
    assert csv_file.number(value) == said


def test_sums_of_groups_are_those_of_the_file_to_the_cent() -> None:
    parts = np.random.default_rng(2).uniform(1e5, 9e7, 40)
    added = sum(float(csv_file.number(part)) for part in parts)
    assert added == pytest.approx(float(csv_file.number(parts.sum())), abs=0.005)


def test_what_each_draw_came_to_is_in_a_file(tmp_path: Path) -> None:
    source = load_source("base")
    write_draws(tmp_path, [source], RunSettings(replications=5, lucks_per_draw=2, seed=3))
    rows = list(csv.DictReader((tmp_path / "uncertainties.csv").open(encoding="utf-8")))
    assert [row["draw"] for row in rows] == ["0", "1", "2"]
    for k, row in enumerate(rows):
        luck = Luck(3, k)
        drawn = {name: draw(name, one, luck) for name, one in source.uncertainties.items()}
        assert {name: row[name] for name in drawn} == {name: csv_file.number(value) for name, value in drawn.items()}
        assert source.at_values(drawn).drawn_from(source.at_central()) == source.at_draw(3, k)
    write_draws(tmp_path / "none", [source], RunSettings(uncertain=False))  # writes nothing, so needs no folder


def test_the_manifest_has_the_label_and_the_revision_and_the_label_changes_no_number(tmp_path: Path) -> None:
    folders = []
    for label in ("Board v3", ""):
        out = tmp_path / (label or "none")
        assert main(["run", "scenario=base", f"run.label={label}", f"run.results_folder={out}", *ONCE]) == 0
        folders.append(next(out.glob("2*")))
    first, second = (json.loads((folder / "manifest.json").read_text()) for folder in folders)
    assert (first["label"], second["label"]) == ("Board v3", "")
    assert first["content_hash"] == second["content_hash"]
    assert first["git_revision"] == git_revision()
    assert (folders[0] / "summary.csv").read_bytes() == (folders[1] / "summary.csv").read_bytes()


def test_a_revision_is_that_of_the_checkout_or_none(tmp_path: Path) -> None:
    assert git_revision(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=n@example.org"]
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "a.py").write_text("a")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True)
    git_revision.cache_clear()
    clean = git_revision(tmp_path)
    assert clean is not None
    assert len(clean) == 40
    (tmp_path / "sim" / "a.py").write_text("b")
    git_revision.cache_clear()
    assert git_revision(tmp_path) == f"{clean}+changes"


def test_five_years_of_base_are_whole() -> None:
    base = load("base")
    rows = kpis.table(base, base.calendar(60)).rows
    assert rows.left_out == ""
    kinds = {(kind, group) for kind, _, group, _, _ in rows.labels()}
    assert {("month", "all"), ("quarter", "segment"), ("quarter", "region"), ("year", "segment_region")} <= kinds


@pytest.mark.parametrize("months", [24, 60, 120])
def test_what_a_table_leaves_out_is_said_with_the_key_that_brings_it_back(months: int) -> None:
    groups, calendar = groups_of(load("base")), load("base").calendar(months)
    cut = kpis.rows_of(groups, calendar, 2000)
    assert len(cut) <= 2000
    assert cut.left_out.startswith("Left out of the tables, for want of room: ")
    most = int(cut.left_out.rpartition("run.most_rows=")[2].split()[0])
    assert kpis.rows_of(groups, calendar, most).left_out == ""
    assert kpis.rows_of(groups, calendar, most - 1).left_out


def test_left_out_in_words() -> None:
    full = {"all": {"month", "total"}, "stage": {"quarter", "year", "total"}, "role": {"year"}}
    kept = {"all": {"total"}, "stage": {"year", "total"}}
    assert left_out_in_words(full, kept, 7000) == (
        "Left out of the tables, for want of room: months by the whole organization; everything by role; quarters by"
        " stage. run.most_rows=7000 brings it back."
    )
    assert left_out_in_words(full, full, 7000) == ""


def test_the_screen_the_manifest_and_the_report_say_what_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["run", "scenario=base", "run.most_rows=1000", f"run.results_folder={tmp_path}", *ONCE]) == 0
    said = capsys.readouterr().out
    manifest = json.loads((next(tmp_path.glob("2*")) / "manifest.json").read_text())
    (line,) = manifest["left_out"]
    assert line in said
    monkeypatch.setattr(pictures, "PAGES", pages_with())
    fake = write_fake_run(tmp_path / "fake", [Plan("base")], 8)
    facts = json.loads((fake / "manifest.json").read_text())
    (fake / "manifest.json").write_text(json.dumps({**facts, "left_out": [line], "label": "Board"}))
    page = write_report(fake).read_text(encoding="utf-8")
    assert line in page
    assert "<dt>Label</dt><dd>Board</dd>" in page


def test_coverage_of_what_is_left_to_close_has_an_upper_end() -> None:
    """What is left of a target can be a dollar."""
    scenario = small()
    calendar = scenario.calendar(6)
    layout = kpis.table(scenario, calendar)
    book = ledgers.invented(scenario, calendar, luck=1)
    book.snapshots["value"] *= 1e6
    names = [kpis.MEASURES[code].name for code in layout.rows.measure]
    found = layout.values(book)[[name == "to_go_coverage" for name in names]]
    assert np.nanmax(found) == MOST_COVERAGE
