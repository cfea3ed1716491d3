"""The verdict in words: do this, worth so much over so many years, because of this, unless that.

The screen and the report say the same sentences.
"""

from __future__ import annotations

import math

from sim.results.criterion import WITHOUT_BILLING, criterion_of
from sim.results.gap import Gap
from sim.results.judged_by import PARTS
from sim.results.verdict import Standing, Verdict
from sim.show import contest
from sim.show.criterion import amount, apart, by, by_measure, how_ranked, is_better, more_said, unknown
from sim.show.formats import cents, odds, points, usd, years
from sim.show.words import listed, plan_name, sentence

LONGEST_NAME = 100  # as long as a name may be: its end may be what tells it from another
MOST_NAMED = 5
LEAST_PART = 0.1  # of the greatest part of a difference; smaller ones explain nothing
PART_SAID = {
    "contribution": "in {played} {who} earns {much} {more} after its cost",
    "run_off_value": "what {whose} customers still pay after that is worth {much} {more}",
    "pipeline_value": "{whose} deals still open at the end are worth {much} {more}",
}


def paragraphs(verdict: Verdict, until: str) -> list[str]:
    """The choice, the odds of the target as a second fact, and what weather costs; nothing of too small a run.

    Args:
        until: the run's last month in words.
    """
    if not verdict.enough:
        return []
    do, why = choice(verdict)
    said = [do, " ".join(one for one in why if one), odds_said(verdict, until), contest.said(verdict), weather(verdict)]
    return [paragraph for paragraph in said if paragraph]


def choice(verdict: Verdict) -> tuple[str, list[str]]:
    """What to do, and then why and what speaks against it; sentences that are empty have nothing to say."""
    if verdict.pick is None:
        none = "No scenario here is a plan, so none is recommended; kind=plan lets them compete."
        return none, [unknown(verdict.by, verdict.replications)]
    if verdict.told is None:
        return _worth(verdict), [_alone(verdict), unknown(verdict.by, verdict.replications)]
    gap = verdict.decides
    assert gap is not None, "the plan that is told of has a difference by the criterion"
    ranked = how_ranked(verdict.by, verdict.replications)
    if gap.low == gap.high == 0:
        same = f"by {by(verdict.criterion)} {_name(verdict.told)} is the same in every replication"
        return f"Keep {_name(verdict.reference)}: {same}.", [_turned(verdict), ranked]
    why = [_because(verdict), _unless(verdict), _luck(verdict), _turned(verdict), ranked]
    return _do(verdict, gap), why


def _do(verdict: Verdict, gap: Gap) -> str:
    told, base = _name(verdict.told), _name(verdict.reference)
    if verdict.pick == verdict.told:
        level = [_name(name) for name in verdict.level]
        also = f" {sentence(listed(level[:MOST_NAMED]))} cannot be told apart from it." if level else ""
        return f"Do {told}: it {more_said(verdict.criterion, gap, f' than {base}')}{_within(verdict, gap)}.{also}"
    next_best = ", the best of the others," if len(verdict.plans) > 2 else ""
    against = f"{told}{next_best} {more_said(verdict.criterion, gap)}{_within(verdict, gap)}"
    if verdict.clear and gap.advantage.mean < 0:
        return f"Keep {base}: {against}."
    if len(verdict.level) + 1 == len(verdict.plans):
        kept = f"By {by(verdict.criterion)} the plans cannot be told apart, so keep {base}"
    else:
        kept = f"Keep {base}: by {by(verdict.criterion)} no plan is clearly better"
    if gap.clear and gap.advantage.mean > 0:
        return f"{kept}. {sentence(against)}; but the best of {len(verdict.plans)} plans may look so by luck alone."
    return f"{kept}. {sentence(against)}, which may be chance."


def _within(verdict: Verdict, gap: Gap) -> str:
    """``, give or take $0.4M, over five years, counting ...``."""
    criterion = verdict.criterion
    if criterion.unit == "USD":
        error = _like(gap.mean, gap.reach)
    else:
        error = points(gap.reach) if criterion.yes_no else apart(criterion, gap.reach)
    give_or_take = f", give or take {error}" if gap.reach >= gap.rounding else ""
    return give_or_take if criterion.yes_no else f"{give_or_take}, {_over(verdict)}"


def _like(amount: float, error: float) -> str:
    """An error in the unit of the amount that it belongs to."""
    if abs(amount) < 999.5e3 or not math.isfinite(error) or error < 5e3:
        return usd(error)
    return f"${error / 1e6:.{1 if error >= 0.0995e6 else 2}f}M"


def _over(verdict: Verdict) -> str:
    """The years that the criterion counts, said so that nobody can take them for others."""
    played, later = verdict.horizon.played_years, verdict.horizon.run_off_years
    if verdict.criterion.name != "value" or not later:
        return f"over the {years(played)} of the plan"
    return (
        f"over {years(played + later)}, counting the {years(played)} of the plan and {years(later)} of what its"
        " customers then still pay"
    )


def _because(verdict: Verdict) -> str:
    """The parts of value that carry the difference, those that speak against it, and bookings and cost behind them."""
    gap, behind, told = verdict.decides, _books_and_costs(verdict), _name(verdict.told)
    alone = "It" if verdict.pick == verdict.told else sentence(told)
    if gap is None or not gap.clear:
        return f"{alone} {behind}." if behind else ""
    if verdict.criterion.name != "value":
        if not verdict.criterion.stands:  # what it books and costs need not be the reason
            return f"{alone} {behind}." if behind else ""
        return f"Because {'it' if alone == 'It' else told} {behind}." if behind else ""
    parts = [(part, g) for part in PARTS if (g := verdict.gap(part)) is not None and g.clear]
    least = LEAST_PART * max((abs(g.mean) for _, g in parts), default=0.0)
    parts = [(part, g) for part, g in parts if abs(g.mean) >= least]
    parts.sort(key=lambda item: (item[1].mean * gap.mean < 0, -abs(item[1].mean)))
    if not parts or parts[0][1].mean * gap.mean < 0:
        return f"{alone} {behind}." if behind else ""
    played = f"the {years(verdict.horizon.played_years)} of the plan"
    carries: list[str] = []
    against: list[str] = []
    for part, one in parts:
        named = verdict.pick != verdict.told and not carries
        who, whose = (told, f"{told}'s") if named else ("it", "its")
        more = "more" if one.mean > 0 else "less"
        said = PART_SAID[part].format(played=played, who=who, whose=whose, much=usd(abs(one.mean)), more=more)
        (carries if one.mean * gap.mean > 0 else against).append(said)
    because = f"Because {listed(carries)}{f', although {listed(against)}' if against else ''}."
    return f"{because} It {behind}." if behind else because


def _books_and_costs(verdict: Verdict) -> str:
    """``books $4.0M more and costs $2.1M more``; of what cannot be told from zero, that it is about the same."""
    parts = []
    for measure, verb in (("bookings", "books"), ("cost", "costs")):
        gap = verdict.gap(measure)
        if gap is None:
            continue
        much = f"{usd(abs(gap.mean))} {'more' if gap.mean > 0 else 'less'}" if gap.clear else "about as much"
        parts.append(f"{verb} {much}")
    if len(parts) == 2 and all(part.endswith("about as much") for part in parts):
        return "books and costs about as much"
    return listed(parts) if parts else ""


def _unless(verdict: Verdict) -> str:
    """What a dollar of ARR at the end must be worth for the choice to turn."""
    gap, at, counted, arr = verdict.decides, verdict.break_even, verdict.counted, verdict.gap("arr_at_end")
    if at is None or arr is None or gap is None or verdict.criterion.name != "value":
        return ""
    here = f" (this run counts it at {cents(counted)})" if counted is not None and counted > 0 else ""
    if gap.clear:
        less = "less" if (arr.mean > 0) == (verdict.pick == verdict.told) else "more"
        return f"Unless a dollar of ARR at the end is worth {less} than {cents(at)}{here}."
    less = "or more" if arr.mean > 0 else "or less"
    return f"{sentence(_name(verdict.told))} pays if a dollar of ARR at the end is worth {cents(at)} {less}{here}."


def _luck(verdict: Verdict) -> str:
    """The risk of the choice: how often, and by how much, luck alone makes it the worse one."""
    if verdict.risk is None:
        return ""
    risk, base, told = verdict.risk.advantage, _name(verdict.reference), _name(verdict.told)
    better = is_better(verdict.risk_criterion)
    does = verdict.pick == verdict.told
    other, how_often, by_how_much = (base, risk.below, -risk.p10) if does else (told, risk.above, risk.p90)
    if not how_often:
        return f"In no replication {other} {better}."
    much = apart(verdict.risk_criterion, by_how_much)
    deep = f", in one of ten by {much} or more" if by_how_much >= risk.rounding else ""
    return f"The risk of this choice: in {odds(how_often)} of replications {other} {better}{deep}."


def _turned(verdict: Verdict) -> str:
    """Where another criterion would choose another plan."""
    by_plan: dict[str, list[str]] = {}
    for criterion, name in verdict.turned.items():
        by_plan.setdefault(name, []).append(f"by {by(criterion_of(criterion))}")
    if not by_plan:
        return ""
    (first, how), *rest = by_plan.items()
    said = f"{sentence(listed(how))} alone {_name(first)} would come first"
    return "; ".join([said, *(f"{listed(how)}, {_name(name)}" for name, how in rest)]) + "."


def _alone(verdict: Verdict) -> str:
    """What a plan without a rival comes to by a measure that it does not say anyhow."""
    criterion = verdict.criterion
    if criterion.stands:
        return ""
    mean = verdict.by_name[verdict.pick or ""].means[criterion.measure]
    return f"In {by(criterion)} it comes to {amount(criterion, mean)} on average."


def _worth(verdict: Verdict) -> str:
    """What a plan without a rival is worth, with the parts that add up to it."""
    name, means = sentence(_name(verdict.pick)), verdict.by_name[verdict.pick or ""].means
    played, later = years(verdict.horizon.played_years), verdict.horizon.run_off_years
    books = f"books {usd(means['bookings'])} and costs {usd(means['cost'])} on average"
    if verdict.worth != "value":
        return f"{name} {books} over {played}: {usd(means[WITHOUT_BILLING])} of bookings less cost."
    earned, after, open_deals = (usd(means[part]) for part in PARTS)
    still = f"what its customers pay in {years(later)} after that" if later else "what its customers pay after that"
    worth = f"{name} is worth {usd(means['value'])} over {years(verdict.horizon.played_years + later)}"
    parts = f"{earned} that it earns in {played} after its cost, {after} of {still}, and {open_deals} of its open deals"
    return f"{worth}: {parts}. It {books}."


def odds_said(verdict: Verdict, until: str) -> str:
    """The odds of the target, plan by plan; the range of bookings of a plan without a rival."""
    plans = verdict.plans or list(verdict.standings)
    known = [one for one in plans if math.isfinite(one.means.get("hits_target", math.nan))]
    if not known:
        return ""
    known.sort(key=lambda one: -one.means["hits_target"])
    chosen = verdict.by_name.get(verdict.pick or "")
    target = usd((chosen or known[0]).means["target"])
    if len(known) == 1:
        low, middle, high = known[0].bookings_usd
        return (
            f"{sentence(_name(known[0].name))} has a chance of {odds(known[0].means['hits_target'])} to meet its target"
            f" of {target} by {until}. It books {usd(middle)} in the middle case, and between {usd(low)} and"
            f" {usd(high)} in 8 cases of 10."
        )
    shown = [one for one in known if one.name in (verdict.pick, verdict.reference)]
    shown += [one for one in known if one not in shown][: MOST_NAMED - len(shown)]
    said = [f"{odds(one.means['hits_target'])} with {_name(one.name)}" for one in known if one in shown]
    return f"The odds of the target ({target} by {until}) are {listed(said)}."


def weather(verdict: Verdict) -> str:
    """What each weather costs, or brings, that plan which all others are held against; nothing to choose between."""
    shown = verdict.weather[:MOST_NAMED]
    if not shown:
        return ""
    said = "; ".join(_befalls(verdict, one) for one in shown)
    return f"Weather is not chosen, so it is not ranked. Against {_name(verdict.reference)}, {said}."


def _befalls(verdict: Verdict, one: Standing) -> str:
    worth = verdict.worth
    amounts: dict[str, list[str]] = {}
    for measure in ("bookings", worth):
        gap = one.gaps.get(measure)
        if gap is not None and gap.clear:
            verb = "costs" if gap.mean < 0 else "brings"
            within = f" (give or take {_like(gap.mean, gap.reach)})"
            amounts.setdefault(verb, []).append(f"{usd(abs(gap.mean))} of {by_measure(measure)}{within}")
    moved = " and ".join(f"{verb} {listed(parts)}" for verb, parts in amounts.items())
    return f"{_name(one.name)} {moved or f'moves neither bookings nor {by_measure(worth)} beyond chance'}"


def _name(name: str | None) -> str:
    return plan_name(name or "", LONGEST_NAME)
