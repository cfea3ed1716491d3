"""How long deals stay in each stage and how many move on, from a history of their moves.

Stages are put in the order in which deals come through them. A deal is where it has come furthest: what goes back, or
is parked in an earlier stage, is still the same time of the later one. A stage that most deals skip is no stage. Time
in a stage is lognormal with deals still there cut off; only stages entered while the log was kept count, so that what
was left before it began does not matter. Who moves on is a share with a beta law.

Source: Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data" (2002), chapters 3 and 8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr
from scipy.stats import norm

from sim.crm.opportunities import NONE, OPEN, WON, Opportunities, StageHistory
from sim.crm.outcomes import outcome_of
from sim.fit.hazards import WINDOW_DAYS

_FEWEST = 40  # spells that ended, of each stage; below it a history tells no law
_PASSED_BY = 0.5  # of deals that come further: a stage that fewer than this pass through is none
_SKIPPED_DAYS = 0.5  # what a deal spends in a stage that it skips
_LONGEST = 3000  # days
_PRIOR = 1.0  # deals that moved on and that did not, each, thought of before any is seen
_LEAST_SPREAD = 0.05


@dataclass(frozen=True)
class Spells:
    """Times in stages, shape (spells,) each: the stage's place in order, days, whether it ended, and with moving on."""

    stage: np.ndarray
    days: np.ndarray
    ended: np.ndarray
    moved_on: np.ndarray


@dataclass(frozen=True)
class StageLaws:
    """The stages in order. ``mean_log`` and ``sigma_log`` of days, and the covariance of both, shape (stages, 2, 2);
    ``moved_on`` and ``failed`` count spells that ended, shape (stages,). ``now`` has the place of the stage that each
    deal is in, -1 where it is not known, and ``since`` the day on which it came there, shape (deals,).
    """

    names: tuple[str, ...]
    mean_log: np.ndarray
    sigma_log: np.ndarray
    covariance: np.ndarray
    moved_on: np.ndarray
    failed: np.ndarray
    spells: Spells
    now: np.ndarray
    since: np.ndarray

    @property
    def mean_days(self) -> np.ndarray:
        return np.exp(self.mean_log + 0.5 * self.sigma_log**2)

    @property
    def advance(self) -> np.ndarray:
        """Share of those whose stage ended that moved on, shape (stages,)."""
        return (self.moved_on + _PRIOR) / (self.moved_on + self.failed + 2 * _PRIOR)

    def draws(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws of mean days and of shares that move on, shape (n, stages) each."""
        days, shares = np.empty((2, n, len(self.names)))
        for k in range(len(self.names)):
            both = rng.multivariate_normal((self.mean_log[k], np.log(self.sigma_log[k])), self.covariance[k], n)
            days[:, k] = np.exp(both[:, 0] + 0.5 * np.exp(2 * np.minimum(both[:, 1], 1.0)))
            shares[:, k] = rng.beta(self.moved_on[k] + _PRIOR, self.failed[k] + _PRIOR, n)
        return days, shares

    def with_losses_later(self, days: float) -> StageLaws | None:
        """The same where deals that fail are closed so many days after their work has ended; None where none can be."""
        late = self.spells.ended & ~self.spells.moved_on
        worked = np.where(late, np.maximum(self.spells.days - days, _SKIPPED_DAYS), self.spells.days)
        # Deals still open may have failed unseen: those count for as long as was worked on them at the least.
        open_ones = ~self.spells.ended
        worked = np.where(open_ones, np.maximum(worked - days, _SKIPPED_DAYS), worked)
        return _fitted(self.names, Spells(self.spells.stage, worked, self.spells.ended, self.spells.moved_on), self)


def fit_stage_laws(deals: Opportunities, history: StageHistory | None) -> StageLaws | None:
    """The laws of the stages, or None where there is no history, or too little of one in some stage."""
    if history is None or not len(history.deal):
        return None
    order = _order(history)
    if len(order) < 2:
        return None
    place = np.full(len(history.stage.names) + 1, NONE)
    place[order] = np.arange(len(order))
    at = place[history.stage.codes]
    furthest = _furthest(history.deal, at)
    forward = np.flatnonzero((at >= 0) & (at > furthest))
    deal, stage = history.deal[forward], at[forward]
    entered = history.entered[forward]
    last = np.append(deal[1:] != deal[:-1], True)
    done = deals.outcome[deal] != OPEN
    left = np.where(last, np.where(done, deals.closed[deal] + 0.5, deals.as_of + 1.0), np.append(entered[1:], 0.0))
    ended = ~last | (done & ~deals.bulk[deal])  # a mass edit only says that it had ended by then
    moved = ~last | (done & (deals.outcome[deal] == WON))
    known = entered >= max(deals.closes_known_from, deals.as_of - WINDOW_DAYS)
    skipped, where = _skipped(deal, stage)
    own = known & (left >= entered)
    days = np.maximum(left - entered, _SKIPPED_DAYS)
    spells = Spells(
        np.concatenate([stage[own], skipped[known[where]]]),
        np.concatenate([days[own], np.full(int(known[where].sum()), _SKIPPED_DAYS)]),
        np.concatenate([ended[own], np.ones(int(known[where].sum()), bool)]),
        np.concatenate([(ended & moved)[own], np.ones(int(known[where].sum()), bool)]),
    )
    now, since = np.full((2, len(deals)), NONE, np.int64)
    now[deal[last]], since[deal[last]] = stage[last], np.floor(entered[last])
    closed = deals.outcome != OPEN
    now[closed] = since[closed] = NONE
    nothing = np.zeros(len(order))
    blank = StageLaws(
        tuple(history.stage.names[code] for code in order), nothing, nothing, np.zeros((len(order), 2, 2)), nothing,
        nothing, spells, now, np.maximum(since, np.where(now >= 0, deals.created, NONE)),
    )  # fmt: skip
    return _fitted(blank.names, spells, blank)


def _order(history: StageHistory) -> np.ndarray:
    """Codes of the open stages that most deals pass, in the order in which deals first come to them."""
    names = history.stage.names
    open_ones = np.array([outcome_of(name) == OPEN for name in names])
    code, deal = history.stage.codes, history.deal
    kept = (code >= 0) & open_ones[code]
    code, deal = code[kept], deal[kept]
    _, first = np.unique(deal * len(names) + code, return_index=True)
    first = np.sort(first)
    code, deal = code[first], deal[first]
    seen = np.bincount(code, minlength=len(names))
    before = np.zeros((len(names), len(names)))  # how often the row's stage came before the column's
    starts = np.flatnonzero(np.append(True, deal[1:] != deal[:-1]))
    longest = int(np.diff(np.append(starts, len(deal))).max(initial=0))
    for apart in range(1, longest):
        same = np.flatnonzero(deal[apart:] == deal[:-apart])
        np.add.at(before, (code[same], code[same + apart]), 1.0)
    ahead = ((before - before.T) > 0).sum(axis=1)  # Copeland's order of pairs
    order = [one for one in np.argsort(-ahead, kind="stable") if seen[one] > 0]
    kept_ones = []
    for spot, one in enumerate(order):
        later = order[spot + 1 :]
        further = np.unique(deal[np.isin(code, later)]) if later else np.unique(deal)
        passed = np.isin(further, deal[code == one]).mean() if len(further) else 0.0
        if passed >= _PASSED_BY or (not later and seen[one] >= _FEWEST):
            kept_ones.append(int(one))
    return np.array(kept_ones, np.int64)


def _furthest(deal: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The furthest place that each deal had come to before a move, -1 before the first."""
    apart = int(at.max(initial=0)) + 2
    upto = np.maximum.accumulate(deal * apart + at + 1) - deal * apart - 1
    before = np.append(NONE, upto[:-1])
    return np.where(np.append(True, deal[1:] != deal[:-1]), NONE, before)


def _skipped(deal: np.ndarray, stage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Stages that deals jumped over, and the move that jumped; a deal's first move jumps over none that is known."""
    jump = np.where(np.append(False, deal[1:] == deal[:-1]), stage - np.append(0, stage[:-1]) - 1, 0)
    where = np.repeat(np.arange(len(deal)), np.maximum(jump, 0))
    count = np.arange(len(where)) - np.repeat(np.cumsum(np.maximum(jump, 0)) - np.maximum(jump, 0), np.maximum(jump, 0))
    return stage[where] - 1 - count, where


def _fitted(names: tuple[str, ...], spells: Spells, like: StageLaws) -> StageLaws | None:
    count = len(names)
    moved, failed = (
        np.bincount(spells.stage[spells.ended & (spells.moved_on == on)], minlength=count).astype(float)
        for on in (True, False)
    )
    if (moved + failed).min() < _FEWEST or moved.min() < 1:
        return None
    means, sigmas, errors = np.zeros(count), np.zeros(count), np.zeros((count, 2, 2))
    for k in range(count):
        mine = spells.stage == k
        means[k], sigmas[k], errors[k] = _lognormal(spells.days[mine], spells.ended[mine])
    return StageLaws(names, means, sigmas, errors, moved, failed, spells, like.now, like.since)


def _lognormal(days: np.ndarray, ended: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Mean and spread of log days with those cut off, and the covariance of the mean and the log of the spread."""
    cells = np.minimum(np.floor(days), _LONGEST).astype(np.int64)
    seen, cut = np.bincount(cells[ended]), np.bincount(cells[~ended])
    at_seen, at_cut = np.flatnonzero(seen), np.flatnonzero(cut)
    logs, cut_logs = np.log(at_seen + 0.5), np.log(at_cut + 0.5)
    weight, cut_weight = seen[at_seen], cut[at_cut]

    def against(x: np.ndarray) -> float:
        sigma = _LEAST_SPREAD + np.exp(x[1])
        hit = weight @ norm.logpdf(logs, x[0], sigma)
        return -float(hit + cut_weight @ log_ndtr((x[0] - cut_logs) / sigma))

    mean = float(weight @ logs / weight.sum())
    spread = float(np.sqrt(weight @ (logs - mean) ** 2 / weight.sum()))
    start = np.array([mean, np.log(max(spread, 0.1))])
    found = minimize(against, start, method="BFGS", options={"gtol": 1e-3})
    sigma = _LEAST_SPREAD + float(np.exp(found.x[1]))
    curve = _curvature(against, found.x)
    scale = np.diag([1.0, np.exp(found.x[1]) / sigma])
    return float(found.x[0]), sigma, scale @ np.linalg.inv(curve) @ scale


def _curvature(against: Callable[[np.ndarray], float], x: np.ndarray, step: float = 1e-3) -> np.ndarray:
    """Second differences of minus the log likelihood at its least, shape (2, 2), held away from flat."""
    made = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            up, down = step * np.eye(2)[i], step * np.eye(2)[j]
            made[i, j] = (
                against(x + up + down) - against(x + up - down) - against(x - up + down) + against(x - up - down)
            ) / (4 * step**2)
    values, vectors = np.linalg.eigh(0.5 * (made + made.T))
    return (vectors * np.maximum(values, 1.0)) @ vectors.T
