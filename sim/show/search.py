"""What a search found, in words and as tables. No plan is sold as better than its proof."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.decide.best.confirm import Look
from sim.decide.best.deadline import Deadline
from sim.decide.best.lever import opens_of
from sim.decide.best.search import Found
from sim.decide.best.tried import AS_IS, Goal, Score
from sim.results.estimates import Estimate
from sim.show.decision_page import Row
from sim.show.formats import DASH, NO_VALUE, number, odds, signed_points, usd, usd_range
from sim.show.levers_told import day_told, plan_told, value_told
from sim.show.words import listed, plan_name, readable, shown

WORTH = {"value": "value", "bookings_less_cost": "bookings less cost"}
MOST_ROWS = 14
HEADINGS = ("", "Plan", "Added cost", "Odds of the target", "about", "Added worth", "19 times in 20 between", "and")
TEXT_COLUMNS = (0, 1, 4)
DEADLINE_HEADINGS = (
    "Requisition", "Heads", "Search begins", "Must begin by", "A month later changes worth by",
    "19 times in 20 between", "and", "and odds by",
)  # fmt: skip
DEADLINE_TEXT = (0, 2, 3)
ANY_TIME = "odds seem to hold without"


def answer(found: Found) -> list[str]:
    """The decision first, then its proof and what it hangs on."""
    said = _chosen(found) if found.best.chosen is not None else _none(found)
    return [*said, *_at_an_end(found), *_waits(found)]


def _chosen(found: Found) -> list[str]:
    best, name = found.best, plan_name(found.name)
    assert best.chosen is not None
    score, look = best.tried.score(best.chosen), best.confirmed
    assert look is not None
    told = plan_told(found.space, best.chosen)
    goal = best.goal
    if goal.target_odds is not None:
        first = (
            f"The cheapest plan found that meets its target at least {odds(goal.target_odds)} of the time: {name} with"
            f" {told}. {_cost(found, score.cost)}"
        )
        proof = (
            f"Confirmed under fresh luck, which the search had not seen: it met the target in {_share(look)} of"
            f" {number(look.replications)} replications, and its odds are above {_floor(look.surely)}, with all"
            f" {_looks(best.looks)} counted so that a wrong yes comes at most once in twenty searches."
            f" {name[:1].upper() + name[1:]} as it is meets it about {odds(met_as_it_is(found))} of the time."
        )
        return [first, proof, _worth(found, score.worth, name), *_sure_costs(found, score)]
    assert goal.added_usd is not None
    first = (
        f"The plan worth most that was found within the budget: {name} with {told}. {_cost(found, look.cost)}"
        f" The budget allows {usd(goal.added_usd, signed=True)}."
    )
    proof = (
        f"Confirmed under fresh luck, which the search had not seen, in {number(look.replications)} replications: the"
        f" mean added cost is below {usd(look.surely, signed=True)}, with all {_looks(best.looks)} counted."
    )
    return [first, _worth(found, look.worth, name), proof]


def _none(found: Found) -> list[str]:
    """There is none, as far as the intervals say so; and what comes nearest."""
    best, goal, name = found.best, found.best.goal, plan_name(found.name)
    near = best.nearest
    told = plan_told(found.space, near.point)
    if goal.target_odds is None:
        assert goal.added_usd is not None
        return [
            f"No plan within these levers was confirmed to stay within the budget, which allows"
            f" {usd(goal.added_usd, signed=True)} beside {name}. Nearest: {name} with {told},"
            f" {usd(near.cost.mean, signed=True)} ({_range(near.cost)})."
        ]
    wanted = odds(goal.target_odds)
    reached = f"about {odds(near.odds.mean)} ({odds(near.odds.low)} to {odds(near.odds.high)})"
    if near.odds.high < goal.target_odds:
        first = f"No plan within these levers that was tried meets the target {wanted} of the time. The best reaches"
        first += f" {reached}"
    else:
        first = f"No plan within these levers was confirmed to meet the target {wanted} of the time. The best seems to"
        first += f" reach {reached}"
    said = [f"{first}: {name} with {told}. {_cost(found, near.cost)}"]
    if best.looks:
        seen = "; ".join(
            f"{plan_told(found.space, look.point)}: met in {_share(look)} of {number(look.replications)}"
            for look in _last_looks(best.looks)
        )
        said.append(f"Under fresh luck, which the search had not seen: {seen}.")
    said.append(f"{name[:1].upper() + name[1:]} as it is meets it about {odds(met_as_it_is(found))} of the time.")
    return said


def _at_an_end(found: Found) -> list[str]:
    """Where the plan takes all that a lever was allowed, more than that may be better still."""
    plan = found.best.chosen or found.best.nearest.point
    if plan == AS_IS:
        return []
    levers = found.space.levers
    values = found.space.values(plan)
    used = {opens.name for one in levers if values[one.name] and (opens := opens_of(one, levers))}
    taken = [
        f"{lever.name} ({value_told(values[lever.name])})"
        for lever, at in zip(levers, plan, strict=True)
        if len(lever.values) > 1 and at in (0, len(lever.values) - 1)
        and not (lever.kind in ("hires", "move") and not values[lever.name])  # nobody can be fewer than none
        and not (lever.kind == "opens" and lever.name not in used)
    ]  # fmt: skip
    if not taken:
        return []
    end = "the end of its range" if len(taken) == 1 else "the end of their ranges"
    return [f"At {end}: {listed(taken)}. A wider range may hold a better plan."]


def _cost(found: Found, cost: Estimate) -> str:
    more = "more" if cost.mean >= 0 else "less"
    low, high = (usd(one) for one in sorted(abs(one) for one in (cost.low, cost.high)))
    between = f" ({low} to {high})" if low != high else ""
    if not cost.clear:
        return f"Its cost over {found.months} months cannot be told from that of {plan_name(found.name)}."
    return (
        f"Over {found.months} months it costs {usd(abs(cost.mean))} {more}{between} than"
        f" {plan_name(found.name)}, which costs {usd(float(found.as_is.cost.mean()))}."
    )


def _worth(found: Found, worth: Estimate, name: str) -> str:
    what = WORTH[found.worth]
    if not worth.clear:
        return f"It cannot be told whether it is worth more or less than {name} by {what} ({_range(worth)})."
    more = "more" if worth.mean > 0 else "less"
    ends = sorted(abs(one) for one in (worth.low, worth.high))
    return f"By {what} it is worth {usd(abs(worth.mean))} {more} than {name} ({usd(ends[0])} to {usd(ends[1])})."


def _sure_costs(found: Found, score: Score) -> list[str]:
    """What certainty costs: the cheapest plan that seems to do it, but is too near to be confirmed."""
    goal, tried = found.best.goal, found.best.tried
    looked = {look.point for look in found.best.looks}
    just = [one for one in tried.scores(found.best.full) if one.lacks(goal) <= 0 and one.point not in looked]
    cheapest = min(just, key=lambda one: one.rank(goal), default=None)
    if cheapest is None or cheapest.cost.mean >= score.cost.mean:
        return []
    saved = usd(score.cost.mean - cheapest.cost.mean)
    return [
        f"Certainty has a price: {plan_told(found.space, cheapest.point)} costs {saved} less and seems to reach about"
        f" {odds(cheapest.odds.mean)} ({odds(cheapest.odds.low)} to {odds(cheapest.odds.high)}), too near to be"
        " confirmed."
    ]


def _waits(found: Found) -> list[str]:
    """The nearest deadline and the dearest wait."""
    if not found.deadlines:
        return []
    said = []
    alone = [one for one in found.deadlines if len(one.names) == 1]
    for all_of_them in (one for one in found.deadlines if len(one.names) > 1 and one.latest is not None):
        said.append(_wait_of_all(all_of_them))
    needed = [one for one in alone if one.latest is not None]
    if needed:
        first = min(needed, key=lambda one: (one.latest, one.names))
        assert first.latest is not None
        more = f" Of {len(alone)} requisitions, {len(needed)} have such a date." if len(needed) > 1 else ""
        said.append(
            f"Decide first on {_requisition(first)}: alone it may wait until {day_told(first.latest)}, by our best"
            f" estimate.{more}"
        )
    clear = [one for one in alone if one.worth_of_a_month.clear and one.worth_of_a_month.mean < 0]
    if clear:
        dear = min(clear, key=lambda one: (one.worth_of_a_month.mean, one.names))
        lost = dear.worth_of_a_month
        said.append(
            f"Dearest to wait with is {_requisition(dear)}: a month later costs {usd(-lost.mean)} of"
            f" {WORTH[found.worth]} ({usd(-lost.high)} to {usd(-lost.low)})."
        )
    return said


def _wait_of_all(one: Deadline) -> str:
    """How long all requisitions may wait together, by our best estimate."""
    assert one.latest is not None
    if one.latest == one.opens:
        return f"None of this may wait: all {len(one.names)} requisitions a month later, and the odds fall short."
    return (
        f"All {len(one.names)} requisitions together may wait until {day_told(one.latest)} for the first of them, each"
        f" as long as that one waits from {day_told(one.opens)}, by our best estimate."
    )


def note(found: Found) -> str:
    """How to read it."""
    best = found.best
    kept = f"{number(len(best.scores))} of {number(found.space.plans)} plans were tried"
    said = (
        f"{kept}, all under the same luck as {plan_name(found.name)}, whose {number(len(found.as_is))} replications say"
        f" how often the target is met; those that were hopeless after a few replications were left. Odds in the table"
        " are read through it and through the plans that were confirmed, so they are estimates with the range beside"
        " them; only the plan that is marked is confirmed. A search tries some of the plans that there are: another may"
        " be a little cheaper. Dollars are means against the plan as it is."
    )
    if found.deadlines:
        said += (
            " A requisition's last date is that until which it alone may wait and the odds, by our best estimate, still"
            " be what was asked for; two that wait together may miss it. All together wait equally long; their last"
            " date is that of the first. A confirmed plan has odds to spare, which is what confirmed it: one that"
            " waits, or goes without, is no longer confirmed."
        )
    return said


def frontier(goal: Goal, scores: Sequence[Score], by: str) -> list[Score]:
    """The plans of which none is cheaper and better; ``by`` is what better means: odds or worth."""
    kept: list[Score] = []
    for one in sorted(scores, key=lambda one: (one.cost.mean, -getattr(one, by).mean, one.point)):
        if not kept or getattr(one, by).mean > getattr(kept[-1], by).mean:
            kept.append(one)
    return kept


def rows(found: Found) -> list[Row]:
    """The plans on the frontier, the cheapest first, with the chosen one and those that were looked at."""
    best = found.best
    by = "odds" if best.goal.is_cheapest else "worth"
    looked = {look.point for look in best.looks}
    edge = frontier(best.goal, best.scores, by)
    if len(edge) > MOST_ROWS:
        edge = [edge[round(k * (len(edge) - 1) / (MOST_ROWS - 1))] for k in range(MOST_ROWS)]
    wanted = {one.point for one in edge} | looked | {best.nearest.point}
    return [_row(found, one) for one in best.scores if one.point in wanted]


def _row(found: Found, one: Score) -> Row:
    best = found.best
    mark = "chosen" if one.point == best.chosen else ""
    if not mark and any(look.point == one.point for look in best.looks):
        passed = any(look.point == one.point and look.passed for look in best.looks)
        mark = "confirmed" if passed else "not confirmed"
    return Row(
        (
            mark, plan_told(found.space, one.point), usd(one.cost.mean, signed=True), odds(one.odds.mean),
            f"{odds(one.odds.low)} to {odds(one.odds.high)}", usd(one.worth.mean, signed=True),
            usd(one.worth.low, signed=True), usd(one.worth.high, signed=True),
        ),
        one.lacks(best.goal) <= 0,
    )  # fmt: skip


def deadline_rows(found: Found) -> list[Row]:
    """A line a requisition."""
    return [_deadline(one) for one in found.deadlines]


def _deadline(one: Deadline) -> Row:
    never = DASH if one.is_needed else ANY_TIME
    until = never if one.latest is None else day_told(one.latest)
    month, changed = one.worth_of_a_month, one.odds_of_a_month
    return Row(
        (
            _called(one), str(one.count), day_told(one.opens), until, usd(month.mean, signed=True),
            usd(month.low, signed=True), usd(month.high, signed=True),
            f"{signed_points(changed)} points" if np.isfinite(changed) else NO_VALUE,
        ),
        month.clear,
    )  # fmt: skip


def _called(one: Deadline) -> str:
    return readable(shown(one.names[0])) if len(one.names) == 1 else "all together"


def _requisition(one: Deadline) -> str:
    places = [place for place in (one.segment, one.region) if place]
    return f"{_called(one)} ({one.count} {readable(shown(one.role or ''))}; {readable(shown(', '.join(places)))})"


def _range(one: Estimate) -> str:
    return usd_range(one.low, one.high)


def _share(look: Look) -> str:
    return odds(look.met / look.replications)


def _floor(share: float) -> str:
    """Rounded down, so that no more is said than is sure."""
    return f"{np.floor(share * 1000) / 10:.1f}%"


def _looks(looks: Sequence[Look]) -> str:
    return "1 look" if len(looks) == 1 else f"{len(looks)} looks"


def _last_looks(looks: Sequence[Look]) -> list[Look]:
    """The last look at each plan."""
    return list({look.point: look for look in looks}.values())


def met_as_it_is(found: Found) -> float:
    """How often the plan as it is meets its target, by all that was played."""
    return found.best.tried.score(AS_IS).odds.mean


def few(found: Found) -> bool:
    """Whether nothing is confirmed."""
    return found.best.chosen is None
