"""A team of reps for whom only effort and timing matter: the world in which pay's published effects are measured.

Each rep has so many chances a week, with fixed draws. A chance becomes a deal when its draw is below effort, so more
effort only adds deals and less only takes some away, and two plans are compared under one luck. Effort and timing are
those of ``sim/rules``. Quotas are by week of a component's period and may follow sales. Times are in weeks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numba
import numpy as np

from sim.rules import effort, timing
from sim.rules.payout import paid

QUARTER = 13  # weeks

_whole = numba.njit(cache=True, error_model="numpy")  # allocates, unlike what the simulation's loop may do


@dataclass(frozen=True)
class Team:
    """What does not depend on the plan. Amounts are in units of an average rep's weekly sales."""

    ability: np.ndarray  # shape (reps,), mean 1
    weeks: int = 78
    deals_per_week: float = 2.0
    size_cv: float = 1.0
    quota_share: float = 1.0  # average quota over an average rep's usual sales
    quota_by_ability: float = 1.0  # quota in proportion to ability to this power; 0 is equal quotas
    calendar_shift: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Behaviour:
    """How reps behave."""

    habits: np.ndarray = field(default_factory=effort.habits)  # HABITS, shape (1,)
    terms: np.ndarray = field(default_factory=timing.buyer_terms)  # BUYER_TERMS, shape (1,)
    movable_share: float = 0.0  # of deals
    ratchet: float = 0.0  # weight of a period's sales in the next quota
    lag: int = 0
    at_once: float = 1.0


@dataclass(frozen=True)
class Played:
    """What came of it. Arrays of shape (reps, weeks) unless said."""

    sold: np.ndarray
    effort: np.ndarray  # as it is, after inertia
    pulled: np.ndarray  # amounts before discount
    pushed: np.ndarray
    discount: np.ndarray
    pay: np.ndarray  # (reps,), in units of r x sales
    attained: np.ndarray  # (reps, periods) of the first component


def abilities(reps: int, seed: int = 11, sigma_log: float = 0.5) -> np.ndarray:
    """Lognormal abilities with mean 1."""
    return np.exp(np.random.default_rng(seed).normal(-0.5 * sigma_log**2, sigma_log, reps))


def weekly_quota(team: Team) -> np.ndarray:
    """Quota a week, shape (reps,)."""
    share = team.ability**team.quota_by_ability
    return team.quota_share * team.ability.mean() * share / share.mean()


def play(team: Team, plan: np.ndarray, behaviour: Behaviour) -> Played:
    """Play a team under a plan: rows of ``CURVE``, one a component, with periods in whole weeks."""
    reps = len(team.ability)
    takes, size, movable = draws(team, team.weeks + int(behaviour.terms["sight_weeks"][0]) + 1)
    results = np.zeros((5, reps, team.weeks))
    attained = np.zeros((reps, (team.weeks + team.calendar_shift) // int(plan[0]["period_weeks"])))
    pay = np.zeros(reps)
    quota = weekly_quota(team)
    for i in range(reps):
        pace = float(team.ability[i])
        pay[i] = _career(
            plan, behaviour.habits[0], behaviour.terms[0], behaviour.movable_share, behaviour.ratchet, behaviour.lag,
            behaviour.at_once, team.calendar_shift, pace, pace**2 * (1.0 + team.size_cv**2) / team.deals_per_week,
            quota[i], takes[i], size[i] * pace / team.deals_per_week, movable[i], results[:, i], attained[i],
        )  # fmt: skip
    sold, efforts, pulled, pushed, discount = results
    return Played(sold, efforts, pulled, pushed, discount, pay, attained)


def draws(team: Team, weeks: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each chance's threshold of effort, size (mean 1) and ease of moving; shape (reps, weeks, chances)."""
    rng = np.random.default_rng(team.seed)
    chances = int(max(np.ceil(4 * team.deals_per_week), 8))
    shape = (len(team.ability), weeks, chances)
    takes = rng.random(shape) * chances / team.deals_per_week
    form = 1.0 / team.size_cv**2
    return takes, rng.gamma(form, 1.0 / form, shape), rng.random(shape)


@_whole
def _career(
    plan, habits, terms, movable_share, ratchet, lag, at_once, shift, pace, variance, weekly_quota, takes, size,
    movable, results, attained,
):  # fmt: skip
    """One rep through all weeks; answers the pay. ``results`` holds sold, effort, pulled, pushed, discount by week."""
    sold_by_week, efforts, pulled, pushed, discounts = results
    parts = len(plan)
    quota, sold, left = np.zeros(parts), np.zeros(parts), np.zeros(parts)
    next_slope, ends = np.zeros(parts), np.zeros(parts, np.bool_)
    taken = np.zeros(takes.shape, np.bool_)
    for c in range(parts):
        quota[c] = weekly_quota * plan[c]["period_weeks"]
    cost, pay, e, carried, period = 0.0, 0.0, 1.0, 0.0, 0
    for t in range(len(efforts)):
        for c in range(parts):
            left[c] = plan[c]["period_weeks"] - (t + shift) % int(plan[c]["period_weeks"])
            ends[c] = left[c] == 1.0
            next_slope[c] = effort.next_period_slope(habits, plan[c], quota[c], pace, variance)
        cost = effort.ratchet_cost(habits, plan, quota, ratchet, pace, variance)
        past = _landing_effort(efforts, t, lag, int(left.min()))
        wanted, _ = effort.choose(
            habits, plan, sold, quota, left, next_slope, cost, pace, variance, float(lag), at_once, past
        )
        kept = habits["inertia_share"]
        e = kept * e + (1.0 - kept) * wanted
        efforts[t] = e
        landing = at_once * e + (1.0 - at_once) * (efforts[t - lag] if t >= lag else 1.0)
        sales, carried = carried, 0.0
        for m in range(takes.shape[1]):
            if takes[t, m] < landing and not taken[t, m]:
                sales += size[t, m]
        if movable_share > 0.0 and ends.any():
            out = _push(
                plan, habits, terms, movable_share, ends, sold + sales, quota, pace, variance, takes[t], size[t],
                movable[t], taken[t], landing,
            )  # fmt: skip
            pushed[t], carried = out, out * (1.0 - terms["lost_share"])
            sales -= out
            full, net = _pull(
                plan, habits, terms, movable_share, ends, sold + sales, quota, pace, variance, takes, size, movable,
                taken, t, e,
            )  # fmt: skip
            pulled[t], discounts[t] = full, full - net
            sales += net
        sold_by_week[t] = sales
        for c in range(parts):
            sold[c] += sales
            if ends[c]:
                pay += paid(plan[c], sold[c] / quota[c]) * quota[c]
                if c == 0:
                    attained[period] = sold[c] / quota[c]
                    period += 1
                quota[c] += ratchet * (sold[c] - quota[c])
                sold[c] = 0.0
    return pay


@_whole
def _landing_effort(efforts, t, lag, left):
    """Mean effort of the weeks whose lagged sales land before the period ends; 1 where there are none."""
    weeks = min(lag, left)
    if weeks == 0:
        return 1.0
    total = 0.0
    for k in range(t - lag, t - lag + weeks):
        total += efforts[k] if k >= 0 else 1.0
    return total / weeks


@_whole
def _push(
    plan, habits, terms, movable_share, ends, sold, quota, pace, variance, takes, size, movable, taken, landing
):  # fmt: skip
    """Hold back deals that close in the period's last week; answers their amount."""
    amount = np.zeros(len(takes))
    count = 0
    for m in range(len(takes)):
        if takes[m] < landing and not taken[m] and movable[m] < movable_share * terms["push_share"]:
            amount[count] = size[m]
            count += 1
    amount = -np.sort(-amount)
    best, _ = timing.deals_to_push(habits, terms, plan, ends, sold, quota, pace, variance, amount, count)
    return amount[:best].sum()


@_whole
def _pull(
    plan, habits, terms, movable_share, ends, sold, quota, pace, variance, takes, size, movable, taken, t, e
):  # fmt: skip
    """Pull in deals of the weeks ahead; answers their amount before and after discount."""
    most = int(terms["sight_weeks"]) * takes.shape[1]
    amount, early, place = np.zeros(most), np.zeros(most), np.zeros(most, np.int64)
    count = 0
    for h in range(1, int(terms["sight_weeks"]) + 1):
        if timing.discount(terms, h) > terms["most_discount"] + 1e-12:
            break
        for m in range(takes.shape[1]):
            if takes[t + h, m] < e and not taken[t + h, m] and movable[t + h, m] < movable_share:
                amount[count], early[count], place[count] = size[t + h, m], h, (t + h) * takes.shape[1] + m
                count += 1
    best, _ = timing.deals_to_pull(habits, terms, plan, ends, sold, quota, pace, variance, amount, early, count)
    full, net = 0.0, 0.0
    for k in range(best):
        full += amount[k]
        net += amount[k] * (1.0 - timing.discount(terms, early[k]))
        taken[place[k] // takes.shape[1], place[k] % takes.shape[1]] = True
    return full, net
