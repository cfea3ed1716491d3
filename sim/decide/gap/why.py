"""Why: a gap between two plans, or between a plan and its target, split into causes that add up to the cent.

Worlds between the two ends are played under the same luck: all of them where the causes are few, else those that each
replication's orders pass. Each cause's part is its Shapley value, replication by replication in whole cents; the mean
over replications is shared out once more so that it foots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from sim.decide.gap.causes import IN_ORDER
from sim.decide.gap.course import LINES, Course, Month, Quarter, labels_of, months_of, quarters_of
from sim.decide.gap.exchange import Exchange, Group, all_joined, joined
from sim.decide.gap.on_paper import OnPaper
from sim.decide.gap.shapley import CENTS, MOST_CAUSES, cents_of, mean_cents, mean_parts, orders_of, split, worlds_of
from sim.experiment.plan import Asked, Plan, draw_of
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.experiment.total import Totals, totals_of
from sim.results.criterion import WITHOUT_BILLING
from sim.results.gap import USD, Gap, gap_between
from sim.results.judged_by import measured_for, worth_of
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource

PLAYS = 720  # of all worlds together, unless replications are given: base within three minutes on two cores
MOST_REPLICATIONS = 200
FEWEST_REPLICATIONS = 8
PILOT = 8  # replications by which the smallest causes are found
MEASURES = ("bookings", "cost", "contribution", "value", WITHOUT_BILLING)
Against = Literal["plan", "target"]


class Between(Protocol):
    """The worlds between two ends."""

    def world(self, groups: Sequence[Group], come: int) -> ScenarioSource: ...


@dataclass(frozen=True)
class Puzzle:
    """A gap to be explained: its two ends, the worlds between, and the causes, some put together."""

    against: Against
    names: tuple[str, str]  # where the gap begins and where it ends; of a target the plan twice
    between: Between
    groups: tuple[Group, ...]
    hang_together: tuple[Group, ...]  # groups of causes that no world parts

    @classmethod
    def of(cls, sources: Sequence[ScenarioSource]) -> Puzzle:
        """Of one plan against its target, of two the second against the first.

        Raises UserError where there is nothing to explain.
        """
        if len(sources) == 1:
            return cls._on_paper(sources[0])
        a, b = sources
        exchange = Exchange.of(a, b)
        if not exchange.places:
            raise UserError(f"{a.name} and {b.name} say the same but for their names, so there is nothing to explain.")
        groups = tuple(joined(exchange))
        return cls("plan", (a.name, b.name), exchange, groups, tuple(one for one in groups if len(one) > 1))

    @classmethod
    def _on_paper(cls, source: ScenarioSource) -> Puzzle:
        if not any(source.at_central().levers.target.usd_per_year.values()):
            raise UserError(
                f"{source.name} has no target, so nothing lies between; give two scenarios to set them side by side."
            )
        paper = OnPaper.of(source)
        if not paper.switches:
            raise UserError(f"{source.name} is on paper what it is: nothing of what is looked for befalls it.")
        groups = tuple((one.cause,) for one in paper.switches)
        return cls("target", (source.name, source.name), paper, groups, ())

    @property
    def replications(self) -> int:
        """How many replications are played unless they are given."""
        worlds = int(worlds_of(orders_of(min(len(self.groups), MOST_CAUSES), 1)).sum())
        return max(FEWEST_REPLICATIONS, min(MOST_REPLICATIONS, PLAYS // worlds))


@dataclass(frozen=True)
class Part:
    """What a cause, or causes put together, have to do with a gap. ``cents`` of all parts add up to that of the gap."""

    group: Group
    cents: int
    each: Gap
    alone: Gap
    last: Gap


@dataclass(frozen=True)
class Footing:
    """A gap in one measure: its two ends, and the parts, the largest first. All in whole cents, which add up."""

    measure: str
    start_cents: int
    end_cents: int
    gap: Gap
    parts: tuple[Part, ...]

    @property
    def cents(self) -> int:
        return self.end_cents - self.start_cents


@dataclass(frozen=True)
class Why:
    """A gap explained. Of a plan against its target the footing begins at the plan on paper, and ``target_cents`` and
    ``paper`` (paper less target) stand before it."""

    against: Against
    names: tuple[str, str]
    measure: str  # the one that is told first
    footings: dict[str, Footing]
    target_cents: int | None
    paper: Gap | None
    whole: Gap | None  # the plan less its target
    hang_together: tuple[Group, ...]
    put_together: Group  # those that were too small for a row of their own
    replications: int
    horizon: int  # in months
    months: tuple[Month, ...]
    quarters: tuple[Quarter, ...]  # of the plan, or of the second one
    other_quarters: tuple[Quarter, ...]  # of the first one
    course_replications: int

    @property
    def main(self) -> Footing:
        return self.footings[self.measure]


def why(puzzle: Puzzle, settings: RunSettings, player: Player, course_replications: int) -> Why:
    """Plays the worlds between and splits the gap. Raises ScenarioError for a draw that makes no scenario."""
    groups, small = _few_enough(puzzle, settings, player)
    numbers = range(settings.replications)
    orders = orders_of(len(groups), len(numbers))
    played = worlds_of(orders)
    worlds = {come: puzzle.between.world(groups, come) for come in np.flatnonzero(played.any(axis=1)).tolist()}
    plans = {come: Plan.of(one, settings) for come, one in worlds.items()}
    last = len(played) - 1
    ends = [last] if puzzle.against == "target" else [0, last]
    of_play = measured_for(settings.ranked_by)
    asked = [Asked(one, Totals(of_play), np.flatnonzero(played[come]).tolist()) for come, one in plans.items()]
    values = player.values([*asked, *(Asked(plans[end], Course(), numbers) for end in ends)])
    courses = values[len(worlds) :]
    if course_replications > len(numbers):  # of two worlds only, so apart: whoever waits is told how long rightly
        more = range(len(numbers), course_replications)
        later = player.values([Asked(plans[end], Course(), more) for end in ends])
        courses = [np.concatenate(pair) for pair in zip(courses, later, strict=True)]
    totals = [totals_of(one, of_play) for one in values[: len(worlds)]]
    worth = worth_of(totals)
    draws = np.asarray(draw_of(np.arange(len(numbers)), settings))
    if puzzle.against == "target":
        measures, measure = ["bookings"], "bookings"
    else:
        told = dict.fromkeys((*MEASURES, settings.ranked_by.measure))
        measures = [one for one in told if _is_known(one, totals)]
        wished = settings.ranked_by.measure if settings.ranked_by.measure in measures else worth
        measure = wished if wished in measures else "bookings"
    footings = {}
    for one in measures:
        usd = np.zeros(played.shape)  # nothing is read of where a world was not played
        for come, known in zip(worlds, totals, strict=True):
            usd[come, played[come]] = known[one]
        footings[one] = _footing(one, groups, usd, orders, draws)
    target, paper, whole = None, None, None
    if puzzle.against == "target":
        target = mean_cents(cents_of(totals[-1]["target"]))
        paper, whole = (
            gap_between(totals[-1]["target"], one["bookings"], draws, USD) for one in (totals[0], totals[-1])
        )
    of_courses = np.asarray(draw_of(np.arange(len(courses[0])), settings))
    months, quarters, others = _course([worlds[k] for k in ends], courses, settings.months, of_courses)
    return Why(
        puzzle.against, puzzle.names, measure, footings, target, paper, whole, puzzle.hang_together, small,
        len(numbers), settings.months, months, quarters, others, len(courses[0]),
    )  # fmt: skip


def _few_enough(puzzle: Puzzle, settings: RunSettings, player: Player) -> tuple[list[Group], Group]:
    """The groups of causes, the smallest put together where there are too many, and which those are."""
    groups = list(puzzle.groups)
    small: Group = ()
    if len(groups) > MOST_CAUSES:
        sizes = _sizes(puzzle, settings, player)
        order = sorted(range(len(groups)), key=lambda k: (sizes[k], k))
        smallest = set(order[: len(groups) - MOST_CAUSES + 1])
        small = tuple(c for c in IN_ORDER for k in sorted(smallest) if c in groups[k])
        groups = [one for k, one in enumerate(groups) if k not in smallest] + [small]
    if isinstance(puzzle.between, Exchange):
        groups = all_joined(puzzle.between, groups)
        small = next((one for one in groups if small and set(small) <= set(one)), small)
    return groups, small


def _sizes(puzzle: Puzzle, settings: RunSettings, player: Player) -> list[float]:
    """How much each group moves, alone and last, in a few replications."""
    everything = (1 << len(puzzle.groups)) - 1
    places = [0, everything, *(1 << k for k in range(len(puzzle.groups)))]
    places += [everything & ~(1 << k) for k in range(len(puzzle.groups))]
    numbers = range(min(PILOT, settings.replications))
    worlds = [puzzle.between.world(puzzle.groups, come) for come in places]
    totals = [totals_of(one) for one in player.values([Asked(Plan.of(w, settings), Totals(), numbers) for w in worlds])]
    worth = worth_of(totals) if puzzle.against == "plan" else "bookings"
    mean = dict(zip(places, (float(one[worth].mean()) for one in totals), strict=True))
    return [
        abs(mean[1 << k] - mean[0]) + abs(mean[everything] - mean[everything & ~(1 << k)])
        for k in range(len(puzzle.groups))
    ]


def _footing(measure: str, groups: Sequence[Group], usd: np.ndarray, orders: np.ndarray, draws: np.ndarray) -> Footing:
    """A measure's gap split. ``usd``: shape (worlds, replications)."""
    cents = cents_of(usd)
    found = split(cents, orders)
    start, end = mean_cents(cents[0]), mean_cents(cents[-1])
    nothing = np.zeros(cents.shape[1])
    parts = [
        Part(group, part, *(gap_between(nothing, one[:, k] / CENTS, draws, USD)
                            for one in (found.part, found.alone, found.last)))
        for k, (group, part) in enumerate(zip(groups, mean_parts(found.part, end - start), strict=True))
    ]  # fmt: skip
    parts.sort(key=lambda one: -abs(one.cents))
    gap = gap_between(cents[0] / CENTS, cents[-1] / CENTS, draws, USD)
    return Footing(measure, start, end, gap, tuple(parts))


def _is_known(measure: str, totals: Sequence[dict[str, np.ndarray]]) -> bool:
    """Whether every world has a number for a measure in every replication; all noughts were not counted."""
    values = np.concatenate([one[measure] for one in totals])
    return bool(np.isfinite(values).all() and (values.any() or measure in ("bookings", WITHOUT_BILLING)))


def _course(
    ends: Sequence[ScenarioSource], courses: Sequence[np.ndarray], horizon: int, draws: np.ndarray
) -> tuple[tuple[Month, ...], tuple[Quarter, ...], tuple[Quarter, ...]]:
    """Month by month and quarter by quarter, the plan against its target or the second plan against the first."""
    months, quarters = labels_of(ends[-1].at_central().calendar(horizon))
    booked, target = LINES.index("bookings"), LINES.index("target")
    mine = courses[-1]
    other = mine[:, target] if len(ends) == 1 else courses[0][:, booked]
    count = len(months)
    by_month = months_of(months, mine[:, booked, :count], other[:, :count], draws)
    by_quarter = quarters_of(quarters, mine[:, :, count:], other[:, count:], draws)
    others: tuple[Quarter, ...] = ()
    if len(ends) > 1:
        others = quarters_of(quarters, courses[0][:, :, count:], mine[:, booked, count:], draws)
    return by_month, by_quarter, others
