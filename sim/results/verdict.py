"""The verdict: which plan to choose by a criterion, how clearly, and what lies behind it. Numbers only, no words.

The screen and the report tell the same one. Every difference is taken replication by replication under the same luck.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.results.contest import Contest, contest
from sim.results.criterion import Criterion, criterion_of, scale_of
from sim.results.estimates import moments, paired
from sim.results.gap import Gap, gap_between
from sim.results.judged_by import FEWEST_REPLICATIONS, PARTS, JudgedBy, with_kept
from sim.results.percentiles import percentiles
from sim.results.simultaneous import widening


@dataclass(frozen=True)
class Played:
    """One scenario of a run: by measure each replication's number for everybody over the whole run.

    ``totals[measure]`` has shape (replications,), NaN where undefined. A measure that the run lacks is left out.
    """

    name: str
    kind: str  # plan or weather
    totals: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Horizon:
    """How long plans are played, and how long and at what discount what their customers then still pay counts."""

    played_years: float
    run_off_years: float = 0.0
    discount_per_year: float = 0.0


@dataclass(frozen=True)
class Standing:
    """Where one scenario stands: its means, and its differences from the scenario that plans are held against.

    ``gaps`` has bookings less cost too; it is empty for that scenario itself.
    """

    name: str
    kind: str
    means: Mapping[str, float]
    gaps: Mapping[str, Gap]
    bookings_usd: tuple[float, float, float]  # P10, P50 and P90


@dataclass(frozen=True)
class Verdict:
    """Which plan to choose.

    ``by`` says by which criterion. ``reference`` is the
    first plan: what one does unless another plan is clearly better. ``pick`` is None where no scenario is a plan.
    ``told`` is the plan whose difference from the reference the verdict rests on: the pick, or where the reference is
    kept the next best; None where there is nothing to choose between. ``contestants``: what each plan that competes
    came to in each replication by the risk's criterion, the more the better; none where there is nothing to choose
    between.
    """

    by: JudgedBy
    horizon: Horizon
    replications: int
    standings: tuple[Standing, ...]
    reference: str
    pick: str | None
    told: str | None
    level: tuple[str, ...]  # other plans that cannot be told from the pick
    turned: Mapping[str, str]  # by standing criterion the plan that it puts clearly ahead of the pick
    contestants: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict, repr=False, compare=False)
    draws: np.ndarray = dataclasses.field(default_factory=lambda: np.empty(0, int), repr=False, compare=False)

    @property
    def criterion(self) -> Criterion:
        """The criterion that plans are ranked by."""
        return self.by.criterion

    @property
    def clear(self) -> bool:
        """Whether the told plan can be told from the reference, one of many plans though it may be."""
        return self.decides is not None and self.decides.clear_among_all

    @property
    def enough(self) -> bool:
        """Whether there are replications enough to judge by."""
        return self.replications >= FEWEST_REPLICATIONS

    @cached_property
    def by_name(self) -> dict[str, Standing]:
        """The standings by scenario."""
        return {standing.name: standing for standing in self.standings}

    @cached_property
    def contest(self) -> Contest | None:
        """All plans against each other, worked out when first asked for; None where there is nothing to choose."""
        measure = self.risk_criterion.measure
        return contest(self.contestants, self.draws, measure, self.pick) if self.pick and self.contestants else None

    @property
    def plans(self) -> list[Standing]:
        """Those that compete."""
        return [standing for standing in self.standings if standing.kind == "plan"]

    @property
    def weather(self) -> list[Standing]:
        """What befalls the reference."""
        return [one for one in self.standings if one.kind != "plan" and one.name != self.reference]

    @property
    def worth(self) -> str:
        """The measure that a plan is said to be worth by: value, or what is known without it."""
        return self.by.worth

    def gap(self, measure: str, name: str | None = None) -> Gap | None:
        """The difference of a scenario, the one told of unless named, from the reference; None where there is none."""
        standing = self.by_name.get(name or self.told or "")
        return standing.gaps.get(measure) if standing else None

    @property
    def decides(self) -> Gap | None:
        """The difference, by the criterion, that the verdict rests on."""
        return self.gap(self.criterion.measure)

    @property
    def risk(self) -> Gap | None:
        """The difference that luck plays with: by the criterion, or where that is yes or no by what plans are worth."""
        return self.gap(self.risk_criterion.measure)

    @property
    def risk_criterion(self) -> Criterion:
        """The criterion by which the risk is told: of what is yes or no in a replication, there is no how much."""
        return self.by.by_amount

    @property
    def break_even(self) -> float | None:
        """What a dollar of ARR at the end must be worth for the told plan to equal the reference, in dollars.

        None unless it gains by one of contribution and ending ARR and loses by the other, both clearly.
        """
        earned, arr = self.gap("contribution"), self.gap("arr_at_end")
        if earned is None or arr is None or not (earned.clear and arr.clear) or earned.mean * arr.mean > 0:
            return None
        return -earned.mean / arr.mean

    @property
    def counted(self) -> float | None:
        """What the run itself counts a dollar of ARR at the end for, between the told plan and the reference."""
        arr, later = self.gap("arr_at_end"), [self.gap(part) for part in PARTS[1:]]
        if arr is None or not arr.clear or None in later:
            return None
        return sum(one.mean for one in later if one is not None) / arr.mean


@dataclass(frozen=True)
class _Field:
    """All scenarios of a run with their totals, and how any two of them differ."""

    totals: Mapping[str, Mapping[str, np.ndarray]]
    draws: np.ndarray
    plans: Sequence[str]  # those that compete
    _widened: dict[tuple[str, str], float] = dataclasses.field(default_factory=dict)

    def gap(self, b: str, a: str, measure: str) -> Gap:
        first, second = self.totals[a][measure], self.totals[b][measure]
        return gap_between(first, second, self.draws, scale_of(measure), self._wider(a, measure))

    def _wider(self, a: str, measure: str) -> float:
        """By how much intervals must grow for all plans to be held against one at once."""
        if (a, measure) not in self._widened:
            of_one = self.totals[a][measure]
            others = [self.totals[b][measure] for b in self.plans if b != a and measure in self.totals[b]]
            differences = np.array([paired(of_one, other) for other in others]).reshape(-1, len(self.draws)).T
            self._widened[a, measure] = widening(differences, self.draws, scale_of(measure).yes_no)
        return self._widened[a, measure]

    def mean(self, name: str, measure: str) -> float:
        return _mean(self.totals[name][measure])

    def standing(self, one: Played, reference: str) -> Standing:
        mine, others = self.totals[one.name], self.totals[reference]
        shared = [measure for measure in mine if measure in others] if one.name != reference else []
        gaps = {measure: self.gap(one.name, reference, measure) for measure in shared}
        low, middle, high = percentiles(mine["bookings"][:, None])[:, 0].tolist()
        return Standing(one.name, one.kind, {m: _mean(v) for m, v in mine.items()}, gaps, (low, middle, high))


def judge(played: Sequence[Played], draws: np.ndarray, asked: Criterion, horizon: Horizon) -> Verdict:
    """The verdict on the scenarios of a run, in the run's order.

    Args:
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
    """
    plans = [one.name for one in played if one.kind == "plan"]
    reference = plans[0] if plans else played[0].name
    field = _Field({one.name: with_kept(one.totals) for one in played}, draws, plans)
    by = JudgedBy.of(list(field.totals.values()), asked)
    criterion = by.criterion
    standings = tuple(field.standing(one, reference) for one in played)
    rivals = plans[1:] if len(draws) >= FEWEST_REPLICATIONS else []
    told = _best(rivals, reference, criterion.measure, field)
    is_ahead = told is not None and field.gap(told, reference, criterion.measure).ahead
    pick = None if not plans else told if is_ahead else reference
    level: tuple[str, ...] = ()
    turned: dict[str, str] = {}
    contestants: dict[str, np.ndarray] = {}
    if pick is not None and rivals:
        others = [name for name in plans if name != pick]
        level = tuple(name for name in others if not field.gap(name, pick, criterion.measure).clear)
        for other in by.known:
            measure = criterion_of(other).measure
            if other != criterion.name and (ahead := _ahead(others, pick, measure, field)):
                turned[other] = max(ahead, key=lambda name, of=measure: field.mean(name, of))  # type: ignore[misc]
        risked = by.by_amount
        contestants = {name: risked.merit(field.totals[name][risked.measure]) for name in plans}
    return Verdict(
        by, horizon, len(draws), standings, reference, pick, told, level, turned, contestants, draws,
    )  # fmt: skip


def _best(rivals: Sequence[str], reference: str, measure: str, field: _Field) -> str | None:
    """The rival with the greatest advantage among those clearly ahead of the reference, or among all where none is."""
    gaps = {name: field.gap(name, reference, measure) for name in rivals}
    ahead = [name for name in rivals if gaps[name].ahead]
    return max(ahead or rivals, key=lambda name: gaps[name].advantage.mean, default=None)


def _ahead(names: Sequence[str], of: str, measure: str, field: _Field) -> list[str]:
    """The plans that are clearly ahead of one by a measure."""
    return [name for name in names if field.gap(name, of, measure).ahead]


def _mean(values: np.ndarray) -> float:
    return float(moments(values[:, None])[1][0])
