"""The payout curves of a run's pay plans, worked out from the scenarios as run by the rules that pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.money.plans import ComponentTerms, terms_of
from sim.results.run_folder import RunFolder
from sim.rules.payout import bends_of, jumps_of
from sim.scenario.pay import Plan

LEAST_SHOWN, MOST_SHOWN = 1.5, 2.0  # attainment at the right edge
BEYOND_BEND = 0.2  # of attainment, shown past the last tier, cap or lump sum


@dataclass(frozen=True)
class Payout:
    """One pay plan in every form that the scenarios give it. Pay in US dollars a year, by attainment.

    All forms are drawn at one quota, so that the same terms give the same curve, whatever quotas the runs hand out.
    """

    name: str
    attainment: np.ndarray
    pay_usd: dict[tuple[str, ...], np.ndarray]  # by the scenarios that share a form
    at_quota_usd: float  # in the first form
    quota_usd: float  # yearly
    last_bend: float  # attainment from which pay goes on as it is, in the form where this is latest

    @property
    def most(self) -> float:
        return float(self.attainment[-1])

    @property
    def differs(self) -> bool:
        """Whether scenarios pay differently."""
        return len(self.pay_usd) > 1


def payouts(run: RunFolder) -> list[Payout]:
    """Pay plans with parts that depend on one's own sales, those in which the scenarios differ first.

    A plan that a scenario leaves uncertain has no one curve and is left out.
    """
    forms: dict[str, list[tuple[list[ComponentTerms], list[str]]]] = {}
    for scenario in run.plans:
        for name, document in _plans(run, scenario).items():
            parts = _own_parts(document)
            if not parts:
                continue
            known = forms.setdefault(name, [])
            same = next((scenarios for other, scenarios in known if _alike(parts, other)), None)
            if same is None:
                known.append((parts, [scenario]))
            else:
                same.append(scenario)
    drawn = [_payout(run, name, known) for name, known in forms.items()]
    return sorted((one for one in drawn if one.at_quota_usd > 0), key=lambda one: not one.differs)


def _plans(run: RunFolder, scenario: str) -> dict[str, Any]:
    pay = ((run.scenarios.get(scenario) or {}).get("levers") or {}).get("pay") or {}
    return pay.get("plans") or {}


def _own_parts(document: Any) -> list[ComponentTerms]:
    try:
        plan = Plan.model_validate(document)
    except ValidationError:  # an uncertain number in it
        return []
    return [part for part in terms_of(plan) if part.component.credit == "own"]


def _alike(parts: list[ComponentTerms], others: list[ComponentTerms]) -> bool:
    """Whether two forms of a plan pay by the same terms."""
    return [(p.component, p.variable_usd_per_year) for p in parts] == [
        (p.component, p.variable_usd_per_year) for p in others
    ]


def _payout(run: RunFolder, name: str, forms: list[tuple[list[ComponentTerms], list[str]]]) -> Payout:
    quota = run.statistic(forms[0][1][0], "quota_per_rep")
    curves = [part.curve(quota) for parts, _ in forms for part in parts]
    bends = [at for curve in curves for at in (*bends_of(curve)[0], *jumps_of(curve)[0])]
    last = max(bends, default=0.0)
    most = float(np.clip(last + BEYOND_BEND, LEAST_SHOWN, MOST_SHOWN))
    inside = [at for at in bends if at < most]
    attainment = np.unique(np.concatenate([np.linspace(0.0, most, 351), inside, np.nextafter(inside, 0.0)]))
    pay = {
        tuple(scenarios): np.sum([part.pay_usd_per_year(attainment, quota) for part in parts], axis=0)
        for parts, scenarios in forms
    }
    first = next(iter(pay))
    return Payout(name, attainment, pay, float(np.interp(1.0, attainment, pay[first])), quota, last)
