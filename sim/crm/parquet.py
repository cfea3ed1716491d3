"""A Parquet file as columns of text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from sim.crm.errors import ExportError
from sim.crm.table import Table

PARQUET = b"PAR1"


def read_parquet(name: str, data: bytes) -> Table:
    """A file's table; days and times become ISO texts. Raises ExportError: it is damaged, or has no row."""
    try:
        table = pyarrow.parquet.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as problem:
        raise ExportError(f"{name} is no proper Parquet file: {str(problem).splitlines()[0][:120]}.") from None
    if not table.num_rows:
        raise ExportError(f"{name} has no row.")
    return Table(
        name,
        tuple(table.column_names),
        tuple(_text(name, table.field(place), table.column(place)) for place in range(table.num_columns)),
    )


def _text(name: str, field: pa.Field, column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return pc.fill_null(pc.cast(column, pa.string()), "")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise ExportError(
            f'{name}: the column "{field.name}" is of {field.type}, which is no text or number.'
        ) from None
