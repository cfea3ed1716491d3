"""A source says itself what it is: no file but its own names a kind of source, or asks for one."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

import sim
from sim.scenario import demand

ROOT = Path(sim.__file__).parent
NOUN = Path(demand.__file__)
CLASSES = {name for name, one in vars(demand).items() if isinstance(one, type) and issubclass(one, demand.SourceBase)}
KINDS = {"inbound", "partner", "outbound", "self_sourced", "expansion"}


def asked(text: str) -> list[str]:
    """What a file asks about kinds of sources: classes that it imports, and comparisons of a source's kind."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == demand.__name__:
            found += [one.name for one in node.names if one.name in CLASSES]
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            words = {one.value for side in sides for one in ast.walk(side) if isinstance(one, ast.Constant)}
            if any(isinstance(side, ast.Attribute) and side.attr == "kind" for side in sides) and words & KINDS:
                found.append(ast.unparse(node))
    return found


def test_nobody_asks_a_source_for_its_kind() -> None:
    sites = {str(path.relative_to(ROOT)): asked(path.read_text()) for path in ROOT.rglob("*.py") if path != NOUN}
    assert {path: found for path, found in sites.items() if found} == {}


@pytest.mark.parametrize(
    "text",
    [
        "from sim.scenario.demand import Outbound",
        "ask = source.kind == 'partner'",
        "ask = one.kind not in ('self_sourced', 'expansion')",
    ],
)
def test_asking_is_found(text: str) -> None:
    assert asked(text)


def test_kinds_are_all_that_a_scenario_may_name() -> None:
    union = get_args(get_args(demand.Source)[0])
    assert {get_args(one.model_fields["kind"].annotation)[0] for one in union} == KINDS


def test_what_is_so_of_those_that_do_not_say_otherwise() -> None:
    """A source without leads, heads, customers and a program brings nothing, costs nothing and keeps nothing."""
    source = demand.SourceBase()
    is_so = (source.arrives, source.only_one, source.has_program, source.searches, source.of_partners)
    assert is_so == (False,) * 5
    assert source.by_segment == {}
    brings = (source.leads_per_prospector, source.finds_per_seller, source.wishes_per_customer)
    assert (*brings, *source.program_usd, source.kept_share, source.pushed_logit) == (0.0,) * 7
