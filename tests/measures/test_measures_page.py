"""The glossary of measures is complete and fresh."""

from __future__ import annotations

from typing import get_args

from sim.app.measures_page import page
from sim.cli import main
from sim.measures.catalogue import MEASURES
from sim.measures.measure import FORMAT_MEANINGS, Format
from sim.show.formats import NO_VALUE, Cell, drawn
from tests.makers.made_pages import made_page

PROMISED = {
    "bookings", "wins", "losses", "no_decisions", "opportunities_created", "pipeline_created", "open_pipeline",
    "coverage", "to_go_coverage", "win_rate_narrow", "win_rate_broad", "win_rate_cohort", "cycle_days_won",
    "cycle_days_lost", "slips", "average_deal", "sales_velocity", "heads", "ramped_rep_equivalents",
    "productivity_capacity", "hires", "exits_voluntary", "exits_involuntary", "attrition_rate",
    "open_requisitions", "days_to_accept", "vacancy_days", "street_quota", "attainment_mean", "attainment_median",
    "share_at_quota", "realization", "attention_used", "deals_orphaned", "cost", "cost_of_sales", "hits_target",
}  # fmt: skip


def test_the_page_is_fresh_where_it_is_and_no_part_of_a_commit():
    assert made_page("docs/measures.md") in (None, page()), "run: make docs"


def test_every_promised_measure_is_declared_once_and_explained():
    names = [measure.name for measure in MEASURES]
    assert set(names) >= PROMISED
    assert len(set(names)) == len(names)
    for measure in MEASURES:
        assert f"### {measure.name}\n" in page()
        assert measure.meaning.endswith(".")


def test_every_measure_has_a_label_of_its_own_and_a_format_that_is_drawn():
    labels = [measure.label for measure in MEASURES]
    assert len(set(labels)) == len(labels)
    assert all(label[0].isupper() for label in labels)
    for measure in MEASURES:
        examples = FORMAT_MEANINGS[measure.format].split(": ")[1].split(", ")
        value = {"dollars": 12.3e6, "percent": 0.87, "odds": 0.47, "multiple": 3.14, "count": 12.5, "number": 340.5}
        assert drawn(Cell(value[measure.format], measure.format)) in examples


def test_the_command_prints_or_writes_the_page(tmp_path, capsys):
    assert main(["measures"]) == 0
    assert capsys.readouterr().out == page()
    assert main(["measures", f"out={tmp_path / 'page.md'}"]) == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page()


def test_every_format_of_a_measure_can_be_drawn_as_a_value_and_as_a_change() -> None:
    for form in get_args(Format):
        assert drawn(Cell(0.25, form)), form
        assert drawn(Cell(2.0, f"change of {form}"))[0] == "+", form
        assert drawn(Cell(float("nan"), form)) == drawn(Cell(float("nan"), f"change of {form}")) == NO_VALUE
        assert drawn(Cell(1.0, form, 2.0)) == f"{drawn(Cell(1.0, form))} to {drawn(Cell(2.0, form))}"
