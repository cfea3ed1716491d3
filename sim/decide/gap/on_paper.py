"""On paper: the plan as if nothing came in between, and what does, one cause after the other.

On paper new people come on the day for which they are wanted and sell in full from it, nobody leaves, deals that change
hands lose nothing, everybody is at work all the year and nobody is overloaded, no deal waits for a solution engineer,
and the market and all that nobody knows are as expected. What the plan decides is the same in all worlds, and so are
the people of the first day. The half-year of pipeline that is played before it is played in each world.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from sim.decide.gap.causes import ENGINEERS, EXITS, HOURS, MARKET, ORPHANS, RAMP, RECRUITING, Cause
from sim.decide.varied import Varied
from sim.scenario.levers import Requisition
from sim.scenario.load import ScenarioSource
from sim.scenario.reading.origin import Origin
from sim.scenario.reading.references import filled, find_references

Raw = dict[str, Any]
AT_ONCE = 1e-6  # days; the least that a search may take
PLANNED_DAYS = float(Requisition.model_fields["lead_days"].default)


@dataclass(frozen=True)
class Switch:
    """A cause, and how it is switched off in a scenario as written."""

    cause: Cause
    off: Callable[[Raw, Raw], None]  # changes the first; the second is the scenario complete, at central values


def _at_once(raw: Raw, full: Raw) -> None:
    """Searches end the day they begin, which is so late that people start when the plan wants them."""
    hiring = raw["world"]["hiring"]
    hiring["recruiting_mean_days"] = dict.fromkeys(full["world"]["hiring"]["recruiting_mean_days"], AT_ONCE)
    hiring.pop("segment_recruiting_mean_days", None)
    hiring.update(recruiting_sigma_log=0.0, offer_accept_share=1.0, notice_days=0.0, start_weekday="any")
    for role in raw["world"]["roles"].values():
        if role["duty"] == "recruits":
            role.update(ramp={"kind": "none"}, open_requisitions_per_head=100, without_seats="others")
    for name, one in full["levers"]["requisitions"].items():
        mine = raw["levers"]["requisitions"][name]
        if one["wanted_start"] is not None:
            mine["lead_days"] = 0
        elif one["open_date"] is not None:  # what waits for a trigger is wanted when that acts
            mine["shift_days"] = one["shift_days"] + PLANNED_DAYS
    _without_shocks(raw, ("recruiting",))


def _in_full(raw: Raw, _: Raw) -> None:
    for role in raw["world"]["roles"].values():
        role["ramp"] = {"kind": "none"}
        if "never_ramps_share" in (role.get("ability") or {}):
            role["ability"]["never_ramps_share"] = 0.0
    _without_shocks(raw, ("ramp",))


def _nobody_leaves(raw: Raw, _: Raw) -> None:
    for role in raw["world"]["roles"].values():
        role["exits"] = {"voluntary_per_year": 0.0}
    _without_shocks(raw, ("exits",))


def _handed_on_well(raw: Raw, _: Raw) -> None:
    raw["levers"]["orphans"] = {**(raw["levers"].get("orphans") or {}), "delay_days": 0, "logit": 0.0}


def _all_at_work(raw: Raw, _: Raw) -> None:
    for role in raw["world"]["roles"].values():
        role.pop("time_off", None)
    raw["world"]["attention"] = {**(raw["world"].get("attention") or {}), "overload_logit": 0.0}


def _no_waiting(raw: Raw, _: Raw) -> None:
    for segment in raw["world"]["segments"].values():
        for stage in segment["stages"].values():
            stage["needs_se"] = False


def _as_expected(raw: Raw, _: Raw) -> None:
    """What is uncertain is put in its middle by whoever calls; here all that may befall goes."""
    raw["world"]["market"] = {"regimes": {"normal": {"next_month": {"normal": 1.0}}}, "first_regime": "normal"}
    raw["world"]["shocks"] = {
        name: one for name, one in (raw["world"].get("shocks") or {}).items()
        if one["acts_on"] in ("recruiting", "ramp", "exits")
    }  # fmt: skip


def _without_shocks(raw: Raw, acting_on: Sequence[str]) -> None:
    shocks = raw["world"].get("shocks") or {}
    raw["world"]["shocks"] = {name: one for name, one in shocks.items() if one["acts_on"] not in acting_on}


SWITCHES = (
    Switch(replace(RECRUITING, label="Empty seats and late hires", holds="time to hire"), _at_once),
    Switch(replace(RAMP, label="Ramp", holds="and those who never reach the full"), _in_full),
    Switch(replace(EXITS, label="Exits"), _nobody_leaves),
    Switch(replace(ORPHANS, label="Deals of leavers", holds="what they lose as they change hands"), _handed_on_well),
    Switch(replace(HOURS, label="Time off and overload", holds=""), _all_at_work),
    Switch(replace(ENGINEERS, label="Waiting for solution engineers"), _no_waiting),
    Switch(replace(MARKET, label="Market and luck", holds="with shocks and what nobody knows"), _as_expected),
)


@dataclass(frozen=True, eq=False)
class OnPaper:
    """A plan, and the worlds between it on paper and as it is."""

    source: ScenarioSource
    switches: tuple[Switch, ...]  # those that change something in it

    @classmethod
    def of(cls, source: ScenarioSource) -> OnPaper:
        """Raises ScenarioError where the plan on paper is no scenario."""
        every = cls(source, SWITCHES)
        everything = (1 << len(SWITCHES)) - 1
        as_it_is = source.at_central().model_dump(mode="json")
        kept = []
        for place, one in enumerate(SWITCHES):
            off = every.world([(switch.cause,) for switch in SWITCHES], everything & ~(1 << place))
            is_uncertain = one.cause.name == MARKET.name and source.references
            if is_uncertain or off.at_central().model_dump(mode="json") != as_it_is:
                kept.append(one)
        return cls(source, tuple(kept))

    def world(self, groups: Sequence[tuple[Cause, ...]], come: int) -> ScenarioSource:
        """The plan with what is switched off on paper, but for the groups that have come, by bit. Raises ScenarioError
        where that makes no scenario."""
        there = {cause for place, one in enumerate(groups) for cause in one if come >> place & 1}
        off = [one for one in self.switches if one.cause not in there]
        if not off:
            return self.source
        full = self.source.at_central().model_dump(mode="json")
        raw = deepcopy(self.source.raw)
        if any(one.cause.name == MARKET.name for one in off):
            central = {name: one.central() for name, one in self.source.uncertainties.items()}
            raw = deepcopy(filled(raw, self.source.references, central))
        for one in off:
            one.off(raw, full)
        today = replace(self.source, question="", origin=Origin("", (), ()), removed=())
        references = find_references(raw, self.source.uncertainties)[0]
        world = self.source.turned_into(Varied, raw=raw, references=references, removed=(), today=today)
        world.at_central()
        return world
