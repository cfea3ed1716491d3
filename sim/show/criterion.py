"""A criterion in words: what plans are ranked by, and its amounts and differences in its own unit."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.measures.measure import Format
from sim.results.criterion import STANDING, WITHOUT_BILLING, Criterion, criterion_of
from sim.results.estimates import Estimate
from sim.results.gap import Gap
from sim.results.judged_by import JudgedBy
from sim.show.formats import FORMATS, MINUS, NO_VALUE, odds, signed_points, usd
from sim.show.words import listed, sentence

_BY = {"value": "value", "odds": "odds", "contribution": "contribution", WITHOUT_BILLING: "bookings less cost"}
_IS_BETTER = {
    "value": "is worth more", "contribution": "contributes more", WITHOUT_BILLING: "has more bookings less cost",
}  # fmt: skip
_MOST = {
    "value": "is worth most", "contribution": "contributes most", WITHOUT_BILLING: "has most bookings less cost",
}  # fmt: skip
_UNSAID = ("USD", "USD/day", "share", "ratio")  # units that a number says itself, or that have no word
_APART: dict[Format, str] = {  # the formats of differences without a sign
    "dollars": "dollars", "odds": "points", "percent": "points apart", "multiple": "apart", "count": "apart",
    "number": "apart",
}  # fmt: skip


def by(criterion: Criterion) -> str:
    """What plans are ranked by, as it stands in a sentence: ``value``, ``days to win``, ``attrition (a year)``."""
    if criterion.stands:
        return _BY[criterion.name]
    name, comma, rest = criterion.label.partition(", ")
    lowered = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    return f"{lowered} ({rest})" if comma else lowered


def by_measure(measure: str) -> str:
    """As ``by``, of a criterion by its measure."""
    return by(criterion_of(measure))


def is_better(criterion: Criterion) -> str:
    """``is worth more``, ``is better by cost``."""
    return _IS_BETTER.get(criterion.name, f"is better by {by(criterion)}")


def is_best(criterion: Criterion) -> str:
    """``is worth most``, ``is best by cost``."""
    return _MOST.get(criterion.name, f"is best by {by(criterion)}")


def amount(criterion: Criterion, value: float) -> str:
    """An amount: $12.3M, 23.4%, 41 days."""
    if criterion.yes_no:
        return odds(value)
    return _with_unit(criterion, FORMATS[amount_form(criterion)](value))


def amount_form(criterion: Criterion) -> str:
    """The format of a table's amounts."""
    return "percent to a tenth" if criterion.format == "percent" else criterion.format


def heading(criterion: Criterion) -> str:
    """What heads a column of the measure, with its unit where numbers do not say it; empty of criteria that stand."""
    if criterion.stands:
        return ""
    unit = "a day" if criterion.unit == "USD/day" else "" if criterion.unit in _UNSAID else criterion.unit
    return sentence(by(criterion)) + (f", {unit}" if unit else "")


def apart(criterion: Criterion, difference: float) -> str:
    """A difference without its sign: $1.2M, 3.4 points, 4.5 days."""
    if criterion.unit == "USD":
        return usd(abs(difference))
    if criterion.format in ("odds", "percent"):
        size = FORMATS[_APART[criterion.format]](abs(difference))
        return f"{size} {'point' if size == '1' else 'points'}"
    return _with_unit(criterion, FORMATS[_APART[criterion.format]](abs(difference)))


def bare(criterion: Criterion, difference: float) -> str:
    """As ``apart`` without the word for its unit, where a sentence has it already."""
    return FORMATS[_APART[criterion.format]](abs(difference))


def change(criterion: Criterion) -> Callable[[float], str]:
    """How a column of differences is told, with signs; shares in points, without the word."""
    if criterion.format == "dollars":
        return lambda x: usd(x, signed=True)
    if criterion.yes_no:
        return signed_points
    plain = FORMATS[_APART[criterion.format]]
    return lambda x: plain(x) if not math.isfinite(x) or not _is_seen(plain(x)) else f"{_sign(x)}{plain(abs(x))}"


def apart_form(criterion: Criterion) -> str:
    """The format of a table's differences without a sign."""
    return _APART[criterion.format]


def in_points(criterion: Criterion) -> str:
    """What a heading adds to say in what differences are: ``, in points``."""
    return ", in points" if criterion.format in ("odds", "percent") else ""


def between(criterion: Criterion, one: Estimate) -> str:
    """The two ends of a difference without signs, the smaller first: ``$0.8M to $1.6M``."""
    low, high = sorted((abs(one.low), abs(one.high)))
    return f"{bare(criterion, low)} to {bare(criterion, high)}"


def ends(criterion: Criterion, one: Estimate) -> str:
    """The two ends of an amount of difference, with a sign where one is below zero: ``$0.8M to $1.6M``."""
    low, high = (bare(criterion, end) for end in (one.low, one.high))
    return f"{MINUS if one.low < 0 and _is_seen(low) else ''}{low} to {MINUS if one.high < 0 else ''}{high}"


def more_said(criterion: Criterion, gap: Gap, than: str = "") -> str:
    """What a plan has more or less of: ``is worth $1.5M more than base``, ``comes to 3 days less than base in ...``."""
    more = "more" if gap.mean > 0 else "less"
    if criterion.name == "odds":
        return f"is {apart(criterion, gap.mean)} {more} likely to meet the target{than}"
    much = apart(criterion, gap.mean)
    if not criterion.stands:
        return f"comes to {much} {more}{than} in {by(criterion)}"
    verb = {"value": "is worth", "contribution": "contributes"}.get(criterion.name, "brings")
    what = " of bookings less cost" if criterion.name == WITHOUT_BILLING else ""
    return f"{verb} {much} {more}{what}{than}"


def how_ranked(judged: JudgedBy, replications: int) -> str:
    """What a measure that plans are ranked by needs to be read rightly; empty of the criteria that stand."""
    criterion = judged.criterion
    if criterion.stands or judged.asked != criterion:
        return unknown(judged, replications)
    mean = ", the mean of the replications' own ratios" if criterion.is_ratio else ""
    way = "the less, the better" if criterion.less_is_better else "the more, the better"
    left = ""
    if judged.without:
        left = (
            f"; it has no number in {judged.without} of {replications} replications, which are left out wherever a"
            " plan lacks one"
        )
    return f"Plans are ranked by {by(criterion)}{mean}: {way}{left}."


def how_ranked_if_asked(judged: JudgedBy, replications: int) -> str:
    """As ``how_ranked``; empty where nobody asked for anything but the usual."""
    return "" if judged.asked.name == STANDING[0] else how_ranked(judged, replications)


def unknown(judged: JudgedBy, replications: int) -> str:
    """Why plans are not ranked by what was asked for, and what else they can be ranked by."""
    asked, used = judged.asked, by(judged.criterion)
    if asked == judged.criterion:
        return ""
    if asked.name == "odds":
        return f"Without a target there are no odds to rank by; the criterion is {used}."
    if asked.stands:
        return f"Without billing (world.billing) {asked.name} is not known; the criterion is {used}."
    where = "any replication" if judged.without == replications else f"{judged.without} of {replications} replications"
    others = [_BY[name] for name in judged.known if name != judged.criterion.name]
    also = f" They can be ranked by {listed(others)}, too." if others else ""
    return (
        f"Not every plan has a number for {by(asked)} ({asked.name}) in {where}; the criterion is {used} instead.{also}"
    )


def _with_unit(criterion: Criterion, text: str) -> str:
    if criterion.unit == "USD/day":
        return f"{text} a day"
    return text if criterion.unit in _UNSAID or text == NO_VALUE else f"{text} {criterion.unit}"


def _is_seen(text: str) -> bool:
    return any(digit in "123456789" for digit in text)


def _sign(value: float) -> str:
    return "+" if value > 0 else MINUS
