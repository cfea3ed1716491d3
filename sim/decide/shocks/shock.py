"""A shock: a scenario file laid over a plan, so that what befalls base may befall any plan.

Of what the file builds on only weather comes with it: a plan has a company of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.decide.shocks.strength import leaves, scaled
from sim.scenario.errors import ScenarioError, UserError, dotted
from sim.scenario.load import ScenarioSource
from sim.scenario.reading.document import Document
from sim.scenario.reading.folders import chain, find_scenario

# What is tried unless shocks are named.
SHIPPED = (
    "attrition_doubled", "slow_ramp", "win_rate_cut_10", "cycle_plus_25", "inbound_cut_30", "slow_hiring", "recession",
    "lose_top_three", "se_shortage", "competitor_price_cut",
)  # fmt: skip
WEATHER = "weather"
SAYS_WHAT_IT_IS = ("name", "question", "kind")


@dataclass(frozen=True, eq=False)
class Shock:
    """What befalls a plan: the files that say so, the most basic first."""

    name: str
    question: str
    documents: tuple[Document, ...]

    @classmethod
    def of(cls, name_or_path: str) -> Shock:
        """The shock of a scenario given by name or by path. Raises ScenarioError."""
        *below, own = chain(find_scenario(name_or_path))
        opening = own.raw.get("opening")
        if not own.defaults and isinstance(opening, dict) and "teams" in opening:
            raise own.error((), "this is a company, not what befalls one; a shock says only what differs.")
        with_it = tuple(one for one in below if one.raw.get("kind") == WEATHER)
        return cls(str(own.raw.get("name") or own.path.stem), str(own.raw.get("question", "")), (*with_it, own))

    def over(self, plan: ScenarioSource, strength: float = 1.0) -> ScenarioSource:
        """The plan when it befalls, so many times as strong as written. Raises UserError, in one line."""
        twice = next((path for one in self.documents for path in leaves(one) if path in plan.origin.overridden), None)
        if twice is not None:
            raise UserError(f"{dotted(twice)} is set on the command line, and by the shock {self.name}, too.")
        try:
            hit = plan.under([scaled(one, strength) for one in self.documents])
        except ScenarioError as error:
            others = len(error.problems) - 1
            more = f" (and {others} more)" if others else ""
            raise UserError(f"{self.name} cannot befall {plan.name}: {error.problems[0]}{more}") from None
        if _content(hit) == _content(plan):
            raise UserError(f"{self.name} changes nothing of {plan.name}; leave one of the two out.")
        # Its kind stays the plan's: plans of one kind, opening and world share the years before the first day.
        return hit.renamed(f"{plan.name} under {self.name}", self.question or plan.question, plan.kind)


def shocks_of(names: Sequence[str]) -> list[Shock]:
    """The shocks of some scenarios, by name or path. Raises UserError where two share a name."""
    shocks = [Shock.of(name) for name in names]
    all_names = [one.name for one in shocks]
    twice = next((name for name in all_names if all_names.count(name) > 1), None)
    if twice:
        raise UserError(f'two shocks are named "{twice}"; they are told apart by name, so leave one out.')
    return shocks


def _content(source: ScenarioSource) -> dict[str, object]:
    return {key: value for key, value in source.raw.items() if key not in SAYS_WHAT_IT_IS}
