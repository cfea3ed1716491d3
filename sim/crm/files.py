"""The files of an export, by what they begin with: text, packed by gzip or not, a workbook of Excel, Parquet."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from sim.crm.delimited import read_text
from sim.crm.errors import ExportError
from sim.crm.parquet import PARQUET, read_parquet
from sim.crm.table import Table
from sim.crm.workbook import ZIP, read_workbook

GZIP = b"\x1f\x8b"


def read_table(path: Path) -> Table:
    """Read a file. Raises ExportError: it cannot be read, is empty, is no table, or has no row below its heading."""
    try:
        data = path.read_bytes()
        if data.startswith(GZIP):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as problem:
        raise ExportError(f"{path.name} cannot be read: {getattr(problem, 'strerror', None) or problem}.") from None
    if data.startswith(ZIP):
        return read_workbook(path.name, data)
    if data.startswith(PARQUET):
        return read_parquet(path.name, data)
    return read_text(path.name, data)
