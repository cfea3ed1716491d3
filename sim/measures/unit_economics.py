"""Unit economics: what a customer costs to win, and what one is worth."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.calendar import MONTHS_PER_YEAR
from sim.measures.chapter import Chapter
from sim.measures.means import OfParts, over_positive
from sim.measures.measure import QUARTERLY, Measure
from sim.measures.periods import QUARTER
from sim.measures.reading import Reading
from sim.measures.revenue import SHARED, one_off_sales
from sim.measures.sums import Cube, Sums, by_month, positive
from sim.measures.value import run_off_of_new_customers, segment_terms
from sim.money.cents import to_cents
from sim.rules.value import Window

LIFETIME_YEARS = 30.0  # of a new customer, at the most
_YEARLY = {"all": "year", "segment": "year"}
_UNDEFINED = "undefined without world.billing"


def _yearly_revenue_days(reading: Reading) -> Cube:
    """Revenue at its yearly rate, times the days for which it was that; undefined where nothing is billed.

    The rate of contracts is their ARR, however long the months are in which it is earned.
    """
    frame, moves = reading.frame, reading.ledger.arr_moves
    if reading.scenario.world.billing is None:
        shape = (1, frame.groups.count_cells, 1, frame.periods.count_months)
        return Cube(("yearly_revenue_days",), np.full(shape, np.nan))
    edges = reading.given.calendar.month_starts
    before = np.flatnonzero(moves["day"] < edges[-1])
    cell, usd = reading.cells("arr_moves")[before], moves["amount_usd"][before]
    day = np.maximum(moves["day"][before], 0.0)
    month = frame.periods.month_index(day)
    moved = by_month(frame, cell, month, usd)
    within = by_month(frame, cell, month, usd * (edges[month + 1] - day))
    sold = reading.once(one_off_sales)
    once, home = reading.ledger.deals[sold], reading.cells("deals")[sold]
    at_once = by_month(frame, home, frame.periods.month_index(once["closed_day"]), once["amount_usd"])
    rates = (np.cumsum(moved, axis=3) - moved) * np.diff(edges)
    return Cube(("yearly_revenue_days",), rates + within + at_once * frame.periods.days_per_year)


def _lifetimes(reading: Reading) -> Cube:
    """What customers won leave over their lives, discounted to the day they sign; undefined where nothing is billed.

    As the run-off of a deal that closes today, in ``LIFETIME_YEARS``; the people who serve them are not taken off, as
    cost and so CAC hold them already.
    """
    frame, world = reading.frame, reading.scenario.world
    if world.billing is None:
        return Cube(("lifetime_usd",), np.full((1, frame.groups.count_cells, 1, frame.periods.count_months), np.nan))
    new = reading.ledger.arr_moves["kind"] == tables.ARR_NEW
    won = reading.ledger.arr_moves[new]
    terms = reading.given.once(segment_terms).of(won["segment"])
    window = Window(LIFETIME_YEARS, world.value.discount_per_year)
    revenue, _ = run_off_of_new_customers(terms, won["amount_usd"] / terms.starts_at, np.zeros(len(won)), window)
    left = to_cents(world.billing.kept_share * revenue)
    month = frame.periods.month_index(won["day"])
    return Cube(("lifetime_usd",), by_month(frame, reading.cells("arr_moves")[new], month, left))


def months_to_earn(usd: np.ndarray, usd_per_year: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Months in which revenue of so much a year leaves an amount at a margin."""
    return usd / positive(usd_per_year / MONTHS_PER_YEAR * margin)


def payback(cost: np.ndarray, new_arr: np.ndarray, gross_profit: np.ndarray, revenue: np.ndarray) -> np.ndarray:
    """Months in which the ARR of the customers won earns cost."""
    return months_to_earn(cost, new_arr, gross_profit / positive(revenue))


def payback_on_average(
    cost: np.ndarray, won: np.ndarray, arr: np.ndarray, customers: np.ndarray, gross_profit: np.ndarray,
    revenue: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Months in which an average customer earns what a customer won costs."""
    return months_to_earn(cost / positive(won), arr / positive(customers), gross_profit / positive(revenue))


def _magic_number(sums: Sums) -> np.ndarray:
    """Of whole quarters that follow on a whole quarter; years and the total: the mean of their quarters."""
    periods = sums.frame.periods
    quarters = periods.of_kind(QUARTER)
    a_year, cost = sums.average("yearly_revenue_days")[:, quarters], sums["cost"][:, quarters]
    whole = periods.months[quarters].sum(axis=1) == 3
    values = np.full(a_year.shape, np.nan)
    values[:, 1:] = (a_year[:, 1:] - a_year[:, :-1]) / positive(cost[:, :-1])
    values[:, 1:][:, ~(whole[1:] & whole[:-1])] = np.nan
    months = np.full((len(values), periods.count_months), np.nan)
    return periods.with_means(months, values)


MEASURES = (
    Measure(
        "new_customers", "Customers won",
        "customers", "flow", "Customers won.", "count of new customers' contracts by first day",
        lambda s: s["new_customers"], {"all": "quarter", "segment": "year", "region": "year"}, better="more",
    ),
    Measure(
        "cac", "Cost to win a customer (CAC)",
        "USD", "ratio", "Customer acquisition cost: all of cost for each customer won.",
        f"cost / new_customers; {SHARED}", over_positive("cost", "new_customers"), _YEARLY, better="less",
    ),
    Measure(
        "cac_ratio", "Cost of a dollar of new customers' ARR",
        "ratio", "ratio", "Cost of a dollar of new customers' ARR.", f"cost / new_arr; {SHARED}",
        over_positive("cost", "new_arr"), _YEARLY, better="less",
    ),
    Measure(
        "cac_ratio_blended", "Cost of a dollar of ARR, new and expansion",
        "ratio", "ratio", "Cost of a dollar of ARR that comes in, from new customers or old.",
        f"cost / (new_arr + expansion_arr); {SHARED}",
        over_positive("cost", "new_arr", "expansion_arr"), _YEARLY, better="less",
    ),
    Measure(
        "cac_payback_months", "Months to earn CAC back, average customer",
        "months", "ratio", "Months in which an average customer, old or new, earns CAC.",
        "cac / (ARPA / 12 x gross_margin); ARPA is average_arr / average_customers",
        OfParts(
            ("cost", "new_customers", "average_arr", "average_customers", "gross_profit", "recognized_revenue"),
            payback_on_average,
        ),
        _YEARLY, better="less",
    ),
    Measure(
        "cac_payback_months_new_arr", "Months to earn cost back, new customers' ARR",
        "months", "ratio", "Months in which the ARR of the customers won earns cost.",
        f"cost / (new_arr / 12 x gross_margin); {SHARED}",
        OfParts(("cost", "new_arr", "gross_profit", "recognized_revenue"), payback), _YEARLY, better="less",
    ),
    Measure(
        "lifetime_margin", "Lifetime margin of customers won",
        "USD", "flow", "What the customers won are expected to leave over their lives.",
        "sum over new customers of ARR, with what slow starts have still to grow, x the chance that it stays by the"
        " renewal rule, for more or for less, in a neutral market at the reference load x what is left of a dollar"
        f" after cost to serve and uncollectible invoices, in {LIFETIME_YEARS:g} years, a dollar t years after signing"
        " counting (1 + world.value.discount_per_year)^-t; without expansions that sellers would have to sell, and"
        f" before the people who serve customers, who are in cost; {_UNDEFINED}",
        lambda s: s["lifetime_usd"], _YEARLY, better="more",
    ),
    Measure(
        "ltv", "Lifetime value of a customer won (LTV)",
        "USD", "ratio", "Lifetime value of a customer won, by the model's own renewal.",
        "lifetime_margin / new_customers",
        over_positive("lifetime_margin", "new_customers"), _YEARLY, better="more",
    ),
    Measure(
        "ltv_to_cac", "LTV over CAC", "ratio", "ratio", "Lifetime value over acquisition cost.",
        f"ltv / cac = lifetime_margin / cost; {SHARED}",
        over_positive("lifetime_margin", "cost"), _YEARLY, better="more",
    ),
    Measure(
        "magic_number", "Magic number",
        "ratio", "ratio", "Revenue growth, a year, for each dollar spent the quarter before.",
        "(revenue a year - that of the quarter before) / cost of the quarter before; revenue a year: ARR, mean over the"
        " quarter's days, and sales without a term by its days, so that a longer quarter is no growth; whole quarters"
        " only; years and the total: mean of their quarters",
        _magic_number, QUARTERLY, better="more",
    ),
)  # fmt: skip

CHAPTER = Chapter("Unit economics", MEASURES, sums=(_yearly_revenue_days, _lifetimes))
