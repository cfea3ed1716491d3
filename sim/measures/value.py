"""Value: what a plan leaves to the horizon, and the margin of the customers and deals that it leaves behind there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import ledger as tables
from sim.measures.chapter import Chapter
from sim.measures.measure import Measure
from sim.measures.pay import pay_plans, pay_scale
from sim.measures.reading import Given, Reading
from sim.measures.revenue import contribution
from sim.measures.sums import Cube, Frame, Sums
from sim.money.cents import to_cents
from sim.money.partners import margin_shares
from sim.rules.value import Window, kept_years, rise_years, still_there

_IS_VARIABLE = np.isin(np.arange(len(tables.PAYMENT_KINDS)), tables.VARIABLE_PAY)
_NAMES = ("run_off_usd", "pipeline_usd")
_WHOLE_RUN = {"all": "total", "segment": "total", "region": "total", "segment_region": "total"}
_COUNTS = (
    "in the world.value.years after the horizon, a dollar t years after it counting"
    " (1 + world.value.discount_per_year)^-t; undefined without world.billing"
)
_SHARED = "a segment's leaves out people, programs and other cost of no one segment"


@dataclass(frozen=True)
class Terms:
    """How customers of each segment stay where the market is neutral and customer success carries its reference load.

    Arrays have shape (segments,), or one entry a customer or deal. Years; growth steps a number.
    """

    keeps: np.ndarray  # False: one-off business
    term_years: np.ndarray
    stay: np.ndarray  # chance to renew
    amount: np.ndarray  # mean factor on the ARR of who renews
    starts_at: np.ndarray
    growth_years: np.ndarray  # from one step of a slow start to the next
    growth_steps: np.ndarray
    serving_usd_per_year: np.ndarray  # people who serve one customer

    def of(self, segment: np.ndarray) -> Terms:
        """The terms of each segment code."""
        return Terms(*(getattr(self, name)[segment] for name in self.__dataclass_fields__))


def segment_terms(given: Given) -> Terms:
    """The terms of each segment; those of one-off business are never used."""
    rows = []
    serving = serving_usd_per_customer(given)
    for segment, usd in zip(given.scenario.world.segments.values(), serving, strict=True):
        rule = segment.contracts
        if rule is None:
            rows.append((False, 1.0, 0.0, 1.0, 1.0, 1.0, 0, 0.0))
            continue
        amount = 1.0 - rule.contract_share * rule.contract_by_share + rule.uplift_share * rule.uplift_by_share
        steps = max(1, round(rule.grows_over_months)) if rule.grows == "monthly" else 1
        growth_years = rule.grows_over_months / 12.0 / steps
        rows.append(
            (True, rule.term_months / 12.0, rule.renew_share, amount, rule.starts_at_share, growth_years, steps, usd)
        )
    return Terms(*(np.array(column) for column in zip(*rows, strict=True)))


def serving_usd_per_customer(given: Given) -> np.ndarray:
    """What it costs a year to serve one customer at the reference load; shape (segments,), 0 where no role serves.

    One head's pay, benefits and overhead over the customers that it serves well, of the role that serves most. Plans,
    raises and inflation are those of the run's last day, regions count alike.
    """
    costs, world, calendar = given.scenario.world.costs, given.scenario.world, given.calendar
    plans, scale = given.once(pay_plans), given.once(pay_scale)
    last = plans.version(calendar.month_starts[-2])
    pay = plans.salary_usd_per_year[last] * (scale.factors[-1] * scale.region.mean()) + plans.even_usd_per_year[last]
    overhead = costs.overhead_usd_per_head_per_year * costs.inflation(calendar.months - 1)
    head = pay * (1.0 + costs.benefits_share) + overhead
    found = np.zeros(len(world.segments))
    for s, segment in enumerate(world.segments):
        accounts = [role.accounts_per_head.get(segment, 0.0) for role in world.roles.values()]
        best = int(np.argmax(accounts))
        found[s] = head[best, s] / accounts[best] if accounts[best] > 0.0 else 0.0
    return found


def selling_share(reading: Reading) -> np.ndarray:
    """Part of a deal that its close costs, by source: mean pay for deals, with benefits on it, and partners' margins.

    Pay for deals is all variable pay of those whose plan pays by what is sold, over the bookings: of the time under the
    plans that hold at the end, or of the whole run where nothing was booked under them.
    """
    deals, paid, scenario = reading.ledger.deals, reading.ledger.payments, reading.scenario
    plans, calendar = reading.given.once(pay_plans), reading.given.calendar
    last = plans.version(calendar.month_starts[-2])
    by_deals = np.array([bool(plan.components) for plan in plans.plans] + [False])[plans.of[last]]
    counts = _IS_VARIABLE[paid["kind"]] & (paid["role"] >= 0) & by_deals[paid["role"], paid["segment"]]
    won = (deals["state"] == tables.WON) & (deals["closed_day"] >= 0.0)
    under_them = won & (deals["closed_day"] >= plans.since[last])
    if last > 0 and under_them.any():
        won = under_them
        counts &= paid["month"] >= np.searchsorted(calendar.month_starts, plans.since[last])
    booked = deals["amount_usd"][won].sum()
    rate = paid["amount_usd"][counts].sum() / booked if booked > 0.0 else 0.0
    return rate * (1.0 + scenario.world.costs.benefits_share) + margin_shares(scenario)


def _left_behind(reading: Reading) -> Cube:
    """Run-off and open pipeline at the horizon, put in the last month; undefined without billing."""
    frame, world = reading.frame, reading.scenario.world
    customers, deals = reading.ledger.customers, reading.ledger.deals
    values = np.zeros((2, frame.groups.count_cells, 1, frame.periods.count_months))
    if world.billing is None:
        values[:] = np.nan
        return Cube(_NAMES, values)
    window = Window(world.value.years, world.value.discount_per_year)
    terms, margin = reading.given.once(segment_terms), world.billing.kept_share
    run_off = run_off_usd(frame, customers, terms.of(customers["segment"]), window, margin)
    values[0, :, 0, -1] = np.bincount(reading.cells("customers"), run_off, frame.groups.count_cells)
    still_open = np.flatnonzero(deals["win_chance"] > 0.0)
    pipeline = pipeline_usd(frame, deals[still_open], customers, terms, window, margin, selling_share(reading))
    values[1, :, 0, -1] = np.bincount(reading.cells("deals")[still_open], pipeline, frame.groups.count_cells)
    return Cube(_NAMES, values)


def run_off_usd(frame: Frame, customers: np.ndarray, terms: Terms, window: Window, margin: float) -> np.ndarray:
    """Expected margin of each customer after the horizon, discounted, to the cent; 0 where no contract is in force.

    Args:
        customers: rows of ledger.CUSTOMERS. terms: of each.
        margin: share of revenue that is left after serving it and after what is never paid.
    """
    found, here = np.zeros(len(customers)), np.flatnonzero(_in_force(customers, frame.periods.calendar.horizon))
    rows, at = customers[here], terms.of(here)
    end, first = _term_end(frame, rows), _first_stay(rows, at)
    there = kept_years(window, 0.0 * end, end, at.term_years, first, at.stay)
    revenue = rows["arr_usd"] * kept_years(
        window, 0.0 * end, end, at.term_years, first * at.amount, at.stay * at.amount
    )
    slow = np.flatnonzero((rows["growth_steps"] > 0) & (rows["growth_left_usd"] > 0.0))
    if len(slow):
        day = _years_after(frame, rows["growth_day"][slow])
        left, steps = rows["growth_left_usd"][slow], rows["growth_steps"][slow]
        revenue[slow] += growth_usd(window, at.of(slow), left, steps, day, end[slow], first[slow])
    found[here] = to_cents(margin * revenue - at.serving_usd_per_year * there)
    return found


def growth_usd(
    window: Window, terms: Terms, left_usd: np.ndarray, steps: np.ndarray, day: np.ndarray, end: np.ndarray,
    first_stay: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Revenue from what slow starts have still to grow, in equal steps; times in years after the horizon.

    Args:
        day: of the next step. end: of the term in force. first_stay: chance to renew then.
    """
    found = np.zeros(len(left_usd))
    for step in range(int(steps.max(initial=0))):
        on = day + step * terms.growth_years
        years = rise_years(window, on, end, terms.term_years, first_stay, terms.stay, terms.amount)
        found += np.where(step < steps, left_usd / np.maximum(steps, 1) * years, 0.0)
    return found


def pipeline_usd(
    frame: Frame, deals: np.ndarray, customers: np.ndarray, by_segment: Terms, window: Window, margin: float,
    selling: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Expected margin of each open deal after the horizon, discounted, less what its close costs, to the cent.

    A deal closes on the day on which it is forecast to. A new customer begins a term then, perhaps slowly; an expansion
    raises its customer, if it is still one; a one-off deal is earned at once.

    Args:
        deals: rows of ledger.DEALS. customers: all, by number. selling: part of a deal, by source.
    """
    horizon, days_per_year = frame.periods.calendar.horizon, frame.periods.days_per_year
    terms, usd = by_segment.of(deals["segment"]), deals["amount_usd"]
    day = np.maximum(deals["forecast_close_day"] - horizon, 0.0) / days_per_year
    closes = np.where(day < window.years, window.worth(day), 0.0)
    there = np.ones(len(deals))  # chance of an expansion's customer to be one still
    revenue, serving = usd * closes, np.zeros(len(deals))
    new, more = (np.flatnonzero(terms.keeps & of) for of in (deals["customer"] < 0, deals["customer"] >= 0))
    if len(new):
        revenue[new], serving[new] = run_off_of_new_customers(terms.of(new), usd[new], day[new], window)
    if len(more):
        whose, at = customers[deals["customer"][more]], terms.of(more)
        end, first = _term_end(frame, whose), _first_stay(whose, at)
        in_force = _in_force(whose, horizon)
        there[more] = in_force * still_there(day[more], end, at.term_years, first, at.stay)
        years = rise_years(window, day[more], end, at.term_years, first, at.stay, at.amount)
        revenue[more] = in_force * usd[more] * years
    cost = usd * selling[deals["source"]] * closes * there
    return to_cents(deals["win_chance"] * (margin * revenue - serving - cost))


def run_off_of_new_customers(
    terms: Terms, usd: np.ndarray, day: np.ndarray, window: Window
) -> tuple[np.ndarray, np.ndarray]:
    """Revenue of new customers who sign on a day, and what it costs to serve them."""
    end, keep = day + terms.term_years, terms.stay * terms.amount
    revenue = terms.starts_at * usd * kept_years(window, day, end, terms.term_years, keep, keep)
    to_grow, steps = (1.0 - terms.starts_at) * usd, np.where(terms.starts_at < 1.0, terms.growth_steps, 0)
    revenue += growth_usd(window, terms, to_grow, steps, day + terms.growth_years, end, terms.stay)
    return revenue, terms.serving_usd_per_year * kept_years(window, day, end, terms.term_years, terms.stay, terms.stay)


def _term_end(frame: Frame, customers: np.ndarray) -> np.ndarray:
    """Of the term in force, in years after the horizon; 0 where none is."""
    end = np.where(customers["term_end_day"] < np.inf, customers["term_end_day"], 0.0)
    return _years_after(frame, np.maximum(end, frame.periods.calendar.horizon))


def _years_after(frame: Frame, day: np.ndarray) -> np.ndarray:
    """Instants in calendar years after the horizon."""
    return frame.periods.calendar.months_between(frame.periods.calendar.horizon, day) / 12.0


def _first_stay(customers: np.ndarray, terms: Terms) -> np.ndarray:
    """Chance to renew when the term in force ends; a lost seller takes from it once."""
    return np.maximum(terms.stay - customers["extra_loss"], 0.0)


def _in_force(customers: np.ndarray, horizon: float) -> np.ndarray:
    """Whose term began before the horizon and ends after it."""
    return (customers["left_day"] == tables.NEVER) & (customers["term_end_day"] > horizon)


def _value(sums: Sums) -> np.ndarray:
    return contribution(sums) + sums["run_off_usd"] + sums["pipeline_usd"]


MEASURES = (
    Measure(
        "value", "Value",
        "USD", "state", "What a plan is worth: what it brings to the horizon and what it leaves there.",
        f"contribution + run_off_value + pipeline_value, of the whole run; {_SHARED}", _value, _WHOLE_RUN,
        better="more",
    ),
    Measure(
        "run_off_value", "Run off value",
        "USD", "state", "Margin expected after the horizon of the customers there at it.",
        "sum over contracts in force at the horizon of ARR, with what slow starts have still to grow, x the chance that"
        " it stays by the renewal rule in a neutral market at the reference load x what is left of a dollar after cost"
        f" to serve and uncollectible invoices, less what the people who serve them cost at that load, {_COUNTS}",
        lambda s: s["run_off_usd"], _WHOLE_RUN, better="more",
    ),
    Measure(
        "pipeline_value", "Pipeline value", "USD", "state", "Margin expected of the deals open at the horizon.",
        "sum over open deals of the chance to be won x what a win runs off to from the forecast close date, less"
        f" variable pay at the run's mean rate and partner margins, {_COUNTS}",
        lambda s: s["pipeline_usd"], _WHOLE_RUN, better="more",
    ),
)  # fmt: skip

CHAPTER = Chapter("What a plan is worth", MEASURES, sums=(_left_behind,))
