"""The market that the plans were played in, in words: regimes, common factor, and the shocks that befall it."""

from __future__ import annotations

from typing import Any

from sim.report.run_folder import RunFolder
from sim.report.words import MINUS, listed, number, plan_name, sentence

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
    """One sentence each for what moves the market, with the plans that have it where not all do."""
    told: dict[str, list[str]] = {}
    for plan in run.plans:
        world = run.scenarios.get(plan, {}).get("world") or {}
        for said in (*_market(world.get("market") or {}), *_shocks(world.get("shocks") or {})):
            told.setdefault(said, []).append(plan_name(plan))
    return [said if len(plans) == len(run.plans) else f"Only {listed(plans)}: {said}" for said, plans in told.items()]


def _market(rules: dict[str, Any]) -> list[str]:
    said = []
    regimes = rules.get("regimes") or {}
    if len(regimes) > 1:
        names = listed([name.replace("_", " ") for name in regimes])
        first = str(rules.get("first_regime", "normal")).replace("_", " ")
        said.append(f"The market is in one regime at a time, {names}; it begins {first} and may turn each month.")
    factor = rules.get("common_factor") or {}
    leads, odds = factor.get("leads_sigma_log", 0), factor.get("odds_sigma_logit", 0)
    if leads or odds:
        said.append(
            f"A common factor moves everybody at once: leads by about {_plain(leads, percent=True)} and the log-odds of"
            f" every stage by {_plain(odds)}, one standard deviation; half of a deviation is gone after"
            f" {_plain(factor.get('half_life_months', 9))} months."
        )
    return said


def _shocks(shocks: dict[str, Any]) -> list[str]:
    return [_shock(str(name), one) for name, one in shocks.items() if isinstance(one, dict)]


def _shock(name: str, shock: dict[str, Any]) -> str:
    acts_on = str(shock.get("acts_on"))
    what = ACTS_ON.get(acts_on, acts_on)
    if shock.get("source"):
        what = what.replace("leads of all sources", "leads")
    change = (
        f"{_plain(shock.get('logit'), signed=True)}" if acts_on in ADDED else f"times {_plain(shock.get('multiplier'))}"
    )
    where = [str(shock[key]).replace("_", " ") for key in ("segment", "region", "source", "role") if shock.get(key)]
    return sentence(
        f"{name.replace('_', ' ')}: {what} {change} {f'in {listed(where)}' if where else 'everywhere'}, {_when(shock)}."
    )


def _when(shock: dict[str, Any]) -> str:
    kind, first, last = shock.get("kind"), shock.get("from_date"), shock.get("to_date")
    end = f" until {last}" if last else ""
    if kind == "ramp":
        return f"reached evenly within {_plain(shock.get('ramp_days'))} days from {first} on{end}"
    if kind == "decay":
        return f"at once on {first}, fading by half every {_plain(shock.get('half_life_days'))} days{end}"
    if kind == "points":
        given = shock.get("strengths") or {}
        return "at strengths of " + listed([f"{_plain(level)} on {day}" for day, level in given.items()])
    return f"from {first}{end or ' on'}"


def _plain(value: Any, percent: bool = False, signed: bool = False) -> str:
    """A number as a person reads it, or what stands for one that is uncertain."""
    if isinstance(value, dict):
        name = str(value.get("uncertain", "")).replace("_", " ")
        return f"the uncertain {name}"
    if not isinstance(value, int | float):
        return str(value)
    if percent:
        return f"{number(100 * value)}%"
    return f"{value:{'+' if signed else ''},.6g}".replace("-", MINUS)
