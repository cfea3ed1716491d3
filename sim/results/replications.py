"""Each replication's own numbers, for what a summary of single periods cannot say: sums to date and paired differences.

A large run has millions of rows, so the file is read in batches and only the rows for the whole organization and the
measures below are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.results import estimates
from sim.results.estimates import UNKNOWN, Estimate
from sim.results.judged_by import MEASURED
from sim.results.layout import ALL, KPI_NUMBERS, ROW_COLUMNS
from sim.rules import target as target_rule

KEPT_MEASURES = (
    *dict.fromkeys((*MEASURED, "attainment_mean", "attainment_median", "share_at_quota", "cash_flow", "variable_pay")),
)  # fmt: skip
NAMES = ("scenario", *(column for column in ROW_COLUMNS if column != "group"))
BATCH_ROWS = 250_000


@dataclass(frozen=True)
class Replications:
    """Values by plan, measure and kind of period.

    ``tables[plan, measure, period_kind]`` has one row a replication, indexed by (draw, luck) in order, and one column a
    period in order of time.
    """

    tables: dict[tuple[str, str, str], pd.DataFrame]

    def table(self, plan: str, measure: str, period_kind: str) -> pd.DataFrame:
        """Replications by periods; no columns where the run has none."""
        return self.tables.get((plan, measure, period_kind), pd.DataFrame())

    def to_date(self, plan: str, measure: str, period_kind: str) -> pd.DataFrame:
        """Sums from the first day to each period's end, of a measure that adds up over time."""
        return self.table(plan, measure, period_kind).cumsum(axis=1)

    def paired(self, b: str, a: str, measure: str, period_kind: str) -> pd.DataFrame:
        """b - a under the same luck, for the replications that both plans have."""
        first, second = self.table(a, measure, period_kind), self.table(b, measure, period_kind)
        both = first.index.intersection(second.index)
        if not len(both):
            return pd.DataFrame()
        second, first = second.loc[both].align(first.loc[both], axis=1)
        gap = estimates.paired(first.to_numpy(float), second.to_numpy(float))
        return pd.DataFrame(gap, second.index, second.columns)

    def target_met_to_date(self, plan: str, period_kind: str) -> pd.DataFrame:
        """Whether bookings to date reach the target to date: 1.0 or 0.0, replications by periods."""
        bookings, target = self.to_date(plan, "bookings", period_kind), self.to_date(plan, "target", period_kind)
        if bookings.empty or target.empty:
            return pd.DataFrame()
        return target_rule.reached(bookings, target).astype(float)


def share_with_error(hits: pd.Series) -> Estimate:
    """A share of replications and its 95% score interval, which is honest near 0 and 1."""
    known = hits.dropna()
    if known.empty:
        return UNKNOWN
    draws = known.index.get_level_values("draw").to_numpy()
    return estimates.share_of(known.to_numpy(float)[:, None], draws).of(0)


def read_replications(path: Path, plans: Sequence[str], also: Sequence[str] = ()) -> Replications:
    """Read kpis.parquet, ``KEPT_MEASURES`` and other ones. Raises KeyError where it holds none of the plans."""
    parts = [batch for batch in _wanted_rows(path, (*KEPT_MEASURES, *also)) if len(batch)]
    if not parts:
        raise KeyError(f"{path} holds no rows for the whole organization")
    rows = pd.concat(parts, ignore_index=True)
    tables = {}
    for (plan, measure, kind), part in rows.groupby(["scenario", "measure", "period_kind"], sort=False):
        if plan in plans:
            wide = part.pivot(index=list(KPI_NUMBERS), columns="period", values="value")
            tables[str(plan), str(measure), str(kind)] = wide.sort_index(axis=0).sort_index(
                axis=1
            )  # period labels sort as time does
    if not tables:
        raise KeyError(f"{path} holds none of the plans {', '.join(plans)}")
    return Replications(tables)


def _wanted_rows(path: Path, measures: Sequence[str]) -> Iterator[pd.DataFrame]:
    columns = [*NAMES, *KPI_NUMBERS, "value"]
    with pq.ParquetFile(path, read_dictionary=list(NAMES)) as file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
            keep = _among(batch.column("measure"), measures) & _among(batch.column("group_kind"), (ALL,))
            chosen = batch.filter(pa.array(keep)).to_pandas()
            yield chosen.drop(columns="group_kind").astype({c: str for c in NAMES if c != "group_kind"})


def _among(column: pa.DictionaryArray, wanted: Sequence[str]) -> np.ndarray:
    """Which rows hold one of the wanted names, looked up once a name and not once a row."""
    wanted_codes = np.isin(np.array(column.dictionary.to_pylist(), dtype=object), wanted)
    return wanted_codes[column.indices.to_numpy(zero_copy_only=False)]
