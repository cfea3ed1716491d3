"""The criteria by which plans can be ranked: four that stand, and every measure of which it is clear what is better.

A criterion says all that a verdict asks of it: which measure it is, in which unit, whether it is yes or no, which way
is better and how small a difference is none. Plans are ranked by means over replications. Of a ratio that is the mean
of the replications' ratios, as ``mean`` of summary.csv and ``mean_difference`` of differences.csv, for plans are
compared replication by replication; the ratio of means stands beside it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from sim.measures.catalogue import BY_NAME, CHAPTERS
from sim.measures.measure import Format, Kind, Measure, Unit
from sim.results.gap import ODDS, USD, Scale
from sim.spelling import did_you_mean, listed

STANDING = ("value", "odds", "contribution", "bookings_less_cost")  # the first unless another one is asked for
WITHOUT_BILLING = "bookings_less_cost"  # what is known of every run
HITS_TARGET = "hits_target"
MOST_NEAR = 5  # names that an error offers
# Half of the last digit in which a difference is told, in the measure's unit: of shares a hundredth of a point.
_ROUNDING: dict[Format, float] = {
    "dollars": USD.rounding, "odds": ODDS.rounding, "percent": 5e-5, "multiple": 5e-4, "count": 5e-4, "number": 5e-4,
}  # fmt: skip


class NoCriterion(ValueError):
    """A name by which plans cannot be ranked. Its text says why, and by what they can."""


@dataclass(frozen=True)
class Criterion:
    """What plans are ranked by. ``name`` is what the user calls it, ``measure`` the measure that it is."""

    name: str
    measure: str
    label: str
    unit: Unit
    format: Format
    kind: Kind
    scale: Scale

    @property
    def stands(self) -> bool:
        """Whether it is one of the four that every verdict knows."""
        return self.name in STANDING

    @property
    def yes_no(self) -> bool:
        """Whether it is yes or no in a replication, so that its mean is a chance."""
        return self.scale.yes_no

    @property
    def less_is_better(self) -> bool:
        return self.scale.better < 0

    @property
    def is_ratio(self) -> bool:
        """Whether its mean over replications is a mean of ratios."""
        return self.kind == "ratio" and not self.yes_no

    @property
    def adds_up_in_dollars(self) -> bool:
        """Whether a difference of it can be shared out among causes to the cent."""
        return self.unit == "USD" and not self.is_ratio

    @property
    def facts(self) -> dict[str, str]:
        """What a document says of it beside its name: nothing of those that stand, which everybody knows."""
        if self.stands:
            return {}
        return {"label": self.label, "unit": self.unit, "better": "less" if self.less_is_better else "more"}

    def merit(self, values: np.ndarray) -> np.ndarray:
        """Numbers of the measure turned so that the more, the better; any shape."""
        return self.scale.better * values


def criterion_of(name: str) -> Criterion:
    """The criterion of a name. Raises NoCriterion."""
    if name in ("odds", HITS_TARGET):
        return _of(BY_NAME[HITS_TARGET], "odds")
    if name == WITHOUT_BILLING:
        return Criterion(name, name, "Bookings less cost", "USD", "dollars", "flow", USD)
    if name not in BY_NAME:
        raise NoCriterion(_unknown(name))
    measure = BY_NAME[name]
    if not measure.is_of_everybody:
        only = listed(measure.finest)
        raise NoCriterion(f'"{name}" is given by {only} only, not for everybody over the whole run.{_near(measure)}')
    if measure.better is None:
        raise NoCriterion(
            f'"{name}": neither more nor less of it is better in itself, so it ranks no plans.{_near(measure)}'
        )
    return _of(measure, name)


def scale_of(measure: str) -> Scale:
    """How differences of a measure are read; bookings less cost is one, too."""
    return USD if measure == WITHOUT_BILLING else _scale(BY_NAME[measure])


def _of(measure: Measure, name: str) -> Criterion:
    return Criterion(name, measure.name, measure.label, measure.unit, measure.format, measure.kind, _scale(measure))


def _scale(measure: Measure) -> Scale:
    return Scale(_ROUNDING[measure.format], measure.yes_no, -1 if measure.better == "less" else 1)


def _ranking() -> Iterator[Measure]:
    """The measures that rank plans."""
    return (one for one in BY_NAME.values() if one.better and one.is_of_everybody)


def _unknown(name: str) -> str:
    rank = [one.name for one in _ranking()]
    several = [one for one in rank if name and one.startswith(f"{name}_")]
    near = f" Did you mean {' or '.join(several)}?" if several else did_you_mean(name, (*STANDING, *rank, *BY_NAME))
    return (
        f'"{name}" is not allowed; choose one of {listed(STANDING)}, or a measure of which more or less is better'
        f" (salesim measures has them).{near}"
    )


def _near(measure: Measure) -> str:
    """A sentence with measures that rank plans: of the same chapter, the same unit first, then of a like name."""
    rank = {one.name: one for one in _ranking()}
    chapter = next(one for one in CHAPTERS if measure in one.measures)
    mine = sorted((one for one in chapter.measures if one.name in rank), key=lambda one: one.unit != measure.unit)
    alike = get_close_matches(measure.name, rank, n=3, cutoff=0.5)
    found = list(dict.fromkeys((*(one.name for one in mine), *alike, *STANDING)))[:MOST_NEAR]
    return f" What ranks plans: {listed(found)}."
