"""The response to a sweep: what each of many plans comes to, which is best, and which cannot be told from it.

Plans are played some at a time, so that memory stays the same for any number of them, and only what a decision hangs on
is measured. All have the same luck. The best is the plan with the best mean; it is held against all others at once,
so that the plan that is truly best is among the best and those not told from it 19 times in 20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiment.plan import Asked, Plan, draw_of
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.experiment.total import Totals, totals_of
from sim.results.criterion import HITS_TARGET, Criterion
from sim.results.estimates import UNKNOWN, Estimate, mean_interval, moments, paired, share_of
from sim.results.gap import NO_GAP, Gap, Scale, gap_between
from sim.results.judged_by import FEWEST_REPLICATIONS, JudgedBy, measured_for, with_kept
from sim.results.percentiles import percentiles
from sim.results.simultaneous import widening
from sim.scenario.load import ScenarioSource

PLANS_AT_ONCE = 10


@dataclass(frozen=True)
class Tried:
    """One plan or weather of a sweep: means by measure, its number by the criterion, and how far it is from others."""

    name: str
    kind: str
    means: Mapping[str, float]
    mean: Estimate  # by the criterion
    range: tuple[float, float, float]  # P10, P50 and P90 by the criterion; undefined for what is yes or no
    odds: Estimate
    from_best: Gap  # NO_GAP where nothing is best, and of the best itself
    from_first: Gap  # NO_GAP of the first


@dataclass(frozen=True)
class Response:
    """All that was tried, in the order given; the first is the reference."""

    tried: tuple[Tried, ...]
    by: JudgedBy
    best: int | None  # place of the plan with the best mean; None where no two plans compete
    level: tuple[int, ...]  # places of plans that cannot be told from it, the best mean first
    replications: int
    months: int

    @property
    def criterion(self) -> Criterion:
        """What plans are ranked by."""
        return self.by.criterion

    @property
    def enough(self) -> bool:
        """Whether there are replications enough to judge by."""
        return self.replications >= FEWEST_REPLICATIONS

    @property
    def order(self) -> list[int]:
        """All places, plans before weather, the best mean first; what is undefined last."""
        merits = self.criterion.merit(np.array([one.mean.mean for one in self.tried]))
        known = np.where(np.isfinite(merits), merits, -np.inf).tolist()
        return sorted(range(len(known)), key=lambda place: (self.tried[place].kind != "plan", -known[place]))

    @property
    def plans(self) -> list[int]:
        """The places of those that compete."""
        return [place for place, one in enumerate(self.tried) if one.kind == "plan"]


def response(sources: Sequence[ScenarioSource], settings: RunSettings, player: Player) -> Response:
    """Plays all of them. Raises ScenarioError for an impossible draw."""
    totals = _play(sources, settings, player)
    draws = np.asarray(draw_of(np.arange(settings.replications), settings))
    return judged([(one.name, one.kind) for one in sources], totals, draws, settings.ranked_by, settings.months)


def turns_of(count: int) -> int:
    """In how many turns so many plans are played."""
    return -(-count // PLANS_AT_ONCE)


def _play(sources: Sequence[ScenarioSource], settings: RunSettings, player: Player) -> list[dict[str, np.ndarray]]:
    totals: list[dict[str, np.ndarray]] = []
    numbers, turns = range(settings.replications), turns_of(len(sources))
    measures = measured_for(settings.ranked_by)
    for turn in range(turns):
        player.other_turns = (turn * len(numbers), (turns - 1 - turn) * len(numbers))
        some = sources[turn * PLANS_AT_ONCE : (turn + 1) * PLANS_AT_ONCE]
        values = player.values([Asked(Plan.of(one, settings), Totals(measures), numbers) for one in some])
        totals += [totals_of(one, measures) for one in values]
    return totals


def judged(
    names: Sequence[tuple[str, str]], totals: Sequence[dict[str, np.ndarray]], draws: np.ndarray, asked: Criterion,
    months: int,
) -> Response:  # fmt: skip
    """What was tried, judged.

    Args:
        names: the name and kind of each. totals: by measure each replication's number, shape (replications,).
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
    """
    totals = [with_kept(one) for one in totals]
    by = JudgedBy.of(totals, asked)
    criterion, scale = by.criterion, by.criterion.scale
    numbers = np.stack([one[criterion.measure] for one in totals], axis=1)
    means = moments(numbers)[1]
    merits = criterion.merit(means)
    plans = [place for place, (_, kind) in enumerate(names) if kind == "plan" and np.isfinite(means[place])]
    best = max(plans, key=lambda place: merits[place]) if len(plans) > 1 else None
    by_best = _held_against(numbers, best, plans, draws, scale)
    by_first = _held_against(numbers, 0, range(len(names)), draws, scale)
    found = _of_each(numbers, draws, scale.yes_no)
    odds = _of_each(np.stack([one[HITS_TARGET] for one in totals], axis=1), draws, True)
    low, middle, high = (
        percentiles(numbers, (0.1, 0.5, 0.9)).tolist() if not scale.yes_no else np.full((3, len(names)), np.nan)
    )
    tried = tuple(
        Tried(
            name, kind, {of: float(moments(values[:, None])[1][0]) for of, values in totals[k].items()}, found[k],
            (low[k], middle[k], high[k]), odds[k], by_best[k], by_first[k],
        )
        for k, (name, kind) in enumerate(names)
    )  # fmt: skip
    level = [k for k in plans if best is not None and k != best and not by_best[k].clear_among_all]
    level.sort(key=lambda k: -merits[k])
    return Response(tried, by, best, tuple(level), len(draws), months)


def _held_against(
    numbers: np.ndarray, one: int | None, rivals: Sequence[int], draws: np.ndarray, scale: Scale
) -> list[Gap]:
    """Each one's number less that of one of them, in intervals that hold for all rivals at once."""
    count = numbers.shape[1]
    if one is None:
        return [NO_GAP] * count
    others = [place for place in rivals if place != one]
    wider = widening(paired(numbers[:, [one]], numbers[:, others]), draws, scale.yes_no) if others else 1.0
    return [
        NO_GAP if place == one else gap_between(numbers[:, one], numbers[:, place], draws, scale, wider)
        for place in range(count)
    ]


def _of_each(numbers: np.ndarray, draws: np.ndarray, is_share: bool) -> list[Estimate]:
    found = share_of(numbers, draws) if is_share else mean_interval(numbers, draws)
    return [found.of(k) if np.isfinite(found.mean[k]) else UNKNOWN for k in range(numbers.shape[1])]
