"""Every public function of ``rules/`` and ``money/`` says where it comes from: publication, judgment or definition."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent
SAYS = re.compile(r"by definition|judged|our own|(19|20)\d\d\)|ASC 606|See ``", re.IGNORECASE)


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node.body)


def silent(text: str) -> list[str]:
    return [one.name for one in public(ast.parse(text).body) if not SAYS.search(ast.get_docstring(one) or "")]


@pytest.mark.parametrize("room", ["rules", "money"])
def test_each_function_names_its_source(room: str) -> None:
    said = {path.name: silent(path.read_text()) for path in (ROOT / room).glob("*.py")}
    assert {name: found for name, found in said.items() if found} == {}


def test_one_that_does_not_is_found() -> None:
    assert silent('def rate():\n    """A rate."""\n\ndef _part(): ...\n') == ["rate"]
