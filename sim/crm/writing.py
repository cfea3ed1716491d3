"""An export written under our own names. Read again, with the mapping beside it, it gives the same arrays."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import yaml

from sim.crm.errors import ExportError
from sim.crm.opportunities import NONE, Opportunities, Roster, StageHistory
from sim.crm.reading import Export
from sim.crm.report import Line
from sim.records.cells import BEGINS_A_FORMULA
from sim.records.money import POINT

OUTCOMES = np.array(["Open", "Won", "Lost"], object)
EPOCH = 719_163  # date.toordinal() of 1970-01-01
_FORMULA = f"^[{re.escape(''.join(BEGINS_A_FORMULA))}]"

FILES = ("opportunities.csv", "stage_history.csv", "roster.csv", "data_report.csv", "set_aside.csv", "mapping.yaml")


def check_folder(folder: Path, read: Iterable[Path], writes: Sequence[str]) -> None:
    """Raises ExportError where a file that is read would be written over by one of ``writes``."""
    for path in read:
        if path.name in writes and path.resolve() == (folder / path.name).resolve():
            raise ExportError(f"out={folder} would write over {path}, which is read; name another folder.")


def write_export(export: Export, folder: Path, source: Path) -> list[str]:
    """Write the files and answer their names. Nobody else may read them who may not read ``source``, their origin."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = export.opportunities
    tables = {"opportunities.csv": _opportunities(seen)}
    if export.history is not None:
        tables["stage_history.csv"] = _history(export.history, seen)
    if export.roster is not None:
        tables["roster.csv"] = _roster(export.roster)
    for name, columns in tables.items():
        pyarrow.csv.write_csv(pa.table({key: _guarded(column) for key, column in columns.items()}), folder / name)
    _write_rows(folder / "data_report.csv", Line._fields, (map(str, line) for line in report_lines(export)))
    aside = (
        (rows.table.name, str(number), reason, " | ".join(cells))
        for rows in export.rows
        for number, reason, cells in rows.rows_set_aside()
    )
    _write_rows(folder / "set_aside.csv", ("file", "row", "reason", "cells"), aside)
    (folder / "mapping.yaml").write_text(yaml.safe_dump(_mapping(export), sort_keys=False), encoding="utf-8")
    names = [*tables, "data_report.csv", "set_aside.csv", "mapping.yaml"]
    for name in names:
        os.chmod(folder / name, source.stat().st_mode & 0o666 | 0o600)
    return names


def report_lines(export: Export) -> Iterator[Line]:
    """The data report of all files."""
    for rows in export.rows:
        yield from rows.lines()


def _mapping(export: Export) -> dict:
    """What the files alone do not tell."""
    seen = export.opportunities
    days = {key: getattr(seen, key) for key in ("as_of", "closes_known_from", "created_known_from")}
    told = {key: datetime.fromordinal(day).date() for key, day in days.items()}
    return {"decimal": POINT, **({"currency": export.currency} if export.currency else {}), **told}


def _opportunities(seen: Opportunities) -> dict[str, pa.Array]:
    return {
        "opportunity_id": pa.array(seen.ids, pa.string()),
        "owner": pa.array(seen.owner.texts(), pa.string()),
        "account": pa.array(seen.account.texts(), pa.string()),
        "segment": pa.array(seen.segment.texts(), pa.string()),
        "product": pa.array(seen.product.texts(), pa.string()),
        "created_date": _days(seen.created),
        "close_date": _days(seen.closed),
        "outcome": pa.array(OUTCOMES[seen.outcome], pa.string()),
        "stage": pa.array(seen.stage.texts(), pa.string()),
        "category": pa.array(seen.category.texts(), pa.string()),
        "expected_date": _days(seen.expected),
        "amount": pc.fill_null(pc.cast(pa.array(seen.amount, from_pandas=True), pa.string()), ""),
        "bulk_edit": pa.array(np.where(seen.bulk, "1", "0").astype(object), pa.string()),
    }


def _history(history: StageHistory, seen: Opportunities) -> dict[str, pa.Array]:
    return {
        "opportunity_id": pa.array(seen.ids[history.deal], pa.string()),
        "stage": pa.array(history.stage.texts(), pa.string()),
        "entered_at": pa.array([_moment(entered) for entered in history.entered], pa.string()),
    }


def _roster(roster: Roster) -> dict[str, pa.Array]:
    return {
        "owner": pa.array(roster.owner, pa.string()),
        "role": pa.array(roster.role.texts(), pa.string()),
        "segment": pa.array(roster.segment.texts(), pa.string()),
        "region": pa.array(roster.region.texts(), pa.string()),
        "start_date": _days(roster.start),
        "end_date": _days(roster.end),
    }


def _days(days: np.ndarray) -> pa.Array:
    dates = np.where(days == NONE, np.datetime64("NaT"), (days - EPOCH).astype("datetime64[D]"))
    return pc.fill_null(pc.cast(pa.array(dates.astype("datetime64[D]"), pa.date32()), pa.string()), "")


def _moment(entered: float) -> str:
    """A time stamp to the second."""
    day = int(entered)
    return (datetime.fromordinal(day) + timedelta(seconds=round((entered - day) * 86_400))).isoformat(" ")


def _guarded(column: pa.Array) -> pa.Array:
    """A quote before what a spreadsheet would read as a formula."""
    return pc.if_else(
        pc.match_substring_regex(column, _FORMULA), pc.binary_join_element_wise("'", column, ""), column
    )  # fmt: skip


def _write_rows(path: Path, heading: tuple[str, ...], rows: Iterator) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows([f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell for cell in row] for row in rows)
