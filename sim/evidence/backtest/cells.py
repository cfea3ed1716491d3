"""A forecast as cells: one number of the future each, as samples, and beside it what came.

Back-test, forecast and score share this shape, and the file that goes with it: samples.csv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from sim.crm.dates import iso
from sim.fit.outlook import HIRES, MEASURES, PARTS
from sim.results.csv_file import guarded, unguarded

TOTAL = "total"
ALL_PARTS = (TOTAL, *PARTS)
QUARTER, MONTHS_OF_QUARTER = "quarter", 3
EVERYBODY = "all"  # the kind of group that all deals are; others are "owner" and "segment"
_MONTH = "month"
COLUMNS = ("dataset", "cutoff", "horizon", "measure", "part", "sample", "value")
GROUP_COLUMNS = ("group_kind", "group")  # stand in the file only where a cell is of a group


@dataclass(frozen=True, eq=False)
class Cell:
    """``measure`` ("wins" or "bookings") of a ``part`` ("total", "open": of deals open at the cutoff, "new": of later
    ones, "hires": of those by people who had still to come) in a ``horizon`` after the evening of the day ``cutoff``,
    of one group of deals.

    ``horizon`` is "month1", "month2", ..., or "quarter", the sum of the first three, draw by draw. The first month is
    what is left of the running one, unless that is over. ``samples`` has shape (draws,); NaN is not known. ``actual``
    is what came, NaN where it is not known (yet).
    """

    cutoff: int
    horizon: str
    measure: str
    part: str
    samples: np.ndarray = field(repr=False)
    actual: float = np.nan
    group_kind: str = EVERYBODY
    group: str = ""

    @property
    def key(self) -> tuple[int, str, str, str, str, str]:
        """What tells it from all other cells of a file: cutoff, horizon, measure, part, kind of group, group."""
        return self.cutoff, self.horizon, self.measure, self.part, self.group_kind, self.group


def month(number: int) -> str:
    """The name of a month ahead; the first is 1."""
    return f"{_MONTH}{number}"


def cells_of(
    cutoff: int, samples: np.ndarray, actual: np.ndarray | None = None, group_kind: str = EVERYBODY, group: str = ""
) -> list[Cell]:
    """An outlook as cells: horizons (months, then the quarter where three months are seen), measures, parts.

    Args:
        samples: shape (draws, months, measures, parts), as of ``Outlook.samples``.
        actual: what came, shape (months, measures, parts); not known unless given.
    """
    came = np.full(samples.shape[1:], np.nan) if actual is None else actual
    spans = [(month(at + 1), slice(at, at + 1)) for at in range(samples.shape[1])]
    if samples.shape[1] >= MONTHS_OF_QUARTER:
        spans.append((QUARTER, slice(0, MONTHS_OF_QUARTER)))
    found = []
    for horizon, months in spans:
        told, seen = samples[:, months].sum(axis=1), came[months].sum(axis=0)
        for at, measure in enumerate(MEASURES):
            for part in ALL_PARTS:
                parts = slice(None) if part == TOTAL else slice(PARTS.index(part), PARTS.index(part) + 1)
                values, actual_one = told[:, at, parts].sum(axis=1), float(seen[at, parts].sum())
                found.append(Cell(cutoff, horizon, measure, part, values, actual_one, group_kind, group))
    return found


def with_hires(cells: list[Cell], of_hires: np.ndarray | None) -> list[Cell]:
    """The same, hires in the totals and as a part of their own at the end; ``of_hires`` (draws, months, measures)."""
    if of_hires is None:
        return cells
    found, more = [], []
    for cell in cells:
        if cell.part != TOTAL:
            found.append(cell)
            continue
        last = MONTHS_OF_QUARTER if cell.horizon == QUARTER else int(cell.horizon.removeprefix(_MONTH))
        first = 0 if cell.horizon == QUARTER else last - 1
        theirs = of_hires[:, first:last, MEASURES.index(cell.measure)].sum(axis=1)
        found.append(replace(cell, samples=cell.samples + theirs))
        more.append(replace(cell, part=HIRES, samples=theirs))
    return found + more


def with_actual(cell: Cell, actual: float) -> Cell:
    """The cell, and what came."""
    return replace(cell, actual=actual)


def write_samples(path: Path, dataset: str, cells: Iterable[Cell]) -> None:
    """Write samples.csv: dataset, cutoff, horizon, measure, part, sample (from 0), value; and of groups their kind and
    name. The same cells give the same bytes. Values that are not known are empty.
    """
    cells = list(cells)
    columns = (*COLUMNS, *(GROUP_COLUMNS if any(cell.group_kind != EVERYBODY for cell in cells) else ()))
    types = {"sample": pa.int64(), "value": pa.float64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in columns])
    with path.open("wb") as file, pa.csv.CSVWriter(file, schema) as writer:
        for cell in cells:
            count = len(cell.samples)
            same = {
                "dataset": guarded(dataset), "cutoff": iso(cell.cutoff), "horizon": cell.horizon,
                "measure": cell.measure, "part": cell.part,
                "group_kind": cell.group_kind, "group": guarded(cell.group),
            }  # fmt: skip
            drawn = {
                "sample": pa.array(np.arange(count)),
                "value": pa.array(cell.samples, pa.float64(), from_pandas=True),
            }
            table = {name: drawn[name] if name in drawn else pa.array([same[name]] * count) for name in columns}
            writer.write_table(pa.table(table, schema))


def read_samples(path: Path) -> Iterator[tuple[str, Cell]]:
    """The cells of a samples.csv with their dataset, in the order of the file. Raises ValueError for another file."""
    texts = pa.csv.ConvertOptions(
        column_types={name: pa.string() for name in (*COLUMNS[:-2], *GROUP_COLUMNS)} | {"value": pa.float64()},
        strings_can_be_null=False,
    )
    try:
        table = pa.csv.read_csv(path, convert_options=texts)
    except pa.ArrowInvalid as problem:
        raise ValueError(f"{path.name} is no table of samples: {problem}") from None
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise ValueError(f"{path.name} has no column {', '.join(missing)}; samples are {', '.join(COLUMNS)}")
    grouped = all(name in table.column_names for name in GROUP_COLUMNS)
    keys = [name for name in (*COLUMNS[:-2], *GROUP_COLUMNS) if name in table.column_names]
    coded = [pc.dictionary_encode(table[name].combine_chunks()) for name in keys]
    codes = np.stack([np.asarray(one.indices) for one in coded])
    values = table["value"].to_numpy()
    where, of_row = np.unique(codes, axis=1, return_index=True, return_inverse=True)[1:]
    rows = np.split(np.argsort(of_row, kind="stable"), np.cumsum(np.bincount(of_row))[:-1])
    for at in np.argsort(where, kind="stable"):
        said = {
            name: one.dictionary[int(code)].as_py()
            for name, one, code in zip(keys, coded, codes[:, where[at]], strict=True)
        }
        group = (said["group_kind"], unguarded(said["group"])) if grouped else (EVERYBODY, "")
        day = date.fromisoformat(said["cutoff"]).toordinal()
        cell = Cell(day, said["horizon"], said["measure"], said["part"], values[rows[at]], np.nan, *group)
        yield unguarded(said["dataset"]), cell
