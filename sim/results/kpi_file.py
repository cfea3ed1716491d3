"""kpis.parquet: every measure of every replication, one row each, written as the replications come in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.measures.catalogue import MEASURES
from sim.measures.groups import GROUP_KINDS
from sim.measures.kpis import Rows
from sim.measures.periods import PERIOD_KINDS
from sim.results.layout import KPI_NUMBERS, ROW_COLUMNS

BLOCK_ROWS = 250_000  # rows that are gathered before they are written as one row group


def names_of(rows: Rows) -> dict[str, tuple[str, ...]]:
    """What the codes of each column of ``ROW_COLUMNS`` mean."""
    return {
        "period_kind": PERIOD_KINDS,
        "period": rows.frame.periods.labels,
        "group_kind": GROUP_KINDS,
        "group": rows.group_names,
        "measure": tuple(measure.name for measure in MEASURES),
    }


class KpiFile:
    """A growing kpis.parquet. Memory holds one block, however many replications are written.

    Text columns are dictionary-encoded. The same values in the same order give the same bytes.
    """

    def __init__(self, path: Path, plans: Sequence[str], rows: Sequence[Rows]):
        self._plans = tuple(plans)
        self._names = {
            column: tuple(dict.fromkeys(name for one in rows for name in names_of(one)[column]))
            for column in ROW_COLUMNS
        }
        self._codes = [self._recoded(one) for one in rows]
        text = pa.dictionary(pa.int32(), pa.string())
        self._schema = pa.schema([
            ("scenario", text), *((name, pa.int32()) for name in KPI_NUMBERS), *((name, text) for name in ROW_COLUMNS),
            ("value", pa.float64()),
        ])  # fmt: skip
        encoded = [name for name in self._schema.names if name != "value"]
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd", use_dictionary=encoded)
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0

    def __enter__(self) -> KpiFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._write_block()
            self._writer.close()
            return
        with suppress(Exception):  # the run breaks off, and that is what is told
            self._writer.close()

    def add(self, plan: int, lucks: np.ndarray, draws: np.ndarray, values: np.ndarray) -> None:
        """Add replications of one plan.

        Args:
            plan: its place among the plans. lucks, draws: shape (n,). values: shape (n, rows).
        """
        n, rows = values.shape
        repeated = [pa.array(np.repeat(column.astype(np.int32), rows)) for column in (draws, lucks)]
        columns = [self._text(np.full(n * rows, plan, np.int32), self._plans), *repeated]
        columns += [self._text(np.tile(self._codes[plan][name], n), self._names[name]) for name in ROW_COLUMNS]
        columns.append(pa.array(values.ravel()))
        self._waiting.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        self._waiting_rows += n * rows
        if self._waiting_rows >= BLOCK_ROWS:
            self._write_block()

    def _write_block(self) -> None:
        if self._waiting:
            block = pa.Table.from_batches(self._waiting).combine_chunks()
            self._writer.write_table(block, row_group_size=max(block.num_rows, 1))
            self._waiting, self._waiting_rows = [], 0

    @staticmethod
    def _text(codes: np.ndarray, names: tuple[str, ...]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))

    def _recoded(self, rows: Rows) -> dict[str, np.ndarray]:
        """A plan's row codes in the names that all plans share."""
        codes = {}
        for column, names in names_of(rows).items():
            place = {name: code for code, name in enumerate(self._names[column])}
            codes[column] = np.array([place[name] for name in names], np.int32)[getattr(rows, column)]
        return codes
