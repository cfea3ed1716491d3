"""The compiled loop and the same functions run as plain Python give the same ledger, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.scenario.load import load
from tests.makers.play import TABLES, WORLDS, digest

ROOT = Path(__file__).parents[2]
MONTHS = 5
REPLICATIONS = (0, 1, 2)

WITHOUT_COMPILER = """
from sim.pipeline import loop
from tests.pipeline.test_compiled import REPLICATIONS, busy, fingerprints
assert not hasattr(loop.advance, "signatures"), "the loop is compiled after all"
for replication in REPLICATIONS:
    print(*fingerprints(busy(replication)))
"""


def busy(replication: int) -> Ledger:
    """Some months of the world in which everything happens."""
    return world.simulate(load(str(WORLDS / "busy.yaml")), MONTHS, Luck(7, replication))


def fingerprints(book: Ledger) -> list[str]:
    return [f"{table}={digest(book, (table,))}" for table in TABLES]


@pytest.mark.slow
def test_compiled_equals_uncompiled() -> None:
    plain = subprocess.run(
        [sys.executable, "-c", WITHOUT_COMPILER],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert plain.returncode == 0, plain.stderr
    lines = plain.stdout.splitlines()
    assert len(lines) == len(REPLICATIONS)
    for replication, line in zip(REPLICATIONS, lines, strict=True):
        assert fingerprints(busy(replication)) == line.split()


def test_the_busy_world_has_everything_to_compare() -> None:
    """Every kind of move, end, exit and table occurs: else two equal ledgers would say little."""
    books = [busy(replication) for replication in REPLICATIONS]
    moves = np.concatenate([book.moves["kind"] for book in books])
    assert set(moves) == set(range(len(ledger.MOVE_KINDS)))
    exits = np.concatenate([book.seats["exit_kind"] for book in books])
    assert set(exits) == set(range(len(ledger.EXIT_KINDS)))
    decided = np.concatenate([book.decisions["kind"] for book in books])
    assert {ledger.FILL_GAP, ledger.REVIEW_FAILED, ledger.APPROVE_BACKFILL, ledger.OFFER_DECLINED} <= set(decided)
    assert any((book.deals["reassigned"] > 0).any() for book in books)
    for table in TABLES:
        assert all(len(getattr(book, table)) for book in books), table
