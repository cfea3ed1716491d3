"""Flow: how often and how long a deal is in each stage, in the long run, for the opening and for closed forms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.rules.odds import chance, log_odds
from sim.scenario.deals import Segment


@dataclass(frozen=True)
class Flow:
    """What becomes of one opportunity on average. Arrays by stage and attempt, shape (stages, most attempts)."""

    attempts: np.ndarray  # attempts of this number made in this stage
    stalls: np.ndarray  # stalls that follow an attempt of this number
    stage_days: np.ndarray  # mean days of one attempt, shape (stages,)
    hours: np.ndarray  # hours a week asked for, shape (stages,)
    never_days: float  # mean quiet days of a stall that does not come back
    back_days: float  # mean quiet days of a stall that does, or that is closed waiting for it
    win_rate: float
    never_share: float  # of stalls: those that do not come back

    @property
    def work_days(self) -> float:
        """Days of work on one opportunity. By definition."""
        return float(self.attempts.sum(axis=1) @ self.stage_days)

    @property
    def open_days(self) -> float:
        """Mean days from creation to the end: at work and quiet. By definition."""
        quiet = self.never_share * self.never_days + (1.0 - self.never_share) * self.back_days
        return self.work_days + float(self.stalls.sum()) * quiet

    @property
    def hours_weeks(self) -> float:
        """Hours a week times days: the standing demand of a flow of one opportunity a day. By definition."""
        return float((self.attempts.sum(axis=1) * self.hours) @ self.stage_days)


@dataclass(frozen=True)
class Alone:
    """How deals pass a stage that needs a solution engineer (SE) where there are none."""

    after_days: float | None  # in line, until a rep goes on without; None: never
    logit: float  # log-odds of an attempt without


LONGEST_QUIET_DAYS = 730.0  # a stall that nothing ever closes counts as if it had begun within so long


def flow_of(
    segment: Segment,
    logit: float,
    cycle: float,
    hours: float = 1.0,
    alone: Alone | None = None,
    days_per_month: float = DAYS_PER_MONTH,
) -> Flow:
    """The average course of an opportunity: log-odds of stages shifted by ``logit``, days and hours multiplied.

    Deals are told apart by how often they have stalled, and cool by a stall's mean length each time: exact where
    waiting costs no odds, and close elsewhere. Waiting for a solution engineer (SE), where there are some, or for a rep
    is left out.

    Args:
        alone: how deals pass a stage that needs an SE where there are none; None where there are.

    By definition of a chain that ends; the mean stall in place of each is our own.
    """
    rule = segment.stalls
    after = LONGEST_QUIET_DAYS if rule.close_after_days is None else rule.close_after_days
    closed_first = math.exp(-after / rule.mean_days)
    quiet_days = rule.mean_days - after * closed_first / max(1.0 - closed_first, 1e-12)  # of those that come back
    cooling = rule.odds_decay_logit_per_month / days_per_month
    steps, cold = [], 0.0
    for stage in segment.stages.values():
        odds, closed = log_odds(stage.advance_share) + logit, False
        if stage.needs_se and alone is not None:
            closed = alone.after_days is None
            cold += cooling * (alone.after_days or 0.0)
            odds += alone.logit
        steps.append((odds - cold, stage.stalled_share, stage.attempts, closed))
    comes_back = (1.0 - rule.never_revives_share) * (1.0 - closed_first)
    attempts, stalls, win_rate = _course(tuple(steps), comes_back, cooling * quiet_days)
    return Flow(
        attempts=attempts,
        stalls=stalls,
        stage_days=np.array([s.duration.average_days for s in segment.stages.values()]) * cycle,
        hours=np.array([s.hours_per_week for s in segment.stages.values()]) * hours,
        never_days=after,
        back_days=rule.mean_days * (1.0 - closed_first),
        win_rate=win_rate,
        never_share=rule.never_revives_share,
    )


@lru_cache(256)
def _course(
    steps: tuple[tuple[float, float, int, bool], ...], comes_back: float, decay: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Attempts and stalls by stage and attempt, and the share won; not to be changed.

    Args:
        steps: of each stage the log-odds of one that has never stalled to move on, the share of the others that stall,
            its attempts, and whether it is closed to all.
        comes_back: share of stalls. decay: log-odds that a stall costs.
    """
    most = max(tries for _, _, tries, _ in steps)
    attempts, stalls = np.zeros((2, len(steps), most))
    arrive = [1.0]  # deals by how often they have stalled
    for k, (odds, stalled_share, tries, closed) in enumerate(steps):
        if closed:
            return attempts, stalls, 0.0
        now, passed = arrive, [0.0] * (len(arrive) + tries - 1)
        for j in range(tries):
            stalled = [0.0]
            for n, deals in enumerate(now):
                on = deals * chance(odds - decay * n)
                passed[n] += on
                stalled.append((deals - on) * stalled_share)
            attempts[k, j] = sum(now)
            stalls[k, j] = sum(stalled) if j + 1 < tries else 0.0
            now = [deals * comes_back for deals in stalled]
        arrive = passed
    return attempts, stalls, sum(arrive)
