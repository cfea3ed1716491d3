"""Odds on the logit scale: what acts on a deal's chances is added there, so that no chance leaves [0, 1]."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.compiled import inlined


@inlined
def chance(logit: float) -> float:
    """The probability with these log-odds; plus or minus infinity give 1 and 0. By definition."""
    if logit >= 0.0:
        return 1.0 / (1.0 + math.exp(-logit))
    odds = math.exp(logit)
    return odds / (1.0 + odds)


def log_odds(share: float) -> float:
    """The log-odds of a probability; infinite at 0 and 1. By definition."""
    if share <= 0.0:
        return -math.inf
    if share >= 1.0:
        return math.inf
    return math.log(share / (1.0 - share))


def odds_answer(advance_shares: Iterable[float]) -> float:
    """How a win rate over stages answers when the log-odds of all are shifted by x: by 1 + x times this.

    By definition, to first order in x.
    """
    return sum(1.0 - share for share in advance_shares)


@inlined
def ability_logit(ability, volume_share, answer):
    """Log-odds a stage for a rep of given ability, so that the product of stage odds grows as ability^(1 - a).

    A stage with chance p answers a shift x of its log-odds with p (1 + (1 - p) x), so the win rate over stages s
    answers with 1 + x sum_s (1 - p_s); the part of ability that does not act on volume is spread over that sum.

    Args:
        ability: mean 1 over reps.
        volume_share: the part a in [0, 1] that acts on volume.
        answer: from ``odds_answer`` of the average rep's chances to move on.

    Our own, derived from the definitions here.
    """
    if answer <= 0.0:
        return 0.0
    return (1.0 - volume_share) * math.log(ability) / answer
