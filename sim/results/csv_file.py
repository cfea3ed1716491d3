"""CSV files of the run folder: names that are never formulas, numbers that add up, written and read back alike."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from sim.results.layout import Table

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(name: str) -> str:
    """A name that is never a formula to a spreadsheet: a quote before its first sign keeps it text."""
    return f"'{name}" if name.startswith(STARTS_A_FORMULA) else name


def unguarded(name: str) -> str:
    """A name without the quote that keeps a spreadsheet from reading it as a formula."""
    return name[1:] if name[:1] == "'" and name[1:].startswith(STARTS_A_FORMULA) else name


def text(name: str) -> str:
    """A name as a CSV cell: quoted where needed, and never a formula to a spreadsheet."""
    safe = guarded(name)
    return '"' + safe.replace('"', '""') + '"' if any(sign in safe for sign in ',"\n\r') else safe


def number(value: float) -> str:
    """A number with 12 significant digits and no exponent, so that cents add up; nothing where it is undefined."""
    if value != value:
        return ""
    said = f"{value:.12g}"
    return f"{Decimal(said):f}" if "e" in said else said


def write_table(folder: Path, table: Table, lines: Iterable[str], more: Iterable[str] = ()) -> None:
    """Write a table below the line of its columns.

    Args:
        lines: of cells that ``text`` and ``number`` made. more: columns of this run beside the table's own.
    """
    head = ",".join((*table.columns, *map(text, more)))
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\n" for line in (head, *lines))


def write_records(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows under their heading; a name that a spreadsheet would take for a formula is guarded by a quote."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in map(row.get, columns)])


def read_table(folder: Path, table: Table) -> pd.DataFrame:
    """A table whose names stay text: a plan called NA is a plan, not a hole. Without its file it has no rows."""
    path = folder / table.file
    if not path.is_file():
        return pd.DataFrame(
            {column: pd.Series(dtype=str if column in table.text else float) for column in table.columns}
        )
    everything = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in everything.columns:
        if column in table.text:
            everything[column] = everything[column].map(unguarded)
        else:
            everything[column] = pd.to_numeric(everything[column], errors="coerce")
    return everything
