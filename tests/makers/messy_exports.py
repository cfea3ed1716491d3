"""Made-up exports of a CRM: a clean file, some rows more, and what became of each row."""

from __future__ import annotations

from pathlib import Path

from sim.crm.mapping import read_mapping
from sim.crm.reading import Export, read_export
from sim.crm.report import MENDED, READ, SET_ASIDE, USED

HEADING = "Opportunity ID,Owner,Created Date,Close Date,Stage,Amount"
CLEAN = [
    "a1,Ann,2023-01-05,2023-02-01,Closed Won,100",
    "a2,Bob,2023-01-06,2023-02-03,Closed Lost,200",
    "a3,Ann,2023-01-07,2023-06-30,Proposal,300",
    "a4,Bob,2023-01-08,2023-03-01,Closed Won,400",
    "a5,Cem,2023-03-02,,Discovery,500",
    "a6,Cem,2023-03-09,2023-03-09,Closed Lost,600",
]


def read(folder: Path, *more: str, rows: list[str] | None = None, heading: str = HEADING, mapping: str = "", **others):
    """The export of a file with the clean rows and some more; ``others`` are texts of further files by kind."""
    (folder / "deals.csv").write_text("\n".join([heading, *(CLEAN if rows is None else rows), *more]), encoding="utf-8")
    as_of = others.pop("as_of", None)
    paths = {"opportunities": folder / "deals.csv"}
    for kind, text in others.items():
        paths[kind] = folder / f"{kind}.csv"
        paths[kind].write_text(text, encoding="utf-8")
    told = None
    if mapping:
        (folder / "map.yaml").write_text(mapping, encoding="utf-8")
        told = read_mapping(folder / "map.yaml")
    export = read_export(paths, told, as_of)
    adds_up(export)
    return export


def adds_up(export: Export) -> None:
    """Read = used + set aside in every file, and reasons add up to what is set aside."""
    for rows in export.rows:
        assert rows.count(READ) == rows.count(USED) + rows.count(SET_ASIDE)
        by_reason = [line.rows for line in rows.lines() if line.verdict == SET_ASIDE and line.reason]
        assert sum(by_reason) == rows.count(SET_ASIDE) == len(list(rows.rows_set_aside()))
        assert rows.count(MENDED) <= rows.count(USED)
        assert rows.count(READ) == len(rows.table) + len(rows.table.broken)
    assert export.rows[0].count(USED) == len(export.opportunities)


def reasons(export: Export, verdict: str, file: int = 0) -> dict[str, int]:
    return {line.reason: line.rows for line in export.rows[file].lines() if line.verdict == verdict and line.reason}


def notes(export: Export) -> str:
    return "\n".join(note for rows in export.rows for note in rows.notes)
