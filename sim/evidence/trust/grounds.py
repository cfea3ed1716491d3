"""What each command's answer rests on: a ground a factor, from what was read, played and changed.

Questions that a command does not answer are left out. What no ground says is what the project's own tests hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sim.evidence.backtest.kept import Kept
from sim.evidence.trust.levels import (
    DATA,
    NOTHING_CHANGED,
    QUESTIONS,
    ROBUSTNESS,
    UNCERTAINTY,
    VALIDATION,
    VERIFICATION,
    Ground,
    Level,
    data_of,
    held_of,
    levels_on,
    uncertainty_of,
)
from sim.scenario.load import ScenarioSource
from sim.spelling import counted

FEWEST_DATES = 4  # of a back-test, below which little is told


def of_scenarios(
    sources: Iterable[ScenarioSource], replications: int, uncertain: bool, robustness: Ground
) -> list[Level]:
    """Of plans that were played to decide: all questions, as their first scenario's numbers and ranges are held."""
    scenario = said_by(next(iter(sources)))
    return levels_on(
        QUESTIONS,
        {
            DATA: data_of(scenario),
            UNCERTAINTY: uncertainty_of(scenario, replications, uncertain),
            ROBUSTNESS: robustness,
        },
    )


def said_by(source: ScenarioSource) -> Mapping[str, Any]:
    """Of a scenario what grounds look at, as a run's folder has it."""
    used = {one.name for one in source.references}
    unsure = {name: {"kind": str(vars(one)["kind"])} for name, one in source.uncertainties.items() if name in used}
    return {"uncertainties": unsure, "opening": source.raw.get("opening")}


def under_shocks(shocks: int, turned: int, untold: int, plans: int, enough: bool) -> Ground:
    """Of a choice that was tried under shocks; ``turned`` and ``untold``, under how many it turns or cannot be told."""
    if not enough:
        return Ground(0, "too few replications to tell what shocks do")
    if plans < 2:
        return Ground(2, f"what {counted(shocks, 'shock')} would cost was played; one plan leaves no choice to turn")
    if turned:
        return Ground(1, f"the choice turns under {turned} of {counted(shocks, 'shock')}")
    if untold:
        return Ground(2, f"no shock clearly turns the choice; under {untold} of {shocks} nobody can tell")
    return Ground(3, f"the choice stays clearly ahead under each of {counted(shocks, 'shock')}")


def of_fit(has_roster: bool) -> list[Level]:
    """Of a company learned from its exports: what will be booked, and whom to hire."""
    own = Ground(3, "rates and the first day are learned from the company's own exports")
    people = Ground(3, "deals, exits and tenures are learned from the company's own exports")
    bare = Ground(2, "deals are the company's own; without a roster, exits and ramp are published or judged")
    rest = {
        UNCERTAINTY: Ground(3, "what the fits leave open goes into the scenario as joint rows"),
        ROBUSTNESS: NOTHING_CHANGED,
    }
    return [
        *levels_on(("hire",), {DATA: people if has_roster else bare, **rest}),
        *levels_on(("forecast",), {DATA: own, **rest}),
    ]


def of_backtest(kept: Kept) -> list[Level]:
    """Of forecasts scored at earlier days."""
    tried = Ground(2, f"scored at {counted(kept.dates, 'date')}, beside simple forecasts; no assumption was changed")
    return _of_forecasts(_scored(kept), tried)


def of_forecast(kept: Kept | None) -> list[Level]:
    """Of a forecast from a company's own deals, with the score of its back-test where one was given."""
    unscored = Ground(1, "not held against this company's past; backtest=FOLDER of salesim backtest does it")
    named = Ground(1, "the deals that it hangs on are named; no assumption was changed")
    return _of_forecasts(_scored(kept) if kept else unscored, named)


def _of_forecasts(validation: Ground, robustness: Ground) -> list[Level]:
    return levels_on(
        ("forecast",),
        {
            DATA: Ground(3, "rates are learned from the company's own deals"),
            VALIDATION: validation,
            UNCERTAINTY: Ground(3, "ranges hold luck, how months differ, and what fits to own data leave open"),
            ROBUSTNESS: robustness,
        },
    )


def _scored(kept: Kept) -> Ground:
    """3 where ranges held as many outcomes as they promise and errors are no larger than simple forecasts'."""
    held = f"at {counted(kept.dates, 'earlier date')} {kept.held} of {kept.of} outcomes lay in ranges meant for 8 of 10"
    if kept.dates < FEWEST_DATES:
        return Ground(2, f"{held}: too few dates to tell more")
    if kept.factor > 1.0:
        return Ground(2, f"{held}: too few, so ranges are widened by {kept.factor:.2f}")
    if kept.ratio is None or not math.isfinite(kept.ratio):
        return Ground(2, f"{held}; no simple forecast could be held beside them")
    if kept.ratio > 1.0:
        return Ground(2, f"{held}, but errors were {kept.ratio:.2f} times those of simple forecasts")
    return Ground(3, f"{held}, and errors were {kept.ratio:.2f} of those of simple forecasts")


def of_actuals(
    scenario: Mapping[str, Any], replications: int, uncertain: bool, within: bool, split_told: bool
) -> list[Level]:
    """Of a quarter that is over against its plan. One quarter proves little, either way."""
    where = "within" if within else "outside"
    told = "market and luck are told with how surely they are known" if split_told else "market and luck are one part"
    return levels_on(
        ("forecast",),
        {
            DATA: data_of(scenario, "of the plan, "),
            VERIFICATION: held_of("actuals", VERIFICATION),
            VALIDATION: Ground(2 if within else 1, f"one quarter, which came {where} what the plan held likely"),
            UNCERTAINTY: uncertainty_of(scenario, replications, uncertain),
            ROBUSTNESS: Ground(1 if split_told else 0, f"{told}; nothing else was changed"),
        },
    )


def of_replay(own_quotas: bool, with_behaviour: bool) -> list[Level]:
    """Of a pay plan on deals that are over: what to pay."""
    bare = Ground(2, "deals are the company's own; no quotas were given, so each seat carries the same")
    still = Ground(0, "deals stay as they were: what sellers would do otherwise is in no range")
    moved = Ground(2, "the simulation with behaviour stands beside it, with a range; its responses are judged")
    return levels_on(
        ("pay",),
        {
            DATA: Ground(3, "deals and quotas are the company's own") if own_quotas else bare,
            UNCERTAINTY: moved if with_behaviour else still,
            ROBUSTNESS: Ground(0, "one year's deals were paid; no other year or rate was tried"),
        },
    )
