"""What a scenario builds on can be taken away by null and replaced whole, in files and on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sim.scenario.errors import ScenarioError
from sim.scenario.load import ScenarioSource, load_source
from sim.scenario.reading.removal import NOUNS
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import SchemaNode

PLANS = ("q3_enterprise", "q4_sdr", "q2_enterprise_2028", "csm_enterprise_2027", "csm_enterprise_2028")
PEOPLE = f"levers: {{requisitions: {{{', '.join(f'{plan}: null' for plan in PLANS)}}}}}"
JOBS = [f"{role}_enterprise_{region}: null" for role in ("ae", "sdr", "am", "csm") for region in ("east", "west")]
CLIENT = f"""\
question: What do we book without enterprise?
defaults: [base, _self_]
world: {{segments: {{enterprise: null}}}}
opening: {{teams: {{{", ".join(JOBS)}}}}}
{PEOPLE}
"""


ROOT = Path(__file__).parents[2]


def write(folder: Path, name: str, text: str) -> str:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> ScenarioSource:
    """A company in five lines, and a client's plan that builds on its file in the folder above."""
    folder = tmp_path_factory.mktemp("clients")
    write(folder, "company", CLIENT)
    plan = "question: Sooner?\ndefaults: [../company, _self_]\nlevers: {requisitions: {q2_smb: {count: 3}}}\n"
    return load_source(write(folder / "acme", "plan", plan))


def test_a_company_without_a_segment_in_five_lines(client: ScenarioSource) -> None:
    scenario = client.at_central()
    assert len(CLIENT.splitlines()) == 5
    assert list(scenario.world.segments) == ["smb", "mid_market"]
    assert scenario.levers.requisitions["q2_smb"].count == 3
    rows = {path: found for path, found in _paths(client.raw) if "enterprise" in path}
    past = {path for path in rows if path[:2] == ("opening", "levers")}
    assert set(rows) == past  # the years before the first day ran on what base said
    assert all("enterprise" not in reference.path for reference in client.references)


def _paths(node: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    if not isinstance(node, dict):
        return [(path, node)]
    return [one for key, below in node.items() for one in _paths(below, (*path, key))]


def test_what_was_taken_away_can_be_read_and_run_again(client: ScenarioSource, tmp_path: Path) -> None:
    again = load_source(write(tmp_path, "again", client.to_yaml()))
    assert again.at_central().world == client.at_central().world
    assert again.at_central().levers == client.at_central().levers
    assert again.to_yaml() == client.to_yaml()
    written = yaml.safe_load(client.to_yaml())
    assert written["levers"]["quota"]["multiplier"] == 1.0  # what holds unless given is written, too
    assert written["world"]["roles"]["csm"]["exits"]["hump_width"] == 0.3


def test_what_refers_to_it_says_where_it_went(tmp_path: Path) -> None:
    path = write(tmp_path, "less", "\n".join(CLIENT.splitlines()[:3]))
    with pytest.raises(ScenarioError) as error:
        load_source(path)
    first = error.value.problems[0]
    assert first.startswith("scenarios/base.yaml:21: opening.teams.ae_enterprise_east.segment: ")
    assert first.endswith("less.yaml:3), but still meant here.")
    assert len(error.value.problems) == 13  # eight teams and five requisitions; rows of tables went along


def test_a_row_written_beside_the_removal_is_no_leftover(tmp_path: Path) -> None:
    path = write(tmp_path, "both", CLIENT.replace("levers: {", "levers: {target: {usd_per_year: {enterprise: 5}}, "))
    with pytest.raises(ScenarioError, match=r"both.yaml:5: levers.target.usd_per_year.enterprise: .* still meant here"):
        load_source(path)


def test_a_group_is_replaced_whole(tmp_path: Path) -> None:
    text = "question: Ours?\ndefaults: [base, _self_]\nopening:\n  teams:\n    _replace_: true\n"
    ours = "    ae_smb_east: {role: ae, segment: smb, region: east, seats: 2}\n"
    ours += "    r: {role: recruiter, region: east, seats: 1}\n"
    plans = "levers:\n  requisitions: null\n  pay: {plans: {ae: {_replace_: true, variable_usd_per_year: 9000}}}\n"
    source = load_source(write(tmp_path, "ours", text + ours + plans))
    scenario = source.at_central()
    assert {name: team.seats for name, team in scenario.opening.teams.items()} == {"ae_smb_east": 2, "r": 1}
    assert scenario.levers.requisitions == {}
    assert scenario.levers.pay.plans["ae"].components == {}
    assert "_replace_" not in source.to_yaml()
    further = load_source(str(tmp_path / "ours.yaml"), ["opening.teams.r=null", "levers.backfill.enabled=false"])
    assert list(further.at_central().opening.teams) == ["ae_smb_east"]


def test_null_is_a_value_where_a_value_may_be_null() -> None:
    """Elsewhere it takes away; no name of a person's own choice has a value that may be null, so the two never meet."""
    source = load_source("base", ["world.territory=null", "levers.coverage.target_ratio=null", "levers.orphans=null"])
    scenario = source.at_central()
    assert scenario.world.territory is None
    assert scenario.levers.coverage.target_ratio is None
    assert scenario.levers.orphans.logit == -0.35
    both = [
        path
        for path, shape in _groups(SchemaNode.of(Scenario), ())
        if shape.names_are_free and shape.child("x").may_be_null
    ]
    assert both == []


def _groups(shape: SchemaNode, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], SchemaNode]]:
    branches = [shape.chosen({"kind": kind}) for kind in shape.kinds] or [shape]
    found = [(path, branch) for branch in branches]
    for branch in branches:
        keys = branch.keys or (("x",) if branch.names_are_free else ())
        found += [one for key in keys if branch.is_group for one in _groups(branch.child(key), (*path, key))]
    return found


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if noun != "pay plan"])
def test_no_row_of_a_table_is_left_of_what_was_taken_away(noun: str) -> None:
    """What still means it is a plan, a team or a list, never a table by its name."""
    at = NOUNS[noun]
    name = {"segment": "enterprise", "region": "west", "role": "sdr", "source": "partner"}[noun]
    with pytest.raises(ScenarioError) as error:
        load_source("base", [f"{'.'.join(at)}.{name}=null"])
    assert error.value.problems
    for problem in error.value.problems:
        key = problem.split(": ")[1]
        assert not key.endswith(f".{name}"), problem
        assert "is taken away (command line), but still meant here." in problem


def test_a_file_cannot_steer_by_a_list(tmp_path: Path) -> None:
    """Lists are replaced, never joined."""
    source = load_source(write(tmp_path, "list", "question: Q?\ndefaults: [base]\ndates: {holidays: []}\n"))
    assert source.at_central().dates.holidays == []
    assert yaml.safe_load(source.to_yaml())["dates"]["holidays"] == []


def test_the_examples_of_the_pages_are_these_and_work(tmp_path: Path) -> None:
    assert CLIENT in (ROOT / "docs" / "scenarios.md").read_text()
    readme = (ROOT / "README.md").read_text()
    example = readme[readme.index("    question: What do we book without partners?") :].split("\n\n")[0]
    text = "\n".join(line.removeprefix("    ") for line in example.splitlines())
    assert len(text.splitlines()) == 5
    assert "partner" not in load_source(write(tmp_path, "direct", text)).at_central().world.sources
