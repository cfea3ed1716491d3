"""Scenarios load from names and paths, join with what they build on, and take overrides."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest
import yaml

from sim.scenario.checks.doubts import doubts
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load, load_source
from sim.scenario.reading.folders import Folders, shipped

SHIPPED = sorted(path.stem for path in shipped("scenarios").glob("*.yaml"))
DIFFS = [name for name in SHIPPED if name != "base"]


# What each question changes beyond levers. A plan that is compared with base shares its first day and its target.
OTHER_FIRST_DAY = {"from_files", "new_region"}
OTHER_TARGET = {"new_region", "new_segment_enterprise", "from_files"}
HIRING = "hire_early hire_late hiring_freeze attrition_doubled no_backfill sdr_heavy inbound_cut_30 slow_ramp"


def test_the_questions_of_hiring_are_shipped() -> None:
    assert {"base", *HIRING.split(), "recession", "coverage_4x"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_loads_and_asks_its_own_question(name: str) -> None:
    source = load_source(name)
    assert source.name == source.at_central().name == name
    assert source.has_own_question
    assert source.question.endswith("?")
    first_key = next(iter(yaml.safe_load((shipped("scenarios") / f"{name}.yaml").read_text())))
    assert first_key == "question"
    assert list(doubts(source, 24)) == []


@pytest.mark.parametrize("name", DIFFS)
def test_every_diff_changes_something_and_keeps_the_opening(name: str) -> None:
    base, diff = load("base").model_dump(), load(name).model_dump()
    for one in (base, diff):
        del one["name"], one["question"], one["kind"]
    assert diff != base
    assert name in OTHER_FIRST_DAY or diff["opening"] == base["opening"]
    assert name in OTHER_TARGET or diff["levers"]["target"] == base["levers"]["target"]


def test_the_base_is_the_organization_that_was_asked_for() -> None:
    scenario = load("base")
    seats: dict[str, int] = {}
    for team in scenario.opening.teams.values():
        seats[team.role] = seats.get(team.role, 0) + team.seats
    assert {role: seats[role] for role in ("ae", "sdr", "recruiter")} == {"ae": 100, "sdr": 40, "recruiter": 4}
    assert list(scenario.world.segments) == ["smb", "mid_market", "enterprise"]
    assert scenario.dates.start == date(2027, 1, 1)


def test_hire_early_and_late_move_every_requisition_by_a_quarter() -> None:
    assert {one.shift_days for one in load("hire_early").levers.requisitions.values()} == {-90}
    assert {one.shift_days for one in load("hire_late").levers.requisitions.values()} == {90}


def test_overrides_reach_values_that_files_leave_at_their_default() -> None:
    scenario = load("base", ["levers.backfill.enabled=false", "world.attention.overload_memory_weeks=6"])
    assert scenario.levers.backfill.enabled.start is False
    assert scenario.world.attention.overload_memory_weeks == 6


def test_a_dated_override_in_both_spellings() -> None:
    whole = load("base", ["levers.coverage.target_ratio={start: 3, 2027-07-01: 4}"])
    by_key = load("base", ["levers.coverage.target_ratio.start=3", "levers.coverage.target_ratio.2027-07-01=4"])
    for scenario in (whole, by_key):
        dated = scenario.levers.coverage.target_ratio
        assert dated is not None
        assert [dated.on(day) for day in (date(2027, 6, 30), date(2027, 7, 1))] == [3, 4]


def test_a_deleted_requisition_is_gone() -> None:
    assert "q2_smb" not in load("base", ["~levers.requisitions.q2_smb"]).levers.requisitions


def test_a_file_anywhere_builds_on_the_shipped_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plan = tmp_path / "deep folder, with 'signs'" / "my plan.yaml"
    plan.parent.mkdir()
    plan.write_text("question: Mine?\ndefaults: [base, _self_]\nlevers: {routing: round_robin}\n")
    source = load_source(str(plan))
    assert (source.name, source.question) == ("my plan", "Mine?")
    assert source.at_central().levers.routing == "round_robin"
    assert len(source.at_central().opening.teams) == len(load("base").opening.teams)


def test_the_current_folder_comes_before_what_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "no_backfill.yaml").write_text("question: Ours?\ndefaults: [base]\n")
    (folder / "ours.yaml").write_text("question: On ours?\ndefaults: [no_backfill]\n")
    monkeypatch.chdir(tmp_path)
    assert load_source("no_backfill").question == "Ours?"
    assert load("ours").levers.backfill.enabled.start is True
    assert {"ours", "hire_early"} <= set(Folders.around().names())


def test_another_kind_replaces_the_keys_of_the_first(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "question: Q?\ndefaults: [base]\nlevers: {quota: {kind: from_target}}\n"
        "world: {roles: {ae: {ramp: {kind: linear, months: 6}}}}\n"
    )
    scenario = load(str(plan))
    assert scenario.levers.quota.kind == "from_target"
    assert scenario.world.roles["ae"].ramp.kind == "linear"
    assert load("base", ["levers.quota.kind=from_capacity"]).levers.quota.kind == "from_capacity"


def test_a_key_of_the_wrong_kind_in_the_same_file_is_still_an_error(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("question: Q?\ndefaults: [base]\nlevers: {quota: {kind: from_target, usd_per_year: {smb: 1}}}\n")
    with pytest.raises(ScenarioError, match=r"levers\.quota\.usd_per_year: unknown key"):
        load(str(plan))


def test_a_reference_is_replaced_as_a_whole() -> None:
    before = load_source("base").raw["world"]["sources"]["inbound"]["logit"]
    assert before == {"uncertain": "win_odds", "plus": 0.06}
    after = load_source("base", ["world.sources.inbound.logit={uncertain: lead_volume}"])
    assert after.raw["world"]["sources"]["inbound"]["logit"] == {"uncertain": "lead_volume"}
    part = load_source("base", ["world.sources.inbound.logit.plus=0.2"])
    assert part.at_central().world.sources["inbound"].logit == pytest.approx(0.2)


def test_the_written_scenario_loads_to_the_same(tmp_path: Path) -> None:
    source = load_source("hire_early", ["levers.pay.plans.ae.components.commission.commission_share=0.12"])
    again = tmp_path / "scenario.yaml"
    again.write_text(source.to_yaml())
    read = load_source(str(again))
    assert read.to_yaml() == source.to_yaml()
    assert read.at_draw(3, 5) == source.at_draw(3, 5)
    assert (read.name, read.question) == ("hire_early", source.question)


def test_scenarios_travel_to_worker_processes() -> None:
    source = load_source("base", ["levers.coverage.target_ratio={start: 3, 2027-07-01: 4}"])
    assert pickle.loads(pickle.dumps(source)).at_draw(1, 2) == source.at_draw(1, 2)
    assert pickle.loads(pickle.dumps(source.at_central())) == source.at_central()
