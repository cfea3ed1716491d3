"""What a back-test leaves for forecasts that follow it: how well its ranges held, and how much wider they should be."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sim.crm.dates import iso
from sim.evidence.backtest.backtest import Backtest
from sim.evidence.backtest.summary import Summary
from sim.evidence.backtest.widening import PROMISED

KEPT = "backtest.json"


@dataclass(frozen=True)
class Kept:
    """``held`` of ``of`` outcomes lay in ranges that promise PROMISED, at ``dates`` earlier days, the last of them
    ``last_date``; ``ratio`` is the error over that of simple forecasts, None where there was none; ``factor`` is by how
    much ranges are to be widened, 1 where they held enough.
    """

    dates: int
    last_date: str
    held: int
    of: int
    ratio: float | None
    factor: float
    share: float


def keep(folder: Path, told: Backtest, found: Summary) -> None:
    """Write KEPT into a folder that is there."""
    (folder / KEPT).write_text(json.dumps(asdict(kept_of(told, found)), indent=2) + "\n", encoding="utf-8")


def kept_of(told: Backtest, found: Summary) -> Kept:
    """What is kept of a back-test."""
    one = found.held[PROMISED]
    ratio = found.ratio if math.isfinite(found.ratio) else None
    return Kept(
        len(told.cuts),
        iso(max(cut.cutoff for cut in told.cuts)),
        one.count,
        one.of,
        ratio,
        told.factor_now,
        told.share_now,
    )


def read_kept(folder: Path) -> Kept:
    """Read KEPT. Raises FileNotFoundError, and ValueError where it is not what ``keep`` writes."""
    told = json.loads((folder / KEPT).read_text(encoding="utf-8"))
    names = [one.name for one in fields(Kept)]
    if (
        not isinstance(told, dict)
        or set(told) != set(names)
        or not all(isinstance(told[name], int | float) for name in ("factor", "share"))
    ):
        raise ValueError(f"{folder / KEPT} does not have {', '.join(names)}")
    if not 1.0 <= told["factor"] < math.inf or not 0.0 <= told["share"] <= 1.0:
        raise ValueError(f"{folder / KEPT} has a factor of {told['factor']} and a share of {told['share']}")
    return Kept(**told)
