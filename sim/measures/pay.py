"""Pay by rep: what is earned against what plans hold out, where reps stand, and which of them resign.

A rep is one holder of one seat who carries a quota. A month's pay of a seat counts for who held it last in the month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import ledger as tables
from sim.measures.attainment import AT_QUOTA, by_rep, reps_of
from sim.measures.chapter import Chapter
from sim.measures.groups import BAND_EDGES, BANDS
from sim.measures.measure import BY_BAND, BY_ROLE, Measure
from sim.measures.reading import Given, Reading
from sim.measures.sums import Frame, Sums, days_between
from sim.money.credit import holder_key, spell_of
from sim.money.pay_scale import PayScale
from sim.money.plans import PayPlans

_PAY = np.isin(np.arange(len(tables.PAYMENT_KINDS)), (tables.SALARY, *tables.VARIABLE_PAY))
_VARIABLE = np.isin(np.arange(len(tables.PAYMENT_KINDS)), tables.VARIABLE_PAY)
_QUANTILES = {"pay_to_ote_p10": 0.1, "pay_to_ote_p90": 0.9}
_YEARLY = {"all": "year"}
_BY_SEGMENT = {"all": "year", "segment": "year"}
_REPS = "reps with a quota, those who carried at least half of a whole period's"
_STANDING = "reps by bookings over quota of the last two quarters closed, until the next close"
_COUNTS = "; it counts a month's pay of a seat for who held it last in the month"


def pay_plans(given: Given) -> PayPlans:
    return PayPlans.of_scenario(given.scenario)


def pay_scale(given: Given) -> PayScale:
    return PayScale.of(given.scenario, given.calendar)


@dataclass(frozen=True)
class RepPay:
    """By rep and period, shape (reps, T), US dollars. ``on_target`` and ``full_quota`` are of the time in the seat."""

    pay: np.ndarray
    variable: np.ndarray
    on_target: np.ndarray  # base and variable of somebody ramped and exactly at quota
    full_quota: np.ndarray  # of somebody ramped
    attained: np.ndarray
    years: np.ndarray  # in the seat


@dataclass(frozen=True)
class Positions:
    """Reps from one close to the next, one row each: where they stand by attainment over the last two closes."""

    cell: np.ndarray
    month: np.ndarray  # the first after the close
    band: np.ndarray
    at_quota: np.ndarray
    days: np.ndarray  # until the next close, or until they leave
    resigned: np.ndarray  # before the next close


def rep_pay(reading: Reading) -> RepPay:
    """Pay, on-target earnings and quota of every rep of the ledger's quotas, in the order of ``reps_of``."""
    frame, ledger, rows, periods = reading.frame, reading.ledger, reading.ledger.quotas, reading.frame.periods
    plans, scale = reading.given.once(pay_plans), reading.given.once(pay_scale)
    months, calendar = periods.count_months, periods.calendar
    first, rep = reps_of(rows)
    spells = spell_of(ledger.seats, rows["seat"][first], rows["holder"][first])
    start, end = (ledger.seats[name][spells] for name in ("start_day", "end_day"))
    held = days_between(frame, start, end) / (12.0 * periods.days[:months])  # years
    full = np.zeros((len(first), int(calendar.quarter_of_month[-1]) + 1))
    full[rep, rows["quarter"]] = rows["full_usd"] * _quarters_a_year(frame)[rows["quarter"]]
    flat, for_quota = plans.at_quota()
    role, segment = (ledger.seats[name][spells][:, None] for name in ("role", "segment"))
    held_by = plans.version(calendar.month_starts[:-1]), role, segment  # by rep and month
    yearly = full[:, calendar.quarter_of_month]
    scaled = scale.region[ledger.seats["region"][spells]][:, None] * scale.by_month(calendar.month_starts)
    base = flat[held_by] + plans.salary_usd_per_year[held_by] * (scaled - 1.0)
    on_target = held * (base + for_quota[held_by] * yearly)
    who, month, usd, variable_usd = _paid_to(reading, spells)
    index, size = who * months + month, len(first) * months
    by_month = [
        np.bincount(index, usd, size), np.bincount(index, variable_usd, size), on_target, held * yearly,
        np.bincount(rep * months + rows["month"], rows["attained_usd"], size), held,
    ]  # fmt: skip
    return RepPay(*(values.reshape(len(first), months) @ periods.months.T for values in by_month))


def _quarters_a_year(frame: Frame) -> np.ndarray:
    """How many times a quarter's days go into a year, by quarter of the run; a cut-off one goes in more often."""
    calendar = frame.periods.calendar
    of_quarter = np.bincount(calendar.quarter_of_month, calendar.month_weight)
    return 12.0 / of_quarter


def _paid_to(reading: Reading, spells: np.ndarray) -> tuple[np.ndarray, ...]:
    """Payments to reps, one a row: the rep, the month, all dollars and variable ones."""
    rows = reading.ledger.payments
    month, seat, kind = (np.ascontiguousarray(rows[name]) for name in ("month", "seat", "kind"))
    kept = np.flatnonzero(_PAY[kind] & (seat >= 0) & (month >= 0) & (month < reading.frame.periods.count_months))
    who = _rep_of_payment(reading, spells, seat[kept], month[kept])
    kept, who = kept[who >= 0], who[who >= 0]
    usd = rows["amount_usd"][kept]
    return who, month[kept], usd, usd * _VARIABLE[kind[kept]]


def _rep_of_payment(reading: Reading, spells: np.ndarray, seat: np.ndarray, month: np.ndarray) -> np.ndarray:
    """The rep of each payment: who held the seat last up to the month's end; -1 for people without a quota."""
    seats, edges = reading.ledger.seats, reading.given.calendar.month_starts
    rep_of_spell = np.full(len(seats), -1)
    rep_of_spell[spells] = np.arange(len(spells))
    order = np.lexsort((seats["start_day"], seats["seat"]))
    began = np.searchsorted(edges[1:], seats["start_day"][order], side="right")
    key = holder_key(seats["seat"][order], began)
    found = np.searchsorted(key, holder_key(seat, month), side="right") - 1
    return rep_of_spell[order[np.maximum(found, 0)]]


def _add_pay(sums: Sums, reading: Reading) -> None:
    """Put pay over reps into the sums of the cell family or of the bands of attainment.

    Who does not count in attainment does not count here.
    """
    cell, attainment = reading.once(by_rep)
    paid = reading.once(rep_pay)
    counted = ~np.isnan(attainment)
    names = ("pay", "variable", "on_target", "attained")
    if sums.family == "attainment":
        band = band_of(attainment)
        members = [counted & (band == one) for one in range(len(BANDS))]
        for name in names:
            values = getattr(paid, name)
            sums.by_period[f"reps_{name}"] = np.array([np.sum(values, axis=0, where=here) for here in members])
        sums.by_period["reps"] = np.array([here.sum(axis=0) for here in members], float)
        return
    member = sums.frame.cells_in_groups[:, cell]  # (G, reps)
    sums.by_period["reps"] = member @ counted.astype(float)
    for name in names:
        sums.by_period[f"reps_{name}"] = member @ np.where(counted, getattr(paid, name), 0.0)
    for name in ("on_target", "full_quota", "years"):
        sums.by_period[f"all_{name}"] = member @ getattr(paid, name)
    ratio = np.where(counted, paid.pay / paid.on_target, np.nan)
    for name, values in zip(_QUANTILES, _quantiles(ratio), strict=True):
        sums.by_period[name] = np.where(np.arange(len(member))[:, None] == 0, values, np.nan)


def _quantiles(ratio: np.ndarray) -> np.ndarray:
    """Quantiles over reps by period, NaN where nobody counts; shape (quantiles, T)."""
    out = np.full((len(_QUANTILES), ratio.shape[1]), np.nan)
    for period, values in enumerate(ratio.T):
        known = values[np.isfinite(values)]
        if len(known):
            out[:, period] = np.quantile(known, list(_QUANTILES.values()))
    return out


def band_of(attainment: np.ndarray) -> np.ndarray:
    """The band of each attainment. Who sold the quota to the cent is at quota, whatever floats say."""
    return np.searchsorted(np.array(BAND_EDGES) + (AT_QUOTA - 1.0), attainment, side="right")


def positions_of(reading: Reading) -> Positions:
    """Where every rep with a quota stands after each close, and whether they resign before the next one."""
    ledger, rows, calendar = reading.ledger, reading.ledger.quotas, reading.given.calendar
    _, rep = reps_of(rows)
    order = np.lexsort((rows["quarter"], rep))
    rows, rep, cell = rows[order], rep[order], reading.cells("quotas")[order]
    follows = (rep[1:] == rep[:-1]) & (rows["quarter"][1:] == rows["quarter"][:-1] + 1)
    quota, attained = (
        values + np.concatenate([[0.0], np.where(follows, values[:-1], 0.0)])[: len(values)]
        for values in (rows["quota_usd"], rows["attained_usd"])
    )
    quarters = np.append(np.unique(calendar.quarter_of_month, return_index=True)[1], calendar.months)
    closes = calendar.month_starts[quarters]
    later = np.minimum(rows["quarter"] + 2, len(closes) - 1)
    close, following = closes[rows["quarter"] + 1], closes[later]
    spells = ledger.seats[spell_of(ledger.seats, rows["seat"], rows["holder"])]
    leaves = (spells["end_day"] >= close) & (spells["end_day"] < following)
    known = (quota > 0.0) & (close < following) & (spells["end_day"] >= close)
    position = attained[known] / quota[known]
    return Positions(
        cell=cell[known],
        month=quarters[rows["quarter"] + 1][known],
        band=band_of(position),
        at_quota=position >= AT_QUOTA,
        days=(np.minimum(spells["end_day"], following) - close)[known],
        resigned=(leaves & (spells["exit_kind"] == tables.VOLUNTARY))[known],
    )


def _add_positions(sums: Sums, reading: Reading) -> None:
    """Put days and resignations of reps with a close behind them into the sums of the cells or of the bands.

    What falls between two closes counts in the first month after the earlier one; months stay meaningless.
    """
    positions, months = reading.once(positions_of), sums.frame.periods.count_months
    is_band = sums.family == "attainment"
    count = len(BANDS) if is_band else sums.frame.groups.count_cells
    index = (positions.band if is_band else positions.cell) * months + positions.month
    for name, weights in (
        ("placed_days", positions.days),
        ("placed_resigned", positions.resigned),
        ("regretted", positions.resigned & positions.at_quota),
    ):
        monthly = np.bincount(index, weights, count * months).reshape(count, months)
        monthly = monthly if is_band else sums.frame.cells_in_groups @ monthly
        sums.by_period[name] = monthly @ sums.frame.periods.months.T


MEASURES = (
    Measure(
        "pay_per_head", "Pay per head", "USD", "ratio", "Base and variable pay of one person, a year.",
        "(salaries + variable_pay) / average heads, a year",
        lambda s: (s["paid salary"] + s["variable_pay"]) / s["head_days"] * s.frame.periods.days_per_year, BY_ROLE,
    ),
    Measure(
        "reps", "Reps",
        "heads", "ratio", "Reps whose attainment is counted in the period, by the attainment that they reach.",
        f"count of {_REPS}", lambda s: s["reps"], _YEARLY | BY_BAND,
    ),
    Measure(
        "quota_per_rep", "Full quota of a rep, a year", "USD", "ratio", "Full quota of a rep, a year, before relief.",
        "quota of a ramped rep, averaged over the days that reps are in their seats",
        lambda s: s["all_full_quota"] / s["all_years"], _BY_SEGMENT,
    ),
    Measure(
        "quota_to_ote", "Quota over on-target earnings", "ratio", "ratio",
        "Full quota over on-target earnings: base pay and the variable pay of somebody exactly at quota.",
        "quota of a ramped rep / (base salary + variable pay at quota), over the days that reps are in their seats",
        lambda s: s["all_full_quota"] / s["all_on_target"], _BY_SEGMENT,
    ),
    Measure(
        "pay_to_ote", "Pay over on-target earnings",
        "ratio", "ratio", "What reps earn over their on-target earnings for the same days.",
        f"(base + variable pay) / on-target earnings, over {_REPS}" + _COUNTS,
        lambda s: s["reps_pay"] / s["reps_on_target"], _BY_SEGMENT | BY_BAND, shown_as="percent",
    ),
    Measure(
        "pay_to_ote_p10", "Pay over on-target earnings, P10 rep",
        "ratio", "ratio", "Pay over on-target earnings of a rep paid badly: a tenth earn less.",
        f"10th percentile of pay / on-target earnings over {_REPS}", lambda s: s["pay_to_ote_p10"], _YEARLY,
        shown_as="percent",
    ),
    Measure(
        "pay_to_ote_p90", "Pay over on-target earnings, P90 rep",
        "ratio", "ratio", "Pay over on-target earnings of a rep paid well: a tenth earn more.",
        f"90th percentile of pay / on-target earnings over {_REPS}", lambda s: s["pay_to_ote_p90"], _YEARLY,
        shown_as="percent",
    ),
    Measure(
        "variable_pay_share", "Variable pay share",
        "share", "ratio", "Part of the reps' variable pay that goes to a band of attainment.",
        f"variable pay of the band / variable pay of all {_REPS}",
        lambda s: s["reps_variable"] / s["reps_variable"].sum(axis=0), BY_BAND,
    ),
    Measure(
        "commission_rate_of_reps", "Commission rate of reps",
        "share", "ratio", "Variable pay of reps for a dollar that they book themselves.",
        f"variable pay / attained, over {_REPS}", lambda s: s["reps_variable"] / s["reps_attained"], BY_BAND,
    ),
    Measure(
        "resignation_rate", "Reps who resign, a year",
        "share", "ratio", "Part of the reps who resign in a year, by how they stand.",
        f"resignations / days in the seat, a year, of {_STANDING}",
        lambda s: s["placed_resigned"] / s["placed_days"] * s.frame.periods.days_per_year, _YEARLY | BY_BAND,
        better="less",
    ),
    Measure(
        "regretted_exits", "Reps at quota who resign", "heads", "flow", "Reps at or above quota who resign.",
        f"resignations at 100% and up, of {_STANDING}; before the first close nobody's standing is known",
        lambda s: s["regretted"], _BY_SEGMENT, better="less",
    ),
)  # fmt: skip

CHAPTER = Chapter(
    "Pay", MEASURES,
    beyond_sums={_add_pay: ("cell", "attainment"), _add_positions: ("cell", "attainment")},
)  # fmt: skip
