"""What a run leaves behind of the files that openings read: what became of their rows, and the rows set aside.

The rows are for the eyes of those who may read the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_
from pathlib import Path
from typing import TextIO

from sim.records.account import VERDICTS, Account
from sim.records.files import CompanyFiles
from sim.records.reading import Reading, list_set_aside
from sim.results.copies import keep_mode, mode_of
from sim.results.csv_file import text, write_table
from sim.results.layout import OPENING_FILES, SET_ASIDE
from sim.scenario.load import ScenarioSource

IN_FILE, NOTE = "in file", "note"


def write_opening_files(folder: Path, sources: Sequence[ScenarioSource]) -> None:
    """Write both tables; none where no opening has files. Raises ScenarioError where one cannot be read."""
    with_files = {source.name: source.reading for source in sources if source.reading is not None}
    if not with_files:
        return
    lines = [
        f"{text(name)},{row}"
        for name, reading in with_files.items()
        for account in reading.accounts
        for row in _account_rows(account)
    ]
    write_table(folder, OPENING_FILES, lines)
    aside = folder / SET_ASIDE.file
    aside.touch(0o600)
    with aside.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{','.join(SET_ASIDE.columns)}\n")
        done: set[CompanyFiles] = set()
        for name, reading in with_files.items():
            if reading.files not in done:
                _list_rows(file, name, reading)
                done.add(reading.files)
    modes = [mode_of(stamp.path) for files in done for stamp in files.stamps.values()]
    keep_mode(aside, reduce(and_, modes))


def _account_rows(account: Account) -> Iterator[str]:
    head = f"{account.kind},{text(account.name)}"
    yield f"{head},{IN_FILE},,{account.row_count},{sum(account.cents.values()) / 100.0:.2f},"
    for verdict in VERDICTS:
        yield f"{head},{verdict},,{account.rows[verdict]},{account.cents[verdict] / 100.0:.2f},"
    for verdict, reason, counted in account.by_reason():
        lines = " ".join(map(str, counted.lines))
        yield f"{head},{verdict},{text(reason)},{counted.rows},{counted.cents / 100.0:.2f},{lines}"
    for note in account.notes:
        yield f"{head},{NOTE},{text(note)},,,"


class _Lines:
    """Writes each row that is set aside, as it comes."""

    def __init__(self, file: TextIO, name: str, kind: str):
        self._file, self._start = file, f"{text(name)},{kind}"

    def take(self, line: int, reason: str, cells: Sequence[str]) -> None:
        self._file.write(f"{self._start},{line},{text(reason)},{text(','.join(cells))}\n")


def _list_rows(file: TextIO, name: str, reading: Reading) -> None:
    for account in reading.accounts:
        if account.rows["set aside"]:
            list_set_aside(reading, account.kind, _Lines(file, name, account.kind))
