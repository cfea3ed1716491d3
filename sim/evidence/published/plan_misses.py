"""How often a year's bookings miss the plan, with and without what everybody shares: the check on the market's width.

Two published figures fix two things, as each organization lands once: how far a year lies from what was to be
expected, and how far plans lie above it. If a year over its plan is normal with mean m and standard deviation m s, then
``P(x <= 0.9) = 0.43`` and ``P(0.95 <= x <= 1.05) = 0.20`` have one solution, m = 0.933 and s = 0.198.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import fsolve
from scipy.special import ndtr

from sim.calendar import MONTHS_PER_YEAR, Calendar
from sim.evidence.published.benchmarks import benchmarks
from sim.evidence.published.model_values import Played
from sim.evidence.published.section import ERRORS, Check, Grid, Section, agrees, percent
from sim.experiment.plan import Asked, Plan
from sim.experiment.play import Player, Progress
from sim.experiment.settings import RunSettings
from sim.ledger import Ledger
from sim.measures import kpis
from sim.results.estimates import mean_with_error
from sim.scenario.load import ScenarioSource
from sim.scenario.market import CommonFactor
from sim.scenario.scenario import Scenario

MISSED_BY, MET_WITHIN = 0.10, 0.05


@dataclass(frozen=True)
class World:
    """A way to play the scenario: with what everybody shares, or with a part of it off."""

    name: str
    change: Callable[[Scenario], Scenario] | None = None
    uncertain: bool = True


def without_factor(scenario: Scenario) -> Scenario:
    return _with_market(scenario, common_factor=CommonFactor())


def without_regimes(scenario: Scenario) -> Scenario:
    market = scenario.world.market
    first = market.regimes[market.first_regime].model_copy(update={"next_month": {market.first_regime: 1.0}})
    return _with_market(scenario, regimes={market.first_regime: first})


def still(scenario: Scenario) -> Scenario:
    return without_factor(without_regimes(scenario))


def _with_market(scenario: Scenario, **changes: object) -> Scenario:
    market = scenario.world.market.model_copy(update=changes)
    return scenario.model_copy(update={"world": scenario.world.model_copy(update={"market": market})})


WORLDS = (
    World("as shipped"),
    World("common factor off", without_factor),
    World("regimes off", without_regimes),
    World("uncertainties at their middle values", uncertain=False),
    World("all three off: chance alone", still, uncertain=False),
)


@dataclass(frozen=True)
class Missed:
    """Shares of years with their standard errors, for one way to set the plan."""

    missed: tuple[float, float]
    met: tuple[float, float]


@dataclass(frozen=True)
class Years:
    """First years of one world: bookings and target by replication, in US dollars."""

    world: World
    bookings: np.ndarray
    target: np.ndarray

    @property
    def spread(self) -> tuple[float, float]:
        """Standard deviation over the mean, with its standard error."""
        variance, error = _mean((self.bookings / self.bookings.mean() - 1.0) ** 2)
        return float(np.sqrt(variance)), float(error / (2.0 * np.sqrt(variance)))

    def against(self, plan: np.ndarray | float) -> Missed:
        """How the years fall against a plan's number."""
        reached = self.bookings / plan
        return Missed(_mean(reached <= 1.0 - MISSED_BY), _mean(np.abs(reached - 1.0) <= MET_WITHIN))

    def against_median(self, stretch: float = 1.0) -> Missed:
        """The same for a plan that is so many times the middle year."""
        return self.against(stretch * float(np.median(self.bookings)))


def _mean(values: np.ndarray) -> tuple[float, float]:
    """A mean over replications with its standard error."""
    return mean_with_error(values, np.arange(len(values)))


def published() -> tuple[float, float]:
    """Shares of organizations that miss the plan by a tenth or more, and that land within a twentieth of it."""
    typical = {one.quantity: one.typical for one in benchmarks()}
    return typical["plan_miss_10pct"], typical["plan_within_5pct"]


def implied() -> tuple[float, float]:
    """Middle year over plan, and spread over the middle year, that the two shares have if years are normal."""
    missed, met = published()

    def off(guess: np.ndarray) -> list[float]:
        middle, spread = guess
        low, mid, high = (
            ndtr((x / middle - 1.0) / spread) for x in (1.0 - MISSED_BY, 1.0 - MET_WITHIN, 1.0 + MET_WITHIN)
        )
        return [low - missed, high - mid - met]

    middle, spread = fsolve(off, [0.93, 0.2])
    return float(middle), float(spread)


def play(source: ScenarioSource, settings: RunSettings, progress: Progress | None = None) -> list[Years]:
    """The first year of every world, under the same luck."""
    plan = replace(Plan.of(source, settings), months=MONTHS_PER_YEAR)
    plans = [replace(plan, uncertain=world.uncertain, change=world.change) for world in WORLDS]
    with Player(settings, progress) as player:
        played = player.values([Asked(plan, FirstYear(), range(settings.replications)) for plan in plans])
    return [Years(world, *numbers.T) for world, numbers in zip(WORLDS, played, strict=True)]


@dataclass(frozen=True)
class FirstYear:
    """Bookings and target of a play of one year, in US dollars; shape (2,)."""

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        played = Played(kpis.table(scenario, calendar), ledger)
        return np.array([played.kpi("bookings")[0], played.kpi("target")[0]])


def misses(source: ScenarioSource, settings: RunSettings, progress: Progress | None = None) -> Section:
    """The section of the page."""
    played = play(source, settings, progress)
    missed, met = published()
    middle, spread = implied()
    return Section(
        "How often a year misses its plan",
        (
            f"Of organizations, {missed:.0%} miss their plan by {MISSED_BY:.0%} or more and {met:.0%} land within"
            f" {MET_WITHIN:.0%} of it (Xactly). Both at once say more than either: were years normal, they would lie"
            f" around {middle:.1%} of the plan, with a standard deviation of {spread:.1%} of that. So organizations"
            f" plan about {1 / middle - 1:.0%} above their own middle case, and a forecast whose range is much"
            " narrower should be doubted.",
            "Each world below plays the first year of the scenario under the same luck. What everybody shares, the"
            " market's regimes, its common factor and what we do not know, does not average away over a hundred reps;"
            " their own luck does.",
        ),
        tuple(_checks(played[0], played[-1], middle, spread)),
        Grid((_COLUMNS, *(_row(years, middle) for years in played))),
        (
            "*Spread* is the standard deviation of a year's bookings over their mean. *Stretched plan* is the middle"
            f" year of that world divided by {middle:.3f}, as the published shares imply; *target* is the scenario's"
            " own, which is meant to be as likely met as not.",
        ),
    )


_COLUMNS = (
    "world", "spread", "stretched plan: missed by 10%", "within 5%", "target: missed by 10%", "within 5%", "met",
)  # fmt: skip


def _row(years: Years, middle: float) -> tuple[str, ...]:
    plan, target = years.against_median(1.0 / middle), years.against(years.target)
    met = float((years.bookings >= years.target).mean())
    shares = (years.spread, plan.missed, plan.met, target.missed, target.met)
    return (years.world.name, *(percent(*one) for one in shares), f"{met:.0%}")


def _checks(shipped: Years, still: Years, middle: float, spread: float) -> Iterator[Check]:
    missed, met = published()
    plan = shipped.against_median(1.0 / middle)
    for claim, wanted, source, (ours, error) in (
        (f"plan missed by {MISSED_BY:.0%} or more, for plans stretched as observed", missed, _XACTLY, plan.missed),
        (f"plan met within {MET_WITHIN:.0%}, for plans stretched as observed", met, _XACTLY, plan.met),
        ("spread of a year's bookings", spread, "implied by the two", shipped.spread),
    ):
        holds = abs(ours - wanted) <= ERRORS * error
        yield Check(claim, wanted, source, ours, error, holds, agrees(ours, wanted, error))
    ours, error = still.spread
    claim = "spread with regimes, common factor and uncertainties off: narrower than organizations are"
    reading = f"chance alone is {ours / spread:.0%} of it; a forecast from reps' own luck is absurdly narrow"
    yield Check(claim, spread, "implied by the two", ours, error, ours + ERRORS * error < spread, reading)


_XACTLY = "Xactly, as quoted"
