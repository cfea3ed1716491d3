"""Where open deals stand on the first day: in which stage and since when, or quiet.

With a history that is known. Without one nobody knows which deal is where; parts are dealt out evenly over ages, so
that their sums hold. Stages that nobody sees have the ages at closes, but not quite the odds of those that are still
open at an age, on which the first quarter hangs. So the parts are bent, as little as can be (the least
Kullback-Leibler divergence, which is an exponential tilt), until as many are won within a quarter as the hazards of
that age say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from sim.crm.opportunities import OPEN
from sim.evidence.company.learn import SOON_DAYS, Segment
from sim.evidence.company.stages import Staged, Where

_GOLDEN = 0.618034
_STRONGEST = 50.0  # tilt
_ALMOST_NONE = 1e-6  # still open


class Place(NamedTuple):
    """A stage by its place in order, the day on which the deal came there, and since when it is quiet, if it is."""

    stage: int
    entered: int
    quiet_since: int | None


@dataclass(frozen=True)
class _Odds:
    """Parts of the deals of an age, by stage and quiet."""

    where: Where
    stages: np.ndarray
    quiet: float


def places(segment: Segment) -> list[tuple[int, Place]]:
    """The rows of open deals among the segment's, from the oldest on, and where each is."""
    deals = segment.deals
    rows = np.flatnonzero(deals.outcome == OPEN)
    rows = rows[np.argsort(deals.created[rows], kind="stable")]
    at_age: dict[int, _Odds] = {}
    found = []
    for number, row in enumerate(rows.tolist()):
        part = (number + 0.5) * _GOLDEN % 1.0
        created = int(deals.created[row])
        if segment.own is not None and segment.own.laws.now[row] >= 0:
            found.append((row, _known(segment, row, part)))
            continue
        age = deals.as_of + 1 - created
        if age not in at_age:
            at_age[age] = bent(segment, age)
        found.append((row, _dealt(at_age[age], created, deals.as_of, part)))
    return found


def _known(segment: Segment, row: int, part: float) -> Place:
    """Where the history saw the deal last. Some of those that have been there for long have failed unseen."""
    assert segment.own is not None
    assert isinstance(segment.stages, Staged)
    stage, since = int(segment.own.laws.now[row]), int(segment.own.laws.since[row])
    had = segment.deals.as_of + 1 - since
    is_quiet = part < segment.stages.failed_share(stage, had)
    return Place(stage, since, since + had // 2 if is_quiet else None)


def _dealt(odds: _Odds, created: int, as_of: int, part: float) -> Place:
    if part < odds.quiet:
        return Place(len(odds.stages) - 1, created, min(created + round(odds.where.quiet_since), as_of))
    stage = int(np.searchsorted(odds.quiet + np.cumsum(odds.stages), part, "right"))
    stage = min(stage, len(odds.stages) - 1)
    return Place(stage, created + round(odds.where.entered[stage]), None)


def bent(segment: Segment, age: int) -> _Odds:
    """Parts of the deals of an age by stage, under which as many are won within SOON_DAYS as the hazards say."""
    where = segment.stages.where(age)
    plain = np.append(where.stages, where.quiet)
    wanted = won_soon(segment, age)
    soon = [segment.stages.soon(k, age - entered, SOON_DAYS) for k, entered in enumerate(where.entered)]
    chance = np.append(soon, 0.0)
    if wanted is None or np.ptp(chance[plain > 0]) <= 0.0:
        return _Odds(where, where.stages, where.quiet)

    def tilted(by: float) -> np.ndarray:
        weight = plain * np.exp(by * (chance - chance.max()))
        return weight / weight.sum()

    def too_many(by: float) -> float:
        return float(tilted(by) @ chance) - wanted

    if too_many(_STRONGEST) <= 0.0:
        by = _STRONGEST
    elif too_many(-_STRONGEST) >= 0.0:
        by = -_STRONGEST
    else:
        by = brentq(too_many, -_STRONGEST, _STRONGEST, xtol=1e-3)
    made = tilted(by)
    return _Odds(where, made[:-1], float(made[-1]))


def won_soon(segment: Segment, age: int) -> float | None:
    """Chance by the hazards that a deal open at an age is won within SOON_DAYS; None where hardly any is open then."""
    won, closing = segment.ages_won, segment.ages_won + segment.ages_lost
    left = 1.0 - closing[:age].sum()
    if age >= len(won) or left < _ALMOST_NONE:
        return None
    return float(min(won[age : age + SOON_DAYS].sum() / left, 1.0))
