"""What a page of the report is made of: its words, its figures, the measures of its table, and tables of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.results.run_folder import RunFolder
from sim.show.figures.style import Drawn
from sim.show.tables import Table


@dataclass(frozen=True)
class Subject:
    """What a figure is about, and how to read it."""

    name: str  # of the file, without .png
    heading: str
    reading: str
    draw: Callable[[RunFolder], Drawn]
    needs: tuple[str, ...] = ()  # measures without which there is nothing to draw
    has: Callable[[RunFolder], bool] = lambda run: True  # whether the run has what no measure tells
    compares: bool = False  # needs two plans
    reading_alone: str = ""  # how to read it in a run of one plan, where that is another picture


@dataclass(frozen=True)
class Page:
    """A part of the report. ``measures`` are those of its table, in order; what a run does not have is left out."""

    name: str
    heading: str
    opening: str  # what the page is about, one or two sentences
    place: int  # pages stand in the order of their places
    measures: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # measures without which the page is left out
    tables: Callable[[RunFolder], list[Table]] = lambda run: []  # before the one by year
    figures: tuple[Subject, ...] = ()
