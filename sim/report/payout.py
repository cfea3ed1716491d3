"""The payout curves of a run's pay plans, worked out from the scenarios as run by the rules that pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.money.plans import ComponentTerms, terms_of
from sim.report.run_folder import RunFolder
from sim.scenario.pay import Plan

LEAST_SHOWN, MOST_SHOWN = 1.6, 2.2  # attainment at the right edge


@dataclass(frozen=True)
class Payout:
    """One pay plan in every scenario that has it. Pay in US dollars a year, by attainment."""

    name: str
    attainment: np.ndarray
    pay_usd: dict[str, np.ndarray]  # by scenario
    at_quota_usd: float  # in the first of them
    quota_usd: float  # yearly mean, in the first of them; the curves of all are drawn at it

    @property
    def most(self) -> float:
        return float(self.attainment[-1])

    @property
    def differs(self) -> bool:
        """Whether scenarios pay differently."""
        first, *others = self.pay_usd.values()
        return any(not np.array_equal(first, other) for other in others)


def payouts(run: RunFolder) -> list[Payout]:
    """Pay plans with parts that depend on one's own sales, those in which the scenarios differ first.

    A plan that a scenario leaves uncertain has no one curve and is left out.
    """
    found: dict[str, dict[str, list[ComponentTerms]]] = {}
    for scenario in run.plans:
        for name, document in _plans(run, scenario).items():
            terms = _own_terms(document)
            if terms:
                found.setdefault(name, {})[scenario] = terms
    drawn = [_payout(run, name, terms) for name, terms in found.items()]
    return sorted((one for one in drawn if one.at_quota_usd > 0), key=lambda one: not one.differs)


def _plans(run: RunFolder, scenario: str) -> dict[str, Any]:
    pay = ((run.scenarios.get(scenario) or {}).get("levers") or {}).get("pay") or {}
    return pay.get("plans") or {}


def _own_terms(document: Any) -> list[ComponentTerms]:
    try:
        plan = Plan.model_validate(document)
    except ValidationError:  # an uncertain number in it
        return []
    return [terms for terms in terms_of(plan) if terms.component.credit == "own"]


def _payout(run: RunFolder, name: str, terms: dict[str, list[ComponentTerms]]) -> Payout:
    """All scenarios at the quota of the first, so that plans that are the same have one curve."""
    first = next(iter(terms))
    quota_usd = run.statistic(first, "quota_per_rep")
    bends = [
        at
        for parts in terms.values()
        for part in parts
        for curve in (part.curve(1e6),)
        for at in (*curve.breaks, *curve.jump_at)
    ]
    most = float(np.clip(max(bends, default=0.0) + 0.3, LEAST_SHOWN, MOST_SHOWN))
    inside = [at for at in bends if at < most]
    attainment = np.unique(np.concatenate([np.linspace(0.0, most, 351), inside, np.nextafter(inside, 0.0)]))
    pay = {
        scenario: np.sum([part.pay_usd_per_year(attainment, quota_usd) for part in parts], axis=0)
        for scenario, parts in terms.items()
    }
    return Payout(name, attainment, pay, float(np.interp(1.0, attainment, pay[first])), quota_usd)
