"""A later export scores what the register keeps: each number of the future that is over by now, beside what came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.crm.dates import iso
from sim.crm.opportunities import Opportunities
from sim.evidence.backtest.came import came, horizons, months_after
from sim.evidence.backtest.cells import TOTAL, Cell, month, with_actual
from sim.evidence.backtest.scores import RANGES, Score, can_be_scored, scored
from sim.evidence.forecast.register import BrokenRegisterError, Entry, read_register, samples_of
from sim.fit.outlook import HIRES, MEASURES, PARTS


@dataclass(frozen=True, eq=False)
class Scored:
    """A forecast of the register: the cells that are over, each with what came and its score, in one order; or why it
    is ``not_scored``.
    """

    entry: Entry
    cells: tuple[Cell, ...] = ()
    scores: tuple[Score, ...] = ()
    not_scored: str = ""

    def held(self, share: float) -> tuple[int, int]:
        """How many outcomes of totals the range with this share of RANGES held, and of how many."""
        at = RANGES.index(share)
        flags = [one.held[at] for cell, one in zip(self.cells, self.scores, strict=True) if cell.part == TOTAL]
        return sum(flags), len(flags)


def score_register(folder: Path, dataset: str, deals: Opportunities) -> list[Scored]:
    """Every forecast of the register, the oldest first. Raises BrokenRegisterError for a register that was changed."""
    return [_scored(folder, entry, dataset, deals) for entry in read_register(folder)]


def _scored(folder: Path, entry: Entry, dataset: str, deals: Opportunities) -> Scored:
    if entry.dataset != dataset:
        return Scored(entry, not_scored=f"it is of {entry.dataset}")
    try:
        told = samples_of(folder, entry)
    except BrokenRegisterError as problem:
        return Scored(entry, not_scored=str(problem))
    cells = list(_over(_hires_among_new(told), deals))
    if not cells:
        return Scored(entry, not_scored=f"nothing of it is over by {iso(deals.as_of)}")
    return Scored(entry, tuple(cells), tuple(scored(cells)))


def _hires_among_new(cells: list[Cell]) -> list[Cell]:
    """Hires' deals with the other new ones: a later export cannot tell whether a head came on top."""
    theirs = {(cell.horizon, cell.measure): cell.samples for cell in cells if cell.part == HIRES}
    return [
        replace(cell, samples=cell.samples + theirs[cell.horizon, cell.measure])
        if theirs and cell.part == PARTS[-1] else cell
        for cell in cells if cell.part != HIRES
    ]  # fmt: skip


def _over(cells: list[Cell], deals: Opportunities) -> Iterator[Cell]:
    """The cells of a forecast whose horizon the later export has seen whole, with what came. What was known before does
    not change it: wins are counted by the day of their close.
    """
    names = {cell.horizon for cell in cells}
    months = next((n for n in range(len(cells), 0, -1) if month(n) in names), 0)
    if not months:
        return
    starts = months_after(cells[0].cutoff, months)
    seen, spans = came(deals, cells[0].cutoff, starts), horizons(months)
    for cell in cells:
        first, last = spans[cell.horizon]
        if starts[last] <= deals.as_of + 1:
            parts = slice(None) if cell.part == TOTAL else PARTS.index(cell.part)
            told = with_actual(cell, float(np.sum(seen[first:last, MEASURES.index(cell.measure), parts])))
            if can_be_scored(told):
                yield told
