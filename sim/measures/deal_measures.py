"""Measures of deals: what was created, won and lost, how long it took, and what is open against the target."""

from __future__ import annotations

import numpy as np

from sim.measures.means import over
from sim.measures.measure import (
    BY_SOURCE,
    BY_SOURCE_AND_QUARTER,
    BY_STAGE,
    DETAIL,
    HEADLINE,
    MINOR,
    QUARTERLY,
    SELDOM,
    Measure,
)
from sim.measures.periods import QUARTER
from sim.measures.sums import Sums, positive
from sim.rules.target import reached

MOST_COVERAGE = 10.0  # of what is left to close
_MONTHLY = {"all": "month", "segment": "quarter"}
_ROLLED = _MONTHLY  # not by region: territory that is divided anew moves open deals


def _with_judgment(sums: Sums) -> np.ndarray:
    return sums["bookings"] + sums["judgment"]


def _win_rate_broad(sums: Sums) -> np.ndarray:
    return sums["wins"] / (sums["wins"] + sums["losses"] + sums["no_decisions"])


def _sales_velocity(sums: Sums) -> np.ndarray:
    average_deal = sums["bookings"] / sums["wins"]
    cycle_days = sums["wins_days"] / sums["wins"]
    return sums.month_mean("open_deals") * _win_rate_broad(sums) * average_deal / cycle_days


def _by_quarter(sums: Sums, name: str) -> np.ndarray:
    return sums[name][:, sums.frame.periods.of_kind(QUARTER)]


def _at_quarter_start(sums: Sums, name: str) -> np.ndarray:
    return sums.at_start(name)[:, sums.frame.periods.of_kind(QUARTER)]


def _dated(sums: Sums) -> np.ndarray:
    """Open amounts dated in each month and quarter, at its start; years and the total stay undefined."""
    months, quarters = sums.by_month["dated_in_month_usd"], _at_quarter_start(sums, "dated_in_quarter_usd")
    return sums.frame.periods.of_months_and_quarters(months, quarters)


def _coverage(sums: Sums) -> np.ndarray:
    months = sums.by_month["dated_in_month_usd"] / positive(sums.by_month["target"])
    quarters = _at_quarter_start(sums, "dated_in_quarter_usd") / positive(_by_quarter(sums, "target"))
    return sums.frame.periods.with_means(months, quarters)


def _month_starts(sums: Sums, months: np.ndarray) -> np.ndarray:
    """A state of each month's start, also for each quarter's; years and total: mean over quarters."""
    periods = sums.frame.periods
    return periods.with_means(months, months[:, periods.first_month[periods.of_kind(QUARTER)]])


def _coverage_target(sums: Sums) -> np.ndarray:
    return _month_starts(sums, sums.by_month["coverage_target"] / positive(sums.by_month["coverage_aims"]))


def _policy_coverage(sums: Sums) -> np.ndarray:
    coming = sums.frame.periods.calendar.coming_months(np.arange(sums.frame.periods.count_months))
    target = sums.by_month["target"][:, coming].sum(axis=2)
    return _month_starts(sums, sums.by_month["open_usd"] / positive(target))


def _to_go_usd(sums: Sums) -> np.ndarray:
    """What of the quarter's target is not booked as each month starts, below 0 where more is; shape (G, M)."""
    periods = sums.frame.periods
    of_month = periods.calendar.quarter_of_month
    first = periods.first_month[periods.of_kind(QUARTER)]
    booked_before = np.cumsum(sums.by_month["bookings"], axis=1) - sums.by_month["bookings"]
    closed_so_far = booked_before - booked_before[:, first][:, of_month]
    return _by_quarter(sums, "target")[:, of_month] - closed_so_far


def _at_last_months(sums: Sums, months: np.ndarray) -> np.ndarray:
    """States of months' starts and, for quarters, of their last month's; years and the total stay undefined."""
    periods = sums.frame.periods
    return periods.of_months_and_quarters(months, months[:, periods.last_month[periods.of_kind(QUARTER)]])


def _to_go_coverage(sums: Sums) -> np.ndarray:
    # Where a dollar is left to close, any pipeline covers it a thousand times: more than enough is enough.
    months = np.minimum(sums.by_month["dated_in_quarter_usd"] / positive(_to_go_usd(sums)), MOST_COVERAGE)
    periods = sums.frame.periods
    return periods.with_means(months, months[:, periods.last_month[periods.of_kind(QUARTER)]])


DEAL_MEASURES = (
    Measure(
        "bookings", "Bookings",
        "USD", "flow", "First-year value of the deals won.", "sum of credited amounts by day of the win",
        lambda s: s["bookings"], HEADLINE | BY_SOURCE_AND_QUARTER,
    ),
    Measure(
        "partner_bookings", "Bookings through partners",
        "USD", "flow", "Bookings of the deals that partners brought; part of bookings.",
        "sum of credited amounts of deals from sources of kind partner", lambda s: s["partner_bookings"], SELDOM,
    ),
    Measure(
        "target", "Target",
        "USD", "flow", "The plan's number, an input of its own; quota and forecast are other numbers.",
        "yearly target x growth, by the fiscal quarters' shares, equal in a quarter's months or by their weeks;"
        " regions by the selling seats they open with",
        lambda s: s["target"], HEADLINE,
    ),
    Measure(
        "hits_target", "Odds of meeting target",
        "share", "ratio", "Whether bookings reach the target; its mean is the chance that they do.",
        "1 if bookings >= target, else 0",
        lambda s: reached(s["bookings"], s["target"]).astype(float), _MONTHLY,
        yes_no=True,
    ),
    Measure(
        "judgment", "Judgment",
        "USD", "flow", "What leaders add to the model's number, or take from it; no part of bookings.",
        "the judgment lever at each quarter's start, a third a month or by weeks", lambda s: s["judgment"],
        _MONTHLY,
    ),
    Measure(
        "bookings_with_judgment", "Bookings with judgment",
        "USD", "flow", "What the model books and what leaders add to it.",
        "bookings + judgment", _with_judgment, {"all": "quarter", "segment": "year"},
    ),
    Measure(
        "hits_target_with_judgment", "Odds of meeting target, with judgment", "share", "ratio",
        "Whether the target is reached with judgment added; its mean is the chance as leaders see it, not the model's.",
        "1 if bookings + judgment >= target, else 0",
        lambda s: reached(_with_judgment(s), s["target"]).astype(float), {"all": "quarter"}, yes_no=True,
    ),
    Measure(
        "wins", "Deals won",
        "deals", "flow", "Deals won.", "count of wins by day", lambda s: s["wins"], DETAIL | BY_SOURCE,
    ),
    Measure(
        "losses", "Deals lost",
        "deals", "flow", "Deals lost to a competitor.", "count of losses by day", lambda s: s["losses"],
        DETAIL | BY_SOURCE,
    ),
    Measure(
        "no_decisions", "Ended without a decision",
        "deals", "flow", "Deals that ended because the buyer did nothing, or went quiet for too long.",
        "count of no-decision ends by day", lambda s: s["no_decisions"], DETAIL | BY_SOURCE,
    ),
    Measure(
        "opportunities_created", "Opportunities created", "deals", "flow", "Opportunities that a rep began to work on.",
        "count of creations by day", lambda s: s["created"], HEADLINE | BY_SOURCE_AND_QUARTER,
    ),
    Measure(
        "pipeline_created", "Pipeline created",
        "USD", "flow", "Value of the opportunities created.", "sum of amounts at creation",
        lambda s: s["created_usd"], HEADLINE | BY_SOURCE_AND_QUARTER,
    ),
    Measure(
        "pipeline_won", "Pipeline won, before discounts", "USD", "flow",
        "Value of the deals won as they stood in the pipeline; bookings are this less discounts to sign early.",
        "sum of amounts before discounts by day of the win", lambda s: s["won_usd"], _ROLLED,
    ),
    Measure(
        "pipeline_lost", "Pipeline lost, or ended without a decision",
        "USD", "flow", "Value of the deals that ended without a win, lost or without decision.",
        "sum of amounts by day of the end", lambda s: s["ended_usd"], _ROLLED,
    ),
    Measure(
        "open_opportunities", "Open deals, at the start", "deals", "state", "Deals open at the start of the period.",
        "count of deals that are worked, deferred, stalled, orphaned or waiting for a solution engineer",
        lambda s: s.at_start("open_deals"), MINOR | BY_STAGE,
    ),
    Measure(
        "open_pipeline", "Open pipeline, at the start",
        "USD", "state", "Value of all open deals at the start of the period, whenever they may close.",
        "sum of amounts of open deals", lambda s: s.at_start("open_usd"), HEADLINE | BY_STAGE,
    ),
    Measure(
        "open_opportunities_at_end", "Open deals, at the end", "deals", "state", "Deals open at the end of the period.",
        "open_opportunities + opportunities_created - wins - losses - no_decisions",
        lambda s: s.at_end("open_deals_end"), {"all": "month", "segment": "year"},
    ),
    Measure(
        "open_pipeline_at_end", "Open pipeline, at the end",
        "USD", "state", "Value of all open deals at the end of the period.",
        "open_pipeline + pipeline_created - pipeline_won - pipeline_lost", lambda s: s.at_end("open_usd_end"), _ROLLED,
    ),
    Measure(
        "committed_pipeline", "Committed pipeline", "USD", "state",
        "Value of the deals open at the start of the period in stages of forecast category commit.",
        "sum of amounts of open deals in those stages", lambda s: s.at_start("committed_usd"), MINOR,
    ),
    Measure(
        "dated_pipeline", "Open pipeline dated in the period",
        "USD", "state", "Open pipeline that is dated in the period: what coverage divides by target.",
        "open amounts with a forecast close date in the period, at its start; empty in years and the total, whose"
        " coverage is a mean over quarters",
        _dated, HEADLINE,
    ),
    Measure(
        "coverage", "Coverage by what is dated in the period",
        "ratio", "state", "Open pipeline that is dated in the period, against the period's target.",
        "dated_pipeline / target; years and total: mean over quarters",
        _coverage, DETAIL,
    ),
    Measure(
        "coverage_target", "Coverage target",
        "ratio", "state", "The coverage that the policy aims at, where there is one.",
        "target ratio in force at the start of the period; years and total: mean over quarters",
        _coverage_target, {"all": "month"},
    ),
    Measure(
        "policy_coverage", "Coverage by all open pipeline",
        "ratio", "state", "All open pipeline against the target of the coming quarter.",
        "open_pipeline / target of this month and the two after it (the last month repeats past the horizon), to be"
        " read beside coverage_target; years and total: mean over quarters",
        _policy_coverage, _MONTHLY,
    ),
    Measure(
        "to_go_pipeline", "Open pipeline dated in the rest of the quarter",
        "USD", "state", "Open pipeline dated in what is left of the quarter.",
        "open amounts dated in the rest of the quarter, at the start of each month; a quarter: at the start of its last"
        " month; empty in years and the total",
        lambda s: _at_last_months(s, s.by_month["dated_in_quarter_usd"]), _MONTHLY,
    ),
    Measure(
        "to_go_target", "Left of the quarter's target", "USD", "state", "What is left of the quarter's target.",
        "quarter's target - bookings so far in the quarter, below 0 where it is passed, at the start of each month; a"
        " quarter: at the start of its last month; empty in years and the total",
        lambda s: _at_last_months(s, _to_go_usd(s)), _MONTHLY,
    ),
    Measure(
        "to_go_coverage", "Coverage of what is still to close, at most 10", "ratio", "state",
        "Open pipeline dated in what is left of the quarter, against what is left of its target. Next to nothing may be"
        " left, so read its median (p50); the mean and its interval are over replications that have something left.",
        "to_go_pipeline / to_go_target; years and total: mean over quarters;"
        f" at most {MOST_COVERAGE:.0f}, as what is left may be next to nothing; undefined where the target is reached",
        _to_go_coverage, _MONTHLY,
    ),
    Measure(
        "win_rate_narrow", "Win rate, of won and lost",
        "share", "ratio", "Wins among the deals that somebody won.", "wins / (wins + losses)",
        lambda s: s["wins"] / (s["wins"] + s["losses"]), MINOR | BY_SOURCE, over("wins", "wins", "losses"),
    ),
    Measure(
        "win_rate_broad", "Win rate, of all closed", "share", "ratio", "Wins among all deals that ended.",
        "wins / (wins + losses + no decisions)", _win_rate_broad, DETAIL | BY_SOURCE,
        over("wins", "wins", "losses", "no_decisions"),
    ),
    Measure(
        "win_rate_cohort", "Win rate, of created so far", "share", "ratio",
        "Of the deals created in the period, the share that is won in the end, whenever that is.",
        "Aalen-Johansen incidence of wins by deal age in weeks, deals open at the horizon censored; what is still open"
        " at the greatest age seen is split as what has ended; undefined where that is more than half",
        lambda s: s.by_period["win_rate_cohort"],
        DETAIL | BY_SOURCE | QUARTERLY,
    ),
    Measure(
        "cycle_days_won", "Days to win", "days", "ratio", "Days from creation to win, for deals won in the period.",
        "sum of days from creation to win / wins", lambda s: s["wins_days"] / s["wins"], DETAIL | BY_SOURCE,
    ),
    Measure(
        "cycle_days_lost", "Days to lose", "days", "ratio", "Days from creation to loss, for deals lost in the period.",
        "sum of days from creation to loss / losses (no decisions are not losses)",
        lambda s: s["losses_days"] / s["losses"], MINOR | BY_SOURCE,
    ),
    Measure(
        "slips", "Close dates pushed",
        "deals", "flow", "Times that a forecast close date passed and was pushed.", "count of slips by day",
        lambda s: s["slips"], MINOR,
    ),
    Measure(
        "average_deal", "Average deal", "USD", "ratio", "Average value of a deal won.", "bookings / wins",
        lambda s: s["bookings"] / s["wins"], DETAIL | BY_SOURCE, over("bookings", "wins"),
    ),
    Measure(
        "sales_velocity", "Sales velocity, by the textbook's formula", "USD/day", "ratio",
        "The textbook's flow of the open pipeline at the period's rates; not bookings a day, and below them where deals"
        " that are won take longer than the others, as they mostly do.",
        "open opportunities (mean over month starts) x win_rate_broad x average_deal / cycle_days_won; leaves out that"
        " deals lost or ended without decision are open for fewer days: with the mean days of all deals that end it"
        " would be bookings a day, as long as pipeline neither grows nor shrinks",
        _sales_velocity, MINOR,
    ),
    Measure(
        "se_wait_days", "Days a deal waits for a solution engineer", "days", "ratio",
        "Days that deals wait for a solution engineer at a stage that needs one, whether one comes or not; those that"
        " need not wait count as 0.",
        "days that deals stand in line in the period, those that still do included / waits that end in it: an SE is"
        " free, the rep goes on without or leaves, or the deal goes stale",
        lambda s: s["se_line_days"] / s["se_waits"], SELDOM,
    ),
    Measure(
        "without_se_share", "Attempts made without the solution engineer they need", "share", "ratio",
        "Of the attempts at stages that need a solution engineer, those that are made without one.",
        "attempts that begin without an SE / attempts that begin",
        lambda s: s["se_without"] / (s["se_with"] + s["se_without"]), SELDOM,
    ),
    Measure(
        "se_utilization", "SE utilization",
        "share", "ratio", "Part of the deals that solution engineers could serve that they do.",
        "days of places used / days of places held; pools of whole regions count in no segment",
        lambda s: s["se_places_used"] / s["se_places_held"], SELDOM,
    ),
    Measure(
        "accounts_touched", "Accounts touched",
        "accounts", "flow", "Accounts of the territory that somebody newly went for.",
        "count of free accounts taken by leads and finds, by day; undefined where accounts are endless",
        lambda s: np.where(s["accounts"] > 0.0, s["accounts_taken"], np.nan), SELDOM,
    ),
    Measure(
        "territory_saturation", "Territory in use, at the start", "share", "state",
        "Part of the accounts that are not free at the start of the period: worked, cooling off, or customers.",
        "1 - free accounts / accounts",
        lambda s: 1.0 - s.at_start("accounts_free") / s.at_start("accounts"), SELDOM,
    ),
    Measure(
        "deals_orphaned", "Deals orphaned",
        "deals", "flow", "Open deals whose rep left.", "count of deals orphaned by day",
        lambda s: s["orphaned"], MINOR,
    ),
)  # fmt: skip
