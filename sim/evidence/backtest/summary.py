"""What a back-test comes to: scores by measure, part and horizon, by calm and turning quarters, and of single odds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.evidence.backtest.backtest import LAWS, Backtest
from sim.evidence.backtest.cells import TOTAL, Cell
from sim.evidence.backtest.scores import RANGES, SHARES, Score, can_be_scored, crps, scored
from sim.evidence.backtest.turns import CALM, UNKNOWN
from sim.evidence.backtest.widening import widened

OURS = "ours"
DECILES = 10
PLACES = 10  # bars of the places of outcomes


@dataclass(frozen=True)
class Row:
    """Mean scores of some cells of one measure, part and horizon. ``of`` is OURS or a simple forecast's name; ``ratio``
    is its CRPS over that of the pool on the same cells, NaN where the pool cannot say."""

    of: str
    measure: str
    part: str
    horizon: str
    cuts: int
    held: tuple[float, ...]  # shares of outcomes in each of RANGES
    crps: float
    ratio: float
    pinball: tuple[float, ...]
    mean_place: float
    mean_actual: float


@dataclass(frozen=True)
class Held:
    """How many outcomes a range held."""

    count: int
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else np.nan


@dataclass(frozen=True)
class Decile:
    """Deals open at the cuts with odds alike: how many, their mean odds, and the share that was won in time."""

    deals: int
    odds: float
    won: float


@dataclass(frozen=True)
class Summary:
    """``rows`` of ours and of each simple forecast; ``held`` by share of RANGES, over the totals; ``places`` how many
    totals' outcomes fell into each tenth of the samples."""

    rows: tuple[Row, ...]
    held: dict[float, Held]
    held_widened: Held  # by 80% ranges widened by what was known at each cut
    held_laws: Held  # by 80% ranges of the laws without the simple forecasts
    ratio: float
    ratio_laws: float
    calm: dict[str, tuple[Held, float]]  # by what the quarter did: 80% ranges, and the ratio
    deciles: tuple[Decile, ...]
    places: tuple[int, ...]

    def of(self, name: str = OURS, part: str = TOTAL) -> list[Row]:
        """The rows of one forecast and part."""
        return [row for row in self.rows if row.of == name and row.part == part]


def summary(told: Backtest, seed: int = 1) -> Summary:
    """Everything that is told of a back-test. Cells whose outcome is not known do not count."""
    cells = [cell for cell in told.cells if can_be_scored(cell)]
    pool = {cell.key: cell for cell in told.naive() if can_be_scored(cell)}
    rows = _rows(OURS, cells, pool, seed)
    for name in dict.fromkeys(name for cut in told.cuts for name in cut.naive):
        rows += _rows(name, [cell for cell in told.naive(name) if can_be_scored(cell)], pool, seed)
    totals = [cell for cell in cells if cell.part == TOTAL]
    scores = scored(totals, seed)
    held = {share: _held(score.held[at] for score in scores) for at, share in enumerate(RANGES)}
    wider = [widened(cell, told.factors[cell.cutoff]) for cell in totals]
    places = np.histogram([score.place for score in scores], PLACES, (0.0, 1.0))[0]
    turned = {cut.cutoff: cut.turn for cut in told.cuts}
    kinds: dict[str, Callable[[str], bool]] = {
        CALM: lambda kind: kind == CALM,
        "turning": lambda kind: kind not in (CALM, UNKNOWN),
        UNKNOWN: lambda kind: kind == UNKNOWN,
    }
    calm = {}
    for name, belongs in kinds.items():
        kept = [(cell, score) for cell, score in zip(totals, scores, strict=True) if belongs(turned[cell.cutoff])]
        if kept:
            calm[name] = (
                _held80(score for _, score in kept),
                mean_ratio(_rows(OURS, [one for one, _ in kept], pool, seed)),
            )
    return Summary(
        tuple(rows),
        held,
        _held80(scored(wider, seed)),
        _held80(scored([cell for cell in told.naive(LAWS) if cell.part == TOTAL and can_be_scored(cell)], seed)),
        mean_ratio(row for row in rows if (row.of, row.part) == (OURS, TOTAL)),
        mean_ratio(row for row in rows if (row.of, row.part) == (LAWS, TOTAL)),
        calm,
        _deciles(told),
        tuple(int(count) for count in places),
    )


def mean_ratio(rows: Iterable[Row]) -> float:
    """The mean over measures and horizons of the ratio of mean scores."""
    ratios = [row.ratio for row in rows if np.isfinite(row.ratio)]
    return float(np.mean(ratios)) if ratios else np.nan


def _rows(name: str, cells: Sequence[Cell], pool: dict, seed: int) -> list[Row]:
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.measure, cell.part, cell.horizon), []).append(cell)
    return [_row(name, group, pool, seed) for group in groups.values()]


def _row(name: str, cells: list[Cell], pool: dict, seed: int) -> Row:
    scores, first = scored(cells, seed), cells[0]
    both = [(score.crps, pool[cell.key]) for cell, score in zip(cells, scores, strict=True) if cell.key in pool]
    theirs = np.mean([crps(cell.samples, cell.actual) for _, cell in both]) if both else np.nan
    return Row(
        name,
        first.measure,
        first.part,
        first.horizon,
        len(cells),
        tuple(float(np.mean([score.held[at] for score in scores])) for at in range(len(RANGES))),
        float(np.mean([score.crps for score in scores])),
        float(np.mean([ours for ours, _ in both]) / theirs) if both and theirs > 0 else np.nan,
        tuple(float(np.mean([score.pinball[at] for score in scores])) for at in range(len(SHARES))),
        float(np.mean([score.place for score in scores])),
        float(np.mean([cell.actual for cell in cells])),
    )


def _held(flags: Iterable[bool]) -> Held:
    flags = list(flags)
    return Held(sum(flags), len(flags))


def _held80(scores: Iterable[Score]) -> Held:
    return _held(score.held80 for score in scores)


def _deciles(told: Backtest) -> tuple[Decile, ...]:
    """Tenths of the deals open at any cut, by odds; deals with the same odds are not parted."""
    odds = np.concatenate([cut.odds for cut in told.cuts])
    won = np.concatenate([cut.won for cut in told.cuts])
    if len(odds) < DECILES:
        return ()
    order = np.argsort(odds, kind="stable")
    rank = np.searchsorted(odds[order], odds, side="left")
    tenth = rank * DECILES // len(odds)
    return tuple(
        Decile(int(there.sum()), float(odds[there].mean()), float(won[there].mean()))
        for there in (tenth == at for at in range(DECILES))
        if there.any()
    )
