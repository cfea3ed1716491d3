"""Measures of people: heads, ramp, hiring and leaving, quotas and attainment, and hours."""

from __future__ import annotations

import numpy as np

from sim.measures.means import over
from sim.measures.measure import (
    BY_ROLE,
    BY_ROLE_AND_QUARTER,
    DETAIL,
    HEADLINE,
    MINOR,
    QUARTERLY,
    SELDOM,
    Measure,
)
from sim.measures.sums import Sums, positive

_REPS = "reps with a quota; in years and the total, those who carried at least half of a whole period's quota"


def _exits(sums: Sums) -> np.ndarray:
    return sums["voluntary"] + sums["involuntary"] + sums["dated"]


def _attrition_rate(sums: Sums) -> np.ndarray:
    return _exits(sums) / sums["head_days"] * sums.frame.periods.days_per_year


PEOPLE_MEASURES = (
    Measure(
        "heads", "Heads", "heads", "average", "People in seats.", "days that seats were held / days of the period",
        lambda s: s.average("head_days"), HEADLINE | BY_ROLE_AND_QUARTER,
    ),
    Measure(
        "selling_heads", "Selling heads", "heads", "average", "People in seats whose job is to sell.",
        "days that selling seats were held / days of the period", lambda s: s.average("selling_days"), DETAIL,
    ),
    Measure(
        "ramped_rep_equivalents", "Ramped rep equivalents",
        "FTE", "average", "Sellers, each counted by the share of full productivity reached.",
        "ramped days of those who sell / days of the period; a hire who never ramps stays at the ceiling",
        lambda s: s.average("ramped_days"), HEADLINE | BY_ROLE_AND_QUARTER,
    ),
    Measure(
        "productivity_capacity", "Planner's capacity, if leads grew with heads", "USD", "flow",
        "The planner's figure for the ramped reps, as if leads grew with heads; neither bookings nor a promise.",
        "sum over segments of ramped rep equivalents x the segment's steady_productivity_usd_per_year, an input, x"
        " years of the period; sellers of no one segment count with the segments' mean; leaves out what the model has:"
        " leads, market, odds, deal sizes, hours, the pipeline of the first day",
        lambda s: s["capacity_usd"], DETAIL,
    ),
    Measure(
        "booked_of_capacity", "Bookings over the planner's capacity", "ratio", "ratio",
        "What the model books for each dollar of productivity_capacity, the planner's figure.",
        "bookings / productivity_capacity",
        lambda s: s["bookings"] / positive(s["capacity_usd"]), SELDOM, over("bookings", "productivity_capacity"),
        shown_as="percent",
    ),
    Measure(
        "hires", "Hires", "heads", "flow", "People who came from outside and started in the period.",
        "count of starts on a requisition, without those who moved inside",
        lambda s: s["hires"], MINOR | BY_ROLE_AND_QUARTER,
    ),
    Measure(
        "transfers", "Transfers", "heads", "flow", "People who moved to another seat inside; no hires and no exits.",
        "count of first days in a seat after another", lambda s: s["transfers"], {"all": "quarter", "role": "year"},
    ),
    Measure(
        "exits_voluntary", "People who quit",
        "heads", "flow", "People who resigned.", "count of voluntary exits by last day",
        lambda s: s["voluntary"], MINOR | BY_ROLE,
    ),
    Measure(
        "exits_involuntary", "People let go", "heads", "flow", "People who were let go after failed reviews.",
        "count of involuntary exits by last day", lambda s: s["involuntary"], MINOR | BY_ROLE,
    ),
    Measure(
        "exits_dated", "People who left on a planned date",
        "heads", "flow", "People who left on a date that the plan gives.",
        "count of dated exits by last day", lambda s: s["dated"], MINOR | BY_ROLE,
    ),
    Measure(
        "attrition_rate", "Attrition, a year", "share", "ratio", "Part of the people who leave in a year.",
        "all exits / average heads, a year", _attrition_rate, MINOR | BY_ROLE,
    ),
    Measure(
        "open_requisitions", "Open requisitions", "requisitions", "average", "Requisitions open and not yet accepted.",
        "days from opening to acceptance / days of the period",
        lambda s: s.average("open_requisition_days"), MINOR | BY_ROLE,
    ),
    Measure(
        "days_to_accept", "Days from opening to accepted offer", "days", "ratio",
        "Days from opening a requisition to an offer accepted by somebody outside; waiting for a recruiter, declined"
        " offers and requisitions still open included.",
        "days in the period on which requisitions were open / offers accepted in it, without those filled inside: their"
        " mean time from opening to acceptance where as many open as are filled",
        lambda s: s["open_outside_days"] / s["accepted"], MINOR | BY_ROLE,
    ),
    Measure(
        "vacancy_days", "Days seats stood empty", "days", "flow", "Seat-days that stood empty.",
        "days from an exit, or the first day, to the next start in the same seat or the horizon, backfilled or not;"
        " closed positions are not empty",
        lambda s: s["vacant_days"], MINOR | BY_ROLE,
    ),
    Measure(
        "span", "Reps a manager", "ratio", "ratio", "People led by one manager.",
        "days in seats of managed roles / days in managers' seats", lambda s: s["led_days"] / s["manager_days"],
        {"all": "quarter", "region": "year"},
    ),
    Measure(
        "manager_vacancy_days", "Days managers' seats stood empty",
        "days", "flow", "Seat-days of managers that stood empty.",
        "vacancy_days of the roles that manage", lambda s: s["manager_vacant_days"],
        {"all": "quarter", "region": "year"},
    ),
    Measure(
        "coaching", "Coaching", "share", "ratio", "How far managers keep up with the people whom they should coach.",
        "coached people / people at work in managed roles, summed over the starts of months; a manager coaches a span",
        lambda s: s["coached"] / s["led"], {"all": "quarter", "segment": "year"},
    ),
    Measure(
        "street_quota", "Street quota",
        "USD", "flow", "The quotas that reps carry, relieved for ramp and for time not held.",
        "sum of relieved quotas", lambda s: s["street_quota"], DETAIL | QUARTERLY,
    ),
    Measure(
        "attainment_mean", "Attainment, mean rep", "ratio", "ratio", "Bookings over quota of the average rep.",
        f"mean of attained / quota over {_REPS}", lambda s: s.by_period["attainment_mean"], DETAIL | QUARTERLY,
        shown_as="percent",
    ),
    Measure(
        "attainment_median", "Attainment, median rep",
        "ratio", "ratio", "Bookings over quota of the rep in the middle.",
        f"median of attained / quota over {_REPS}", lambda s: s.by_period["attainment_median"], DETAIL | QUARTERLY,
        shown_as="percent",
    ),
    Measure(
        "attainment_p10", "Attainment, weak rep (P10)",
        "ratio", "ratio", "Bookings over quota of a weak rep: a tenth do worse.",
        f"10th percentile of attained / quota over {_REPS}", lambda s: s.by_period["attainment_p10"],
        MINOR | QUARTERLY, shown_as="percent",
    ),
    Measure(
        "attainment_p90", "Attainment, strong rep (P90)",
        "ratio", "ratio", "Bookings over quota of a strong rep: a tenth do better.",
        f"90th percentile of attained / quota over {_REPS}", lambda s: s.by_period["attainment_p90"],
        MINOR | QUARTERLY, shown_as="percent",
    ),
    Measure(
        "share_at_quota", "Share of reps at quota", "share", "ratio", "Part of the reps who reach their quota.",
        f"share with attained >= quota among {_REPS}", lambda s: s.by_period["share_at_quota"], DETAIL | QUARTERLY,
    ),
    Measure(
        "realization", "Bookings over street quota",
        "ratio", "ratio", "Bookings of everybody over the quotas of everybody.",
        "bookings / street_quota", lambda s: s["bookings"] / s["street_quota"], DETAIL | QUARTERLY,
        over("bookings", "street_quota"), shown_as="percent",
    ),
    Measure(
        "attention_used", "Selling hours in use",
        "share", "ratio", "Part of the sellers' hours that open deals take up.",
        "hours used / hours held", lambda s: s["hours_used"] / s["hours_held"], DETAIL,
    ),
)  # fmt: skip
