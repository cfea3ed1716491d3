"""What the simulator says about each benchmark: small functions, named with their arguments in ``benchmarks.csv``.

An output takes one replication that was played, an input the scenario as it is written. Undefined is NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim import ledger as tables
from sim.calendar import DAYS_PER_YEAR
from sim.evidence.published.played import Played, kpi, mean, yearly
from sim.evidence.published.shares import (
    capacity_realization,
    cost_over_revenue,
    expansion_share,
    lost_when_late,
    open_deals_per_seller,
    source_share,
    top_sellers_share,
)
from sim.money.plans import PayPlans
from sim.scenario.people import Schedule
from sim.scenario.scenario import Scenario


def days_to_accept(played: Played, role: str, *segments: str) -> float:
    """Days from opening a requisition to an offer accepted outside, for one role in some segments; all for none.

    Days on which requisitions were open in the run, also those that still are, over the offers accepted in it.
    """
    rows, names = played.ledger.requisitions, played.ledger.names
    mine = rows["role"] == names.roles.index(role)
    if segments:
        mine &= np.isin(rows["segment"], [names.segments.index(name) for name in segments])
    moved = played.ledger.seats[played.ledger.seats["moved_from"] >= 0]
    mine &= ~np.isin(np.arange(len(rows)), moved["requisition"])
    rows, horizon = rows[mine], played.calendar.horizon
    open_days = np.minimum(rows["accept_day"], horizon) - np.clip(rows["open_day"], 0.0, horizon)
    accepted = np.sum((rows["accept_day"] >= 0.0) & (rows["accept_day"] < horizon))
    return float(np.maximum(open_days, 0.0).sum() / accepted) if accepted else np.nan


def never_at_quota(played: Played, role: str) -> float:
    """Of those hired in the run and seen for 15 months or more, the share without one quarter at the full quota.

    The full quota is that of a ramped rep, so a ramping hire's relief makes nobody successful. Fifteen months hold
    nine of ramp and two whole quarters after it; who was seen for less had hardly a chance.
    """
    seats, quotas = played.ledger.seats, played.ledger.quotas
    seen = np.minimum(seats["end_day"], played.calendar.horizon) - seats["start_day"]
    hired = (seats["role"] == played.ledger.names.roles.index(role)) & (seats["requisition"] >= 0)
    reached = quotas["attained_usd"] >= quotas["full_usd"]
    successful = set(zip(quotas["seat"][reached].tolist(), quotas["holder"][reached].tolist(), strict=True))
    mine = seats[hired & (seen >= 1.25 * DAYS_PER_YEAR)]
    who = zip(mine["seat"].tolist(), mine["holder"].tolist(), strict=True)
    return mean(np.array([one not in successful for one in who], float))


def cycle_days_won(played: Played, above_usd: str, up_to_usd: str = "inf") -> float:
    """Days from creation to win of deals of one size."""
    deals = _ended(played)
    mine = (deals["amount_usd"] > float(above_usd)) & (deals["amount_usd"] <= float(up_to_usd))
    won = deals[mine & (deals["state"] == tables.WON)]
    return mean(won["closed_day"] - won["created_day"])


def cycle_days_all(played: Played) -> float:
    """Days from creation to the end of deals, however they ended."""
    deals = _ended(played)
    return mean(deals["closed_day"] - deals["created_day"])


def month_end_multiple(played: Played) -> float:
    """Deals won on the last open day of a month over those of an average open day."""
    calendar, deals = played.calendar, _ended(played)
    numbers = calendar.open_day_numbers.astype(int)
    numbers = numbers[(numbers >= 0) & (numbers < calendar.horizon)]
    won = np.floor(deals["closed_day"][deals["state"] == tables.WON]).astype(int)
    wins = np.bincount(won, minlength=int(np.ceil(calendar.horizon)))[numbers]
    last = np.searchsorted(numbers, calendar.month_starts[1:]) - 1
    return float(wins[last].mean() / wins.mean()) if wins.any() else np.nan


def pipeline_per_head(played: Played, source: str, role: str) -> float:
    """Pipeline that a source makes a year for each person of the role that works it."""
    heads = kpi(played, "heads", "role", role)
    years = played.calendar.horizon / DAYS_PER_YEAR
    return kpi(played, "pipeline_created", "source", source) / heads / years if heads > 0 else np.nan


def plan_missed_by(played: Played, share: str) -> float:
    """Part of the fiscal years in which bookings miss the target by a share of it or more."""
    return mean(_booked_over_target(played) <= 1.0 - float(share))


def plan_met_within(played: Played, share: str) -> float:
    """Part of the fiscal years in which bookings land within a share of the target."""
    return mean(np.abs(_booked_over_target(played) - 1.0) <= float(share))


def _booked_over_target(played: Played) -> np.ndarray:
    return played.kpi("bookings", period_kind="year") / played.kpi("target", period_kind="year")


def _ended(played: Played) -> np.ndarray:
    """Opportunities that ended in the run; leads that never became one are none."""
    deals = played.ledger.deals
    ended = (deals["closed_day"] >= 0.0) & (deals["closed_day"] < played.calendar.horizon)
    return deals[ended & (deals["created_day"] < tables.NEVER)]


def offers_accepted(scenario: Scenario) -> float:
    """Share of offers that candidates accept."""
    return scenario.world.hiring.offer_accept_share


def leads_taken_on(scenario: Scenario, source: str) -> float:
    """Share of qualified leads that become opportunities."""
    return float(getattr(scenario.world.sources[source], "lead_to_opportunity_share", np.nan))


def ramp_shares(scenario: Scenario, role: str) -> list[float]:
    """Productive share in each step of tenure, the last for good. Empty for a ramp that is no schedule."""
    ramp = scenario.world.roles[role].ramp
    return [*ramp.shares, 1.0] if isinstance(ramp, Schedule) else []


def ramp_months_lost(scenario: Scenario, role: str) -> float:
    """Months of full productivity that ramping costs one hire; NaN for a ramp that is no schedule."""
    ramp = scenario.world.roles[role].ramp
    return ramp.step_months * sum(1.0 - share for share in ramp.shares) if isinstance(ramp, Schedule) else np.nan


def people_per(scenario: Scenario, role: str, other: str) -> float:
    """Seats of one role for each seat of another, on the first day."""
    seats = dict.fromkeys(scenario.world.roles, 0)
    for team in scenario.opening.teams.values():
        seats[team.role] += team.seats
    return seats[role] / seats[other] if seats[other] else np.nan


def sellers_per_engineer(scenario: Scenario, seller: str, engineer: str) -> float:
    """Seats that sell where some stage needs a solution engineer for each seat of those, on the first day."""
    needs = {name for name, one in scenario.world.segments.items() if any(s.needs_se for s in one.stages.values())}
    teams = scenario.opening.teams.values()
    sellers = sum(team.seats for team in teams if team.role == seller and team.segment in needs)
    engineers = sum(team.seats for team in teams if team.role == engineer)
    return sellers / engineers if engineers else np.nan


def can_coach(scenario: Scenario, role: str, whom: str) -> float:
    """People whom one manager can coach, were they all ramped or all unramped."""
    rule = scenario.world.roles[role].coaching
    return rule.span_ramped if whom == "ramped" else rule.span_unramped


def quota(scenario: Scenario, role: str, segment: str = "") -> float:
    """A ramped rep's yearly quota: of a segment, or on average over the first day's seats. NaN unless given by rep."""
    rule = scenario.levers.quota
    if rule.kind != "per_rep":
        return np.nan
    if segment:
        own = rule.role_usd_per_year.get(role, {})
        return own.get(segment, rule.usd_per_year.get(segment, np.nan)) * rule.multiplier.start
    return _over_seats(scenario, role, lambda name: quota(scenario, role, name))


def cushion(scenario: Scenario, *roles: str) -> float:
    """How far quotas exceed the first year's target, as a share of the quotas: all seats filled and ramped.

    That is what is handed out when the year is planned; what leavers and ramping hires do not carry eats into it.
    """
    here = [role for role in roles if any(team.role == role for team in scenario.opening.teams.values())]
    seats = {role: sum(team.seats for team in scenario.opening.teams.values() if team.role == role) for role in here}
    handed_out = sum(quota(scenario, role) * seats[role] for role in here)
    return 1.0 - sum(scenario.levers.target.usd_per_year.values()) / handed_out if handed_out else np.nan


def lost_with_seller(scenario: Scenario) -> float:
    """Part of a leaver's customers' ARR that goes at the next renewal where a peer takes over; mean over segments."""
    rules = [segment.contracts for segment in scenario.world.segments.values() if segment.contracts is not None]
    return float(np.mean([rule.lost_to_peer_share for rule in rules])) if rules else np.nan


def on_target_earnings(scenario: Scenario, role: str, segment: str = "") -> float:
    """Yearly pay of a rep who sells the quota exactly: of a segment, or on average over the first day's seats."""
    if not segment:
        return _over_seats(scenario, role, lambda name: on_target_earnings(scenario, role, name))
    plans, names = PayPlans.of_scenario(scenario), list(scenario.world.segments)
    place = list(scenario.world.roles).index(role), names.index(segment)
    yearly = quota(scenario, role, segment)
    variable = sum(terms.pay_usd_per_year(1.0, yearly) for terms in plans.terms_of(*place, 0.0))
    return float(plans.salary_usd_per_year[0][place] + plans.even_usd_per_year[0][place] + variable)


def base_salary(scenario: Scenario, role: str) -> float:
    """Yearly base salary, on average over the first day's seats."""
    plans, names = PayPlans.of_scenario(scenario), list(scenario.world.segments)
    row = plans.salary_usd_per_year[0, list(scenario.world.roles).index(role)]
    return _over_seats(scenario, role, lambda name: float(row[names.index(name)]))


def _over_seats(scenario: Scenario, role: str, of: Callable[[str], float]) -> float:
    """The mean over the first day's seats of a role of what depends on the segment; NaN where it has no seats."""
    teams = [team for team in scenario.opening.teams.values() if team.role == role]
    seats = sum(team.seats for team in teams)
    return sum(of(team.segment or "") * team.seats for team in teams) / seats if seats else np.nan


def base_share(scenario: Scenario, role: str) -> float:
    """Part of on-target earnings that is salary."""
    return base_salary(scenario, role) / on_target_earnings(scenario, role)


def quota_over_earnings(scenario: Scenario, role: str, segment: str = "") -> float:
    """Quota over on-target earnings, of a segment or on average over the first day's seats."""
    return quota(scenario, role, segment) / on_target_earnings(scenario, role, segment)


OUTPUTS: dict[str, Callable[..., float]] = {
    function.__name__: function
    for function in (
        kpi, yearly, days_to_accept, never_at_quota, cycle_days_won, cycle_days_all, pipeline_per_head,
        month_end_multiple, plan_missed_by, plan_met_within, source_share, open_deals_per_seller, top_sellers_share,
        lost_when_late, expansion_share, cost_over_revenue, capacity_realization,
    )
}  # fmt: skip
INPUTS: dict[str, Callable[..., float | list[float]]] = {
    function.__name__: function
    for function in (
        offers_accepted, leads_taken_on, ramp_shares, ramp_months_lost, people_per, sellers_per_engineer, can_coach,
        quota, cushion, lost_with_seller, on_target_earnings, base_share, quota_over_earnings,
    )
}  # fmt: skip
