"""The market that the plans were played in, in words: regimes, common factor, and the shocks that befall it."""

from __future__ import annotations

from typing import Any

from sim.results.run_folder import RunFolder
from sim.scenario.market import Market
from sim.show.formats import number
from sim.show.words import listed, plain, plan_name, readable, sentence

ACTS_ON = {
    "leads": "leads of all sources",
    "odds": "log-odds of every stage",
    "cycle": "days in every stage",
    "size": "deal sizes",
    "exits": "the hazard of resigning",
    "recruiting": "days to an offer",
    "renewals": "log-odds of renewals",
    "expansion": "expansion of customers",
}
ADDED = ("odds", "renewals")


def market(run: RunFolder) -> list[str]:
    """One sentence each for what moves the market, with the plans that have it where not all do.

    A scenario as run may leave out what is as the schema has it.
    """
    told: dict[str, list[str]] = {}
    for plan in run.plans:
        world = run.scenarios.get(plan, {}).get("world") or {}
        found = _market(world["market"]) if world.get("market") else []
        for said in (*found, *(_shock(str(name), shock) for name, shock in (world.get("shocks") or {}).items())):
            told.setdefault(said, []).append(plan_name(plan))
    return [said if len(plans) == len(run.plans) else f"Only {listed(plans)}: {said}" for said, plans in told.items()]


def _market(rules: dict[str, Any]) -> list[str]:
    said = []
    usual = Market().model_dump(mode="json")
    regimes = rules.get("regimes") or usual["regimes"]
    if len(regimes) > 1:
        names = listed([readable(str(name)) for name in regimes])
        first = readable(str(rules.get("first_regime", usual["first_regime"])))
        said.append(f"The market is in one regime at a time, {names}; it begins {first} and may turn each month.")
    factor = {**usual["common_factor"], **(rules.get("common_factor") or {})}
    leads, odds = factor["leads_sigma_log"], factor["odds_sigma_logit"]
    if leads or odds:
        about = f"{number(100 * leads)}%" if isinstance(leads, int | float) else plain(leads)
        said.append(
            f"A common factor moves everybody at once: leads by about {about} and the log-odds of every stage by"
            f" {plain(odds)}, one standard deviation; half of a deviation is gone after"
            f" {plain(factor['half_life_months'])} months."
        )
    return said


def _shock(name: str, shock: dict[str, Any]) -> str:
    acts_on = str(shock["acts_on"])
    what = ACTS_ON.get(acts_on, acts_on)
    if shock.get("source"):
        what = what.replace("leads of all sources", "leads")
    change = plain(shock["logit"], signed=True) if acts_on in ADDED else f"times {plain(shock['multiplier'])}"
    where = [readable(str(shock[key])) for key in ("segment", "region", "source", "role") if shock.get(key)]
    return sentence(
        f"{readable(name)}: {what} {change} {f'in {listed(where)}' if where else 'everywhere'}, {_when(shock)}."
    )


def _when(shock: dict[str, Any]) -> str:
    kind, first, last = shock.get("kind"), shock.get("from_date"), shock.get("to_date")
    end = f" until {last}" if last else ""
    if kind == "ramp":
        return f"reached evenly within {plain(shock['ramp_days'])} days from {first} on{end}"
    if kind == "decay":
        return f"at once on {first}, fading by half every {plain(shock['half_life_days'])} days{end}"
    if kind == "points":
        return "at strengths of " + listed([f"{plain(level)} on {day}" for day, level in shock["strengths"].items()])
    return f"from {first}{end or ' on'}"
