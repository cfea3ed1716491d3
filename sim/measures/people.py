"""People: heads and ramp, hiring and leaving, empty seats, who leads whom. Time is kept in days, so that it adds up."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.measures.chapter import Chapter
from sim.measures.means import over_positive
from sim.measures.measure import BY_ROLE, BY_ROLE_AND_QUARTER, DETAIL, HEADLINE, MINOR, SELDOM, Measure
from sim.measures.reading import Reading
from sim.measures.sums import Cube, Frame, Sums, add_up, days_between, wide
from sim.scenario.scenario import Scenario


def _seats(reading: Reading) -> Cube:
    """Days held, sold, ramped and vacant, capacity in USD, hires, transfers and exits, by role."""
    frame, seats, scenario = reading.frame, reading.ledger.seats, reading.scenario
    months, roles = frame.periods.count_months, len(frame.groups.roles)
    code = reading.cells("seats") * roles + wide(seats["role"])
    sells, serves = (
        np.array([role.duty == duty for role in scenario.world.roles.values()])[seats["role"]]
        for duty in ("sells", "serves")
    )
    leads, is_led = _who_leads(scenario)
    held = days_between(frame, seats["start_day"], seats["end_day"])
    productivity = sells * _productivity_per_month(scenario)[seats["segment"]]
    daily = [_by_code(frame, roles, code, held, held * sells[:, None], held * serves[:, None])]
    by_role = daily[0][:1]
    daily += [by_role * leads[None, None, :, None], by_role * is_led[None, None, :, None]]
    daily += [_ramped_days(reading, code, sells.astype(float))]
    daily += [_ramped_days(reading, code, productivity) / frame.periods.days[:months]]
    vacant = _vacant_days(reading)
    daily += [vacant, vacant * leads[None, None, :, None]]
    moved = seats["moved_from"] >= 0
    hired = (seats["start_day"] >= 0.0) & (seats["requisition"] >= 0) & ~moved
    counted = [(hired, "start_day"), (moved, "start_day")] + [
        (seats["exit_kind"] == kind, "end_day") for kind in (tables.VOLUNTARY, tables.INVOLUNTARY, tables.DATED)
    ]
    events = []
    for which, field in counted:
        kept = which & reading.within_run(seats[field])
        index = code[kept] * months + frame.periods.month_index(seats[field][kept])
        events.append(add_up(frame, 1, roles, index))
    names = (
        "head_days", "selling_days", "serving_days", "manager_days", "led_days", "ramped_days", "capacity_usd",
        "vacant_days", "manager_vacant_days",
        "hires", "transfers", "voluntary", "involuntary", "dated",
    )  # fmt: skip
    return Cube(names, np.concatenate([*daily, *events]), "role")


def _who_leads(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """1.0 for the roles that manage, and for those that are managed; shape (roles,)."""
    roles = scenario.world.roles
    managed = {name for role in roles.values() for name in role.manages}
    leads = np.array([role.duty == "manages" for role in roles.values()], float)
    return leads, np.array([name in managed for name in roles], float)


def _requisitions(reading: Reading) -> Cube:
    """Days open and not yet accepted, of all and of those not filled inside; acceptances from outside; by role."""
    frame, rows, seats = reading.frame, reading.ledger.requisitions, reading.ledger.seats
    roles = len(frame.groups.roles)
    code = reading.cells("requisitions") * roles + wide(rows["role"])
    open_days = days_between(frame, rows["open_day"], rows["accept_day"])
    inside = np.isin(np.arange(len(rows)), seats["requisition"][seats["moved_from"] >= 0])
    accepted = ~inside & reading.within_run(rows["accept_day"])
    day = rows["accept_day"][accepted]
    index = code[accepted] * frame.periods.count_months + frame.periods.month_index(day)
    values = [
        _by_code(frame, roles, code, open_days, open_days * ~inside[:, None]),
        add_up(frame, 1, roles, index),
    ]
    return Cube(("open_requisition_days", "open_outside_days", "accepted"), np.concatenate(values), "role")


def _ramped_days(reading: Reading, code: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What the spells gave in each month, each day weighted; shape (1, cells, roles, M).

    Args:
        code: cell x roles + role of each spell. weight: of each spell; 0 leaves it out.
    """
    frame, rows = reading.frame, reading.ledger.ramped
    index = code[rows["spell"]] * frame.periods.count_months + rows["month"]
    return add_up(frame, 1, len(frame.groups.roles), index, rows["ramped_days"] * weight[rows["spell"]])


def _productivity_per_month(scenario: Scenario) -> np.ndarray:
    """Planner's USD a ramped month by segment code; the last entry, for sellers of no one segment, is the mean."""
    yearly = [segment.steady_productivity_usd_per_year for segment in scenario.world.segments.values()]
    return np.array([*yearly, np.mean(yearly)]) / 12.0


def _vacant_days(reading: Reading) -> np.ndarray:
    """Days of each month in which a seat that was held, or of the opening, stood empty; shape (1, cells, roles, M).

    A position that was closed is not empty.

    A seat of the opening that is empty on the first day is as one whose holder left on day 0.
    """
    frame, seats, opened = reading.frame, reading.ledger.seats, reading.ledger.places
    roles = len(frame.groups.roles)
    empty = np.setdiff1d(np.arange(len(opened)), seats["seat"][seats["start_day"] <= 0.0])
    code = np.concatenate([
        reading.cells("seats") * roles + wide(seats["role"]),
        (reading.cells("places") * roles + wide(opened["role"]))[empty],
    ])  # fmt: skip
    seat = np.concatenate([seats["seat"], empty])
    start = np.concatenate([seats["start_day"], np.full(len(empty), -tables.NEVER)])
    end = np.concatenate([np.where(seats["seat_closed"], tables.NEVER, seats["end_day"]), np.zeros(len(empty))])
    order = np.lexsort((start, seat))
    following = np.full(len(seat), tables.NEVER)
    same = seat[order[1:]] == seat[order[:-1]]
    following[order[:-1][same]] = start[order[1:][same]]
    return _by_code(frame, roles, code, days_between(frame, end, following))


def _by_code(frame: Frame, along: int, code: np.ndarray, *monthly: np.ndarray) -> np.ndarray:
    """Rows with one number a month, each (rows, M), added up by cell and role; shape (given, cells, along, M)."""
    cells = frame.groups.count_cells
    belongs = (np.arange(cells * along)[:, None] == code[None, :]).astype(float)
    added = belongs @ np.concatenate(monthly, axis=1)
    return added.reshape(cells, along, len(monthly), -1).transpose(2, 0, 1, 3)


def _exits(sums: Sums) -> np.ndarray:
    return sums["voluntary"] + sums["involuntary"] + sums["dated"]


def _attrition_rate(sums: Sums) -> np.ndarray:
    return _exits(sums) / sums["head_days"] * sums.frame.periods.days_per_year


MEASURES = (
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
        over_positive("bookings", "productivity_capacity"), SELDOM,
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
        lambda s: s["voluntary"], MINOR | BY_ROLE, better="less",
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
        "all exits / average heads, a year", _attrition_rate, MINOR | BY_ROLE, better="less",
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
        lambda s: s["open_outside_days"] / s["accepted"], MINOR | BY_ROLE, better="less",
    ),
    Measure(
        "vacancy_days", "Days seats stood empty", "days", "flow", "Seat-days that stood empty.",
        "days from an exit, or the first day, to the next start in the same seat or the horizon, backfilled or not;"
        " closed positions are not empty",
        lambda s: s["vacant_days"], MINOR | BY_ROLE, better="less",
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
        {"all": "quarter", "region": "year"}, better="less",
    ),
    Measure(
        "coaching", "Coaching", "share", "ratio", "How far managers keep up with the people whom they should coach.",
        "coached people / people at work in managed roles, summed over the starts of months; a manager coaches a span",
        lambda s: s["of these, coached"] / s["people whom somebody should lead"], {"all": "quarter", "segment": "year"},
        better="more",
    ),
)  # fmt: skip

CHAPTER = Chapter("People", MEASURES, sums=(_seats, _requisitions))
