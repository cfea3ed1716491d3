"""Who and what makes up the business, and what lateness does to it: outputs beside benchmarks."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.evidence.published.played import Played, kpi, mean, mean_ratio


def source_share(played: Played, source: str) -> float:
    """Part of the pipeline made with new customers that comes from a source. What customers ask for more is no part."""
    sources = [name for name, one in played.scenario.world.sources.items() if not one.of_customers]
    made = {name: kpi(played, "pipeline_created", "source", name) for name in sources}
    total = sum(made.values())
    return made[source] / total if total > 0 else np.nan


def open_deals_per_seller(played: Played, *roles: str) -> float:
    """Open deals for each person who sells, stalled and waiting ones included: mean over the starts of years."""
    heads = sum(kpi(played, "heads", "role", role) for role in roles)
    return mean(played.kpi("open_opportunities", period_kind="year")) / heads if heads > 0 else np.nan


def capacity_realization(played: Played, role: str) -> float:
    """Bookings of a role's people over the quotas that they would have if ramped, over the whole run."""
    mine = _quotas_of(played, role)
    return float(mine["attained_usd"].sum() / mine["full_usd"].sum()) if len(mine) else np.nan


def top_sellers_share(played: Played, role: str, share: str) -> float:
    """Part of a role's bookings that its best people make, over the whole run: the first so many of all who sold."""
    mine = _quotas_of(played, role)
    people = np.unique(np.stack([mine["seat"], mine["holder"]]), axis=1, return_inverse=True)[1].ravel()
    sold = np.sort(np.bincount(people, mine["attained_usd"]))[::-1]
    best = max(1, round(float(share) * len(sold)))
    return float(sold[:best].sum() / sold.sum()) if sold.any() else np.nan


def _quotas_of(played: Played, role: str) -> np.ndarray:
    """The rows of the ledger's quotas of one role's seats."""
    quotas, seats = played.ledger.quotas, played.ledger.seats
    roles = np.zeros(int(seats["seat"].max(initial=-1)) + 1, int)
    roles[seats["seat"]] = seats["role"]
    return quotas[roles[quotas["seat"]] == played.ledger.names.roles.index(role)]


def lost_when_late(played: Played, days: str) -> float:
    """By how much, as a share, deals that ended in their last stage are won less often when so late or later.

    Late is what passed its first forecast close date by so many days, as pushes go; others are those that never slipped
    so far.
    """
    segments = list(played.scenario.world.segments.values())
    deals = played.ledger.deals
    ended = (deals["closed_day"] >= 0.0) & (deals["closed_day"] < played.calendar.horizon)
    stages = played.ledger.names.stages
    last = np.array([stages.index(list(one.stages)[-1]) for one in segments])[deals["segment"]]
    near = deals[ended & (deals["created_day"] < tables.NEVER) & (deals["stage"] == last)]
    late = near["slips"] * np.array([one.push_days for one in segments])[near["segment"]] >= float(days)
    won = (near["state"] == tables.WON).astype(float)
    rate = mean(won[~late])
    return 1.0 - mean(won[late]) / rate if rate > 0 else np.nan


def expansion_share(played: Played) -> float:
    """Part of a year's new and added ARR that customers of before add: mean over fiscal years."""
    added = played.kpi("expansion_arr", period_kind="year")
    return mean_ratio(added, added + played.kpi("new_arr", period_kind="year"))


def cost_over_revenue(played: Played) -> float:
    """Cost of the sales organization and its programs over revenue: mean over fiscal years."""
    return mean_ratio(played.kpi("cost", period_kind="year"), played.kpi("recognized_revenue", period_kind="year"))
