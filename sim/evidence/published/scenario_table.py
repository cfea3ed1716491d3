"""Every shipped scenario against base under the same luck, beside what is published or a leader would expect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.evidence.published.expectations import INSIDE, NOISE, OUTSIDE, Expectation, expectations
from sim.evidence.published.section import Grid, Section
from sim.experiment.plan import Asked, KpiTable, Plan, draw_of
from sim.experiment.play import Player, Progress
from sim.experiment.settings import RunSettings
from sim.measures.catalogue import MEASURES
from sim.results.estimates import compare
from sim.scenario.load import ScenarioSource, load_source

REPLICATIONS = 200  # of each scenario; the luck is common, so they tell more than as many alone
A_THIRD = 3  # of a shorter page's replications
BASE = "base"
KNOWN = frozenset(one.name for one in MEASURES)
VALUE = "value" if "value" in KNOWN else "contribution"
MEASURE_OF = {"odds": "hits_target", "value": VALUE}
SHOWN = ("bookings", "cost", "value", "odds")
IN_DOLLARS = ("bookings", "cost", "value")


@dataclass(frozen=True)
class Against:
    """How much a scenario differs from base: a mean with its 95 % interval, as a share of base's mean; odds apart."""

    mean: float
    low: float
    high: float
    unit_usd: float  # what a difference of 1 is in US dollars; NaN where it is none
    unit: str = "%"

    @classmethod
    def of(cls, measure: str, base: np.ndarray, plan: np.ndarray, draws: np.ndarray) -> Against:
        """From the values of both, shape (replications,), under the same luck."""
        found = compare(base[:, None], plan[:, None], draws)
        of_base = 1.0 if measure == "odds" else float(np.nanmean(base))
        mean, low, high = (float(one[0]) / of_base for one in (found.mean_difference, found.ci_low, found.ci_high))
        in_points = measure == "odds"
        return cls(mean, low, high, of_base if measure in IN_DOLLARS else np.nan, " points" if in_points else "%")

    def __str__(self) -> str:
        """In percent of base, or points, with the interval; dollars behind it."""
        text = f"{100 * self.mean:+.1f}{self.unit} ({100 * self.low:+.1f} to {100 * self.high:+.1f})"
        return text if np.isnan(self.unit_usd) else f"{text}, {self.mean * self.unit_usd / 1e6:+.1f}M"


def totals(
    sources: Sequence[ScenarioSource],
    settings: RunSettings,
    measures: Sequence[str],
    progress: Progress | None = None,
) -> np.ndarray:
    """Measures of everybody over the whole run, shape (plans, replications, measures)."""
    plans, table = [Plan.of(source, settings) for source in sources], KpiTable(settings.most_rows)
    places = [np.array([table.rows(plan).total_place(name) for name in measures], int) for plan in plans]
    found = np.empty((len(plans), settings.replications, len(measures)))
    with Player(settings, progress) as player:
        for part in player.parts([Asked(plan, table, range(settings.replications)) for plan in plans]):
            found[part.asked, part.numbers] = part.values[:, places[part.asked]]
    return found


def scenario_section(_: ScenarioSource, settings: RunSettings, progress: Progress | None = None) -> Section:
    """The section of the page. Base and the others are played as they are shipped, whatever the page is asked of."""
    names = tuple(dict.fromkeys(one.scenario for one in expectations()))
    return section_of(names, settings.model_copy(update={"replications": _fewer(settings.replications)}), progress)


def _fewer(replications: int) -> int:
    return max(2, min(REPLICATIONS, replications // A_THIRD))


def section_of(names: Sequence[str], settings: RunSettings, progress: Progress | None = None) -> Section:
    """The section for some of the shipped scenarios."""
    expected = [one for one in expectations() if one.scenario in names]
    measures = tuple(dict.fromkeys((*SHOWN, *(one.measure for one in expected))))
    sources = [load_source(name) for name in (BASE, *names)]
    played = totals(sources, settings, [MEASURE_OF.get(name, name) for name in measures], progress)
    draws = np.asarray(draw_of(np.arange(settings.replications), settings))
    rows: list[tuple[str, ...]] = []
    verdicts: list[tuple[Expectation, str]] = []
    for source, values in zip(sources[1:], played[1:], strict=True):
        against = {
            name: Against.of(name, played[0][:, place], values[:, place], draws) for place, name in enumerate(measures)
        }
        mine = {one.measure: one for one in expected if one.scenario == source.name}
        rows += _rows(source, against, mine)
        verdicts += [(one, one.verdict(against[name].low, against[name].high)) for name, one in mine.items()]
    base = dict(zip(measures, np.nanmean(played[0], axis=0), strict=True))
    return Section(
        "Every shipped scenario against base",
        tuple(_about(base, settings, verdicts)),
        (),
        Grid((("scenario", "kind", "measure", "ours against base", "expected", "verdict", "because"), *rows)),
        (_IN_WORDS,),
    )


def _rows(
    source: ScenarioSource, against: dict[str, Against], mine: dict[str, Expectation]
) -> Iterator[tuple[str, ...]]:
    head = (source.name, str(getattr(source, "kind", "plan")))
    for name in dict.fromkeys((*SHOWN, *mine)):
        difference = against[name]
        if name in mine:
            told = mine[name].verdict(difference.low, difference.high)
            behind = (
                _bounds(mine[name], difference.unit),
                told if told != OUTSIDE else f"**{told}**",
                mine[name].source,
            )
        else:
            behind = ("", "", "")
        yield (*head, name.replace("_", " "), str(difference), *behind)
        head = ("", "")


def _bounds(one: Expectation, unit: str) -> str:
    low, high = (f"{100 * end:+.3g}" if end else "0" for end in (one.low, one.high))
    if np.isinf(one.low):
        return "less" if one.high == 0 else f"at most {high}{unit}"
    if np.isinf(one.high):
        return "more" if one.low == 0 else f"at least {low}{unit}"
    return f"{low} to {high}{unit}"


def _about(base: dict[str, float], settings: RunSettings, verdicts: Sequence[tuple[Expectation, str]]) -> Iterator[str]:
    worth = "is worth" if VALUE == "value" else "contributes"
    yield (
        f"Each scenario is played beside base under the same luck, {settings.replications} replications of"
        f" {settings.months} months. Base books {base['bookings'] / 1e6:.1f}M USD, costs {base['cost'] / 1e6:.1f}M,"
        f" {worth} {base['value'] / 1e6:.1f}M and reaches its target in {base['odds']:.0%} of them. What is expected"
        " was written down before, in `sim/evidence/expectations.csv`; the tests hold the same list."
    )
    count = {kind: sum(told == kind for _, told in verdicts) for kind in (INSIDE, NOISE, OUTSIDE)}
    outside = "; ".join(f"{one.scenario}: {one.measure}" for one, told in verdicts if told == OUTSIDE)
    yield (
        f"Of {len(verdicts)} expectations {count[INSIDE]} are met, {count[NOISE]} cannot be told from chance and"
        f" {count[OUTSIDE]} are not met{f' ({outside})' if outside else ''}."
    )


_IN_WORDS = (
    "Differences are in percent of what base has, the odds of reaching the target in points; in brackets the 95%"
    " interval. *Inside*: the whole interval lies where expected. *Within noise*: it reaches across a bound, so more"
    " replications would be needed to tell. *Outside*: all of it lies elsewhere."
    + ("" if VALUE == "value" else " Value is the contribution to the horizon.")
)
