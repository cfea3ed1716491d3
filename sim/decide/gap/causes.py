"""Causes: the groups of keys in which two scenarios may differ, each with the name that a reader knows it by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.errors import Path
from sim.scenario.numbers import ANY_NAME


@dataclass(frozen=True)
class Cause:
    """Something that a gap may come from. ``holds``: what it is made of, where that is not plain from its label."""

    name: str
    label: str
    holds: str = ""


FIRST_DAY = Cause(
    "first_day",
    "The first day",
    "people and customers as the years before have made them, segments, regions, roles and dates",
)
SELLERS = Cause("sellers", "Sellers", "their number and dates")
PROSPECTORS = Cause("prospectors", "Prospectors", "their number and dates")
TRADED = Cause("traded", "People of one role in place of another")
CUSTOMERS = Cause("customers", "Customer success and renewals")
ENGINEERS = Cause("engineers", "Solution engineers")
MANAGERS = Cause("managers", "Managers and coaching")
SUPPORT = Cause("support", "Support staff")
RECRUITING = Cause("recruiting", "Recruiting", "recruiters, time to hire, freezes and whether leavers are replaced")
TRIGGERS = Cause("triggers", "Triggers")
RAMP = Cause("ramp", "Ramp", "and ability and training")
EXITS = Cause("exits", "Exits")
ORPHANS = Cause("orphans", "Deals of leavers")
HOURS = Cause("hours", "Selling hours", "and overload, time off and who takes which lead")
LEADS = Cause("leads", "Leads")
SPEND = Cause("spend", "Marketing spend and coverage")
ACCOUNTS = Cause("accounts", "Accounts and territories")
ODDS = Cause("odds", "Win odds")
CYCLE = Cause("cycle", "Sales cycle")
AMOUNTS = Cause("amounts", "Deal amounts")
PAY = Cause("pay", "Quotas and pay", "and target, discounts and how sellers answer to pay")
MONEY = Cause("money", "Costs and billing")
MARKET = Cause("market", "Market", "and what nobody knows")
OTHER = Cause("other", "All else")

IN_ORDER = (
    FIRST_DAY, SELLERS, PROSPECTORS, TRADED, CUSTOMERS, ENGINEERS, MANAGERS, SUPPORT, RECRUITING, TRIGGERS, RAMP, EXITS,
    ORPHANS,
    HOURS, LEADS, SPEND, ACCOUNTS, ODDS, CYCLE, AMOUNTS, PAY, MONEY, MARKET, OTHER,
)  # fmt: skip

# By duty of a role: the cause that people of it are.
OF_DUTY = {
    "sells": SELLERS, "prospects": PROSPECTORS, "engineers": ENGINEERS, "serves": CUSTOMERS, "manages": MANAGERS,
    "recruits": RECRUITING, "supports": SUPPORT,
}  # fmt: skip
OF_SHOCK = {
    "leads": LEADS, "odds": ODDS, "cycle": CYCLE, "size": AMOUNTS, "exits": EXITS, "recruiting": RECRUITING,
    "ramp": RAMP, "renewals": CUSTOMERS, "expansion": CUSTOMERS,
}  # fmt: skip
PEOPLE = (("levers", "requisitions"), ("levers", "departures"), ("levers", "transfers"))
SHOCKS = ("world", "shocks")
# Rows of the author's own that are exchanged whole, and those that the world is built of.
ROWS = (
    *PEOPLE, ("levers", "trainings"), ("levers", "freezes"), ("levers", "recarves"), ("levers", "triggers"),
    ("opening", "teams"), SHOCKS, ("uncertainties",),
)  # fmt: skip
BUILT_OF = (
    ("world", "segments"), ("world", "regions"), ("world", "sources"), ("world", "roles"),
    ("world", "segments", ANY_NAME, "stages"),
)  # fmt: skip

# By key, the longest that fits; a star for a name of the author's own.
_OF_KEY = {
    "dates": FIRST_DAY,
    "opening": FIRST_DAY,
    "uncertainties": MARKET,
    "levers.trainings": RAMP,
    "levers.freezes": RECRUITING,
    "levers.backfill": RECRUITING,
    "levers.triggers": TRIGGERS,
    "levers.routing": HOURS,
    "levers.orphans": ORPHANS,
    "levers.coverage": SPEND,
    "levers.relative_spend": SPEND,
    "levers.recarves": ACCOUNTS,
    "levers.target": PAY,
    "levers.quota": PAY,
    "levers.pay": PAY,
    "levers.discounts": PAY,
    "levers.judgment_usd_per_quarter": PAY,
    "world.segments.*": FIRST_DAY,
    "world.segments.*.deal_size": AMOUNTS,
    "world.segments.*.contracts": CUSTOMERS,
    "world.segments.*.stalls": CYCLE,
    "world.segments.*.push_days": CYCLE,
    "world.segments.*.buyers_deadlines": CYCLE,
    "world.segments.*.cycle_elasticity_to_size": CYCLE,
    "world.segments.*.steady_productivity_usd_per_year": PAY,
    "world.segments.*.stages.*": FIRST_DAY,
    "world.segments.*.stages.*.duration": CYCLE,
    "world.segments.*.stages.*.advance_share": ODDS,
    "world.segments.*.stages.*.lost_share": ODDS,
    "world.segments.*.stages.*.no_decision_share": ODDS,
    "world.segments.*.stages.*.stalled_share": ODDS,
    "world.segments.*.stages.*.attempts": ODDS,
    "world.segments.*.stages.*.hours_per_week": HOURS,
    "world.segments.*.stages.*.needs_se": ENGINEERS,
    "world.segments.*.stages.*.forecast_category": CYCLE,
    "world.regions.*": FIRST_DAY,
    "world.regions.*.logit": ODDS,
    "world.regions.*.lead_weight": LEADS,
    "world.sources.*": LEADS,
    "world.sources.*.logit": ODDS,
    "world.sources.*.marginal_logit": ODDS,
    "world.sources.*.cycle_multiplier": CYCLE,
    "world.sources.*.size_multiplier": AMOUNTS,
    "world.sources.*.size_share_of_arr": AMOUNTS,
    "world.sources.*.size_sigma_log": AMOUNTS,
    "world.sources.*.hours_multiplier": HOURS,
    "world.sources.*.program_usd_per_month": SPEND,
    "world.sources.*.program_usd_per_head_per_month": SPEND,
    "world.sources.*.response_exponent": SPEND,
    "world.sources.*.response_lag_days": SPEND,
    "world.sources.*.margin_share": MONEY,
    "world.roles.*": FIRST_DAY,
    "world.roles.*.ramp": RAMP,
    "world.roles.*.ability": RAMP,
    "world.roles.*.exits": EXITS,
    "world.roles.*.time_off": HOURS,
    "world.roles.*.selling_hours_per_week": HOURS,
    "world.roles.*.takes": HOURS,
    "world.roles.*.deals_at_once": ENGINEERS,
    "world.roles.*.coaching": MANAGERS,
    "world.roles.*.manages": MANAGERS,
    "world.roles.*.open_requisitions_per_head": RECRUITING,
    "world.roles.*.accounts_per_head": CUSTOMERS,
    "world.hiring": RECRUITING,
    "world.attention": HOURS,
    "world.engineering": ENGINEERS,
    "world.market": MARKET,
    "world.territory": ACCOUNTS,
    "world.costs": MONEY,
    "world.billing": MONEY,
    "world.value": MONEY,
    "world.behaviour": PAY,
}
_BY_WORDS = {tuple(key.split(".")): cause for key, cause in _OF_KEY.items()}


def is_place(place: Path, pattern: Path) -> bool:
    """Whether a place is one of a pattern, in which a star is any name."""
    return len(place) == len(pattern) and all(b in (ANY_NAME, a) for a, b in zip(place, pattern, strict=True))


def cause_of(place: Path, rows: Iterable[Any], duties: Mapping[str, str]) -> Cause:
    """The cause that a place of a scenario belongs to.

    Args:
        rows: what stands there in each of the scenarios. duties: the duty of each role of theirs.
    """
    given = [one for one in rows if isinstance(one, dict)]
    if place[:2] in PEOPLE:
        found = {OF_DUTY.get(duties.get(str(one.get("role")), ""), OTHER) for one in given}
        return found.pop() if len(found) == 1 else TRADED
    if place[:2] == SHOCKS:
        acts = {one.get("acts_on") for one in given}
        return next((cause for name, cause in OF_SHOCK.items() if name in acts), OTHER)
    for length in range(len(place), 0, -1):
        for pattern, cause in _BY_WORDS.items():
            if is_place(place[:length], pattern):
                return cause
    return OTHER
