"""Tried: the plans that a search has played, and how each stands against the goal, under the same luck for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.results.estimates import Estimate, mean_interval, paired
from sim.results.through import odds_through

Point = tuple[int, ...]  # which of its values each lever has
AS_IS: Point = ()  # the plan that the search begins with, whatever the levers say


@dataclass(frozen=True)
class Outcome:
    """What successive replications of a plan came to; shape (replications,) each."""

    cost: np.ndarray
    margin: np.ndarray  # bookings less target: at zero and above the target is met
    worth: np.ndarray

    def __len__(self) -> int:
        return len(self.cost)

    def first(self, count: int) -> Outcome:
        """The first ones."""
        return Outcome(self.cost[:count], self.margin[:count], self.worth[:count])

    def and_then(self, other: Outcome) -> Outcome:
        """These and further ones."""
        parts = zip((self.cost, self.margin, self.worth), (other.cost, other.margin, other.worth), strict=True)
        return Outcome(*(np.concatenate(pair) for pair in parts))


NOTHING = Outcome(np.empty(0), np.empty(0), np.empty(0))
Play = Callable[[Sequence[Point], range], list[Outcome]]  # the same numbers are the same luck for all


@dataclass(frozen=True)
class Goal:
    """Either the cheapest plan with the odds asked for, or the one worth most whose cost is within what may be added.

    ``added_usd`` is counted from the mean cost of the plan as it is.
    """

    target_odds: float | None = None
    added_usd: float | None = None

    @property
    def is_cheapest(self) -> bool:
        """Whether it is the cheapest plan that is looked for."""
        return self.target_odds is not None


@dataclass(frozen=True)
class Score:
    """How a plan stands; dollars against the plan as it is, under the same luck."""

    point: Point
    replications: int
    cost: Estimate
    worth: Estimate
    odds: Estimate

    def lacks(self, goal: Goal, margin: float = 0.0) -> float:
        """By how much it misses the limit of the goal, with a margin in odds; not above zero where it keeps it."""
        if goal.target_odds is not None:
            return goal.target_odds + margin - self.odds.mean
        assert goal.added_usd is not None
        return self.cost.mean - goal.added_usd

    def burden(self, goal: Goal) -> float:
        """What is to be as small as possible."""
        return self.cost.mean if goal.is_cheapest else -self.worth.mean

    def rank(self, goal: Goal, margin: float = 0.0) -> tuple[float, float, Point]:
        """Its place: what keeps the limit comes first, then the smallest burden."""
        return max(self.lacks(goal, margin), 0.0), self.burden(goal), self.point


@dataclass
class Tried:
    """All that was played. ``play`` plays the same luck for the same numbers of replications."""

    play: Play
    goal: Goal
    outcomes: dict[Point, Outcome] = field(default_factory=dict)
    fresh: dict[Point, Outcome] = field(default_factory=dict)  # under luck that no search has seen

    def extend(self, points: Sequence[Point], count: int) -> None:
        """Play so many replications of each, those only that are missing."""
        begun: dict[int, list[Point]] = {}
        for point in dict.fromkeys(points):
            have = len(self.outcomes.get(point, NOTHING))
            if have < count:
                begun.setdefault(have, []).append(point)
        for have, lacking in sorted(begun.items()):
            for point, more in zip(lacking, self.play(lacking, range(have, count)), strict=True):
                self.outcomes[point] = self.outcomes.get(point, NOTHING).and_then(more)

    def score(self, point: Point) -> Score:
        """How a plan stands by all that was played of it."""
        own, base = self.outcomes[point], self.outcomes[AS_IS]
        n = min(len(own), len(base))
        cost, worth = (added(getattr(base, name)[:n], getattr(own, name)[:n]) for name in ("cost", "worth"))
        return Score(point, len(own), cost, worth, self._odds(own))

    def _odds(self, own: Outcome) -> Estimate:
        """Through the plan as it is, and through each that was played under fresh luck."""
        known = [(self.outcomes[AS_IS], self.outcomes[AS_IS])]
        known += [(self.outcomes[point], fresh) for point, fresh in self.fresh.items()]
        through = []
        for well, every in known:
            pairs = min(len(own), len(well))
            through.append((well.margin[:pairs], own.margin[:pairs], every.margin))
        return odds_through(through)

    def scores(self, least: int = 0) -> list[Score]:
        """How all stand of which so many replications were played, the plan as it is apart."""
        return [self.score(one) for one, found in self.outcomes.items() if one != AS_IS and len(found) >= least]

    def is_hopeless(self, score: Score, best: Score | None, margin: float) -> bool:
        """Whether what was played of a plan already says that it will not do, or will not be the best."""
        if self.goal.target_odds is not None and score.odds.high < self.goal.target_odds + margin:
            return True
        if self.goal.added_usd is not None and score.cost.low > self.goal.added_usd:
            return True
        if best is None:
            return False
        name, sign = ("cost", 1) if self.goal.is_cheapest else ("worth", -1)
        ours, theirs = (getattr(self.outcomes[one.point], name) for one in (score, best))
        n = min(len(ours), len(theirs))
        behind = added(sign * theirs[:n], sign * ours[:n])
        return behind.low > 0


def added(a: np.ndarray, b: np.ndarray) -> Estimate:
    """The mean of b - a over replications of the same luck, with its interval."""
    return mean_interval(paired(a, b)[:, None], np.arange(len(a))).of(0)
