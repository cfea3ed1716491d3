"""The validation page: its arithmetic, that it comes out the same however it is played, and what it claims."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from sim.app.validation import page
from sim.cli import main
from sim.evidence.published.judged import judged_section, values
from sim.evidence.published.plan_misses import WORLDS, Years, implied, misses, published
from sim.evidence.published.scenario_table import section_of
from sim.evidence.published.section import Check, Grid, Section
from sim.evidence.published.validation import SUBJECTS, sections
from sim.experiment import play
from sim.experiment.settings import RunSettings
from sim.scenario.load import load_source
from sim.scenario.numbers import judged

NORMAL_YEARS = norm.ppf((np.arange(200_000) + 0.5) / 200_000)


def test_the_implied_year_misses_and_meets_plans_as_published() -> None:
    middle, spread = implied()
    years = Years(WORLDS[0], 100e6 * (1 + spread * NORMAL_YEARS), np.full(200_000, 100e6 / middle))
    missed, met = published()
    for found in (years.against(years.target), years.against_median(1 / middle)):
        assert found.missed[0] == pytest.approx(missed, abs=1e-4)
        assert found.met[0] == pytest.approx(met, abs=1e-4)
    assert years.spread[0] == pytest.approx(spread, rel=1e-3)
    assert years.spread[1] == pytest.approx(spread / np.sqrt(2 * 200_000), rel=0.01)  # of a normal sample


@pytest.mark.slow
def test_the_page_is_the_same_for_any_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "MOST_AT_ONCE", 2)  # more than one task, of unequal size
    source = load_source("base", ["opening.past_seat_years=0"])
    pages = []
    for workers in (1, 2):
        settings = RunSettings(replications=3, n_jobs=workers, months=3)
        few = tuple(sections(source, settings, (misses, judged_section)))
        pages.append(page("base", settings, (*few, section_of(("hire_late",), settings))))
    assert pages[0] == pages[1]
    for world in WORLDS:
        assert f"| {world.name} |" in pages[0]
    assert "| hire_late | plan | bookings | " in pages[0]
    assert pages[0].count("| odds | ") == 1


def test_every_subject_is_on_the_page_once() -> None:
    assert len(set(SUBJECTS)) == len(SUBJECTS) == 4


def test_every_judged_number_is_found_in_base_and_read_from_the_scenario() -> None:
    base = load_source("base")
    assert {one.key: values(one, base) for one in judged() if not values(one, base)} == {}
    assert all(one.evidence and one.does and one.meaning for one in judged())
    keys = [one.key for one in judged()]
    assert len(set(keys)) == len(keys)
    other = load_source("base", ["levers.orphans.delay_days=37", "world.segments.smb.stalls.never_revives_share=0.44"])
    by_key = {one.key: values(one, other) for one in judged()}
    assert by_key["levers.orphans.delay_days"] == ["37"]
    assert by_key["world.segments.*.stalls.never_revives_share"][0] == "0.44"


def test_a_check_that_fails_stands_out_and_names_cannot_break_a_table() -> None:
    checks = (
        Check("a|b", 0.5, "somebody", 0.2, 0.01, False, "below"),
        Check("days", float("nan"), "", 12.3456, 0.5, True, "as said", "days"),
    )
    text = page("base", RunSettings(replications=2), [Section("S", ("why",), checks, Grid((("x",), ("1",))))])
    assert "| a/b | 50.0% | somebody | 20.0% ± 1.0 | **no** | below |" in text
    assert "| days |  |  | 12.3 ± 0.5 days | yes | as said |" in text
    assert text.endswith("| x |\n|---|\n| 1 |\n")


@pytest.mark.slow
def test_the_command_writes_its_file(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every section of it, which plays every shipped scenario."""
    out = tmp_path / "page.md"
    assert main(["validation", f"out={out}", "run.replications=2", "run.months=3", "run.n_jobs=1"]) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    assert out.read_text(encoding="utf-8").startswith("# Validation\n")


@pytest.mark.slow
def test_base_misses_its_plan_as_organizations_do() -> None:
    found = misses(load_source("base"), RunSettings(replications=160, seed=11))
    assert [one.claim for one in found.checks if not one.holds] == []
