"""What selling rests on: solution engineers, the territory's accounts, and a rep for every deal."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.measures.chapter import Chapter
from sim.measures.measure import MINOR, SELDOM, Measure
from sim.measures.reading import Reading
from sim.measures.sums import Cube, by_month, days_between


def _waits(reading: Reading) -> Cube:
    """Waits for a solution engineer that ended, and the days that deals stood in line, also if they still do."""
    frame, rows, months = reading.frame, reading.ledger.waits, np.arange(reading.frame.periods.count_months)
    rows = rows[rows["day"] >= 0.0]
    cell = reading.cells("deals")[rows["deal"]]
    over = (rows["ended"] != tables.STILL_WAITS) & (rows["day"] < reading.given.calendar.horizon)
    values = [
        by_month(frame, cell[kept], frame.periods.month_index(rows["day"][kept]))
        for kept in (over, over & (rows["ended"] == tables.SE_CAME), over & (rows["ended"] == tables.WENT_WITHOUT))
    ]
    waited = np.flatnonzero(rows["days"] > 0.0)
    days = days_between(frame, (rows["day"] - rows["days"])[waited], rows["day"][waited])
    home, month = np.broadcast_arrays(cell[waited, None], months)
    values.append(by_month(frame, home.ravel(), month.ravel(), days.ravel()))
    return Cube(("se_waits", "se_with", "se_without", "se_line_days"), np.concatenate(values))


MEASURES = (
    Measure(
        "se_wait_days", "Days a deal waits for a solution engineer", "days", "ratio",
        "Days that deals wait for a solution engineer at a stage that needs one, whether one comes or not; those that"
        " need not wait count as 0.",
        "days that deals stand in line in the period, those that still do included / waits that end in it: an SE is"
        " free, the rep goes on without or leaves, or the deal goes stale",
        lambda s: s["se_line_days"] / s["se_waits"], SELDOM, better="less",
    ),
    Measure(
        "without_se_share", "Attempts made without the solution engineer they need", "share", "ratio",
        "Of the attempts at stages that need a solution engineer, those that are made without one.",
        "attempts that begin without an SE / attempts that begin",
        lambda s: s["se_without"] / (s["se_with"] + s["se_without"]), SELDOM, better="less",
    ),
    Measure(
        "se_utilization", "SE utilization",
        "share", "ratio", "Part of the deals that solution engineers could serve that they do.",
        "days of places used / days of places held; pools of whole regions count in no segment",
        lambda s: s["SE place days used"] / s["SE place days held"], SELDOM,
    ),
    Measure(
        "accounts_touched", "Accounts touched",
        "accounts", "flow", "Accounts of the territory that somebody newly went for.",
        "count of free accounts taken by leads and finds, by day; undefined where accounts are endless",
        lambda s: np.where(s["accounts"] > 0.0, s["accounts newly taken"], np.nan), SELDOM,
    ),
    Measure(
        "territory_saturation", "Territory in use, at the start", "share", "state",
        "Part of the accounts that are not free at the start of the period: worked, cooling off, or customers.",
        "1 - free accounts / accounts",
        lambda s: 1.0 - s.at_start("free accounts") / s.at_start("accounts"), SELDOM,
    ),
    Measure(
        "deals_orphaned", "Deals orphaned",
        "deals", "flow", "Open deals whose rep left.", "count of deals orphaned by day",
        lambda s: s["orphaned"], MINOR, better="less",
    ),
)  # fmt: skip

CHAPTER = Chapter("Solution engineers, territory and orphaned deals", MEASURES, sums=(_waits,))
