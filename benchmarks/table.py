"""The table of figures: on screen, and as ``results/benchmarks.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One figure. ``bound`` is in words; ``holds`` says whether it is met, empty where there is no bound."""

    part: str
    what: str
    figure: str
    bound: str = ""
    holds: str = ""


def bounded(part: str, what: str, value: float, bound: float, text: str, *, at_least: bool = False) -> Row:
    """A figure with a bound: at most ``bound``, or at least. ``text`` formats a number, such as ``"{:.1f} ms"``."""
    holds = value >= bound if at_least else value <= bound
    word = "at least" if at_least else "at most"
    return Row(part, what, text.format(value), f"{word} {text.format(bound)}", "yes" if holds else "NO")


def show(rows: Iterable[Row]) -> None:
    table = Table(title="Benchmarks: all figures of one run on this machine")
    for column in fields(Row):
        table.add_column(column.name, justify="right" if column.name in ("figure", "bound") else "left")
    last = None
    for row in rows:
        if last not in (None, row.part):
            table.add_section()
        table.add_row(*astuple(row))
        last = row.part
    Console().print(table)


def write(rows: Iterable[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in fields(Row)])
        writer.writerows(astuple(row) for row in rows)
