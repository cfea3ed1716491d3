"""This quarter and the next ones as samples: what is booked already, what open deals bring, what new deals bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from sim.calendar import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, first_of_month
from sim.crm.hires import Hires
from sim.crm.opportunities import WON, Opportunities, Roster, StageHistory
from sim.evidence.backtest.blend import EVEN, blended
from sim.evidence.backtest.cells import TOTAL, Cell, cells_of, with_hires
from sim.evidence.backtest.pool import POOLED, pool_samples
from sim.evidence.backtest.widening import stretched, widened
from sim.evidence.forecast.hires import Hiring, hiring
from sim.fit.outlook import HIRES, MEASURES, PARTS, Outlook, fit_laws, outlook
from sim.results.percentiles import percentiles

COMMITTED = "committed"
MONTH, QUARTER = "month", "quarter"
QUARTERS = 5  # this one and the next four
FIGURES = ("p10", "p50", "p90", "mean")


@dataclass(frozen=True)
class Span:
    """A month or a fiscal quarter: its days ``first`` to ``last``, and which ``months`` of the outlook lie in it."""

    kind: str
    name: str  # 2027-07, or 2027-Q3; a fiscal year has the name of the year in which it ends
    first: int
    last: int
    months: slice


@dataclass(frozen=True, eq=False)
class Forecast:
    """``deals`` as known on the evening of ``deals.as_of``; ``looked`` has whole months from the day after on, by the
    laws of the deals alone; ``mixed`` are its samples mixed with simple forecasts, which is what is said. ``hiring`` is
    what is known of hires not yet made and of those who still ramp, None where there are none: they are a part of their
    own, and in the total.
    """

    deals: Opportunities
    history: StageHistory | None
    looked: Outlook
    mixed: np.ndarray
    spans: tuple[Span, ...]  # the quarters, then the months
    year_starts: int = 1  # the month that the fiscal year starts with
    factor: float = 1.0  # by which the ranges of totals are widened, as a back-test says
    hiring: Hiring | None = None

    @property
    def ahead(self) -> tuple[str, ...]:
        """The parts that are still to come."""
        return (*PARTS, HIRES) if self.looked.of_hires is not None else PARTS

    @property
    def parts(self) -> tuple[str, ...]:
        """All parts: the total, what is won already, and those that are still to come."""
        return (TOTAL, COMMITTED, *self.ahead)

    @property
    def running(self) -> Span:
        """The quarter that the day after ``as_of`` lies in."""
        return self.spans[0]

    def of(self, kind: str) -> list[Span]:
        """The spans of a kind, MONTH or QUARTER."""
        return [span for span in self.spans if span.kind == kind]

    @cached_property
    def has_amounts(self) -> bool:
        """Whether the amount of some win is known, so that bookings can be told."""
        return self.looked.fits.amounts is not None

    def committed(self, span: Span) -> np.ndarray:
        """What the span has won up to ``as_of``, by measure, shape (measures,); a win without an amount books 0."""
        return self.won_in(span.first, span.last)

    def won_in(self, first: int, last: int) -> np.ndarray:
        """Wins of these days and what they book, shape (measures,)."""
        deals = self.deals
        won = (deals.outcome == WON) & (deals.closed >= first) & (deals.closed <= last)
        return np.array([won.sum(), np.nansum(deals.amount[won])], float)

    def samples(self, span: Span, part: str) -> np.ndarray:
        """Draws of a part (of ``parts``), shape (draws, measures)."""
        if part == COMMITTED:
            return np.broadcast_to(self.committed(span), (len(self.looked.samples), len(MEASURES)))
        ahead = self.mixed[:, span.months].sum(axis=1)
        if part == TOTAL:
            return stretched(ahead.sum(axis=2) + self._of_hires(span), self.factor) + self.committed(span)
        return self._of_hires(span) if part == HIRES else ahead[:, :, PARTS.index(part)]

    def by_laws(self, span: Span, part: str = TOTAL) -> np.ndarray:
        """Draws of all, or of a part that is still to come, by the laws alone, shape (draws, measures): out of them
        deals can be taken.
        """
        ahead: np.ndarray = self.looked.samples[:, span.months].sum(axis=1)
        if part == TOTAL:
            return ahead.sum(axis=2) + self._of_hires(span) + self.committed(span)
        return self._of_hires(span) if part == HIRES else ahead[:, :, PARTS.index(part)]

    def _of_hires(self, span: Span) -> np.ndarray:
        """What hires add, shape (draws, measures)."""
        of_hires = self.looked.of_hires
        if of_hires is None:
            return np.zeros((len(self.looked.samples), len(MEASURES)))
        found: np.ndarray = of_hires[:, span.months].sum(axis=1)
        return found

    def cells(self) -> list[Cell]:
        """What is said, as cells for samples.csv and the register: totals as wide as they are told."""
        told = with_hires(cells_of(self.deals.as_of, self.mixed), self.looked.of_hires)
        return [widened(cell, self.factor) if cell.part == TOTAL else cell for cell in told]

    def figures(self, span: Span, part: str) -> np.ndarray:
        """P10, P50, P90 and mean by measure, shape (4, measures)."""
        values = self.samples(span, part)
        return np.vstack([percentiles(values, (0.1, 0.5, 0.9)), values.mean(axis=0)])


def forecast(
    deals: Opportunities,
    history: StageHistory | None,
    draws: int = 1000,
    seed: int = 1,
    year_starts: int = 1,
    factor: float = 1.0,
    share: float = EVEN,
    hires: Hires | None = None,
    roster: Roster | None = None,
) -> Forecast:
    """Fits the laws and looks QUARTERS quarters ahead; the same for the same seed.

    Args:
        year_starts: the month that the fiscal year starts with, 1 to 12.
        factor: by which the ranges of totals are widened, at least 1.
        share: of simple forecasts in what is said, as a back-test found that they have earned it.
        hires: people who have still to come, on top of who is there.
        roster: says whom they are like, and who of those who are there still ramps.

    Raises: ValueError, where nothing can be fitted.
    """
    spans = spans_after(deals.as_of, year_starts)
    months = len([span for span in spans if span.kind == MONTH])
    fits = fit_laws(deals, months)
    come = hires if hires is not None and len(hires) else None
    asked = come is not None or roster is not None
    told = hiring(deals, roster, come, fits.hazards, months, 1 - share) if asked else None
    looked = outlook(deals, months, draws, seed, fits, hires=told.newcomers if told else None)
    if told and not told.heads and looked.of_hires is not None and not looked.of_hires.any():
        told, looked = None, replace(looked, of_hires=None)  # the trend has all of it
    mixed = blended(looked.samples, pool_samples(deals, months, draws, seed)[POOLED], share)
    return Forecast(deals, history, looked, mixed, spans, year_starts, factor, told)


def spans_after(day: int, year_starts: int = 1) -> tuple[Span, ...]:
    """The quarters from that of the day after on, then their months that are not over."""
    tomorrow = date.fromordinal(day + 1)
    running = tomorrow.year * MONTHS_PER_YEAR + tomorrow.month - 1
    start = running - (tomorrow.month - year_starts) % MONTHS_PER_QUARTER
    quarters = [start + MONTHS_PER_QUARTER * number for number in range(QUARTERS)]
    end = quarters[-1] + MONTHS_PER_QUARTER
    of_quarters = (
        Span(QUARTER, _quarter_name(first, year_starts), _first_day(first), _first_day(first + MONTHS_PER_QUARTER) - 1,
             slice(max(first - running, 0), first + MONTHS_PER_QUARTER - running))
        for first in quarters
    )  # fmt: skip
    of_months = (
        Span(MONTH, first_of_month(month).strftime("%Y-%m"), _first_day(month), _first_day(month + 1) - 1,
             slice(month - running, month - running + 1))
        for month in range(running, end)
    )  # fmt: skip
    return (*of_quarters, *of_months)


def past_quarters(found: Forecast, most: int = 4) -> list[tuple[str, float, float]]:
    """Name, wins and bookings of the quarters before the running one that the file knows whole, the oldest first."""
    start, year_starts = date.fromordinal(found.running.first), found.year_starts
    running = start.year * MONTHS_PER_YEAR + start.month - 1
    told = []
    for back in range(most, 0, -1):
        first = running - MONTHS_PER_QUARTER * back
        days = _first_day(first), _first_day(first + MONTHS_PER_QUARTER) - 1
        if days[0] >= max(found.deals.closes_known_from, int(found.deals.created.min())):
            wins, bookings = found.won_in(*days)
            told.append((_quarter_name(first, year_starts), float(wins), float(bookings)))
    return told


def _first_day(month: int) -> int:
    return first_of_month(month).toordinal()


def _quarter_name(first: int, year_starts: int) -> str:
    in_year = (first - (year_starts - 1)) % MONTHS_PER_YEAR
    ends = first - in_year + MONTHS_PER_YEAR - 1
    return f"{ends // MONTHS_PER_YEAR}-Q{in_year // MONTHS_PER_QUARTER + 1}"
