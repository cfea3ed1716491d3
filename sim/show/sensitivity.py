"""What moves a plan, in words and as a table: the answer first, and nothing that the intervals do not allow."""

from __future__ import annotations

from sim.decide.assumptions.drivers import STEP
from sim.decide.assumptions.sensitivity import Bar, Sensitivity, Side
from sim.results.estimates import Estimate
from sim.results.judged_by import FEWEST_REPLICATIONS
from sim.show.decision_page import Row
from sim.show.formats import NO_VALUE, usd
from sim.show.words import listed, plain, plan_name, readable, sentence, shown

TOLD = 5  # drivers that the first sentence names
TOLD_UNSURE = 3
FEW = 10  # below so many replications even the intervals are hardly known
WORTH = {"value": "value", "bookings_less_cost": "bookings less cost"}
STEP_SAID = f"{STEP:.0%}"
HEADINGS = (
    "", "low end", "changes worth by", "high end", "changes worth by", "low to high", "19 times in 20 between", "and",
    "",
)  # fmt: skip


def name_of(bar: Bar) -> str:
    """A bar's number as a reader says it; one that the user named by key stays as it was named."""
    if bar.driver is None:
        return sentence(readable(shown(bar.name)))
    return shown(bar.label)


def _within_a_sentence(bar: Bar) -> str:
    name = name_of(bar)
    return name if bar.driver and bar.driver.place else name[:1].lower() + name[1:]


def end_said(bar: Bar, side: Side, is_high: bool) -> str:
    """Where an end puts the number: ``10% longer``, or the value of an uncertainty."""
    if side.at != side.at:
        return "not possible"
    if bar.driver is None:
        return f"{'P90' if is_high else 'P10'}: {plain(float(f'{side.at:.3g}'))}"
    return f"{STEP_SAID} {bar.driver.more if is_high else bar.driver.less}"


def answer(found: Sensitivity) -> list[str]:
    """What to know first: what a better driver is worth, which uncertainty matters most, and what cannot be told."""
    return [one for one in (_worth(found), _unsure(found), _untold(found), _read(found)) if one]


def better_said(bar: Bar) -> str:
    """A step for the better, or of what has no better side a step up: ``10% shorter sales cycle``."""
    assert bar.driver is not None
    word = bar.driver.less if bar.sign < 0 else bar.driver.more
    return f"{STEP_SAID} {word} {_within_a_sentence(bar)}"


def _worth(found: Sensitivity) -> str:
    drivers = [bar for bar in found.bars if bar.driver is not None]
    told = [bar for bar in drivers if bar.clear][:TOLD]
    name, worth = plan_name(found.name), WORTH[found.worth]
    if not drivers:
        return ""
    if not told:
        return f"{name}: no driver's {STEP_SAID} can be told from nothing in {found.replications} replications."
    first, *others = [f"{better_said(bar)}, {_much(bar.step_worth)}" for bar in told]
    more = f"; {'; '.join(others)}" if others else ""
    return f"What moves {worth} of {name}: {first}{more}."


def _much(estimate: Estimate) -> str:
    verb = "worth" if estimate.mean >= 0 else "a loss of"
    ends = sorted((abs(estimate.low), abs(estimate.high)))
    return f"{verb} {usd(abs(estimate.mean))} ({usd(ends[0])} to {usd(ends[1])})"


def _unsure(found: Sensitivity) -> str:
    told = [bar for bar in found.bars if bar.driver is None and bar.clear][:TOLD_UNSURE]
    if not told:
        return ""
    each = [f"{_within_a_sentence(bar)} ({usd(bar.size)})" for bar in told]
    return (
        f"Of what nobody knows, {listed(each)} {'moves' if len(each) == 1 else 'move'} {WORTH[found.worth]} most,"
        " between a low that one draw in ten is below and a high that one in ten is above."
    )


def _untold(found: Sensitivity) -> str:
    names = [name_of(bar) for bar in found.bars if not bar.clear]
    if not names:
        return ""
    return f"Not told from nothing in {found.replications} replications: {', '.join(names)}."


def _read(found: Sensitivity) -> str:
    few = ""
    if found.replications < FEW:
        few = f" {found.replications} replications are too few to trust the intervals."
    return (
        "In brackets is the range that holds the true mean 19 times in 20; with so many bars, expect that one of them"
        f" misses. The order of bars whose ranges overlap is not certain.{few}"
    )


def note(found: Sensitivity) -> str:
    """How to read bars: what is moved, from when on, and what all else does."""
    along = [_within_a_sentence(bar) for bar in found.bars if bar.driver is not None and not bar.driver.from_first_day]
    said = (
        f"Each bar moves one number and leaves all else drawn as ever, under the same luck, in {found.replications}"
        f" replications of {found.months} months. Uncertainties go from their P10 to their P90, against their central"
        f" value. Drivers go {STEP_SAID} down and up, against the plan as it is, from the first day on: deals that are"
        " open then keep their amounts. What a step is worth is half of what lies between the two ends. What a better"
        " number would cost to get is not counted."
    )
    if along:
        said += f" Of {listed(along)} this holds in the half-year before the first day, too, as of uncertainties."
    return said


def rows(found: Sensitivity) -> list[Row]:
    """The table, a line a bar."""
    return [_row(bar) for bar in found.bars]


def _row(bar: Bar) -> Row:
    ends = [end_said(bar, bar.low, False), usd(bar.low.worth.mean, signed=True)]
    ends += [end_said(bar, bar.high, True), usd(bar.high.worth.mean, signed=True)]
    known = bar.whole.mean == bar.whole.mean
    interval = [usd(one, signed=True) if known else NO_VALUE for one in (bar.whole.mean, bar.whole.low, bar.whole.high)]
    return Row((name_of(bar), *ends, *interval, "" if bar.clear else "not told from nothing"), bar.clear)


def few(found: Sensitivity) -> bool:
    """Whether what is said rests on too few replications."""
    return found.replications < min(FEW, FEWEST_REPLICATIONS)
