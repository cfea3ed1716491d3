"""The page of a decision: the answer in words, one picture, one table, how to read and how far to trust them."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.evidence.trust.levels import Level
from sim.results.layout import FIGURES, REPORT
from sim.show.template import template, write_whole
from sim.show.trust import COLUMNS, NOTE, TITLE, lines, reasons


@dataclass(frozen=True)
class Row:
    """A line of a table, pale where it is not clear."""

    cells: tuple[str, ...]
    is_clear: bool = True


@dataclass(frozen=True)
class MoreTable:
    """A further table with its title."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Row]
    text_columns: Container[int]


@dataclass(frozen=True)
class DecisionPage:
    """What stands on the page. ``picture`` holds SVG elements whose names are escaped."""

    title: str
    under: str
    answer: Sequence[str]
    picture: str
    headings: Sequence[str]
    rows: Sequence[Row]
    text_columns: Container[int]
    notes: Sequence[str]
    trust: Sequence[Level]  # how far to trust the questions that it answers
    few: bool = False  # whether what is said rests on too little
    more: Sequence[MoreTable] = ()  # further tables, below the first

    def write(self, folder: Path, name: str = REPORT) -> Path:
        """Write it into a results folder under a name, and its pictures as files for slides.

        The page carries its pictures, has no script and asks nothing of any address.
        """
        path = folder / name
        (folder / FIGURES).mkdir(exist_ok=True)
        for place, drawing in enumerate(re.findall("<svg.*?</svg>", self.picture, re.DOTALL), 1):
            write_whole(folder / FIGURES / f"picture{place}.svg", f"{drawing}\n")
        write_whole(path, self.html())
        return path

    def html(self) -> str:
        """The page as one text."""
        trusted = MoreTable(TITLE, ("", *COLUMNS), [Row(cells) for cells in lines(self.trust)], (0,))
        return template("decision.html.j2").render(
            **vars(self) | {"trust": trusted, "trust_notes": [*reasons(self.trust), NOTE]}
        )
