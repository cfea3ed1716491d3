"""A company's files: where they are, and what their rows are held against."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sim.records.known import Known
from sim.records.layout import LAYOUTS
from sim.records.roster import TeamOfSeats
from sim.records.sheet import Sheet


@dataclass(frozen=True)
class Stamp:
    """A file as it was when it was found; one whose bytes were changed has another stamp."""

    path: Path
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Stamp:
        with path.open("rb") as file:
            return cls(path, hashlib.file_digest(file, "sha256").hexdigest())


@dataclass(frozen=True)
class CompanyFiles:
    """The files of an opening, with all that their rows are held against. Equal ones say the same."""

    known: Known
    files: tuple[tuple[str, Stamp], ...]
    teams: tuple[TeamOfSeats, ...]  # the seats where there is no roster

    @cached_property
    def stamps(self) -> dict[str, Stamp]:
        """The files by kind."""
        return dict(self.files)

    def sheet(self, kind: str) -> Sheet:
        """A file with its heading read. Raises ValueError."""
        return Sheet.open(self.stamps[kind].path, LAYOUTS[kind], self.known.told.columns)
