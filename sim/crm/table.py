"""Any table as columns of text: separator, encoding and heading are found. A million rows stay below a gigabyte."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from sim.crm.errors import ExportError

SEPARATORS = (",", ";", "\t", "|")
BEGINS = 65_536  # signs that tell how a file is written
GZIP = b"\x1f\x8b"
NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or archive", b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)", b"%PDF": "a PDF",
    b"PAR1": "a Parquet file", b"<": "a page of HTML or XML", b"{": "JSON", b"[{": "JSON",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A file's columns as text, shape (rows,) each; empty cells are empty texts.

    ``broken`` are rows with more or fewer cells than the heading: their number in the file and their text. They are
    in no column. ``numbers`` are the other rows' numbers; the first row below the heading is 1.
    """

    name: str
    heading: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    broken: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.columns[0])

    @property
    def numbers(self) -> np.ndarray:
        """The number of each row in the file, int64."""
        if not self.broken:
            return np.arange(1, len(self) + 1)
        there = np.ones(len(self) + len(self.broken), bool)
        there[np.array([number for number, _ in self.broken]) - 1] = False
        return np.flatnonzero(there) + 1

    def cells(self, row: int) -> list[str]:
        """A row's cells."""
        return [column[row].as_py() for column in self.columns]


@dataclass(frozen=True)
class Distinct:
    """A column as its different texts, without blanks around them, and the code of each row's, int32."""

    texts: list[str]
    codes: np.ndarray

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Distinct:
        coded = pc.dictionary_encode(pc.utf8_trim_whitespace(column))
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        if isinstance(coded, pa.ChunkedArray):  # without any chunk
            return cls([], np.zeros(0, np.int32))
        return cls(coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False).astype(np.int32))

    def first_row(self, code: int) -> int:
        """The first row that has a text."""
        return int(np.argmax(self.codes == code))


def read_table(path: Path) -> Table:
    """Read a file. Raises ExportError: it cannot be read, is empty, is no table, or has no row below its heading."""
    try:
        data = path.read_bytes()
        if data.startswith(GZIP):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as problem:
        raise ExportError(f"{path.name} cannot be read: {getattr(problem, 'strerror', None) or problem}.") from None
    return _from_text(path.name, *_in_utf8(path.name, data))


def _in_utf8(name: str, data: bytes) -> tuple[bytes, str]:
    """A file's text in UTF-8, and the encoding it was in. Raises ExportError for what is no text."""
    for mark, what in NOT_TEXT.items():
        if data.lstrip().startswith(mark):
            raise ExportError(f"{name} is {what} and no table that can be read; save it as CSV.")
    encoding = _encoding(name, data)
    if encoding == "utf-8":
        return data.removeprefix(b"\xef\xbb\xbf"), encoding
    return data.decode(encoding, errors="replace").removeprefix("\ufeff").encode(), encoding


def _encoding(name: str, data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = data[:BEGINS]
    if b"\0" in head:  # UTF-16 without its mark: every other byte of plain letters is nought
        for encoding, nought in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
            if nought.count(0) > 0.4 * len(nought) and head.count(0) == nought.count(0):
                return encoding
        raise ExportError(f"{name} is no table: it holds bytes that no text has.")
    try:
        data.decode()
    except UnicodeDecodeError:
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "utf-8"


def _from_text(name: str, data: bytes, encoding: str) -> Table:
    head = data[:BEGINS].decode(errors="ignore")
    if not head.strip():
        raise ExportError(f"{name} is empty.")
    whole = len(data) <= BEGINS
    separator = max(SEPARATORS, key=lambda sign: _columns_by(head, sign, whole))
    width = _columns_by(head, separator, whole)[1]
    if width < 2:
        first = head.strip().splitlines()[0][:60]
        raise ExportError(f'{name} is no table: it has one column only. It begins with "{first}".')
    broken: list[tuple[int, str]] = []

    def skip(row: pyarrow.csv.InvalidRow) -> str:
        broken.append((row.number - below, row.text or ""))
        return "skip"

    heading, below = _heading(head, separator, width)
    places = [str(place) for place in range(len(heading))]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data + b"\n" if whole else data),
            pyarrow.csv.ReadOptions(use_threads=False, skip_rows=below, column_names=places, block_size=1 << 24),
            pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=skip),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(places, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as problem:
        raise ExportError(f"{name} is no proper CSV: {str(problem).splitlines()[0][:120]}.") from None
    if not table.num_rows and not broken:
        raise ExportError(f"{name} has no row below its heading.")
    notes = () if encoding == "utf-8" else (f"read as {encoding}",)
    return Table(name, tuple(cell.strip() for cell in heading), tuple(table.columns), tuple(broken), notes)


def _sample(head: str, separator: str, whole: bool) -> list[list[str]]:
    """The first rows, but not the last one, which may be cut off."""
    try:
        rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=separator))
    except csv.Error:
        return []
    return rows if whole or len(rows) < 2 else rows[:-1]


def _columns_by(head: str, separator: str, whole: bool) -> tuple[float, int]:
    """How well a separator fits: how many of the first cells stand in rows of the usual width, and that width."""
    widths = Counter(len(row) for row in _sample(head, separator, whole) if len(row) > 1)
    if not widths:
        return 0.0, 1
    width, rows = max(widths.items(), key=lambda item: (item[1] * item[0], item[0]))
    return rows * (width - 1), width


def _heading(head: str, separator: str, width: int) -> tuple[list[str], int]:
    """The first row of the usual width, and the line it ends in. Above may be titles, blank lines, ``sep=;``."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    row = next(row for row in reader if len(row) == width)
    return row, reader.line_num
