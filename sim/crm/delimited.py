"""A table in text: separator, encoding and heading are found."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pyarrow as pa
import pyarrow.csv

from sim.crm.errors import ExportError
from sim.crm.table import Table

SEPARATORS = (",", ";", "\t", "|")
BEGINS = 65_536  # signs that tell how a file is written
SWALLOWED = 20  # lines in one row: a note may have some
ABOUT = 0.8  # of the usual width: rows may have a cell more, by a comma in a number
NOT_TEXT = {
    b"PK\x03\x04": "an archive", b"\xd0\xcf\x11\xe0": "an old Excel file (.xls) or one with a password",
    b"%PDF": "a PDF", b"<": "a page of HTML or XML", b"{": "JSON", b"[{": "JSON",
}  # fmt: skip


def read_text(name: str, data: bytes) -> Table:
    """A file's table. Raises ExportError: it is empty, no text, no table, or has no row below its heading."""
    return _from_text(name, *_in_utf8(name, data))


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
    _check_broken(name, broken, table.num_rows)
    if not table.num_rows and not broken:
        raise ExportError(f"{name} has no row below its heading.")
    notes = () if encoding == "utf-8" else (f"read as {encoding}",)
    return Table(name, tuple(cell.strip() for cell in heading), tuple(table.columns), tuple(broken), notes)


def _check_broken(name: str, broken: list[tuple[int, str]], whole: int) -> None:
    """Raises ExportError: a quote that nobody closed swallowed lines, or most rows do not fit the heading."""
    for number, text in broken:
        if text.count("\n") > SWALLOWED:
            raise ExportError(
                f"{name} has a quote in row {number} that is not closed and takes in {text.count(chr(10)):,} lines."
            )
    if len(broken) > whole:
        number, text = broken[0]
        raise ExportError(
            f"{name} is no proper table: {len(broken):,} of {len(broken) + whole:,} rows have more or fewer cells than "
            f'the heading, such as row {number}: "{text.strip()[:60]}".'
        )


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
    """The first row about as wide as usual, and the line it ends in. Above may be titles, blank lines, ``sep=;``."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    row = next(row for row in reader if len(row) >= max(2, ABOUT * width))
    return row, reader.line_num
