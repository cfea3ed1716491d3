"""Revenue and cash: from contracts to what is earned, invoiced and paid, and what that leaves."""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.ledger import Ledger
from sim.measures.chapter import Chapter, Roll
from sim.measures.means import over_positive
from sim.measures.measure import QUARTERLY, Measure
from sim.measures.reading import Reading
from sim.measures.sums import Cube, Sums, by_month
from sim.money.billing import Collection
from sim.money.books import TERM, books, count_months
from sim.money.cents import to_cents
from sim.money.revenue import contract_value_usd
from sim.scenario.billing import Billing
from sim.scenario.customers import Contracts
from sim.scenario.scenario import Scenario

BOOKED = (
    "recognized_revenue", "billings", "collections", "written_off", "deferred_revenue", "receivables", "cash_paid",
    "cash", "deferred_revenue_start", "receivables_start", "cash_start", "cost_to_serve", "gross_profit",
)  # fmt: skip
_ENDLESS = 10**6
_BOOKS = {"all": "month", "segment": "year", "region": "year"}  # flows and the balances that they roll
_UNDEFINED = "undefined without world.billing"
SHARED = "a segment's cost leaves out people, programs and other cost of no one segment"


def _books(reading: Reading) -> Cube:
    """Flows by month, balances at its end and start; cash from the first day on. Undefined where nothing is billed."""
    billing, frame = reading.scenario.world.billing, reading.frame
    if billing is None:
        return Cube(BOOKED, np.full((len(BOOKED), frame.groups.count_cells, 1, frame.periods.count_months), np.nan))
    return Cube(BOOKED, np.array(_booked(reading, billing))[:, :, None, :])


def _booked(reading: Reading, billing: Billing) -> list[np.ndarray]:
    """What BOOKED names, each of shape (cells, M)."""
    rule = Collection(
        billing.collection_days, billing.collection_spread_days, billing.uncollectible_share, billing.write_off_days
    )
    terms = _contract_terms(reading, billing)
    kept = books(terms, rule, reading.given.calendar, reading.frame.groups.count_cells)
    paid, serving = _paid(reading), _cost_to_serve(kept.revenue, billing)
    cash = np.cumsum(kept.collections - serving - paid, axis=1)
    return [
        kept.revenue, kept.billings, kept.collections, kept.written_off,
        kept.deferred_revenue[:, 1:], kept.receivables[:, 1:], paid, cash,
        kept.deferred_revenue[:, :-1], kept.receivables[:, :-1], np.pad(cash, ((0, 0), (1, 0)))[:, :-1],
        serving, kept.revenue - serving,
    ]  # fmt: skip


def _cost_to_serve(revenue: np.ndarray, billing: Billing) -> np.ndarray:
    """What serving costs, by cell and month, in whole cents, settled on sums to date as revenue is."""
    to_date = to_cents(np.cumsum(revenue, axis=1) * billing.serving_share)
    return np.diff(to_date, axis=1, prepend=0.0)


def _contract_terms(reading: Reading, billing: Billing) -> np.ndarray:
    """Contracts as terms of the books; where deals make none, a sale without a term, billed and earned at once."""
    ledger = reading.ledger
    contracts, sold = ledger.contracts, reading.once(one_off_sales)
    period_months = np.array([billing.months(name) for name in reading.scenario.world.segments])
    once = ledger.deals[sold]
    terms = np.zeros(len(contracts) + len(once), TERM)
    lasting, single = terms[: len(contracts)], terms[len(contracts) :]
    for rows, found, cell in (
        (lasting, contracts, reading.cells("contracts")),
        (single, once, reading.cells("deals")[sold]),
    ):
        rows["place"], rows["period_months"] = cell, period_months[found["segment"]]
    when = ("start_day", "end_day", "anchor_day")
    for name in when:
        lasting[name], single[name] = contracts[name], once["closed_day"]
    count_months(lasting, reading.given.calendar)
    lasting["value_usd"] = contract_value_usd(contracts["arr_usd"], lasting["months"])
    single["value_usd"] = once["amount_usd"]
    _add_earlier(lasting, ledger, reading.scenario)
    return terms


def one_off_sales(reading: Reading) -> np.ndarray:
    """Places of the deals won in the run that make no contract."""
    deals = reading.ledger.deals
    keeps = np.array([segment.contracts is not None for segment in reading.scenario.world.segments.values()])
    return np.flatnonzero(
        (deals["state"] == tables.WON) & ~keeps[deals["segment"]] & reading.within_run(deals["closed_day"])
    )


def _add_earlier(terms: np.ndarray, ledger: Ledger, scenario: Scenario) -> None:
    """Terms before those of the first day: as many as each customer has been through, or endlessly many of a file's.

    Customers who left at the end of theirs are counted in: for each dollar renewed there were as many more as renewal
    shares and what renewals change tell. A file's customers are taken as alike in the past, newcomers standing for
    those who left.
    """
    contracts, customers = ledger.contracts, ledger.customers
    running = np.flatnonzero(contracts["kind"] == tables.OPENING_TERM)
    if scenario.opening.has_file("customers"):
        terms["earlier"][running], terms["earlier_share"][running] = _ENDLESS, 1.0
        return
    rows = contracts[running]
    days = rows["end_day"] - rows["start_day"]
    terms["earlier"][running] = np.round((rows["start_day"] - customers["since_day"][rows["customer"]]) / days)
    before = np.array([_before_renewal(segment.contracts) for segment in scenario.world.segments.values()])
    terms["earlier_share"][running] = before[rows["segment"]]


def _before_renewal(rule: Contracts | None) -> float:
    """ARR that was up for renewal over what is left of it; nobody has renewed where nobody can."""
    if rule is None or rule.renew_share == 0.0:
        return 0.0
    change = rule.uplift_share * rule.uplift_by_share - rule.contract_share * rule.contract_by_share
    return 1.0 / (rule.renew_share * (1.0 + change))


def _paid(reading: Reading) -> np.ndarray:
    """Dollars that left the bank in each month, by cell; a month's last payday is the instant at which it ends."""
    frame, rows = reading.frame, reading.ledger.payments
    month = np.searchsorted(reading.given.calendar.month_starts, rows["day"], side="left") - 1
    kept = month < frame.periods.count_months
    cell = reading.cells("payments")[kept]
    return by_month(frame, cell, np.maximum(month[kept], 0), rows["amount_usd"][kept])[0, :, 0]


def contribution(sums: Sums) -> np.ndarray:
    """What revenue leaves after serving it, after what is never paid and after selling it; shape (G, T)."""
    return sums["gross_profit"] - sums["written_off"] - sums["cost"]


MEASURES = (
    Measure(
        "recognized_revenue", "Revenue", "USD", "flow", "Revenue earned.",
        "sum over contracts of their value, evenly by day over the term; a sale without a term when it is won; "
        + _UNDEFINED,
        lambda s: s["recognized_revenue"], _BOOKS, better="more",
    ),
    Measure(
        "cost_to_serve", "Cost to serve",
        "USD", "flow", "What it costs to serve the customers whose revenue is earned.",
        "recognized_revenue x (1 - gross_margin_share), in whole cents; customer success people are in cost",
        lambda s: s["cost_to_serve"], _BOOKS,
    ),
    Measure(
        "gross_profit", "Gross profit",
        "USD", "flow", "What revenue leaves after serving it.", "recognized_revenue - cost_to_serve",
        lambda s: s["gross_profit"], _BOOKS, better="more",
    ),
    Measure(
        "gross_margin", "Gross margin", "share", "ratio", "Part of revenue that is left after serving it.",
        "gross_profit / recognized_revenue", over_positive("gross_profit", "recognized_revenue"), _BOOKS, better="more",
    ),
    Measure(
        "billings", "Billings", "USD", "flow", "Invoices written.",
        "each contract in advance, by its segment's schedule; a sale without a term when it is won; " + _UNDEFINED,
        lambda s: s["billings"], _BOOKS, better="more",
    ),
    Measure(
        "collections", "Collections", "USD", "flow", "What customers paid.",
        "invoices less the uncollectible share, by the collection days; customers of the first day pay for what they"
        " were billed before, one-off sales before it are taken as paid; " + _UNDEFINED,
        lambda s: s["collections"], _BOOKS, better="more",
    ),
    Measure(
        "written_off", "Bad debt", "USD", "flow", "Bad debt: invoices given up.",
        "uncollectible share of invoices, write_off_days later", lambda s: s["written_off"], _BOOKS, better="less",
    ),
    Measure(
        "cash_flow", "Cash flow", "USD", "flow", "Cash that the sales organization brings, less what it takes.",
        "collections - cost_to_serve, paid in the month in which its revenue is earned - payments of cost by the day on"
        " which they are paid",
        lambda s: s["collections"] - s["cost_to_serve"] - s["cash_paid"], _BOOKS, better="more",
    ),
    Measure(
        "cash_at_start", "Cash, at the start",
        "USD", "state", "Cash flow from the first day to the period's start; 0 on the first day.",
        "sum of cash_flow before", lambda s: s.at_start("cash_start"), _BOOKS,
    ),
    Measure(
        "cash", "Cash, at the end",
        "USD", "state", "Cash flow from the first day to the period's end.", "cash_at_start + cash_flow",
        lambda s: s.at_end("cash"), _BOOKS, better="more",
    ),
    Measure(
        "deferred_revenue_at_start", "Deferred revenue, at the start",
        "USD", "state", "Invoiced and not yet earned, at the period's start.",
        "what was invoiced of contracts in force - what of it was earned before",
        lambda s: s.at_start("deferred_revenue_start"), _BOOKS,
    ),
    Measure(
        "deferred_revenue", "Deferred revenue, at the end",
        "USD", "state", "Invoiced and not yet earned, at the period's end.",
        "deferred_revenue_at_start + billings - recognized_revenue", lambda s: s.at_end("deferred_revenue"), _BOOKS,
    ),
    Measure(
        "receivables_at_start", "Receivables, at the start",
        "USD", "state", "Invoiced and not yet paid, at the period's start.",
        "invoices before - what of them was paid or given up before", lambda s: s.at_start("receivables_start"), _BOOKS,
    ),
    Measure(
        "receivables", "Receivables, at the end", "USD", "state", "Invoiced and not yet paid, at the period's end.",
        "receivables_at_start + billings - collections - written_off", lambda s: s.at_end("receivables"), _BOOKS,
    ),
    Measure(
        "contribution", "Contribution", "USD", "flow", "What revenue leaves after serving it, bad debt and selling it.",
        f"gross_profit - written_off - cost; {SHARED}", contribution,
        {"segment": "year", "region": "year", "segment_region": "total"} | QUARTERLY, better="more",
    ),
)  # fmt: skip

CHAPTER = Chapter(
    "Revenue and cash", MEASURES,
    sums=(_books,),
    rolls=(
        Roll("deferred_revenue_at_start", ("billings",), ("recognized_revenue",), "deferred_revenue"),
        Roll("receivables_at_start", ("billings",), ("collections", "written_off"), "receivables"),
        Roll("cash_at_start", ("cash_flow",), (), "cash"),
    ),
)  # fmt: skip
