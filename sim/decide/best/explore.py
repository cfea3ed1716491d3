"""Explore: which plans to try. A sampler learns from what was tried; then steps to neighbours until none is better.

All is fixed by the seed and by what was played, so the same search tries the same plans in the same order, and what is
kept of it is not played again.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import optuna

from sim.decide.best.tried import Goal, Point, Score, Tried

BATCH = 4  # plans that are asked for at once, whoever plays them
RANDOM = 8  # plans before the sampler trusts what it has learnt
LONGEST_STEP = 3  # of a lever in one move, when that follows from single steps
BEST_GUESSES = 4  # moves of two levers at once that are played in a round


@dataclass(frozen=True)
class Effort:
    """How much is played: replications of the plan as it is, of each plan at first, of one that may be best."""

    known: int = 600
    first: int = 12
    full: int = 36
    told: int = 120  # of the plan that is chosen: its cost and worth are told from them
    trials: int = 40
    rounds: int = 3


Told = Callable[[int, int], None]  # how many plans are tried, of how many


def explore(
    sizes: Sequence[int], begin: Sequence[Point], tried: Tried, margin: float, effort: Effort, seed: int, told: Told
) -> None:
    """Try plans all over what the levers allow; ``begin`` come first.

    Args:
        sizes: how many values each lever has. margin: how much more than the odds asked for is looked for.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is experimental there is fixed here by requirements.lock
        sampler = optuna.samplers.TPESampler(seed=seed % 2**32, multivariate=True, n_startup_trials=RANDOM)
    study = optuna.create_study(sampler=sampler)
    for point in dict.fromkeys(begin):
        study.enqueue_trial({str(lever): place for lever, place in enumerate(point)})
    done: set[Point] = set()
    asked, every = 0, 1
    for size in sizes:
        every *= size
    told(0, min(effort.trials, every))
    while len(done) < min(effort.trials, every) and asked < 5 * effort.trials:
        trials = [study.ask() for _ in range(BATCH)]
        asked += BATCH
        points = [tuple(one.suggest_int(str(k), 0, size - 1) for k, size in enumerate(sizes)) for one in trials]
        judge(points, tried, margin, effort)
        done.update(points)
        for trial, point in zip(trials, points, strict=True):
            score = tried.score(point)
            trial.set_constraint("limit", score.lacks(tried.goal, margin))
            study.tell(trial, score.burden(tried.goal))
        told(min(len(done), effort.trials), min(effort.trials, every))


def judge(points: Sequence[Point], tried: Tried, margin: float, effort: Effort) -> None:
    """Play a few replications of each plan, and more of those that are not hopeless after them."""
    tried.extend(points, effort.first)
    best = best_of(tried, margin, effort)
    hopeful = [one for one in dict.fromkeys(points) if not tried.is_hopeless(tried.score(one), best, margin)]
    tried.extend(hopeful, effort.full)


def best_of(tried: Tried, margin: float, effort: Effort) -> Score | None:
    """The best of the plans that are played in full and keep the limit; None where none does."""
    keep = [one for one in tried.scores(effort.full) if one.lacks(tried.goal, margin) <= 0]
    return min(keep, key=lambda one: one.rank(tried.goal, margin), default=None)


def nearest_of(tried: Tried, margin: float) -> Score:
    """The plan that keeps the limit best, or misses it least."""
    return min(tried.scores(), key=lambda one: one.rank(tried.goal, margin))


def polish(sizes: Sequence[int], tried: Tried, margin: float, effort: Effort, doing: Callable[[str], None]) -> None:
    """From the best plan, step to its neighbours while one is better.

    All plans one step away are tried; what their steps come to together says which longer moves are worth a try.
    """
    for turn in range(effort.rounds):
        here = best_of(tried, margin, effort) or nearest_of(tried, margin)
        tried.extend([here.point], effort.full)
        singles = list(_steps(here.point, sizes))
        new = sum(point not in tried.outcomes for _, _, point in singles)
        doing(f"{new} new plans one step from the best (round {turn + 1} of {effort.rounds} at most)")
        judge([point for _, _, point in singles], tried, margin, effort)
        judge(list(_guesses(here, singles, sizes, tried, margin)), tried, margin, effort)
        there = best_of(tried, margin, effort) or nearest_of(tried, margin)
        if there.point == here.point or _is_no_better(there, here, tried.goal, margin):
            return


def _is_no_better(there: Score, here: Score, goal: Goal, margin: float) -> bool:
    return there.rank(goal, margin)[:2] >= here.rank(goal, margin)[:2]


def _steps(point: Point, sizes: Sequence[int]) -> Iterator[tuple[int, int, Point]]:
    """Every plan one step of one lever away, with the lever and the way."""
    for lever, size in enumerate(sizes):
        for way in (-1, 1):
            if 0 <= point[lever] + way < size:
                yield lever, way, _moved(point, ((lever, way),))


def _guesses(
    here: Score, singles: Sequence[tuple[int, int, Point]], sizes: Sequence[int], tried: Tried, margin: float
) -> Iterator[Point]:
    """The moves of one or two levers that look best when single steps are added up, if better than staying."""
    goal = tried.goal
    slopes = {}
    for lever, way, point in singles:
        score = tried.score(point)
        slopes[lever, way] = (
            score.burden(goal) - here.burden(goal), score.lacks(goal, margin) - here.lacks(goal, margin)
        )  # fmt: skip
    strides = [(lever, way * length) for lever, way in slopes for length in range(1, LONGEST_STEP + 1)]
    moves = [(one,) for one in strides] + [pair for pair in combinations(strides, 2) if pair[0][0] != pair[1][0]]
    found = []
    for move in moves:
        point = _moved(here.point, move)
        if point in tried.outcomes or any(not 0 <= at < size for at, size in zip(point, sizes, strict=True)):
            continue
        burden, lacks = here.burden(goal), here.lacks(goal, margin)
        for lever, stride in move:
            per = slopes[lever, 1 if stride > 0 else -1]
            burden, lacks = burden + abs(stride) * per[0], lacks + abs(stride) * per[1]
        found.append((max(lacks, 0.0), burden, point))
    now = here.rank(goal, margin)[:2]
    for lacks, burden, point in sorted(found)[:BEST_GUESSES]:
        if (lacks, burden) < now:
            yield point


def _moved(point: Point, move: Sequence[tuple[int, int]]) -> Point:
    places = list(point)
    for lever, stride in move:
        places[lever] += stride
    return tuple(places)
