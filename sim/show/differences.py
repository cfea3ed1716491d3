"""How each scenario differs from the one that plans are held against, a sentence each, on screen and in the report."""

from __future__ import annotations

from collections.abc import Sequence

from sim.results.criterion import Criterion
from sim.results.gap import Gap
from sim.results.verdict import Standing, Verdict
from sim.show.criterion import by, change, in_points, more_said
from sim.show.formats import signed_points, usd, usd_range
from sim.show.verdict import LONGEST_NAME
from sim.show.words import plan_name, sentence


def differences_said(verdict: Verdict, among: Sequence[str]) -> list[str]:
    """A sentence for each of some scenarios but the one that plans are held against."""
    base = plan_name(verdict.reference, LONGEST_NAME)
    told = (one for one in verdict.standings if one.name in among and one.name != verdict.reference)
    return [_difference(one, base, verdict) for one in told]


def _difference(one: Standing, base: str, verdict: Verdict) -> str:
    worth, criterion = verdict.worth, verdict.criterion
    bookings, cost, hits, gap = (one.gaps[name] for name in ("bookings", "cost", "hits_target", worth))
    name, costs = sentence(plan_name(one.name, LONGEST_NAME)), _more_or_less(cost, "costs")
    if bookings.low == bookings.high == 0.0:
        said = f"{name} books the same as {base} in every replication and {costs}{_interval(cost)}"
    else:
        booked = _more_or_less(bookings, "books")
        than = f"{'as' if booked.endswith('as much') else 'than'} {base}"
        said = f"{name} {booked} {than}{_interval(bookings)} and {costs}{_interval(cost)}"
    if worth == "value":
        said += f"; it {_more_or_less(gap, 'is worth')}{_interval(gap)}"
    if not criterion.stands and criterion.measure not in ("bookings", "cost"):
        said += f"; it {_ranked(criterion, one.gaps[criterion.measure])}"
    if abs(hits.mean) < hits.rounding:
        return f"{said}. The odds of the target stay as they are."
    return f"{said}. It moves the odds of the target by {signed_points(hits.mean)} points."


def _interval(gap: Gap) -> str:
    """The 95% interval of a mean difference, and whether it could be none."""
    if gap.low != gap.low or gap.low == gap.high:
        return ""
    none = "" if gap.clear else ", so perhaps none"
    return f" ({usd_range(gap.low, gap.high)}{none})"


def _ranked(criterion: Criterion, gap: Gap) -> str:
    """``comes to 3.2 days less in days to win (-4.1 to -2.3)``."""
    if abs(gap.mean) < gap.rounding:
        return f"comes to as much in {by(criterion)}"
    said, draw = more_said(criterion, gap), change(criterion)
    if gap.low != gap.low or gap.low == gap.high:
        return said
    none = "" if gap.clear else ", so perhaps none"
    return f"{said} ({draw(gap.low)} to {draw(gap.high)}{in_points(criterion).replace(', in', '')}{none})"


def _more_or_less(gap: Gap, verb: str) -> str:
    """``books $2.1M more``, with the verb given."""
    if abs(gap.mean) < gap.rounding:
        return f"{verb} as much"
    return f"{verb} {usd(abs(gap.mean))} {'more' if gap.mean > 0 else 'less'}"
