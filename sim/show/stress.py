"""Plans under shocks, in words and as a table: the choice first, then the weakest point of each plan."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.decide.shocks.break_even import BreakEven
from sim.decide.shocks.stress import NO_SHOCK, Cell, Choice, Stress, Weakness
from sim.results.criterion import HITS_TARGET
from sim.show import findings
from sim.show.criterion import amount, apart, bare, by, change, how_ranked_if_asked, in_points, more_said
from sim.show.decision_page import Row
from sim.show.formats import NO_VALUE, number, odds, signed_points, usd
from sim.show.verdict import LONGEST_NAME, choice
from sim.show.words import listed, plan_name, sentence, shown

MOST_NAMED = 4
HEADINGS = (
    "shock", "plan", "worth", "changed by", "19 times in 20 between", "and", "odds of target", "points", "bookings P10",
    "changed by", "the choice",
)  # fmt: skip


def name_of(name: str) -> str:
    """A plan or shock as a reader says it."""
    return plan_name(name, LONGEST_NAME)


def worth_of(found: Stress) -> str:
    """What it is that shocks cost, in words."""
    return by(found.verdict.risk_criterion)


def few(found: Stress) -> bool:
    """Whether what is said rests on too few replications."""
    return not found.enough


def answer(found: Stress, evens: Sequence[BreakEven] = ()) -> list[str]:
    """What to know first: the choice and what turns it, where each plan is weakest, how far the choice bears."""
    said = [findings.too_few(found.replications)] if few(found) else _choice(found)
    said += [weakness_said(found, one) for one in found.weaknesses[:MOST_NAMED]]
    return [one for one in (*said, _untold(found), *_turns_at(found, evens)) if one]


def _choice(found: Stress) -> list[str]:
    if not found.rivals:
        return []
    turned, held, untold = found.of("turns"), found.of("holds"), found.of("untold")
    said = []
    if turned:
        said.append(f"The choice turns {'; '.join(_turn(found, one) for one in turned)}.")
    else:
        said.append(f"No shock here clearly turns the choice: {_under(found.shocks)}, no other plan is clearly ahead.")
    others = "all other plans" if len(found.rivals) > 1 else name_of(found.rivals[0])
    if held:
        said.append(f"{sentence(name_of(found.pick))} stays clearly ahead of {others} {_under(_names(held))}.")
    if untold:
        pick, told = name_of(found.pick), f"be told from {others} in {found.replications} replications"
        some = turned or held
        doubt = (
            f"{sentence(_under(_names(untold)))} {pick} cannot {told}"
            if some
            else f"Under none of them can {pick} {told}"
        )
        said.append(f"{doubt}; run.replications={4 * found.replications} halves the doubt.")
    ranked = how_ranked_if_asked(found.verdict.by, found.replications)
    return [" ".join(one for one in (choice(found.verdict)[0], ranked) if one), " ".join(said)]


def _turn(found: Stress, one: Choice) -> str:
    plan = one.turns_to or ""
    gap = one.margins[plan]
    told = more_said(found.verdict.criterion, gap, f" than {name_of(found.pick)}")
    return f"under {name_of(one.shock)}, where {name_of(plan)} {told}"


def _names(choices: Sequence[Choice]) -> list[str]:
    return [one.shock for one in choices]


def _under(shocks: Sequence[str]) -> str:
    """``under the recession and slow ramp``, or of many how many."""
    if len(shocks) <= MOST_NAMED:
        return f"under {listed([name_of(shock) for shock in shocks])}"
    first = [name_of(shock) for shock in shocks[: MOST_NAMED - 1]]
    return f"under {', '.join(first)} and {len(shocks) - len(first)} more"


def weakness_said(found: Stress, one: Weakness) -> str:
    """The weakest point of a plan: the shock that costs it most, what it takes, and what cannot be told from it."""
    plan = sentence(name_of(one.plan))
    if one.shock is None:
        return f"{plan}: no shock here can be told to cost it anything in {found.replications} replications."
    cell, calm = found.cells[one.plan, one.shock], found.cells[one.plan, NO_SHOCK]
    gap = cell.gaps[found.worth]
    by_amount, toll = found.verdict.risk_criterion, gap.advantage
    ends = f"{bare(by_amount, toll.high)} to {bare(by_amount, toll.low)}"
    verb = "adds" if by_amount.less_is_better else "costs"
    costs = f"it {verb} {apart(by_amount, toll.mean)} of {worth_of(found)} ({ends})"
    also = f" {sentence(listed([name_of(s) for s in one.level[:MOST_NAMED]]))} may cost as much." if one.level else ""
    if math.isfinite(cell.odds.mean) and cell.gaps[HITS_TARGET].clear:
        verb = "takes" if cell.odds.mean < calm.odds.mean else "brings"
        costs += f" and {verb} the odds of the target from {odds(calm.odds.mean)} to {odds(cell.odds.mean)}"
    return f"{plan} is weakest against {name_of(one.shock)}: {costs}.{also}"


def _untold(found: Stress) -> str:
    mine = [
        shock for shock in found.shocks
        if not any(found.cells[plan, shock].gaps[found.worth].clear for plan in found.plans)
    ]  # fmt: skip
    if not mine:
        return ""
    return f"Not told from no shock, in {worth_of(found)}: {listed([name_of(shock) for shock in mine])}."


def why_no_break_even(found: Stress) -> str:
    """Why it is not asked how strong a shock must be to turn the choice; empty where it is."""
    if not found.enough:
        return "How strong a shock must be to turn the choice cannot be told from so few replications."
    if not found.choices[NO_SHOCK].holds:
        return (
            "How strong a shock must be to turn the choice is not asked: without a shock the plans cannot be told"
            f" apart in {found.replications} replications."
        )
    return ""


def _turns_at(found: Stress, evens: Sequence[BreakEven]) -> list[str]:
    """At which strength each shock turns the choice; those that never do, and those that cannot be scaled."""
    said = [_turning(one) for one in evens if one.rival]
    held: dict[str, list[str]] = {}
    untold: dict[str, list[str]] = {}
    for one in evens:
        if not one.why_not and not one.rival:
            (held if one.holds else untold).setdefault(times(one.most), []).append(name_of(one.shock))
    for most, names in held.items():
        said.append(
            f"Even {most} as strong as written, {name_of(found.pick)} stays clearly ahead under {listed(names)}."
        )
    for most, names in untold.items():
        said.append(
            f"Up to {most} as strong as written, no other plan passes {name_of(found.pick)} under {listed(names)}, but"
            f" {found.replications} replications cannot rule it out."
        )
    unscaled = [f"{name_of(one.shock)} ({shown(one.why_not)})" for one in evens if one.why_not]
    if unscaled:
        said.append(f"Not made stronger or weaker: {'; '.join(unscaled)}.")
    return said


def _turning(one: BreakEven) -> str:
    """Where a shock turns the choice; of a turn that is not clear that it may be none."""
    shock, rival, at = sentence(name_of(one.shock)), name_of(one.rival or ""), times(one.at)
    low = times(one.low) if math.isfinite(one.low) else "nothing"
    if math.isfinite(one.high):
        return (
            f"{shock} turns the choice to {rival} at about {at} its strength as written (between {low} and"
            f" {times(one.high)})."
        )
    return (
        f"{shock} may turn the choice to {rival}, at about {at} its strength as written; but up to {times(one.most)}"
        f" {rival} is not clearly ahead, so it may be chance."
    )


def times(strength: float) -> str:
    """``2.5 times``."""
    return f"{number(strength, 0 if abs(strength - round(strength)) < 0.05 else 1)} times"


def note(found: Stress) -> str:
    """How to read the table."""
    told = in_points(found.verdict.risk_criterion)
    points = f", its changes{told.replace(',', '')}" if told else ""
    return (
        f"Each shock is laid over each plan, and both are played under the same luck, {found.replications} replications"
        f" of {found.months} months. Changes are against the same plan under no shock. Worth is"
        f" {worth_of(found)}{points}. Of ten replications one books less than the P10, so it is the least certain of"
        " the numbers. What is pale cannot be told from no change. The choice is turned where another plan is clearly"
        " ahead, all shocks taken together."
    )


def rows(found: Stress) -> list[Row]:
    """The table, a line a shock and plan; under no shock first."""
    return [_row(found, found.cells[plan, shock]) for shock in (NO_SHOCK, *found.shocks) for plan in found.plans]


def choice_said(found: Stress, shock: str) -> str:
    """What becomes of the choice under a shock, in a few words."""
    for one in found.of("turns"):
        if one.shock == shock:
            return f"turns to {name_of(one.turns_to or '')}"
    if any(one.shock == shock for one in found.of("holds")):
        return f"stays {name_of(found.pick)}"
    return "not told" if found.rivals else ""


def _row(found: Stress, cell: Cell) -> Row:
    name = name_of(cell.shock) if cell.shock else "none"
    gap, calm, by_amount = cell.gaps.get(found.worth), cell.shock == NO_SHOCK, found.verdict.risk_criterion
    changed = [change(by_amount)(one) for one in (gap.mean, gap.low, gap.high)] if gap else ["", "", ""]
    moved = cell.gaps.get(HITS_TARGET)
    cells = (
        name, name_of(cell.plan), amount(by_amount, cell.means[found.worth]), *changed, odds(cell.odds.mean),
        signed_points(moved.mean) if moved else "", usd(cell.bookings_p10),
        "" if calm else usd(cell.p10_change, signed=True),
        "" if calm else choice_said(found, cell.shock),
    )  # fmt: skip
    return Row(tuple(one or NO_VALUE for one in cells) if not calm else cells, calm or bool(gap and gap.clear))
