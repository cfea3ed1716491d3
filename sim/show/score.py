"""How forecasts of the register did, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence

from sim.evidence.backtest.cells import TOTAL
from sim.evidence.backtest.scores import RANGES, interval, percentile
from sim.evidence.backtest.widening import PROMISED
from sim.evidence.forecast.scoring import Scored
from sim.show.backtest import horizon_told
from sim.show.formats import money, number
from sim.show.words import shown

HEADINGS = ("forecast", "of", "", "P10", "P50", "P90", "came", "within")
TEXT = (0, 1, 2, 7)
FEW = 10  # outcomes, below which a share says little


def answer(scored: Sequence[Scored]) -> str:
    """How many were scored and whether their ranges held what they promise."""
    over = [one for one in scored if one.cells]
    if not over:
        return f"None of the {len(scored)} registered forecasts can be scored."
    held, of = (sum(pair) for pair in zip(*(one.held(PROMISED) for one in over), strict=True))
    forecasts = "forecast is" if len(over) == 1 else "forecasts are"
    told = f"{len(over)} of {len(scored)} registered {forecasts} scored: their 80% ranges held {held} of {of} outcomes."
    if of < FEW:
        return f"{told} So few outcomes say little."
    return told


def not_scored(scored: Sequence[Scored]) -> list[str]:
    """Why others were not."""
    return [f"{one.entry.name} is not scored: {shown(one.not_scored)}." for one in scored if one.not_scored]


def rows(scored: Sequence[Scored], currency: str | None) -> list[tuple[str, ...]]:
    """A line a total: the months, then the quarter."""
    lines = []
    for one in scored:
        for cell, score in zip(one.cells, one.scores, strict=True):
            if cell.part != TOTAL:
                continue
            low, high = interval(cell.samples, PROMISED)
            values = (low, float(percentile(cell.samples, 0.5)), high, cell.actual)
            told = (number(value) if cell.measure == "wins" else money(value, currency) for value in values)
            is_in = "yes" if score.held[RANGES.index(PROMISED)] else "no"
            lines.append((one.entry.name, horizon_told(cell.horizon), cell.measure, *told, is_in))
    return lines
