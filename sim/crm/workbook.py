"""A workbook of Excel (.xlsx) as columns of text: the first sheet that has a table."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain, islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from sim.crm.errors import ExportError
from sim.crm.table import Table

ZIP = b"PK\x03\x04"
LOOKED_AT = 50  # rows among which the heading is
FILLED = 0.8  # of the most cells that a row has: titles above the heading have fewer
CHUNK = 50_000  # rows that become columns together


def read_workbook(name: str, data: bytes) -> Table:
    """A workbook's table. Raises ExportError: it is damaged or another archive, or no sheet has a table."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of styles and rules that we do not read
            return _first_table(name, data)
    except (BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, EOFError) as problem:
        if isinstance(problem, ExportError):
            raise
        raise ExportError(f"{name} is no proper Excel workbook; save it as .xlsx or CSV.") from None


def _first_table(name: str, data: bytes) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what other programs write there is not always true
        found = _table(name, sheet.title, sheet.iter_rows(values_only=True))
        if found is not None:
            return found
    raise ExportError(f"{name} is no table: no sheet has a heading with rows below it.")


def _table(name: str, title: str, rows: Iterable[tuple[Any, ...]]) -> Table | None:
    """The table of a sheet; None where it has none."""
    cells = (_texts(row) for row in rows)
    first = list(islice(cells, LOOKED_AT))
    most = max((_filled(row) for row in first), default=0)
    if most < 2:
        return None
    above = next(place for place, row in enumerate(first) if _filled(row) >= max(2, FILLED * most))
    heading = first[above]
    columns, broken = _columns(first[above + 1 :], cells, len(heading))
    if not len(columns[0]) and not broken:
        return None
    return Table(name, tuple(heading), columns, broken, (f'read from the sheet "{title}"',))


def _columns(
    first: list[list[str]], others: Iterator[list[str]], width: int
) -> tuple[tuple[pa.ChunkedArray, ...], tuple[tuple[int, str], ...]]:
    """Columns of text, and the rows with more cells than the heading. Empty rows at the end are none."""
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    rows: list[list[str]] = []
    broken: list[tuple[int, str]] = []
    filled = 0
    for number, row in enumerate(chain(first, others), 1):
        if len(row) > width:
            broken.append((number, " | ".join(row)))
        else:
            rows.append(row + [""] * (width - len(row)))
        if row:
            filled = len(rows)
        if len(rows) >= CHUNK and filled == len(rows):
            _add(chunks, rows)
            rows, filled = [], 0
    _add(chunks, rows[:filled])
    return tuple(pa.chunked_array(parts, pa.string()) for parts in chunks), tuple(broken)


def _add(chunks: list[list[pa.Array]], rows: list[list[str]]) -> None:
    for place, parts in enumerate(chunks):
        parts.append(pa.array([row[place] for row in rows], pa.string()))


def _texts(row: tuple[Any, ...]) -> list[str]:
    """A row's cells up to the last one that holds something."""
    texts = [_text(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _filled(row: list[str]) -> int:
    return sum(map(bool, row))
