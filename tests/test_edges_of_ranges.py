"""Overrides at and beyond the edges of every range: OK or one clear line, soon, and never a traceback.

The set is fixed: it is drawn from the schema with a seed. The slow test takes more of them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from sim.scenario.crosscheck import crosscheck
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load_source
from sim.scenario.scenario import Scenario
from sim.scenario.shape import Shape

SEED, FEW, MANY = 20270101, 40, 300
SECONDS = 10.0
ODD = (
    "null",
    "{}",
    "[]",
    "''",
    "yes",
    "nan",
    "inf",
    "-1e300",
    "1e-200",
    "1e400",
    "2027-02-30",
    "9999-12-31",
    "[[[1]]]",
)


@lru_cache(maxsize=1)
def _places() -> list[tuple[str, dict[str, Any]]]:
    """Every number, list, date and flag of base by its key, with its part of the schema."""
    raw = load_source("base", ["opening.past_seat_years=0"]).raw
    return list(_walk(raw, Shape.of(Scenario), ()))


def _walk(node: Any, shape: Shape, path: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    shape = shape.chosen(node)
    if isinstance(node, dict) and "uncertain" not in node:
        for key, below in node.items():
            yield from _walk(below, shape.child(key), (*path, str(key)))
    elif path[0] not in ("name", "question", "uncertainties"):
        yield ".".join(path), shape.undated().node


def _values(node: dict[str, Any]) -> list[str]:
    """The ends of a range, a step inside and a step beyond each; oddities for all else."""
    ends = [node.get("minimum"), node.get("maximum"), node.get("exclusiveMaximum")]
    found = [f"{end:.12g}" for end in ends if end is not None]
    found += [f"{end + step:.12g}" for end in ends if end is not None for step in (-1, 1, -1e-6, 1e-6)]
    return found + list(ODD)


@lru_cache(maxsize=1)
def _overrides() -> list[tuple[str, ...]]:
    """One to three keys a scenario, each with a value at an edge."""
    luck = random.Random(SEED)
    places = _places()
    return [
        tuple(f"{key}={luck.choice(_values(node))}" for key, node in luck.sample(places, luck.choice((1, 1, 1, 2, 3))))
        for _ in range(MANY)
    ]


def _played_by_check(words: tuple[str, ...]) -> str:
    """What ``check`` would say of base with some overrides; empty for OK."""
    try:
        source = load_source("base", words)
        assert crosscheck(source.at_central()) == []
    except ScenarioError as error:
        return str(error)
    return ""


def _look(all_words: list[tuple[str, ...]]) -> tuple[int, int]:
    """How many were OK and how many refused. Anything but a clear message fails."""
    sound = refused = 0
    for words in all_words:
        before = time.process_time()
        said = _played_by_check(words)
        assert time.process_time() - before < SECONDS, words
        assert "Traceback" not in said, (words, said)
        assert "pydantic" not in said, (words, said)
        assert all(0 < len(line) < 1000 for line in said.splitlines()), (words, said)
        sound += not said
        refused += bool(said)
    return sound, refused


def test_a_fixed_set_at_the_edges() -> None:
    sound, refused = _look(_overrides()[:FEW])
    assert sound > FEW / 20
    assert refused > FEW / 2


@pytest.mark.slow
def test_a_large_set_at_the_edges() -> None:
    _look(_overrides())
