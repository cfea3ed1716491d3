"""Published examples for the tests: their figures, the simulator's measures beside them, and how near is near."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim.ledger import Ledger
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.scenario.scenario import Scenario

CASES = Path(__file__).parents[1] / "cases"


def case(name: str) -> dict[str, Any]:
    """The figures of a published example."""
    found: dict[str, Any] = yaml.safe_load((CASES / f"{name}.yaml").read_text())
    return found


def whole(plan: Scenario, months: int, book: Ledger, measure: str, period_kind: str) -> np.ndarray:
    """A measure of the whole organization, one number a period."""
    layout = kpis.table(plan, plan.calendar(months))
    code = [one.name for one in MEASURES].index(measure)
    wanted = [(kind, group, m) == (period_kind, "all", code) for kind, _, group, _, m in layout.rows.labels()]
    return layout.values(book)[wanted]


def check_rounded(sample: np.ndarray, published: list[float], rounding: list[float]) -> None:
    """Means within three standard errors of what is published, beyond half of its last digit."""
    error = sample.std(axis=0, ddof=1) / math.sqrt(len(sample))
    off = np.abs(sample.mean(axis=0) - published)
    assert np.all(off <= np.array(rounding) + 3 * error), (sample.mean(axis=0), published, error)
