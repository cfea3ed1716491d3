"""The verdict: which plan to choose by a criterion, how clearly, and what lies behind it. Numbers only, no words.

The screen and the report tell the same one. Every difference is taken replication by replication under the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from sim.experiment.criterion import CRITERIA, MEASURE_OF, WITHOUT_BILLING, Criterion
from sim.experiment.statistics import CONFIDENCE, compare, paired

FEWEST_REPLICATIONS = 30  # even odds come out as 32% or as 68% of so many
PARTS = ("contribution", "run_off_value", "pipeline_value")  # which add up to value
MEASURED = ("bookings", "cost", "target", "hits_target", "value", *PARTS, "arr_at_end")
# Below this a difference is none: half of the last digit that anybody is told, in dollars and as a share.
ROUNDING, ROUNDING_OF_ODDS = 0.5, 0.005


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
class Gap:
    """A scenario's number less that of another under the same luck."""

    mean: float
    low: float  # 95% interval of the mean
    high: float
    p10: float  # of single replications: what luck may make of it
    p90: float
    below: float  # share of replications in which it is below zero, by more than rounding
    above: float
    rounding: float
    wider: float = 1.0  # by how much the interval must grow to hold for the best of several plans

    @property
    def reach(self) -> float:
        """How far the 95% interval goes to either side, where it does so evenly."""
        return (self.high - self.low) / 2

    @property
    def clear(self) -> bool:
        """Whether the sign can be trusted: the interval leaves out zero, and the difference can be seen at all."""
        return self._leaves_out_zero(1.0)

    @property
    def clear_among_all(self) -> bool:
        """Whether it can be trusted of the best of several plans: one of many looks good by chance alone."""
        return self._leaves_out_zero(self.wider)

    def _leaves_out_zero(self, wider: float) -> bool:
        low, high = self.mean - wider * (self.mean - self.low), self.mean + wider * (self.high - self.mean)
        return abs(self.mean) >= self.rounding and (low > 0 or high < 0)


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

    ``criterion`` is the one that was asked for, or bookings less cost where that is undefined. ``reference`` is the
    first plan: what one does unless another plan is clearly better. ``pick`` is None where no scenario is a plan.
    ``told`` is the plan whose difference from the reference the verdict rests on: the pick, or where the reference is
    kept the next best; None where there is nothing to choose between.
    """

    asked: Criterion
    known: tuple[Criterion, ...]  # the criteria that the run can be judged by
    criterion: Criterion
    horizon: Horizon
    replications: int
    standings: tuple[Standing, ...]
    reference: str
    pick: str | None
    told: str | None
    clear: bool  # whether the told plan can be told from the reference
    level: tuple[str, ...]  # other plans that cannot be told from the pick
    turned: Mapping[Criterion, str]  # by criterion the plan that it puts clearly ahead of the pick

    @property
    def enough(self) -> bool:
        """Whether there are replications enough to judge by."""
        return self.replications >= FEWEST_REPLICATIONS

    @cached_property
    def by_name(self) -> dict[str, Standing]:
        """The standings by scenario."""
        return {standing.name: standing for standing in self.standings}

    @property
    def plans(self) -> list[Standing]:
        """Those that compete."""
        return [standing for standing in self.standings if standing.kind == "plan"]

    @property
    def weather(self) -> list[Standing]:
        """What befalls the reference."""
        return [one for one in self.standings if one.kind != "plan" and one.name != self.reference]

    def gap(self, measure: str, name: str | None = None) -> Gap | None:
        """The difference of a scenario, the one told of unless named, from the reference; None where there is none."""
        standing = self.by_name.get(name or self.told or "")
        return standing.gaps.get(measure) if standing else None

    @property
    def decides(self) -> Gap | None:
        """The difference, by the criterion, that the verdict rests on."""
        return self.gap(MEASURE_OF[self.criterion])

    @property
    def risk(self) -> Gap | None:
        """The difference in dollars that luck plays with: by the criterion, and for odds by value or what is kept."""
        return self.gap(MEASURE_OF[self.risk_criterion])

    @property
    def risk_criterion(self) -> Criterion:
        """The criterion in dollars by which the risk is told."""
        if self.criterion != "odds":
            return self.criterion
        return "value" if "value" in self.known else WITHOUT_BILLING

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


def judge(
    played: Sequence[Played], draws: np.ndarray, asked: Criterion, horizon: Horizon, enough: int = FEWEST_REPLICATIONS
) -> Verdict:
    """The verdict on the scenarios of a run, in the run's order.

    Args:
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
        enough: of fewer replications none is better than the reference.
    """
    all_totals = {one.name: _with_kept(one.totals) for one in played}
    plans = [one.name for one in played if one.kind == "plan"]
    reference = plans[0] if plans else played[0].name
    known = [one for one in CRITERIA if _is_known(MEASURE_OF[one], all_totals)]
    criterion = asked if asked in known else WITHOUT_BILLING
    rivals = max(len(plans) - 1, 1)

    def gap(b: str, a: str, measure: str) -> Gap:
        return _gap(all_totals[a][measure], all_totals[b][measure], draws, measure, rivals)

    def standing(one: Played) -> Standing:
        mine = all_totals[one.name]
        shared = [m for m in mine if m in all_totals[reference]] if one.name != reference else []
        means, gaps = {m: _mean(v) for m, v in mine.items()}, {m: gap(one.name, reference, m) for m in shared}
        low, middle, high = np.quantile(mine["bookings"], (0.1, 0.5, 0.9))
        return Standing(one.name, one.kind, means, gaps, (float(low), float(middle), float(high)))

    standings = tuple(standing(one) for one in played)
    few = len(draws) < enough
    pick, told = _choice(standings, plans, reference, MEASURE_OF[criterion], few)
    decides = next((one.gaps[MEASURE_OF[criterion]] for one in standings if one.name == told), None)
    others = [name for name in plans if name != pick and pick is not None and not few]
    level = tuple(name for name in others if not gap(name, pick, MEASURE_OF[criterion]).clear)  # type: ignore[arg-type]
    turned = {}
    for other in known:
        ahead = [n for n in others if _is_ahead(gap(n, pick, MEASURE_OF[other]))]  # type: ignore[arg-type]
        if other != criterion and ahead:
            turned[other] = max(ahead, key=lambda n: _mean(all_totals[n][MEASURE_OF[other]]))
    return Verdict(
        asked, tuple(known), criterion, horizon, len(draws), standings, reference, pick, told,
        decides is not None and decides.clear_among_all, level, turned,
    )  # fmt: skip


def _choice(
    standings: Sequence[Standing], plans: Sequence[str], reference: str, measure: str, few: bool
) -> tuple[str | None, str | None]:
    """The plan to choose, and the one whose difference from the reference says why."""
    if not plans:
        return None, None
    gaps = {one.name: one.gaps[measure] for one in standings if one.name in plans and one.name != reference}
    if few or not gaps:
        return reference, None
    best = max(gaps, key=lambda name: gaps[name].mean)
    return (best if _is_ahead(gaps[best]) else reference), best


def _is_ahead(gap: Gap) -> bool:
    return gap.clear_among_all and gap.mean > 0


def _with_kept(totals: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    known = {name: np.asarray(totals[name], float) for name in MEASURED if name in totals}
    known[WITHOUT_BILLING] = known["bookings"] - known["cost"]
    return known


def _is_known(measure: str, all_totals: Mapping[str, Mapping[str, np.ndarray]]) -> bool:
    """Whether every scenario has numbers for a measure; money that is nought throughout was not counted."""
    for totals in all_totals.values():
        if measure not in totals or not np.isfinite(totals[measure]).any():
            return False
    return measure == MEASURE_OF["odds"] or any(np.any(totals[measure]) for totals in all_totals.values())


def _gap(a: np.ndarray, b: np.ndarray, draws: np.ndarray, measure: str, rivals: int) -> Gap:
    """b - a, with an interval that is widened by Bonferroni's rule for the best of several rivals."""
    is_odds = measure == MEASURE_OF["odds"]
    found = compare(a[:, None], b[:, None], draws, np.array([is_odds]))
    each = paired(a, b)
    each = each[~np.isnan(each)]
    rounding = ROUNDING_OF_ODDS if is_odds else ROUNDING
    p10, p90 = np.quantile(each, (0.1, 0.9)) if len(each) else (np.nan, np.nan)
    units = max(len(np.unique(draws)) - 1, 1)
    alpha = (1.0 - CONFIDENCE) / 2
    return Gap(
        float(found.mean_difference[0]), float(found.ci_low[0]), float(found.ci_high[0]), float(p10), float(p90),
        float(np.mean(each <= -rounding)) if len(each) else np.nan,
        float(np.mean(each >= rounding)) if len(each) else np.nan,
        rounding,
        float(stdtrit(units, 1 - alpha / rivals) / stdtrit(units, 1 - alpha)),
    )  # fmt: skip


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
