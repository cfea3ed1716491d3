"""The quiet company: a scenario before its first day, with nothing planned and in a market that stands still."""

from __future__ import annotations

from sim.org.first_day.photographs import YEARS
from sim.scenario.levers import Backfill, Coverage, Levers
from sim.scenario.market import CommonFactor, Market
from sim.scenario.quantities import DatedAmount, DatedFlag
from sim.scenario.quota import Quota
from sim.scenario.scenario import Scenario


def quiet(scenario: Scenario) -> Scenario:
    """The years up to the first day, on the levers that the company ran on.

    The first regime lasts, uncertainties are what the scenario has, seats that are emptied are filled again, quotas
    and targets are those of the first day. Customers stay as they are, for the base of the first day is given.
    """
    opening, world = scenario.opening, scenario.world
    regime = world.market.regimes[world.market.first_regime].model_copy(update={"next_month": {"always": 1.0}})
    teams = {name: team.model_copy(update={"tenure_months": None}) for name, team in opening.teams.items()}
    return scenario.model_copy(
        update={
            "name": "past",
            "question": "What was before the first day?",
            "dates": scenario.dates.model_copy(update={"start": scenario.dates.start_of_years_before(YEARS)}),
            "opening": opening.model_copy(
                update={
                    "teams": teams, "files": None, "vacant_share": None, "pipeline": "stationary", "levers": None,
                    "warm_up_days": max(opening.warm_up_days, 90.0),
                }
            ),
            "levers": past_levers(scenario),
            "world": world.model_copy(
                update={
                    "market": Market(
                        regimes={"always": regime}, first_regime="always",
                        common_factor=CommonFactor(leads_sigma_log=0.0, odds_sigma_logit=0.0),
                    ),
                    "shocks": {},
                    "billing": None,
                }
            ),
            "uncertainties": {},
        }
    )  # fmt: skip


def without_levers(scenario: Scenario) -> Scenario:
    """The scenario before its first day: what it decides does not act yet."""
    own = scenario.levers
    return scenario.model_copy(update={"levers": Levers(target=own.target, quota=own.quota)})


def past_levers(scenario: Scenario) -> Levers:
    """What the company ran on: the opening's levers, else the scenario's own, as they stand on the first day."""
    given, own = scenario.opening.levers, scenario.levers

    def of(name: str):
        chosen = getattr(given, name) if given is not None else None
        return getattr(own, name) if chosen is None else chosen

    quota: Quota = of("quota")
    backfill: Backfill = of("backfill")
    coverage: Coverage = of("coverage")
    ratio = coverage.target_ratio
    return Levers(
        target=of("target").model_copy(update={"growth_per_year": 0.0}),
        quota=quota.model_copy(update={"multiplier": DatedAmount(start=quota.multiplier.start), "ratchet_weight": 0.0}),
        pay=of("pay").as_it_starts(),
        backfill=backfill.model_copy(update={"enabled": DatedFlag(start=True)}),
        coverage=coverage.model_copy(
            update={"target_ratio": None if ratio is None else DatedAmount(start=ratio.start)}
        ),
    )
