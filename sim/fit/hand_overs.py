"""What became of the open deals of those who left, where two exports of different days show it.

A leaver's deals are handed on together after a wait, or stay where they are. How long the wait is and how many stay is
told by leavers who had gone for different times when the second export was made: each shows whether it was over by
then, and no more (current status data: Sun, The Statistical Analysis of Interval-censored Failure Time Data, 2006).
Whether their closes were won is held against all closes of the same age and month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, expit, gammainc, logit

from sim.crm.opportunities import NONE, OPEN, WON, Opportunities, Roster
from sim.fit.hazards import Hazards

USUAL_DAYS, USUAL_LOSS = 10.0, 0.35  # base's levers.orphans: what is thought before anything is seen
_DAYS_APART = 1.5  # standard deviation of the logarithm of what is thought of days
_DAYS = np.geomspace(0.5, 365.0, 40)
_SHARES = (np.arange(50) + 0.5) / 50
_WIDTHS = np.geomspace(0.02, 0.9, 10)  # how far leavers' shares differ: standard deviations, of the largest there are
_SHAPES = np.array([1.0, 2.0, 4.0, 32.0])  # of waits: from exponential to nearly the same for all leavers
_USUAL_WIDTH = 0.5  # half a normal law of this scale
_LOSSES = np.linspace(0.0, 4.0, 201)  # log-odds a stage
_MOST_SHIFT = 12.0  # log-odds
_NEVER = 1e-300


@dataclass(frozen=True)
class HandOvers:
    """Deals that were open in the earlier export under the name of somebody who had left by the later one.

    ``deals`` are all of them that the later export still has: ``moved`` have another owner there, of which
    ``moved_closed`` are closed and ``moved_won`` are won; ``closed_before`` were closed by the leaver in time;
    ``left_behind`` are still under the leaver's name, of which ``left_closed`` were closed after the leaver had gone.
    ``missing`` are in the earlier export only. ``gone`` are all who left, ``people`` those who had such deals.

    By leaver with deals at stake, shape (leavers,) each: ``days`` gone, deals ``at_stake``, which had moved or are open
    under the old name, and ``at_stake_moved``. ``closes`` are the rows in the later export of the leavers' deals that
    closed once they had gone.
    """

    gone: int
    people: int
    deals: int
    moved: int
    moved_closed: int
    moved_won: int
    closed_before: int
    left_behind: int
    left_closed: int
    missing: int
    days: np.ndarray
    at_stake: np.ndarray
    at_stake_moved: np.ndarray
    closes: np.ndarray

    def waits(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws of the share of a leaver's deals that are handed on in the end, and of the mean days until they are;
        shape (n,) each. Waits are gamma of an unknown shape, shares of leavers beta; what is thought before is base's
        days, and that all shapes are as likely.
        """
        share, days, width, shape = _SHARES[:, None, None, None], _DAYS[:, None, None], _WIDTHS[:, None], _SHAPES
        first, second = share * (width**-2 - 1), (1 - share) * (width**-2 - 1)
        explained = -0.5 * (np.log(days / USUAL_DAYS) / _DAYS_APART) ** 2 - 0.5 * (width / _USUAL_WIDTH) ** 2
        explained = explained + np.log(width) + np.zeros_like(share * shape)  # widths are even in their logarithm
        for gone, stake, moved in zip(self.days, self.at_stake, self.at_stake_moved, strict=True):
            over = gammainc(shape, shape * gone / days)
            split = np.exp(betaln(first + moved, second + stake - moved) - betaln(first, second))
            explained += np.log(over * split + (1 - over) * (moved == 0) + _NEVER)
        place = np.unravel_index(_drawn(rng, explained.ravel(), n), explained.shape)
        step = np.log(_DAYS[1] / _DAYS[0])
        return (
            np.clip(_SHARES[place[0]] + (rng.random(n) - 0.5) / len(_SHARES), 0.0, 1.0),
            _DAYS[place[1]] * np.exp(step * (rng.random(n) - 0.5)),
        )


def hand_overs(earlier: Opportunities, later: Opportunities, people: Roster) -> HandOvers:
    """Compares two exports of the same deals, by their ids. Raises ValueError where nothing can be compared: a single
    export has owners as last edited, so that it shows no change.
    """
    if earlier.as_of >= later.as_of:
        raise ValueError("hand-overs need an earlier and a later export: one alone shows owners as last edited")
    left = {
        name: int(end)
        for name, end in zip(people.owner, people.end, strict=True)
        if end != NONE and earlier.as_of < end <= later.as_of
    }
    place = {name: row for row, name in enumerate(later.ids)}
    mine = (earlier.outcome == OPEN) & np.isin(earlier.owner.texts(), list(left))
    row = np.array([place.get(name, NONE) for name in earlier.ids[mine]], np.int64)
    there = row != NONE
    owner = earlier.owner.texts()[mine][there]
    then = later[row[there]]
    day = np.array([left[name] for name in owner], np.int64)
    moved = then.owner.known & (then.owner.texts() != owner)
    closed = then.outcome != OPEN
    before = ~moved & closed & (then.closed < day)
    stake = moved | ~closed
    leaver, of = np.unique(owner[stake].astype(str), return_inverse=True)
    return HandOvers(
        gone=len(left),
        people=len(set(owner)),
        deals=int(there.sum()),
        moved=int(moved.sum()),
        moved_closed=int((moved & closed).sum()),
        moved_won=int((moved & (then.outcome == WON)).sum()),
        closed_before=int(before.sum()),
        left_behind=int((~moved & ~before).sum()),
        left_closed=int((~moved & ~before & closed).sum()),
        missing=int((~there).sum()),
        days=later.as_of + 1.0 - np.array([left[name] for name in leaver], float),
        at_stake=np.bincount(of, minlength=len(leaver)),
        at_stake_moved=np.bincount(of, moved[stake], len(leaver)),
        closes=row[there][closed & (then.closed >= day)],
    )


def usual_odds(deals: Opportunities, hazards: Hazards) -> np.ndarray:
    """Log-odds that a close of each of these deals' age and month is won, by the hazards of all; shape (deals,).

    All are closed.
    """
    band = np.searchsorted(hazards.edges, deals.closed - deals.created, side="right") - 1
    month = hazards.months.of(deals.closed)
    won, lost = (ages[band] + levels[month] for ages, levels in (one.point() for one in hazards.rates))
    found: np.ndarray = won - lost
    return found


def of_stages_left(advance: np.ndarray) -> tuple[float, float]:
    """Of deals as many in each stage: the chance to be won, and by how much its log-odds move with those of each stage
    that is left. ``advance`` has chances to move on, shape (stages,).
    """
    left, missed = np.cumprod(advance[::-1]), np.cumsum(1 - advance[::-1])
    return float(left.mean()), float((missed / (1 - left)).mean())


def losses(
    rng: np.random.Generator, won: np.ndarray, usual: np.ndarray, share: np.ndarray, chance: float, slope: float
) -> np.ndarray:
    """Draws of the log-odds that a leaver's deal loses in each stage that it has left, above 0; shape (n,).

    What is not handed on is not won. A scenario hands on all of them: with this loss the same share of them is won.
    What is thought before any close is seen is base's loss (an exponential law with that mean).

    Args:
        won, usual: whether each close was won, and its ``usual_odds``, shape (closes,).
        share: draws of the share handed on, shape (n,).
        chance, slope: as of ``of_stages_left``.
    """
    shifts = np.linspace(-_MOST_SHIFT, _MOST_SHIFT, 481)
    explained = np.array([np.sum(won * (usual + one) - np.logaddexp(0, usual + one)) for one in shifts])
    of_all = expit(logit(chance) - slope * _LOSSES)  # of a leaver's deals, at each loss
    found = np.empty(len(share))
    for draw, kept in enumerate(share):
        of_moved = of_all / max(kept, _SHARES[0])
        possible = of_moved < 1
        shift = logit(np.where(possible, of_moved, 0.5)) - logit(chance)
        seen = np.interp(shift, shifts, explained) - _LOSSES / USUAL_LOSS
        place = _drawn(rng, np.where(possible, seen, -np.inf), 1)[0]
        found[draw] = max(_LOSSES[place] + (rng.random() - 0.5) * _LOSSES[1], _LOSSES[1] / 4)
    return found


def _drawn(rng: np.random.Generator, explained: np.ndarray, n: int) -> np.ndarray:
    weights = np.exp(explained - explained.max())
    return rng.choice(len(weights), n, p=weights / weights.sum())
