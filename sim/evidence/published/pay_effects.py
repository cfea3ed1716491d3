"""What pay does to people, measured in the team world: the published effects, and the placebos that must show none.

Each function returns plain numbers. ``tests/organization/test_pay_effects.py`` holds them to what was published; the
validation page prints them beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.evidence.published.team_world import QUARTER, Behaviour, Played, Team, abilities, play
from sim.rules import effort
from sim.rules.payout import curve
from sim.rules.people import voluntary_hazard

LINEAR = curve(QUARTER)
BONUS = curve(QUARTER, ((0.0, 0.7), (1.0, 1.1)), [(1.0, 0.4)])
ACCELERATED = curve(QUARTER, ((0.0, 0.5), (0.5, 1.0), (1.0, 2.0), (1.5, 4.0)))
_YEARS = 2 * 4 * QUARTER
_STILL = effort.habits(elasticity=0.0)  # effort does not answer


def usual_effort(plan: np.ndarray, attainment: float, weeks_left: float, deals_per_week: float = 2.0) -> float:
    """The effort chosen by an average rep at an attainment, with an exact quota and so long to go."""
    habits = effort.habits()[0]
    quota, variance = np.array([float(QUARTER)]), 2.0 / deals_per_week
    slopes = np.array([effort.next_period_slope(habits, plan[0], quota[0], 1.0, variance)])
    sold, left = attainment * quota, np.array([weeks_left])
    return effort.choose(habits, plan, sold, quota, left, slopes, 0.0, 1.0, variance, 0.0, 1.0, 1.0)[0]


def by_week(played: Played, shift: int = 0) -> np.ndarray:
    """Sales by week of the quarter over the average week, the first quarter left out; shape (13,)."""
    sold = played.sold.sum(axis=0)[shift:]
    table = sold[: len(sold) // QUARTER * QUARTER].reshape(-1, QUARTER)[1:]
    return table.mean(axis=0) / table.mean()


def quarter_end(plan: np.ndarray, movable_share: float, shift: int = 0) -> np.ndarray:
    """The profile of the quarter with one deal a week and quotas a twentieth above usual sales."""
    team = Team(abilities(400), deals_per_week=1.0, quota_share=1.05, calendar_shift=-shift % QUARTER)
    return by_week(play(team, plan, Behaviour(movable_share=movable_share)), shift)


class Leak(NamedTuple):
    share: float  # discounts over revenue before them
    memory: float  # correlation between a rep's sales in one quarter and the next


def leakage(plan: np.ndarray, movable_share: float) -> Leak:
    """What accelerators give away in discounts, with two deals in five weeks."""
    ability = abilities(1500)
    played = play(Team(ability, _YEARS, deals_per_week=0.4), plan, Behaviour(movable_share=movable_share))
    quarters = (played.sold / ability[:, None]).reshape(len(ability), -1, QUARTER).sum(axis=2)
    pairs = [np.corrcoef(quarters[:, k], quarters[:, k + 1])[0, 1] for k in range(quarters.shape[1] - 1)]
    return Leak(played.discount.sum() / (played.sold + played.discount).sum(), float(np.mean(pairs)))


def share_of_effort(deals_per_week: float, movable_share: float) -> float:
    """Effort's part (Shapley, from four paired runs) in how far a quarter's last month lies above the average."""
    team = Team(abilities(600), _YEARS, deals_per_week=deals_per_week, quota_share=1.05)

    def lift(habits: np.ndarray, movable: float) -> float:
        return by_week(play(team, BONUS, Behaviour(habits, movable_share=movable)))[-4:].mean() - 1.0

    able = effort.habits()
    none, works, moves, both = (
        lift(_STILL, 0.0),
        lift(able, 0.0),
        lift(_STILL, movable_share),
        lift(able, movable_share),
    )
    return ((works - none) + (both - moves)) / 2.0 / (both - none)


def two_periods(overachievement: bool = True, quarterly_bonus: bool = True) -> np.ndarray:
    """A quarterly component with a bonus beside a yearly one that pays more past its quota."""
    quarterly = curve(QUARTER, ((0.0, 0.6),), [(1.0, 0.15)] if quarterly_bonus else [])
    yearly = curve(4 * QUARTER, ((0.0, 0.2), (1.0, 0.9 if overachievement else 0.2)), [(1.0, 0.2)])
    return np.concatenate([quarterly, yearly])


def lost_by_third(without: np.ndarray) -> np.ndarray:
    """Relative change of sales by third of ability, lowest first, when a part of ``two_periods`` is taken away."""
    ability = abilities(1000)
    team = Team(ability, _YEARS, quota_share=0.8, quota_by_ability=0.5)
    with_all, with_less = (play(team, plan, Behaviour()).sold.sum(axis=1) for plan in (two_periods(), without))
    return _by_rank(with_less, ability, 3) / _by_rank(with_all, ability, 3) - 1.0


def going_linear(habits: np.ndarray, slope: float = 11.0) -> float:
    """Gain in sales when floor 1, cap 1.33 and ratchet 0.5 give way to a straight plan that costs the same.

    The old slope is such that an average rep's usual sales earn about what the base rate would pay on them. The
    straight rate is iterated until both plans pay the same.
    """
    team = Team(abilities(400), _YEARS)
    old = play(team, curve(QUARTER, ((0.0, 0.0), (1.0, slope)), cap=1.33), Behaviour(habits, ratchet=0.5))
    rate = old.pay.sum() / old.sold.sum()
    for _ in range(5):
        new = play(team, curve(QUARTER, ((0.0, rate),)), Behaviour(habits))
        rate *= old.pay.sum() / new.pay.sum()
    return new.sold.sum() / old.sold.sum() - 1.0


def bonus_to_commission() -> np.ndarray:
    """Relative change of sales by tenth of ability, lowest first, when a bonus gives way to an equal commission."""
    ability = abilities(1000)
    team = Team(ability, _YEARS, quota_by_ability=0.5)
    bonus = play(team, curve(QUARTER, ((0.0, 0.0),), [(1.0, 1.0)]), Behaviour())
    rate = bonus.pay.sum() / bonus.sold.sum()
    commission = play(team, curve(QUARTER, ((0.0, rate),)), Behaviour())
    return _by_rank(commission.sold.sum(axis=1), ability, 10) / _by_rank(bonus.sold.sum(axis=1), ability, 10) - 1.0


def ratchet_ladder(plan: np.ndarray, weights: Iterable[float], foresight: float = 0.25) -> list[np.ndarray]:
    """Mean effort by week for each weight of past sales in the next quota; arrays of shape (weeks,)."""
    team = Team(abilities(600), _YEARS)
    habits = effort.habits(foresight_share=foresight)
    return [play(team, plan, Behaviour(habits, ratchet=weight)).effort.mean(axis=0) for weight in weights]


def contagion(gamma: float, frailty_sigma: float, teams: int = 40_000, size: int = 9) -> float:
    """How often peers leave in the quarter after a forced exit, over how often they would have without one."""
    rng = np.random.default_rng(3)
    frailty = np.exp(rng.normal(-0.5 * frailty_sigma**2, frailty_sigma, (teams, size - 1)))
    attained = rng.normal(0.85, 0.3, frailty.shape)
    with_exit = _quarterly(attained, gamma, 1.0 / size)
    without = _quarterly(attained, gamma, 0.0)
    return float((-np.expm1(-frailty * with_exit)).mean() / (-np.expm1(-frailty * without)).mean())


@np.vectorize
def _quarterly(attained: float, gamma: float, share_left: float) -> float:
    return voluntary_hazard(0.04, 0.20, 0.95, 0.3, attained, 1.0, gamma, share_left) / 4.0


def _by_rank(values: np.ndarray, ability: np.ndarray, parts: int) -> np.ndarray:
    """Sums over equal parts of the reps in order of ability."""
    rank = np.argsort(np.argsort(ability)) * parts // len(ability)
    return np.bincount(rank, values, parts)
