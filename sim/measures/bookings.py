"""Bookings and the deals behind them: what was created, won and lost, and the target that bookings stand against."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.measures.chapter import Chapter
from sim.measures.measure import BY_SOURCE, BY_SOURCE_AND_QUARTER, DETAIL, HEADLINE, SELDOM, Measure
from sim.measures.periods import QUARTER
from sim.measures.reading import Given, Reading
from sim.measures.sums import Cube, Sums, add_up, wide
from sim.rules import target
from sim.rules.target import reached

_MONTHLY = {"all": "month", "segment": "quarter"}
_ROLLED = _MONTHLY  # not by region: territory that is divided anew moves open deals

# Moves that are counted, and by which name.
_COUNTED = {
    tables.CREATED: "created",
    tables.WIN: "wins",
    tables.LOSS: "losses",
    tables.GAVE_UP: "no_decisions",
    tables.ORPHAN: "orphaned",
    tables.SLIPPED: "slips",
}
_ROW_OF_KIND = np.full(len(tables.MOVE_KINDS), -1, np.int64)
_ROW_OF_KIND[list(_COUNTED)] = range(len(_COUNTED))
_USD_ROW_OF_KIND = np.full(len(tables.MOVE_KINDS), -1, np.int64)
_USD_ROW_OF_KIND[[tables.CREATED, tables.WIN, tables.LOSS, tables.GAVE_UP]] = 0, 1, 2, 2


def deal_code(reading: Reading) -> np.ndarray:
    """Cell and source of each deal as one number, cell x sources + source; shape (deals,)."""
    return reading.cells("deals") * len(reading.frame.groups.sources) + wide(reading.ledger.deals["source"])


def _moves(reading: Reading) -> Cube:
    """Counts of moves, the ages of deals that end, and dollars created, won and ended otherwise, from day 0 on.

    Ages of the deals of the first day count from their true, negative, day of creation. Dollars are as they stand in
    the pipeline, before what is given away to sign early.
    """
    frame, moves, deals = reading.frame, reading.ledger.moves, reading.ledger.deals
    sources = len(frame.groups.sources)
    row, day = _ROW_OF_KIND.take(moves["kind"]), np.ascontiguousarray(moves["day"])
    kept = np.flatnonzero((row >= 0) & reading.within_run(day))
    row, day, deal = row.take(kept), day.take(kept), moves["deal"].take(kept)
    index = reading.once(deal_code).take(deal) * frame.periods.count_months + frame.periods.month_index(day)
    size = frame.groups.count_cells * sources * frame.periods.count_months
    values = [add_up(frame, len(_COUNTED), sources, row * size + index)]
    for kind in (tables.WIN, tables.LOSS):
        ended = np.flatnonzero(row == _ROW_OF_KIND[kind])
        values.append(add_up(frame, 1, sources, index[ended], day[ended] - deals["created_day"][deal[ended]]))
    usd_row = _USD_ROW_OF_KIND.take(moves["kind"].take(kept))
    counts = np.flatnonzero(usd_row >= 0)
    usd = reading.once(listed_usd).take(deal.take(counts))
    values.append(add_up(frame, 3, sources, usd_row.take(counts) * size + index.take(counts), usd))
    names = (*_COUNTED.values(), "wins_days", "losses_days", "created_usd", "won_usd", "ended_usd")
    return Cube(names, np.concatenate(values), "source")


def listed_usd(reading: Reading) -> np.ndarray:
    """The amount of each deal before what was given away to sign it early; shape (deals,)."""
    usd, timings = reading.ledger.deals["amount_usd"].copy(), reading.ledger.timings
    np.add.at(usd, timings["deal"], timings["discount_usd"])
    return usd


def _bookings(reading: Reading) -> Cube:
    """Credited dollars by day of the win, all and those of deals that partners brought, by source."""
    frame, credits = reading.frame, reading.ledger.credits
    kept = credits[reading.within_run(credits["day"])]
    index = reading.once(deal_code)[kept["deal"]] * frame.periods.count_months
    index = index + frame.periods.month_index(kept["day"])
    booked = add_up(frame, 1, len(frame.groups.sources), index, kept["share"] * kept["amount_usd"])
    by_partners = booked * reading.given.once(_is_partner)[:, None]
    return Cube(("bookings", "partner_bookings"), np.concatenate([booked, by_partners]), "source")


def _is_partner(given: Given) -> np.ndarray:
    """1.0 for the sources that are partners, shape (sources,)."""
    return np.array([source.of_partners for source in given.scenario.world.sources.values()], float)


def _plan(reading: Reading) -> Cube:
    return reading.given.once(_target_and_judgment)


def _target_and_judgment(given: Given) -> Cube:
    """Target by cell; judgment in the cell of its segment and no region, so that it counts in no region."""
    groups, periods, calendar = given.frame.groups, given.frame.periods, given.calendar
    values = np.zeros((2, len(groups.segments) + 1, len(groups.regions) + 1, periods.count_months))
    values[0, :-1, :-1] = target.by_month(given.scenario, calendar)
    first_month = periods.first_month[periods.of_kind(QUARTER)]
    judgments = given.scenario.levers.judgment_usd_per_quarter
    for code, segment in enumerate(groups.segments):
        if segment in judgments:
            by_quarter = [judgments[segment].at(calendar.month_starts[m], calendar) for m in first_month]
            values[1, code, -1] = np.array(by_quarter)[calendar.quarter_of_month] / 3.0 * calendar.month_weight
    return Cube(("target", "judgment"), values.reshape(2, groups.count_cells, 1, -1))


def _with_judgment(sums: Sums) -> np.ndarray:
    return sums["bookings"] + sums["judgment"]


MEASURES = (
    Measure(
        "bookings", "Bookings",
        "USD", "flow", "First-year value of the deals won.", "sum of credited amounts by day of the win",
        lambda s: s["bookings"], HEADLINE | BY_SOURCE_AND_QUARTER, better="more",
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
        yes_no=True, better="more",
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
        "bookings + judgment", _with_judgment, {"all": "quarter", "segment": "year"}, better="more",
    ),
    Measure(
        "hits_target_with_judgment", "Odds of meeting target, with judgment", "share", "ratio",
        "Whether the target is reached with judgment added; its mean is the chance as leaders see it, not the model's.",
        "1 if bookings + judgment >= target, else 0",
        lambda s: reached(_with_judgment(s), s["target"]).astype(float), {"all": "quarter"}, yes_no=True, better="more",
    ),
    Measure(
        "wins", "Deals won",
        "deals", "flow", "Deals won.", "count of wins by day", lambda s: s["wins"], DETAIL | BY_SOURCE, better="more",
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
        "count of creations by day", lambda s: s["created"], HEADLINE | BY_SOURCE_AND_QUARTER, better="more",
    ),
    Measure(
        "pipeline_created", "Pipeline created",
        "USD", "flow", "Value of the opportunities created.", "sum of amounts at creation",
        lambda s: s["created_usd"], HEADLINE | BY_SOURCE_AND_QUARTER, better="more",
    ),
    Measure(
        "pipeline_won", "Pipeline won, before discounts", "USD", "flow",
        "Value of the deals won as they stood in the pipeline; bookings are this less discounts to sign early.",
        "sum of amounts before discounts by day of the win", lambda s: s["won_usd"], _ROLLED, better="more",
    ),
    Measure(
        "pipeline_lost", "Pipeline lost, or ended without a decision",
        "USD", "flow", "Value of the deals that ended without a win, lost or without decision.",
        "sum of amounts by day of the end", lambda s: s["ended_usd"], _ROLLED,
    ),
)  # fmt: skip

CHAPTER = Chapter("Bookings", MEASURES, sums=(_moves, _bookings, _plan))
