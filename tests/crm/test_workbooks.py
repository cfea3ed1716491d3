"""Workbooks of Excel and Parquet files give the same deals as the text that they hold."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sim.crm.dates import iso
from sim.crm.errors import ExportError
from sim.crm.reading import read_export
from sim.crm.report import READ, SET_ASIDE, USED

HEADING = ["Opportunity ID", "Owner", "Created Date", "Close Date", "Stage", "Amount", "Won"]
ROWS = [
    [1, "Ann", date(2023, 1, 5), datetime(2023, 2, 1, 18, 30), "Done", 100.5, True],
    [2, "Bob", date(2023, 1, 6), date(2023, 2, 3), "Closed Lost", 2000, False],
    [3, "Ann", date(2023, 1, 7), None, "Proposal", 300.0, False],
    [4, "Bob", date(2023, 1, 8), date(2023, 3, 1), "Done", None, True],
]


def workbook(path: Path, rows: list[list], above: int = 0) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active["A1"] = "made by Ann"
    sheet = book.create_sheet("Deals")
    for _ in range(above):
        sheet.append(["All deals of the quarter"])
    for row in [HEADING, *rows]:
        sheet.append(row)
    sheet.cell(sheet.max_row + 40, 3).number_format = "0.00"  # formatted and empty, as Excel leaves them
    book.save(path)
    return path


def check(path: Path) -> None:
    deals = read_export({"opportunities": path}).opportunities
    assert deals.ids.tolist() == ["1", "2", "3", "4"]
    assert [iso(day) for day in deals.created] == ["2023-01-05", "2023-01-06", "2023-01-07", "2023-01-08"]
    assert [iso(day) for day in deals.closed] == ["2023-02-01", "2023-02-03", "", "2023-03-01"]
    assert deals.outcome.tolist() == [1, 2, 0, 1]
    assert [float(amount) for amount in deals.amount[:3]] == [100.5, 2000, 300]
    assert deals.amount[3] != deals.amount[3]


@pytest.mark.parametrize("above", [0, 2])
def test_a_workbook(tmp_path, above):
    check(workbook(tmp_path / "deals.xlsx", ROWS, above))


def test_rows_of_a_workbook_are_counted(tmp_path):
    odd = [[None] * 7, [5, "Ann", date(2023, 1, 9), None, "Proposal", 1e6, False, "a remark"]]
    (rows,) = read_export({"opportunities": workbook(tmp_path / "deals.xlsx", [*ROWS[:2], *odd, *ROWS[2:]])}).rows
    assert (rows.count(READ), rows.count(USED), rows.count(SET_ASIDE)) == (6, 4, 2)
    assert [(number, reason) for number, reason, _ in rows.rows_set_aside()] == [
        (3, "the row is empty"), (4, "more or fewer cells than the heading"),
    ]  # fmt: skip


def test_a_parquet_file(tmp_path):
    table = pd.DataFrame(ROWS, columns=HEADING)
    table["Created Date"] = pd.to_datetime(table["Created Date"])
    table["Close Date"] = pd.to_datetime(table["Close Date"].map(str).str[:10].replace("None", None))
    table["Owner"] = table["Owner"].astype("category")
    table.to_parquet(tmp_path / "deals.parquet")
    check(tmp_path / "deals.parquet")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 not a workbook", "no proper Excel workbook"),
        (b"PAR1 not a table PAR1", "no proper Parquet file"),
        (b"\xd0\xcf\x11\xe0", "an old Excel file"),
        (b"\x1f\x8b\x08 broken", "cannot be read"),
        (b"a,b\0c\n1,2,3\n", "holds bytes that no text has"),
    ],
)
def test_a_damaged_file_gets_one_message(tmp_path, data, said):
    (tmp_path / "deals").write_bytes(data)
    with pytest.raises(ExportError, match=said):
        read_export({"opportunities": tmp_path / "deals"})


def test_a_workbook_without_a_table(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "nothing here"
    book.save(tmp_path / "deals.xlsx")
    with pytest.raises(ExportError, match="no sheet has a heading with rows below it"):
        read_export({"opportunities": tmp_path / "deals.xlsx"})
