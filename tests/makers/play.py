"""Play small worlds for the tests: load one with overrides, run replications, compare ledgers byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.org.state.organization import Organization
from sim.scenario.load import load
from sim.scenario.scenario import Scenario

WORLDS = Path(__file__).parents[1] / "worlds"
TABLES = (
    "seats", "requisitions", "moves", "deals", "credits", "quotas", "payments", "market", "snapshots", "decisions",
    "waits", "ramped", "customers", "contracts", "arr_moves", "efforts", "timings", "places",
)  # fmt: skip


def plain(*overrides: str) -> Scenario:
    """The closed-form world, changed as on the command line."""
    return load(str(WORLDS / "plain.yaml"), overrides)


def ledgers(scenario: Scenario, months: int, replications: int, seed: int = 1) -> Iterator[Ledger]:
    for replication in range(replications):
        yield world.simulate(scenario, months, Luck(seed, replication))


def week_of(scenario: Scenario, day: float) -> Organization:
    """The organization of a year just before an instant."""
    luck = Luck(1, 0)
    org = world.assemble(scenario, scenario.calendar(12), luck, world.prepare(scenario, 12, luck))
    run_to(org, day)
    return org


def run_to(org: Organization, day: float) -> None:
    """Let everything happen that is due before an instant."""
    while org.env.peek() < day:
        org.pipeline.advance(float(org.env.peek()))
        org.env.step()


def numbers(scenario: Scenario, months: int, replications: int, of: Callable[[Ledger], object]) -> np.ndarray:
    """One row of numbers a replication, shape (replications, ...)."""
    return np.array([of(ledger) for ledger in ledgers(scenario, months, replications)], float)


def digest(ledger: Ledger, tables: tuple[str, ...] = TABLES) -> str:
    """A fingerprint of a ledger's bytes, field by field so that padding does not count."""
    found = hashlib.blake2b()
    for name in tables:
        table = getattr(ledger, name)
        for field in table.dtype.names:
            found.update(np.ascontiguousarray(table[field]).tobytes())
    return found.hexdigest()


def check_mean(sample: np.ndarray, expected: object, errors: float = 4.0) -> None:
    """Fail when a mean is more than ``errors`` standard errors from what theory says; column by column."""
    mean = sample.mean(axis=0)
    error = sample.std(axis=0, ddof=1) / np.sqrt(len(sample))
    off = np.abs(mean - np.asarray(expected)) / np.maximum(error, 1e-12 + 1e-9 * np.abs(mean))
    assert np.all(off < errors), f"mean {mean}, expected {expected}, {off} standard errors off"
