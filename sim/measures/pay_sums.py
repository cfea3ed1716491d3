"""Base sums of pay by rep: what reps earn against what their plans hold out, and how those stood who resign.

A rep is one holder of one seat who carries a quota. A month's pay of a seat counts for who held it last in the month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.attainment import AT_QUOTA, reps_of
from sim.measures.groups import BAND_EDGES, BANDS
from sim.measures.sums import Frame, Sums, days_between
from sim.money.credit import holder_key, spell_of
from sim.money.pay_scale import PayScale
from sim.money.plans import PayPlans

_PAY = np.isin(np.arange(len(tables.PAYMENT_KINDS)), (tables.SALARY, *tables.VARIABLE_PAY))
_VARIABLE = np.isin(np.arange(len(tables.PAYMENT_KINDS)), tables.VARIABLE_PAY)
_QUANTILES = {"pay_to_ote_p10": 0.1, "pay_to_ote_p90": 0.9}


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


def rep_pay(frame: Frame, ledger: Ledger, plans: PayPlans, scale: PayScale) -> RepPay:
    """Pay, on-target earnings and quota of every rep of the ledger's quotas, in the order of ``reps_of``."""
    rows, periods = ledger.quotas, frame.periods
    months, calendar = periods.count_months, periods.calendar
    first, rep = reps_of(rows)
    spells = spell_of(ledger.seats, rows["seat"][first], rows["holder"][first])
    start, end = (ledger.seats[name][spells] for name in ("start_day", "end_day"))
    held = days_between(frame, start, end) / (12.0 * periods.days[:months])  # years
    full = np.zeros((len(first), int(calendar.quarter_of_month[-1]) + 1))
    full[rep, rows["quarter"]] = rows["full_usd"] * _quarters_a_year(frame)[rows["quarter"]]
    flat, for_quota = plans.at_quota()
    role, segment = (ledger.seats[name][spells][:, None] for name in ("role", "segment"))
    place = plans.version(calendar.month_starts[:-1]), role, segment  # by rep and month
    yearly = full[:, calendar.quarter_of_month]
    scaled = scale.region[ledger.seats["region"][spells]][:, None] * scale.by_month(calendar.month_starts)
    base = flat[place] + plans.salary_usd_per_year[place] * (scaled - 1.0)
    on_target = held * (base + for_quota[place] * yearly)
    paid = ledger.payments[_PAY[ledger.payments["kind"]] & (ledger.payments["seat"] >= 0)]
    paid = paid[(paid["month"] >= 0) & (paid["month"] < months)]
    who = _rep_of_payment(frame, ledger, spells, paid)
    index = (who * months + paid["month"])[who >= 0]
    usd, kind = paid["amount_usd"][who >= 0], paid["kind"][who >= 0]
    size = len(first) * months
    by_month = [
        np.bincount(index, usd, size), np.bincount(index, usd * _VARIABLE[kind], size), on_target, held * yearly,
        np.bincount(rep * months + rows["month"], rows["attained_usd"], size), held,
    ]  # fmt: skip
    return RepPay(*(values.reshape(len(first), months) @ periods.months.T for values in by_month))


def _quarters_a_year(frame: Frame) -> np.ndarray:
    """How many times a quarter's days go into a year, by quarter of the run; a cut-off one goes in more often."""
    calendar = frame.periods.calendar
    of_quarter = np.bincount(calendar.quarter_of_month, calendar.month_weight)
    return 12.0 / of_quarter


def _rep_of_payment(frame: Frame, ledger: Ledger, spells: np.ndarray, paid: np.ndarray) -> np.ndarray:
    """The rep of each payment: who held the seat last up to the month's end; -1 for people without a quota."""
    seats, edges = ledger.seats, frame.periods.calendar.month_starts
    rep_of_spell = np.full(len(seats), -1)
    rep_of_spell[spells] = np.arange(len(spells))
    order = np.lexsort((seats["start_day"], seats["seat"]))
    began = np.searchsorted(edges[1:], seats["start_day"][order], side="right")
    key = holder_key(seats["seat"][order], began)
    found = np.searchsorted(key, holder_key(paid["seat"], paid["month"]), side="right") - 1
    return rep_of_spell[order[np.maximum(found, 0)]]


def add_pay(sums: Sums, cell: np.ndarray, attainment: np.ndarray, paid: RepPay) -> None:
    """Put pay over reps into the sums of the cell family or of the bands of attainment.

    Args:
        cell, attainment: from ``attainment.by_rep``; who is not counted there is not counted here.
    """
    counted = ~np.isnan(attainment)
    names = ("pay", "variable", "on_target", "attained")
    if sums.family == "attainment":
        band = band_of(attainment)
        members = [counted & (band == place) for place in range(len(BANDS))]
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


def positions_of(frame: Frame, ledger: Ledger) -> Positions:
    """Where every rep with a quota stands after each close, and whether they resign before the next one."""
    rows, calendar = ledger.quotas, frame.periods.calendar
    _, rep = reps_of(rows)
    order = np.lexsort((rows["quarter"], rep))
    rows, rep = rows[order], rep[order]
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
        cell=frame.groups.cell(rows["segment"], rows["region"])[known],
        month=quarters[rows["quarter"] + 1][known],
        band=band_of(position),
        at_quota=position >= AT_QUOTA,
        days=(np.minimum(spells["end_day"], following) - close)[known],
        resigned=(leaves & (spells["exit_kind"] == tables.VOLUNTARY))[known],
    )


def add_positions(sums: Sums, positions: Positions) -> None:
    """Put days and resignations of reps with a close behind them into the sums of the cells or of the bands.

    What falls between two closes counts in the first month after the earlier one; months stay meaningless.
    """
    months = sums.frame.periods.count_months
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
