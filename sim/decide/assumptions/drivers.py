"""Drivers: what a leader knows by name, and what 10% more or less of each is in a scenario.

Most act from the first day on, as a change would: as a shock that stays, or as a lever. What no shock and no lever
reaches is another number of the world, and then holds in the half-year of pipeline that is played before, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from sim.decide.varied import Variations, Varied, is_whole
from sim.scenario.errors import Path, UserError
from sim.scenario.numbers import ANY_NAME, Given, given_numbers
from sim.spelling import did_you_mean

STEP = 0.1
FINEST = 1e-12  # a number that moves by less than this share of itself does not move
FARTHEST_LOGIT = 30.0


@dataclass(frozen=True)
class Driver:
    """What moves together. It is what a shock acts on (``acts_on``), or else numbers by ``keys`` of
    ``sim.scenario.numbers``, or by ``place`` as the user names them."""

    name: str
    label: str
    more: str  # what 10% above is, in a word
    less: str
    better: Literal["more", "less"] | None = "more"  # the side that any leader would want; None where it depends
    acts_on: str = ""
    of: str = ""  # the kind of the sources that the shock is about; empty for all
    keys: tuple[str, ...] = ()
    place: tuple[str, ...] = ()

    @property
    def from_first_day(self) -> bool:
        """Whether it acts only from the first day on."""
        words = self.place or tuple(self.keys[0].split(".") if self.keys else ())
        return bool(self.acts_on) or words[:1] == ("levers",)


DRIVERS = (
    Driver("win_rate", "Win rate", "higher", "lower", acts_on="odds"),
    Driver("sales_cycle", "Sales cycle", "longer", "shorter", "less", acts_on="cycle"),
    Driver("deal_amounts", "Deal amounts", "larger", "smaller", acts_on="size"),
    Driver("inbound_leads", "Inbound leads", "more", "fewer", acts_on="leads", of="inbound"),
    Driver("prospecting", "Leads that prospectors find", "more", "fewer", acts_on="leads", of="outbound"),
    Driver("self_sourced", "Deals that sellers find", "more", "fewer", acts_on="leads", of="self_sourced"),
    Driver("expansions", "Expansion deals", "more", "fewer", acts_on="expansion"),
    Driver("customers_lost", "Customers lost at renewal", "more", "fewer", "less", acts_on="renewals"),
    Driver("ramp_time", "Ramp time", "longer", "shorter", "less", acts_on="ramp"),
    Driver("voluntary_exits", "Voluntary exits", "more", "fewer", "less", acts_on="exits"),
    Driver("time_to_hire", "Time to hire", "longer", "shorter", "less", acts_on="recruiting"),
    Driver("selling_hours", "Selling hours", "more", "fewer", keys=("world.roles.*.selling_hours_per_week",)),
    Driver("marketing_spend", "Marketing spend", "more", "less", None, keys=("levers.relative_spend.*",)),
    Driver("quotas", "Quotas", "higher", "lower", None, keys=("levers.quota<per_rep>.multiplier",)),
    Driver(
        "commission", "Commission rates", "higher", "lower", None,
        keys=("levers.pay.plans.*.components.*.commission_share",),
    ),
)  # fmt: skip


def named(texts: Sequence[str], variations: Variations) -> list[Driver]:
    """Drivers that the user names by key, such as ``world.segments.*.push_days``; a star is any name.

    Raises UserError for one that is no number of the scenario.
    """
    every = list(given_numbers(variations.data))
    found = []
    for text in dict.fromkeys(texts):
        driver = Driver(text, text, "higher", "lower", None, place=tuple(text.split(".")))
        mine = [one for one in every if _is_of(driver, one)]
        if not mine:
            near = did_you_mean(text, _all_names(every))
            raise UserError(f'drivers: "{text}" is no number of {variations.source.name}.{near}')
        if not any(_moves(one, variations) for one in mine):
            raise UserError(
                f'drivers: "{text}": 10% of it changes nothing, because it is nought or too small a whole number.'
            )
        found.append(driver)
    return found


def moved(driver: Driver, factor: float, variations: Variations) -> Varied | None:
    """The scenario with a driver at ``factor`` times what it is; None where the scenario has none that moves.

    Raises ScenarioError, once it is asked for its scenario, where that is impossible.
    """
    if driver.acts_on:
        shocks = list(_shocks(driver, factor, variations.data["world"]))
        return variations.shocked(driver.name, shocks) if shocks else None
    mine = [one for one in given_numbers(variations.data) if _is_of(driver, one) and _moves(one, variations)]
    if not mine:
        return None
    whole = frozenset(one.place for one in mine if is_whole(one.key))
    return variations.changed({one.place: factor for one in mine}, whole)


def _shocks(driver: Driver, factor: float, world: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The shocks that make a driver so many times what it is."""
    if driver.acts_on == "odds":
        for name, segment in world["segments"].items():
            shares = [stage["advance_share"] for stage in segment["stages"].values()]
            yield {"acts_on": "odds", "segment": name, "logit": win_rate_logit(shares, factor)}
    elif driver.acts_on == "renewals":
        for name, segment in world["segments"].items():
            share = (segment["contracts"] or {}).get("renew_share", 1.0)
            if 0.0 < share < 1.0:
                yield {"acts_on": "renewals", "segment": name, "logit": lost_logit(share, factor)}
    elif driver.of:
        for name, source in world["sources"].items():
            if source["kind"] == driver.of:
                yield {"acts_on": driver.acts_on, "source": name, "multiplier": factor}
    elif driver.acts_on == "ramp":  # a shock acts on its pace
        yield {"acts_on": "ramp", "multiplier": 1 / factor}
    else:
        yield {"acts_on": driver.acts_on, "multiplier": factor}


def win_rate_logit(shares: Sequence[float], factor: float) -> float:
    """The log-odds that, added in every stage, make the product of the shares ``factor`` times what it is.

    As many as are at all possible where even certainty would not be enough.
    """
    odds = logit(np.clip(shares, 1e-12, 1 - 1e-12))
    wanted = np.log(expit(odds)).sum() + np.log(factor)
    if wanted >= np.log(expit(odds + FARTHEST_LOGIT)).sum():
        return FARTHEST_LOGIT
    return float(brentq(lambda more: np.log(expit(odds + more)).sum() - wanted, -FARTHEST_LOGIT, FARTHEST_LOGIT))


def lost_logit(renewed: float, factor: float) -> float:
    """The log-odds of renewal that make the customers lost ``factor`` times as many."""
    lost = min(factor * (1 - renewed), 1 - 1e-9)
    return float(logit(1 - lost) - logit(renewed))


def _is_of(driver: Driver, one: Given) -> bool:
    if not driver.place:
        return one.key in driver.keys
    return len(driver.place) <= len(one.place) and all(
        word in (ANY_NAME, str(part)) for word, part in zip(driver.place, one.place, strict=False)
    )


def _moves(one: Given, variations: Variations) -> bool:
    """Whether 10% of a number is anything: of nought it is not, and of a small whole number neither."""
    value = _value(one.place, variations)
    ends = [value * (1 - STEP), value * (1 + STEP)]
    if is_whole(one.key):
        ends = [round(end) for end in ends]
    return any(abs(end - value) > FINEST * abs(value) for end in ends)


def _value(place: Path, variations: Variations) -> float:
    node = variations.data
    for key in place:
        node = node[key]
    return float(node)  # type: ignore[arg-type]


def _all_names(every: Sequence[Given]) -> Iterator[str]:
    """Every number and every group of numbers, as a user may name it."""
    seen: set[str] = set()
    for one in every:
        words = [str(part) for part in one.place]
        for depth in range(2, len(words) + 1):
            name = ".".join(words[:depth])
            if name not in seen:
                seen.add(name)
                yield name
