"""The open pipeline: what is open, how it rolls on, and how far what is dated in a period covers its target."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.measures.bookings import listed_usd
from sim.measures.chapter import Chapter, Roll
from sim.measures.measure import BY_STAGE, DETAIL, HEADLINE, MINOR, Measure
from sim.measures.periods import QUARTER
from sim.measures.reading import Reading
from sim.measures.sums import Cube, Sums, add_up, by_month, positive, wide

MOST_COVERAGE = 10.0  # of what is left to close
_MONTHLY = {"all": "month", "segment": "quarter"}
_REST_OF_QUARTER = tables.SNAPSHOT_QUANTITIES[tables.DATED_IN_QUARTER_USD]
_COMMITTED = tables.SNAPSHOT_QUANTITIES[tables.COMMITTED_USD]
_AIMED = "cells with a coverage target"
_ROLLED = _MONTHLY  # not by region: territory that is divided anew moves open deals


def states(reading: Reading) -> Cube:
    """What snapshots count, by the names that the ledger gives it, over all stages: at each month's first instant.

    Hours are of the month. The coverage policy aims at one ratio in each cell, so its rows are counted, too, for a mean
    over cells.
    """
    values = reading.once(_by_stage)
    rows = reading.ledger.snapshots[reading.once(_within_run)]
    aims = rows["quantity"] == tables.COVERAGE_TARGET
    aimed = by_month(reading.frame, reading.cells("snapshots")[reading.once(_within_run)][aims], rows["month"][aims])
    return Cube((*tables.SNAPSHOT_QUANTITIES, _AIMED), np.concatenate([values[:, :, -1:], aimed]))


def states_by_stage(reading: Reading) -> Cube:
    """The same by stage, for what is kept by stage."""
    return Cube(tables.SNAPSHOT_QUANTITIES, reading.once(_by_stage)[:, :, :-1], "stage")


def _within_run(reading: Reading) -> np.ndarray:
    month = reading.ledger.snapshots["month"]
    return (month >= 0) & (month < reading.frame.periods.count_months)


def _by_stage(reading: Reading) -> np.ndarray:
    """Shape (quantities, cells, stages and one for all of them, months)."""
    frame, kept = reading.frame, reading.once(_within_run)
    rows, cell = reading.ledger.snapshots[kept], reading.cells("snapshots")[kept]
    stages = len(frame.groups.stages) + 1
    index = (wide(rows["quantity"]) * frame.groups.count_cells + cell) * stages + wide(rows["stage"]) % stages
    index = index * frame.periods.count_months + rows["month"]
    return add_up(frame, len(tables.SNAPSHOT_QUANTITIES), stages, index, rows["value"])


def _at_end(reading: Reading) -> Cube:
    """Deals open as each month ends, and their dollars before discounts. At the horizon what the deals say."""
    frame, ledger = reading.frame, reading.ledger
    rows, amounts = ledger.snapshots, reading.once(listed_usd)
    kept = (rows["stage"] < 0) & (rows["month"] > 0) & (rows["month"] < frame.periods.count_months)
    rows, cell = rows[kept], reading.cells("snapshots")[kept]
    still_open = np.flatnonzero(np.isin(ledger.deals["state"], tables.OPEN_STATES))
    home, found = reading.cells("deals")[still_open], []
    for quantity, weights in ((tables.OPEN_DEALS, np.ones(len(amounts))), (tables.OPEN_USD, amounts)):
        of = rows["quantity"] == quantity
        values = by_month(frame, cell[of], rows["month"][of] - 1, rows["value"][of])
        values[0, :, 0, -1] = np.bincount(home, weights[still_open], frame.groups.count_cells)
        found.append(values)
    return Cube(("open_deals_end", "open_usd_end"), np.concatenate(found))


def _by_quarter(sums: Sums, name: str) -> np.ndarray:
    return sums[name][:, sums.frame.periods.of_kind(QUARTER)]


def _at_quarter_start(sums: Sums, name: str) -> np.ndarray:
    return sums.at_start(name)[:, sums.frame.periods.of_kind(QUARTER)]


def _dated(sums: Sums) -> np.ndarray:
    """Open amounts dated in each month and quarter, at its start; years and the total stay undefined."""
    months, quarters = sums.by_month["usd dated in this month"], _at_quarter_start(sums, _REST_OF_QUARTER)
    return sums.frame.periods.of_months_and_quarters(months, quarters)


def _coverage(sums: Sums) -> np.ndarray:
    months = sums.by_month["usd dated in this month"] / positive(sums.by_month["target"])
    quarters = _at_quarter_start(sums, _REST_OF_QUARTER) / positive(_by_quarter(sums, "target"))
    return sums.frame.periods.with_means(months, quarters)


def _month_starts(sums: Sums, months: np.ndarray) -> np.ndarray:
    """A state of each month's start, also for each quarter's; years and total: mean over quarters."""
    periods = sums.frame.periods
    return periods.with_means(months, months[:, periods.first_month[periods.of_kind(QUARTER)]])


def _coverage_target(sums: Sums) -> np.ndarray:
    return _month_starts(sums, sums.by_month["coverage target"] / positive(sums.by_month[_AIMED]))


def _policy_coverage(sums: Sums) -> np.ndarray:
    coming = sums.frame.periods.calendar.coming_months(np.arange(sums.frame.periods.count_months))
    target = sums.by_month["target"][:, coming].sum(axis=2)
    return _month_starts(sums, sums.by_month["open usd"] / positive(target))


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
    months = np.minimum(sums.by_month[_REST_OF_QUARTER] / positive(_to_go_usd(sums)), MOST_COVERAGE)
    periods = sums.frame.periods
    return periods.with_means(months, months[:, periods.last_month[periods.of_kind(QUARTER)]])


MEASURES = (
    Measure(
        "open_opportunities", "Open deals, at the start", "deals", "state", "Deals open at the start of the period.",
        "count of deals that are worked, deferred, stalled, orphaned or waiting for a solution engineer",
        lambda s: s.at_start("open deals"), MINOR | BY_STAGE,
    ),
    Measure(
        "open_pipeline", "Open pipeline, at the start",
        "USD", "state", "Value of all open deals at the start of the period, whenever they may close.",
        "sum of amounts of open deals", lambda s: s.at_start("open usd"), HEADLINE | BY_STAGE,
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
        "sum of amounts of open deals in those stages", lambda s: s.at_start(_COMMITTED), MINOR,
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
        lambda s: _at_last_months(s, s.by_month[_REST_OF_QUARTER]), _MONTHLY,
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
)  # fmt: skip

CHAPTER = Chapter(
    "Open pipeline", MEASURES,
    sums=(states, states_by_stage, _at_end),
    rolls=(
        Roll("open_opportunities", ("opportunities_created",), ("wins", "losses", "no_decisions"),
             "open_opportunities_at_end"),
        Roll("open_pipeline", ("pipeline_created",), ("pipeline_won", "pipeline_lost"), "open_pipeline_at_end"),
    ),
)  # fmt: skip
