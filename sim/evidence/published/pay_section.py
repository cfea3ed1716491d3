"""What pay does to people, as a section of the validation page: published effects beside those of the team world."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.evidence.published import pay_effects as effects
from sim.evidence.published.section import Check, Section
from sim.evidence.published.team_world import Behaviour, Team, abilities, play
from sim.experiment.play import Progress
from sim.experiment.settings import RunSettings
from sim.rules import effort
from sim.rules.payout import curve
from sim.scenario.load import ScenarioSource

NONE = math.nan


def pay_section(source: ScenarioSource, settings: RunSettings, _: Progress | None = None) -> Section:
    """The experiments, in a world of its own: neither scenario nor settings change it."""
    responsiveness = source.at_central().world.behaviour.responsiveness
    return Section(
        "What pay does to people",
        (
            "Effort and the timing of deals are measured in a small world in which nothing else happens: reps with"
            " fixed draws, of whose chances more come off the harder they work. The rules are those of the simulation,"
            " at their default parameters. Each published effect comes from one firm, so signs, orderings and placebos"
            " must hold exactly, and sizes within a band. `tests/organization/test_pay_effects.py` holds them. The"
            f" scenario `{source.name}` itself has responsiveness {responsiveness:g}, where 1 is what is played here.",
        ),
        (*_placebos(), *_timing(), *_effort(), *_ratchet(), *_leaving()),
    )


def _band(claim: str, published: float, source: str, ours: float, low: float, high: float, unit: str) -> Check:
    """A figure that should lie between two others."""
    shown = (lambda x: f"{x:.1%}") if unit == "share" else (lambda x: f"{x:.3g}")
    inside = low <= ours <= high
    reading = f"{'inside' if inside else 'outside'} the band from {shown(low)} to {shown(high)}"
    return Check(claim, published, source, ours, NONE, bool(inside), reading, unit)


def _order(claim: str, source: str, ours: float, holds: bool, reading: str, unit: str = "effort") -> Check:
    """An ordering or a placebo; ``ours`` is the figure that shows it."""
    return Check(claim, NONE, source, float(ours), NONE, bool(holds), reading, unit)


def _placebos() -> Iterator[Check]:
    team = Team(abilities(60), weeks=39)
    linear = play(team, effects.LINEAR, Behaviour(ratchet=0.5)).effort
    off = np.abs(linear - 1.0).max()
    yield _order("straight plan at the base rate: distance of effort from 1", "placebo", off, off < 1e-9, "none")
    still = Behaviour(effort.habits(elasticity=0.0))
    plans = (effects.LINEAR, effects.BONUS, effects.ACCELERATED)
    books = {play(team, plan, still).sold.tobytes() for plan in plans}
    yield _order(
        "no elasticity, no timing: different books of sales under three plans", "placebo", len(books),
        len(books) == 1, "equal to the byte", "book",
    )  # fmt: skip


def _timing() -> Iterator[Check]:
    still, moved = (effects.quarter_end(effects.BONUS, share) for share in (0.0, 0.6))
    source = "InsideSales (2 to 4); Oyer"
    yield _band("sales in a quarter's last week over an average week", 3.0, source, moved[-1], 2.5, 3.6, "times")
    yield _band("the same where no deal can be moved", NONE, "prototype", still[-1], 0.97, 1.08, "times")
    yield _band("first weeks after it, at most", NONE, "Oyer: paid back", moved[:4].max(), 0.0, 0.8, "times")
    for share, published, low, high in ((0.3, NONE, 0.015, 0.03), (0.6, NONE, 0.033, 0.055), (0.9, 0.07, 0.05, 0.08)):
        leak = effects.leakage(effects.ACCELERATED, share)
        yield _band(
            f"revenue given away under accelerators, {share:.0%} of deals movable", published,
            "Larkin (6 to 8%)" if share == 0.9 else "prototype", leak.share, low, high, "share",
        )  # fmt: skip
    yield _order(
        "and one quarter's sales against the next one's", "Larkin", leak.memory, leak.memory < 0, "negative",
        "correlation",
    )  # fmt: skip
    kinds = (
        ("small repeat orders", 20.0, 0.05, 0.9, 1.2), ("mid-sized deals", 2.0, 0.1, 0.4, 0.65),
        ("big tickets", 0.25, 0.6, -0.1, 0.2),
    )  # fmt: skip
    for name, deals, share, low, high in kinds:
        part = effects.share_of_effort(deals, share)
        yield _band(
            f"effort's part in the last month's lift: {name} ({deals:g} a week, {share:.0%} movable)",
            NONE,
            "Steenburgh",
            part,
            low,
            high,
            "share",
        )


def _effort() -> Iterator[Check]:
    far, near, almost, just = (effects.usual_effort(effects.BONUS, x, 3.0) for x in (0.4, 0.75, 0.999, 1.001))
    yield _order(
        "three weeks left: effort at 75% of quota; at 99.9% and 40%", "Chung, Steenburgh, Sudhir", near,
        near > almost > far, f"above {almost:.3f} at 99.9% and {far:.3f} at 40%",
    )  # fmt: skip
    gap = abs(just - almost)
    yield _order("change of effort at the moment quota is met", "Chung and others", gap, gap < 0.03, "below 0.03")
    capped = effects.usual_effort(curve(13, ((0, 1.0),), [(1.0, 0.4)], cap=1.0), 1.3, 3.0)
    yield _band("effort past a cap", NONE, "phi^eta", capped, 0.794, 0.797, "effort")
    over = effects.lost_by_third(effects.two_periods(overachievement=False))
    yield _order(
        "no overachievement pay: sales lost by the ablest third", "Chung and others", over[2], over.argmin() == 2,
        f"most; the weakest lose {-over[0]:.1%}", "share",
    )  # fmt: skip
    bonus = effects.lost_by_third(effects.two_periods(quarterly_bonus=False))
    yield _order(
        "no quarterly bonus: sales lost by the weakest third", "Chung and others", bonus[0], bonus.argmin() == 0,
        f"most; the ablest lose {-bonus[2]:.1%}", "share",
    )  # fmt: skip
    gains = effects.bonus_to_commission()
    yield _order(
        "commission for a bonus of equal cost: gain of the least able tenth", "Kishore and others", gains[0],
        gains.argmax() == 0, "the largest of all tenths", "share",
    )  # fmt: skip


def _ratchet() -> Iterator[Check]:
    gain = effects.going_linear(effort.habits())
    yield _band(
        "gain from a straight plan for floor, cap and ratchet", 0.09, "Misra and Nair", gain, 0.03, 0.15, "share"
    )
    means = [float(weeks.mean()) for weeks in effects.ratchet_ladder(effects.BONUS, (0.0, 0.2, 0.5, 0.8))]
    falls = all(high > low for high, low in pairwise(means))
    told = ", ".join(f"{mean:.3f}" for mean in means)
    yield _order("effort at ratchet 0.8", "Misra and Nair", means[-1], falls, f"falls: {told} at 0, 0.2, 0.5, 0.8")


def _leaving() -> Iterator[Check]:
    for frailty in (0.0, 0.8):
        rise = effects.contagion(2.0, frailty)
        unlike = "reps unlike" if frailty else "reps alike"
        yield _band(f"peers' exits after a forced one, contagion 2, {unlike}", 1.27, "model", rise, 1.2, 1.3, "times")
    none = effects.contagion(0.0, 0.8)
    yield _order("the same at contagion 0, reps unlike", "placebo", none, none == 1.0, "exactly 1", "times")
