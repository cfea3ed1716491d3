"""Which open deals the quarter hangs on, and whose: the same futures, with one deal won or lost, or a rep's deals gone.

Futures that reach the line and futures that miss it also differ in what they share; that is told beside the what-ifs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import OPEN
from sim.evidence.forecast.ahead import TOTAL, Forecast
from sim.fit.creation import known_from
from sim.fit.outlook import MEASURES, PARTS
from sim.fit.volume import fit_volume
from sim.results.estimates import mean_with_error

CANDIDATES = 200  # open deals that are tried: those that bring most
MOST = 10  # deals or reps that are told


@dataclass(frozen=True)
class MustClose:
    """An open deal (its row in the forecast's deals). ``odds_if_won`` and ``odds_if_not``: of reaching the line in the
    same futures, and the standard ``error`` of what lies between them. ``won_where_hit`` and ``won_where_missed``: in
    how many of those futures the deal is won this quarter, NaN where there is none.
    """

    deal: int
    amount: float
    chance: float
    odds_if_won: float
    odds_if_not: float
    error: float
    won_where_hit: float
    won_where_missed: float

    @property
    def swing(self) -> float:
        """What hangs on the deal."""
        return self.odds_if_won - self.odds_if_not


@dataclass(frozen=True)
class RepAway:
    """``odds`` of reaching the line without a rep: all deals that the rep has open now lost, and none created until
    the seat is filled again. ``mean`` is what the open ones bring in the running quarter, ``new`` what those
    not yet created do; ``in_all`` is both over all quarters of the forecast.
    """

    owner: str
    deals: int
    mean: float
    new: float
    in_all: float
    odds: float


@dataclass(frozen=True)
class Hangs:
    """What the running quarter hangs on; ``line`` is the target, or the middle of the forecast where there is none."""

    line: float
    said: float  # odds of the line as they are said, from the mixed forecast
    odds: float  # by the laws alone, as are all below
    error: float  # of these odds, a standard error
    more_where_hit: tuple[float, ...] | None  # by part, than where the line is missed; None where it always or never is
    deals: tuple[MustClose, ...]
    reps: tuple[RepAway, ...]


def hangs_on(
    found: Forecast, target: float | None = None, left: Collection[str] = (), refilled: int | None = None
) -> Hangs:
    """Of bookings, or of wins where no amount is known. Deals and reps on which most hangs come first.

    Args:
        left: names of those who have left, and create no more.
        refilled: months until the seat of a rep who goes is filled again, in what-ifs; not within the horizon unless
            given. The first one is what is left of the running month.
    """
    measure = MEASURES.index("bookings" if found.has_amounts else "wins")
    said = found.samples(found.running, TOTAL)[:, measure]
    line = float(np.median(said)) if target is None else target
    total = found.by_laws(found.running)[:, measure]
    hit = total >= line
    odds, error = mean_with_error(hit.astype(float), np.arange(len(hit)))
    wins = found.looked.wins
    now = (wins.month >= found.running.months.start) & (wins.month < found.running.months.stop)
    draw, deal = wins.draw[now], wins.deal[now]
    brings = wins.amount[now] if found.has_amounts else np.ones(len(draw))
    deals = _deals(found, total, hit, line, (draw, deal, brings))
    reps = _reps(found, total, line, measure, left, refilled)
    parts = [found.by_laws(found.running, part)[:, measure] for part in found.ahead]
    some = hit.any() and not hit.all()
    more = tuple(float(part[hit].mean() - part[~hit].mean()) for part in parts) if some else None
    return Hangs(line, float((said >= line).mean()), odds, error, more, tuple(deals[:MOST]), tuple(reps[:MOST]))


_Brought = tuple[np.ndarray, np.ndarray, np.ndarray]  # draw, deal and what it brings, of each win of the quarter


def _deals(found: Forecast, total: np.ndarray, hit: np.ndarray, line: float, brought: _Brought) -> list[MustClose]:
    draw, deal, brings = brought
    count = np.bincount(deal, minlength=len(found.deals))
    mean = np.bincount(deal, brings, len(found.deals)) / np.maximum(count, 1)
    tried = np.argsort(-mean, kind="stable")[:CANDIDATES]
    told = []
    for one in tried[count[tried] > 0]:
        own = deal == one
        won = np.zeros(len(total), bool)
        won[draw[own]] = True
        without = total.copy()
        without[draw[own]] -= brings[own]
        if_won, if_not = without + mean[one] >= line, without >= line
        _, error = mean_with_error(if_won.astype(float) - if_not, np.arange(len(total)))
        told.append(
            MustClose(
                int(one), float(mean[one]), float(won.mean()), float(if_won.mean()), float(if_not.mean()), error,
                float(won[hit].mean()) if hit.any() else float("nan"),
                float(won[~hit].mean()) if not hit.all() else float("nan"),
            )
        )  # fmt: skip
    return sorted(told, key=lambda one: (-one.swing, -one.amount, one.deal))


def _reps(
    found: Forecast, total: np.ndarray, line: float, measure: int, left: Collection[str], refilled: int | None
) -> list[RepAway]:
    deals, wins, months = found.deals, found.looked.wins, found.running.months
    owners = deals.owner
    opened = np.bincount(owners.codes[(deals.outcome == OPEN) & owners.known], minlength=len(owners.names))
    brings = wins.amount if found.has_amounts else np.ones(len(wins.draw))
    now = (wins.month >= months.start) & (wins.month < months.stop)
    new = _new_by_owner(found, measure, left, refilled)
    told = []
    for code, name in enumerate(owners.names):
        if not opened[code] and not new[:, :, code].any():
            continue
        own = owners.codes[wins.deal] == code
        open_ones = np.bincount(wins.draw[own & now], brings[own & now], len(total))
        later = new[:, months, code].sum(axis=1)
        in_all = brings[own].sum() / len(total) + new[:, :, code].sum(axis=1).mean()
        odds = float((total - open_ones - later >= line).mean())
        mean = float(open_ones.mean())
        told.append(RepAway(name, int(opened[code]), mean, float(later.mean()), float(in_all), odds))
    return sorted(told, key=lambda one: (one.odds, -one.in_all, one.owner))


def _new_by_owner(found: Forecast, measure: int, left: Collection[str], refilled: int | None) -> np.ndarray:
    """What deals not yet created bring in each month by owner, as far as they are created before a seat that is empty
    from now on is filled; shape (draws, months, owners). An owner's share in them is that in creation.
    """
    deals, looked = found.deals, found.looked
    owners, first, new = deals.owner, known_from(deals), looked.samples[:, :, measure, PARTS.index("new")]
    mine = owners.known & (deals.created >= first)
    if looked.born is None or not mine.any():
        return np.zeros((*new.shape, len(owners.names)))
    volume = fit_volume(deals.created[mine], owners.codes[mine], len(owners.names), first, deals.as_of)
    volume = volume.without(np.isin(owners.names, list(left)))
    shares = volume.draws(np.random.default_rng(len(new)), *new.shape)[:, :, :-1]
    shares *= mine.sum() / (deals.created >= first).sum()  # of deals without an owner nobody has a share
    born = looked.born / np.maximum(looked.born.sum(axis=0), 1e-9)
    return np.einsum("cm,dco->dmo", born[:refilled], shares[:, :refilled]) * new[:, :, None]
