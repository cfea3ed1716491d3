"""Flow: how often and how long a deal is in each stage, in the long run, for the opening and for closed forms."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
        """Days of work on one opportunity."""
        return float(self.attempts.sum(axis=1) @ self.stage_days)

    @property
    def open_days(self) -> float:
        """Mean days from creation to the end: at work and quiet."""
        quiet = self.never_share * self.never_days + (1.0 - self.never_share) * self.back_days
        return self.work_days + float(self.stalls.sum()) * quiet

    @property
    def hours_weeks(self) -> float:
        """Hours a week times days: the standing demand of a flow of one opportunity a day."""
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

    Deals cool by the mean days that those at each attempt have been quiet before, so that it is exact where waiting
    costs no odds and close elsewhere. Waiting for an SE, where there are some, or for a rep is left out.

    Args:
        alone: how deals pass a stage that needs a solution engineer (SE) where there are none; None where there are.
    """
    stages = list(segment.stages.values())
    rule = segment.stalls
    most = max(stage.attempts for stage in stages)
    attempts, stalls = np.zeros((len(stages), most)), np.zeros((len(stages), most))
    after = LONGEST_QUIET_DAYS if rule.close_after_days is None else rule.close_after_days
    closed_first = math.exp(-after / rule.mean_days)
    comes_back = (1.0 - rule.never_revives_share) * (1.0 - closed_first)
    quiet_days = rule.mean_days - after * closed_first / (1.0 - closed_first) if closed_first < 1.0 else 0.0
    cooling = rule.odds_decay_logit_per_month / days_per_month
    arrive, waited = 1.0, 0.0
    for k, stage in enumerate(stages):
        odds = log_odds(stage.advance_share) + logit
        if stage.needs_se and alone is not None:
            if alone.after_days is None:
                arrive = 0.0
                break
            odds += alone.logit
            waited += alone.after_days
        now, passed, passed_days = arrive, 0.0, 0.0
        for j in range(stage.attempts):
            attempts[k, j] = now
            moves_on = chance(odds - cooling * waited)
            passed += now * moves_on
            passed_days += now * moves_on * waited
            stalls[k, j] = now * (1.0 - moves_on) * stage.stalled_share if j + 1 < stage.attempts else 0.0
            now = stalls[k, j] * comes_back
            waited += quiet_days
        arrive, waited = passed, passed_days / passed if passed > 0.0 else 0.0
    return Flow(
        attempts=attempts,
        stalls=stalls,
        stage_days=np.array([s.duration.average_days for s in stages]) * cycle,
        hours=np.array([s.hours_per_week for s in stages]) * hours,
        never_days=after,
        back_days=rule.mean_days * (1.0 - closed_first),
        win_rate=arrive,
        never_share=rule.never_revives_share,
    )
