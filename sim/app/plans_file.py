"""A file of plans: a CSV file with a row a plan, its name and what it sets of the scenario's keys.

An empty cell leaves its key as the scenario has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.records.sheet import text_rows
from sim.scenario.errors import UserError, shown
from sim.spelling import did_you_mean

NAME, KIND = "name", "kind"
LONGEST_NAME = 100  # as long as the name of a scenario may be
EXAMPLE = "name,levers.backfill.approval_days,levers.routing"


@dataclass(frozen=True)
class PlanRow:
    """A plan of a file: its name, the value of each key as typed (None: left as it is), and where it stands."""

    name: str
    values: tuple[str | None, ...]
    place: str


@dataclass(frozen=True)
class PlansFile:
    """The keys of a file of plans, and its rows."""

    keys: tuple[str, ...]
    rows: tuple[PlanRow, ...]


def read_plans(word: str, path: Path, first_words: Sequence[str]) -> PlansFile:
    """Read a file of plans.

    Args:
        word: as typed, for the user. first_words: the first parts that a key may have.

    Raises UserError for the first thing that is wrong, with the file and the line.
    """
    try:
        rows = list(text_rows(path))
    except ValueError as problem:
        raise UserError(f"{word}: {problem}") from None
    if not rows:
        raise UserError(f"{word}: {path.name} is empty; its first line is such as {EXAMPLE}")
    (line, heading), *body = rows
    columns = [cell.strip() for cell in heading]
    while columns and not columns[-1]:  # columns that a spreadsheet leaves behind
        columns.pop()
    at = f"{path.name}:{line}"
    _check_columns(columns, at, first_words)
    found: list[PlanRow] = []
    lines: dict[str, int] = {}
    for line, cells in body:
        texts = [cell.strip() for cell in cells]
        if not any(texts):
            continue
        row = _row(columns, texts, f"{path.name}:{line}")
        if row.name in lines:
            raise UserError(
                f'{row.place}: a plan named "{row.name}" stands in line {lines[row.name]} already; give each its own'
                " name."
            )
        lines[row.name] = line
        found.append(row)
    if not found:
        raise UserError(f"{word}: {path.name} has no plans below its first line.")
    keys = [column for column in columns if column != NAME]
    empty = next((key for place, key in enumerate(keys) if all(row.values[place] is None for row in found)), None)
    if empty is not None:
        raise UserError(f"{at}: no plan gives {empty} a value; take the column out.")
    return PlansFile(tuple(keys), tuple(found))


def _check_columns(columns: Sequence[str], at: str, first_words: Sequence[str]) -> None:
    if NAME not in columns:
        separated = (
            " Its cells must be separated by commas." if any(";" in one or "\t" in one for one in columns) else ""
        )
        hint = did_you_mean(NAME, columns)
        raise UserError(f'{at}: has no column "{NAME}".{hint}{separated} The first line is such as {EXAMPLE}')
    for column in columns:
        if columns.count(column) > 1:
            raise UserError(f"{at}: the column {shown(column)} is there twice.")
        first = column.split(".")[0]
        if column not in (NAME, KIND) and first not in first_words:
            hint = did_you_mean(first, [*first_words, NAME, KIND])
            raise UserError(
                f"{at}: {shown(column)} is no key that a plan can set.{hint} A column is such as levers.routing."
            )
        if any(sign in column for sign in "=+~@ "):
            raise UserError(f"{at}: {shown(column)} is no key of a scenario; a column is such as levers.routing.")
    if len(columns) < 2:
        raise UserError(f"{at}: there is no column but {NAME}, so all plans are the same; add keys, such as {EXAMPLE}")


def _row(columns: Sequence[str], texts: list[str], place: str) -> PlanRow:
    if any(texts[len(columns) :]):
        raise UserError(f"{place}: has {len(texts)} cells, and the first line {len(columns)}; quote what has a comma.")
    texts += [""] * (len(columns) - len(texts))
    by_column = dict(zip(columns, texts, strict=False))
    name = by_column.pop(NAME)
    if not name:
        raise UserError(f"{place}: the plan has no name.")
    if len(name) > LONGEST_NAME:
        raise UserError(f"{place}: the name has {len(name)} letters; at most {LONGEST_NAME} are allowed.")
    return PlanRow(name, tuple(by_column[column] or None for column in columns if column != NAME), place)
