"""Why a gap is what it is, in words and as tables: the answer first, and nothing that the intervals do not allow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sim.decide.gap.course import Held, Month, Quarter
from sim.decide.gap.exchange import Group
from sim.decide.gap.shapley import MOST_FOR_ALL
from sim.decide.gap.why import Footing, Part, Why
from sim.results.gap import Gap
from sim.show.criterion import by_measure
from sim.show.decision_page import Row
from sim.show.formats import cents_exact, period_name, share, usd, usd_range
from sim.show.words import listed, plan_name, sentence

TOLD = 4  # causes, or months, that a sentence names
FEW = 10  # below so many replications even the intervals are hardly known
HEADINGS = ("", "part", "19 times in 20 between", "and", "alone", "last", "")
_OF_QUARTERS = (
    "19 times in 20 between", "and", "selling hours in use", "SE places in use",
    "accounts in use", "leads lost", "held back by",
)  # fmt: skip
HELD: dict[Held, str] = {
    "hours": "selling hours", "engineers": "solution engineers", "accounts": "accounts", "leads": "too few leads",
}  # fmt: skip
UNTOLD, NOTHING = "not told from nothing", "changes nothing"


def quarter_headings(found: Why) -> tuple[str, ...]:
    """What stands above the quarters."""
    return ("quarter", "bookings less " + ("target" if found.against == "target" else "the other's"), *_OF_QUARTERS)


def name_of(group: Group) -> str:
    """A cause, or several that are told together."""
    first, *others = [cause.label for cause in group]
    return listed([first, *(one[:1].lower() + one[1:] for one in others)])


def _within(group: Group) -> str:
    name = name_of(group)
    return name[:1].lower() + name[1:]


def answer(found: Why) -> list[str]:
    """What to know first: the gap, what it comes from, which months are short, and what holds the plan back."""
    gap = _against_target(found) if found.against == "target" else _between_plans(found)
    told = (gap, _causes(found), _untold(found), _told_elsewhere(found), short_months(found), held_back(found))
    return [one for one in told if one]


def _between_plans(found: Why) -> str:
    a, b = map(plan_name, found.names)
    gap, measure = found.main.gap, by_measure(found.measure)
    if not gap.clear:
        said = f"{sentence(b)} and {a} cannot be told apart by {measure} in {found.replications} replications"
        return f"{said}: the mean difference is {usd(gap.mean, signed=True)} ({_range(gap)})."
    way = "more" if gap.mean > 0 else "less"
    return f"{sentence(b)} has {usd(abs(gap.mean))} {way} {measure} than {a} ({_range(gap)})."


def _against_target(found: Why) -> str:
    assert found.target_cents is not None
    assert found.paper is not None
    assert found.whole is not None
    name, target = plan_name(found.names[1]), found.target_cents
    booked, on_paper = found.main.end_cents, found.main.start_cents
    whole = found.whole
    if whole.clear:
        way = "above" if whole.mean > 0 else "below"
        first = f"{sentence(name)} books {usd(booked / 100)}, {usd(abs(whole.mean))} {way} its target of"
        first += f" {usd(target / 100)} ({_range(whole)})."
    else:
        first = f"{sentence(name)} books {usd(booked / 100)} against a target of {usd(target / 100)}: in"
        first += f" {found.replications} replications the mean cannot be told from the target ({_range(whole)})."
    way = "above" if found.paper.mean > 0 else "below"
    return f"{first} On paper it would book {usd(on_paper / 100)}, {usd(abs(found.paper.mean))} {way} the target."


def _causes(found: Why) -> str:
    parts = found.main.parts
    if len(parts) == 1:
        return f"The two differ in one thing only, {_within(parts[0].group)}, so all of the gap is its."
    told = [one for one in parts if one.each.clear][:TOLD]
    if not told:
        return f"No cause's part can be told from nothing in {found.replications} replications."
    each = [f"{_within(one.group)} {usd(one.cents / 100, signed=True)} ({_range(one.each)})" for one in told]
    lead = "It comes from" if found.main.gap.clear else "Of its parts, these can be told"
    lead = "What comes in between" if found.against == "target" else lead
    return f"{lead}: {'; '.join(each)}."


def _untold(found: Why) -> str:
    names = [_within(one.group) for one in found.main.parts if _verdict(one.each) == UNTOLD]
    if not names or len(names) == len(found.main.parts):
        return ""
    return f"Not told from nothing: {listed(names)}."


def _told_elsewhere(found: Why) -> str:
    """Where the gap cannot be told by the measure that comes first: one by which it can."""
    others = (found.footings[one] for one in ("contribution", "cost", "bookings") if one in found.footings)
    clear = next((one for one in others if one.gap.clear), None)
    if found.main.gap.clear or found.against == "target" or clear is None or clear is found.main:
        return ""
    return f"What can be told: {by_measure(clear.measure)} {_in_words(clear)[len(by_measure(clear.measure)) + 1 :]}"


def short_months(found: Why) -> str:
    """Which months are short of the target, or of the other plan, as far as can be told of all months at once."""
    short = [one for one in found.months if one.gap.mean < 0 and one.gap.clear_among_all]
    other = "the target" if found.against == "target" else plan_name(found.names[0])
    if short:
        worst = sorted(short, key=lambda one: one.gap.mean)[:TOLD]
        named = [f"{period_name(one.label)} ({usd(one.gap.mean, signed=True)})" for one in worst]
        more = "" if len(short) <= TOLD else f", most in {listed(named)}"
        which = listed(named) if not more else f"{len(short)} of {len(found.months)} months{more}"
        return f"Short of {other} on the mean of {found.course_replications} replications: {which}."
    lowest = [one for one in found.months if one.gap.mean < 0]
    if not lowest:
        return f"No month is short of {other} on the mean."
    said = f"No single month can be told to be short of {other} in {found.course_replications} replications"
    worst_month = min(lowest, key=lambda one: one.gap.mean)
    return f"{said}; the lowest is {_month(worst_month)}."


def _month(one: Month) -> str:
    return f"{period_name(one.label)} with {usd(one.gap.mean, signed=True)} ({_range(one.gap)})"


def held_back(found: Why) -> str:
    """What holds the plan back, quarters with the same answer together."""
    said = []
    for (held, sure), some in groupby(found.quarters, key=lambda one: (one.held_by, one.sure)):
        run = list(some)
        first, last = period_name(run[0].label), period_name(run[-1].label)
        when = f"in {first}" if len(run) == 1 else f"from {first} to {last}"
        most = max(one.used[_busiest(one)].mean for one in run if _busiest(one) in one.used)
        least = min(one.used[_busiest(one)].mean for one in run if _busiest(one) in one.used)
        within = share(most) if share(most) == share(least) else f"{share(least)} to {share(most)}"
        doubt = "" if sure else ", too near the limit to be sure"
        said.append(f"{HELD[held]} {when} ({_resource(run[0])} are {within} in use{doubt})")
    return f"What holds {plan_name(found.names[1])} back: {'; '.join(said)}." if said else ""


def _busiest(one: Quarter) -> Held:
    known = {what: used.mean for what, used in one.used.items() if used.mean == used.mean}
    return max(known, key=lambda what: known[what], default="hours")


def _resource(one: Quarter) -> str:
    return {"hours": "selling hours", "engineers": "SE places", "accounts": "accounts", "leads": "leads"}[_busiest(one)]


def notes(found: Why) -> list[str]:
    """How to read the tables, and what was put together."""
    drawn = "" if len(found.main.parts) <= MOST_FOR_ALL else ", two of them in each replication, all equally likely"
    said = [
        f"A cause's part is the mean of what it changes over the orders in which the causes may come{drawn} (its"
        " Shapley value), so that parts add up to the gap to the cent. Alone: where it comes by itself. Last: where all"
        f" others have come. All worlds between are played under the same luck, {found.replications} replications of"
        f" {found.horizon} months; the ranges hold the true mean 19 times in 20, each for itself. Shares of a cent"
        " go to the parts with the largest remainders."
    ]
    if found.replications < FEW:
        said.append(f"{found.replications} replications are few: read the ranges, not the parts.")
    if found.against == "target":
        said.append(ON_PAPER)
    for group in found.hang_together:
        said.append(f"Told together, because one is no plan without the other: {_within(group)}.")
    if found.put_together:
        said.append(f"Told together, because they are the smallest of more than seven: {_within(found.put_together)}.")
    holds = [f"{c.label}: {c.holds}" for one in found.main.parts for c in one.group if c.holds]
    if holds:
        said.append(f"{'; '.join(holds)}.")
    said.append(
        "What holds a plan back is decided by what is used up most: selling hours in use, places of solution engineers"
        " in use, accounts in use. From 90% on that is what holds it back; where all are below, it is too few leads for"
        f" those who sell. Months and quarters are of {found.course_replications} replications."
    )
    return said


ON_PAPER = (
    "On paper people start on the day for which they are wanted and sell in full from it, nobody leaves, deals that"
    " change hands lose nothing, nobody is away or overloaded, no deal waits for a solution engineer, and the market"
    " and what nobody knows are as expected; what the plan decides stays. It holds in the half-year before the first"
    " day, too. Luck of single deals is in every row and averages out."
)


def rows(found: Why) -> list[Row]:
    """The table, which foots: where the gap begins, a line a cause, where it ends."""
    footing, lines = found.main, []
    if found.target_cents is not None and found.paper is not None:
        lines.append(_end("Target", found.target_cents))
        between = footing.start_cents - found.target_cents
        lines.append(_row("The plan on paper against it", between, found.paper))
    else:
        lines.append(
            _end(f"{sentence(by_measure(footing.measure))} of {plan_name(found.names[0])}", footing.start_cents)
        )
    lines += [_row(name_of(one.group), one.cents, one.each, one) for one in footing.parts]
    measure = "Bookings" if found.target_cents is not None else sentence(by_measure(footing.measure))
    return [*lines, _end(f"{measure} of {plan_name(found.names[1])}", footing.end_cents)]


def other_measures(found: Why) -> list[str]:
    """The same causes in the other measures, a sentence each."""
    return [_in_words(one) for name, one in found.footings.items() if name != found.measure]


def _in_words(footing: Footing) -> str:
    each = [
        f"{_within(one.group)} {usd(one.cents / 100, signed=True)}"
        + (f" ({UNTOLD})" if _verdict(one.each) == UNTOLD else "")
        for one in footing.parts
    ]
    return f"{sentence(by_measure(footing.measure))} {usd(footing.cents / 100, signed=True)}: {', '.join(each)}."


def _end(name: str, cents: int) -> Row:
    return Row((name, cents_exact(cents), "", "", "", "", ""), True)


def _row(name: str, cents: int, gap: Gap, part: Part | None = None) -> Row:
    ends = [usd(one, signed=True) for one in (gap.low, gap.high)]
    beside = ["", ""] if part is None else [usd(one.mean, signed=True) for one in (part.alone, part.last)]
    return Row((name, cents_exact(cents, signed=True), *ends, *beside, _verdict(gap)), gap.clear)


def _verdict(gap: Gap) -> str:
    """What cannot be said of a part, or that it is none."""
    if gap.clear:
        return ""
    return NOTHING if gap.low == gap.high == 0.0 else UNTOLD


def quarter_rows(quarters: Sequence[Quarter]) -> list[Row]:
    """What held a plan back, a line a quarter."""
    return [
        Row(
            (
                period_name(one.label), usd(one.gap.mean, signed=True), usd(one.gap.low, signed=True),
                usd(one.gap.high, signed=True),
                *(share(one.used[what].mean) for what in ("hours", "engineers", "accounts")),
                share(one.leads_lost.mean), HELD[one.held_by] + ("" if one.sure else ", not sure"),
            ),
            one.sure,
        )
        for one in quarters
    ]  # fmt: skip


def _range(gap: Gap) -> str:
    return usd_range(gap.low, gap.high)


def few(found: Why) -> bool:
    """Whether what is said rests on too few replications."""
    return found.replications < FEW
