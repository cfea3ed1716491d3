"""Plans that wait for triggers: how likely each fires, and what waiting is worth against plans that do not wait.

All of it is taken replication by replication under the same luck, so what waiting brings where a trigger fires, and
where it does not, is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.results.estimates import Estimate
from sim.results.gap import USD, Gap, gap_between
from sim.results.judged_by import FEWEST_REPLICATIONS
from sim.results.layout import KPI_NUMBERS, KPIS, TOTAL
from sim.results.replications import share_with_error
from sim.results.run_folder import RunFolder

FIRED, MONTHS, TRIGGER = "fired", "months_until_fired", "trigger"
BATCH_ROWS = 250_000
FEWEST_OF_A_KIND = 20  # replications in which a trigger fires, or does not, that a mean is told of


@dataclass(frozen=True)
class Firing:
    """A plan's trigger: the chance that it fires, and after how many months where it does (NaN where it never did)."""

    name: str
    given: dict[str, Any]  # as the scenario says it
    fired: int  # replications
    replications: int
    chance: Estimate
    months: float


@dataclass(frozen=True)
class Waiting:
    """What a plan that waits is worth less a plan that does not: in all, where a trigger fires, and where none does.

    A part is None where there are too few replications of its kind to speak of.
    """

    plan: str
    fixed: str
    gap: Gap
    where_fired: Gap | None
    where_not: Gap | None


def triggers_of(run: RunFolder, plan: str) -> dict[str, dict[str, Any]]:
    """The triggers that something of a plan waits for, by name, as its scenario says them."""
    levers = run.scenarios.get(plan, {}).get("levers") or {}
    hung = [
        one.get("trigger")
        for kind in ("requisitions", "freezes")
        for one in (levers.get(kind) or {}).values()
        if isinstance(one, dict)
    ]
    given = levers.get("triggers") or {}
    return {str(name): one for name, one in given.items() if name in hung and isinstance(one, dict)}


def firings(run: RunFolder, plan: str) -> list[Firing]:
    """The triggers of a plan, in the order of its scenario."""
    found = []
    fired = _fired(run, plan) if triggers_of(run, plan) else pd.DataFrame()
    for name, given in triggers_of(run, plan).items():
        if name in fired:
            months = run.rows(plan, MONTHS, TOTAL, TRIGGER, name)["mean"]
            hits = fired[name]
            found.append(Firing(name, given, int(hits.sum()), len(hits), share_with_error(hits), float(months.iloc[0])))
    return found


def waitings(run: RunFolder) -> list[Waiting]:
    """Each plan that waits against each plan that does not, in the run's order; none in too small a run."""
    if run.replication_count < FEWEST_REPLICATIONS:
        return []
    plans = [plan for plan in run.plans if run.kind(plan) == "plan"]
    waits = [plan for plan in plans if triggers_of(run, plan)]
    return [_waiting(run, plan, fixed) for plan in waits for fixed in plans if not triggers_of(run, fixed)]


def _waiting(run: RunFolder, plan: str, fixed: str) -> Waiting:
    ours, theirs = (_worth(run, name) for name in (plan, fixed))
    both = ours.index.intersection(theirs.index)
    fired = (_fired(run, plan).reindex(both) > 0.0).any(axis=1).to_numpy()
    draws = both.get_level_values("draw").to_numpy()
    return Waiting(plan, fixed, *parted(theirs.loc[both].to_numpy(float), ours.loc[both].to_numpy(float), draws, fired))


def parted(a: np.ndarray, b: np.ndarray, draws: np.ndarray, fired: np.ndarray) -> tuple[Gap, Gap | None, Gap | None]:
    """b - a in all, where a trigger fired, and where none did; None where that is nearly all or nearly none.

    Args:
        a, b: shape (replications,), the same luck in a row. draws: shape (replications,), which draw each belongs to.
        fired: shape (replications,), whether one did.
    """

    def among(chosen: np.ndarray) -> Gap | None:
        if min(chosen.sum(), (~chosen).sum()) < FEWEST_OF_A_KIND:
            return None
        return gap_between(a[chosen], b[chosen], draws[chosen], USD)

    return gap_between(a, b, draws, USD), among(fired), among(~fired)


def _worth(run: RunFolder, plan: str) -> pd.Series:
    """What a plan is worth in each replication: value, or bookings less cost in a run without billing."""
    table = run.replications.table
    if run.verdict.worth == "value":
        return table(plan, "value", TOTAL).iloc[:, 0]
    return table(plan, "bookings", TOTAL).iloc[:, 0] - table(plan, "cost", TOTAL).iloc[:, 0]


def _fired(run: RunFolder, plan: str) -> pd.DataFrame:
    """1.0 where a trigger fired in a replication, else 0.0: indexed by (draw, luck) in order, a column a trigger."""
    path = (run.folder if run.whole is None else run.whole.folder) / KPIS
    rows = _read(path, path.stat().st_mtime_ns)
    wide = rows[rows["scenario"] == plan].pivot(index=list(KPI_NUMBERS), columns="group", values="value")
    return wide.sort_index(axis=0)


@lru_cache(maxsize=2)
def _read(path: Path, written: int) -> pd.DataFrame:
    """The rows of all plans. ``written``: when the file was, so that another one at its place is read anew."""
    return pd.concat(list(_parts(path)), ignore_index=True)


def _parts(path: Path) -> Iterator[pd.DataFrame]:
    names = ["scenario", "period_kind", "group", "measure"]
    with pq.ParquetFile(path, read_dictionary=names) as file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=[*names, *KPI_NUMBERS, "value"]):
            keep = _is(batch.column("measure"), FIRED) & _is(batch.column("period_kind"), TOTAL)
            yield batch.filter(pa.array(keep)).to_pandas().astype(dict.fromkeys(names, str))


def _is(column: pa.DictionaryArray, name: str) -> np.ndarray:
    """Which rows hold a name, looked up once a name and not once a row."""
    codes = [code for code, one in enumerate(column.dictionary.to_pylist()) if one == name]
    return np.isin(column.indices.to_numpy(zero_copy_only=False), codes)
