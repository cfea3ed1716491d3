"""What would have been said at earlier days: freeze, fit, look ahead, compare with what came; each cut by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.crm.errors import ExportError
from sim.crm.opportunities import OPEN, WON
from sim.crm.reading import Export
from sim.evidence.backtest.blend import EVEN, blended, share_of_pool
from sim.evidence.backtest.came import came, horizons, months_after
from sim.evidence.backtest.cells import MONTHS_OF_QUARTER, TOTAL, Cell, cells_of
from sim.evidence.backtest.commit import Commit, commit_of
from sim.evidence.backtest.cuts import cuts
from sim.evidence.backtest.frozen import frozen
from sim.evidence.backtest.pool import POOLED, Past, pool_samples
from sim.evidence.backtest.scores import can_be_scored
from sim.evidence.backtest.turns import UNKNOWN, turn
from sim.evidence.backtest.widening import learned, widening
from sim.fit.outlook import fit_laws, outlook

DRAWS, SEED, MONTHS = 1000, 1, 3
LAWS = "the laws alone"


@dataclass(frozen=True)
class CutTold:
    """One cut: what was known, what was said and came, and the same of the simple forecasts by name."""

    cutoff: int
    ends: dict[str, int]  # the last day of each horizon
    deals_known: int
    deals_open: int
    cells: list[Cell]
    naive: dict[str, list[Cell]]  # the pool's own cells under POOLED, the laws without it under LAWS
    turn: str  # what the quarter did
    odds: np.ndarray  # of each deal open then to be won in all months ahead, shape (open deals,)
    won: np.ndarray  # whether it was, bool, shape (open deals,)
    commit: Commit | None = None  # what people had committed, where that is known


@dataclass(frozen=True)
class Backtest:
    """All cuts in order. ``factors`` are by cutoff the widening that was known then, ``shares`` the share of simple
    forecasts in the mixture; ``factor_now`` and ``share_now`` are what all outcomes say, for forecasts to come.
    """

    cuts: list[CutTold]
    factors: dict[int, float]
    factor_now: float
    shares: dict[int, float]
    share_now: float

    @property
    def cells(self) -> list[Cell]:
        """What was said, of all cuts."""
        return [cell for cut in self.cuts for cell in cut.cells]

    @property
    def commits(self) -> list[Commit]:
        """What people had committed, where that is known."""
        return [cut.commit for cut in self.cuts if cut.commit is not None]

    def naive(self, name: str = POOLED) -> list[Cell]:
        """The same of the simple forecasts; of those that could not always be made, fewer."""
        return [cell for cut in self.cuts for cell in cut.naive.get(name, [])]


def backtest(
    export: Export,
    cutoffs: Sequence[int] | None = None,
    months: int = MONTHS,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Scores the past. The same export and numbers give the same samples, and nothing after a cut changes its own.

    Raises ExportError where a cut cannot be made, or a cut's deals cannot be fitted.

    Args:
        progress: told, before each cut, its place and how many there are.
    """
    days = cuts(export, months, cutoffs)
    told, shares = list[CutTold](), dict[int, float]()
    for at, day in enumerate(days):
        if progress:
            progress(at, len(days))
        shares[day] = _share(told, day)
        told.append(cut_told(export, day, months, draws, seed, shares[day]))
    known_by = {(one.cutoff, horizon): end for one in told for horizon, end in one.ends.items()}
    counted = [cell for one in told for cell in _totals(one.cells)]
    last = max(known_by.values())
    return Backtest(told, learned(counted, known_by), widening(counted), shares, _share(told, last))


def _share(told: Sequence[CutTold], day: int) -> float:
    """The share of simple forecasts, by the outcomes of earlier cuts that were known on the evening of a day."""
    known = [cell for one in told for cell in _totals(one.naive[LAWS]) if one.ends[cell.horizon] <= day]
    return share_of_pool(known, {cell.key: cell for one in told for cell in _totals(one.naive[POOLED])})


def _totals(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.part == TOTAL and can_be_scored(cell)]


def cut_told(
    export: Export, day: int, months: int = MONTHS, draws: int = DRAWS, seed: int = SEED, share: float = EVEN
) -> CutTold:
    """One cut; see ``backtest``. ``share`` is that of simple forecasts in the mixture."""
    then = frozen(export, day)
    try:
        told = outlook(then, months, draws, seed, fit_laws(then, months))
    except ValueError as problem:
        raise ExportError(f"cutoffs: what was known then cannot be fitted: {problem}") from None
    starts = months_after(day, months)
    actual = came(export.opportunities, day, starts)
    alone = cells_of(day, told.samples, actual)
    of_key = {(cell.horizon, cell.measure, cell.part): cell for cell in alone}
    pool = pool_samples(then, months, draws, seed)
    naive = {
        name: [replace(of_key[key], samples=values) for key, values in samples.items()]
        for name, samples in pool.items()
    }
    naive[LAWS] = alone
    cells = cells_of(day, blended(told.samples, pool[POOLED], share), actual)
    ends = {horizon: int(starts[last]) - 1 for horizon, (_, last) in horizons(months).items()}
    rows = np.flatnonzero(then.outcome == OPEN)
    odds = np.bincount(told.wins.deal, minlength=len(then))[rows] / draws
    now = export.opportunities[export.opportunities.created <= day]  # the rows of ``then``
    won = (now.outcome[rows] == WON) & (now.closed[rows] < starts[-1])
    turned = _turn(Past(then, MONTHS_OF_QUARTER), actual)
    return CutTold(day, ends, len(then), len(rows), cells, naive, turned, odds, won, commit_of(then, cells, months))


def _turn(past: Past, actual: np.ndarray) -> str:
    """What the quarter did against those of the year before."""
    if len(actual) < MONTHS_OF_QUARTER:
        return UNKNOWN
    span = (0, MONTHS_OF_QUARTER)
    agos = range(MONTHS_OF_QUARTER, MONTHS_PER_YEAR + 1)
    before = [past.seen(ago, span)[0].sum() for ago in agos if past.cut(ago) >= past.first - 1]
    return turn(before, float(actual[:MONTHS_OF_QUARTER, 0].sum()))
