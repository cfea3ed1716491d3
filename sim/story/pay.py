"""A statement of variable pay: each line that a seat's holders earned, and the rows of the ledger that they equal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.money import commission
from sim.money.lines import LINES, NO_DEAL, NO_TERMS
from sim.money.payroll import Payroll
from sim.rules.payout import catch_ups_of, tiers_of
from sim.rules.quota import year_share_of_fiscal_month
from sim.story.book import Book, aligned

HEADS = ("earned on", "deal", "attainment", "for", "of", "rate", "pays", "paid on")
_WITHOUT_DEAL = {
    commission.DRAW: "draw, filled up from {short}",
    commission.GUARANTEE: "guarantee, filled up from {short}",
    commission.RECOVERY: "paid back of the draw",
}


def statement(book: Book, i: int, period: str | None) -> list[str]:
    """The statement of seat ``i`` as text, for a month, quarter or year such as 2027-Q2, or for the whole run.

    Raises UserError for a period that the run does not have.
    """
    months = book.months(period)
    spells = book.ledger.seats
    payroll, lines = _all_lines(book)
    mine = lines[(spells["seat"][lines["spell"]] == i) & np.isin(lines["month"], months)]
    place = spells[spells["seat"] == i]
    if not len(place):
        return ["Nobody ever held this seat."]
    held = payroll.plans.of[:, place[0]["role"], place[0]["segment"]]
    if held[0] < 0:
        return ["No pay plan: there is no variable pay here."]
    told = list(_plans_held(book, payroll, held, months, period, bool(len(mine))))
    for spell in np.unique(mine["spell"]):
        told += _of_holder(book, payroll, mine[mine["spell"] == spell], int(spell))
    return [*told, *_in_the_ledger(book, i, months, mine)]


def _plans_held(
    book: Book, payroll: Payroll, held: np.ndarray, months: np.ndarray, period: str | None, is_paid: bool
) -> Iterator[str]:
    """The plans that hold in some months. ``held``: a seat's plan by version."""
    plans, last = payroll.plans, None
    for month in months:
        version = plans.version(book.calendar.month_starts[month])
        plan = plans.plans[held[version]]
        if held[version] == last:
            continue
        since = "" if last is None else f", from {book.date(plans.since[version])}"
        yield f'Pay plan "{plans.names[held[version]]}"' + since + (f", {period}" if period else "")
        if not plan.components and not is_paid:
            yield f"{_usd(plan.variable_usd_per_year)} a year of variable pay, paid evenly."
        last = held[version]


def _all_lines(book: Book) -> tuple[Payroll, np.ndarray]:
    """The payroll of the run, worked out again from the ledger, quarter by quarter."""
    scenario, calendar, tables = book.scenario, book.calendar, book.ledger
    payroll = Payroll(scenario, calendar, year_share_of_fiscal_month(scenario))
    found = [
        payroll.close(int(quarter), tables.seats, tables.quotas, tables.credits, tables.deals, tables.customers)
        for quarter in np.unique(calendar.quarter_of_month)
    ]
    return payroll, np.concatenate([np.zeros(0, LINES), *found])


def _of_holder(book: Book, payroll: Payroll, lines: np.ndarray, spell: int) -> Iterator[str]:
    row = book.ledger.seats[spell]
    since = f"since {book.date(row['start_day'])}"
    yield f"Holder {row['holder'] + 1}, {since}"
    table: list[tuple[str, ...]] = [HEADS]
    for line in lines[np.lexsort((lines["step"], lines["what"], lines["day"]))]:
        table.append(_cells(book, payroll, line))
    table.append(("total", "", "", "", "", "", _usd(lines["amount_usd"].sum()), ""))
    yield from aligned(table, (0, 3))
    for place in np.unique(lines["terms"][lines["terms"] != NO_TERMS]):
        terms = payroll.plans.terms[place]
        cap, reached = terms.component.cap_attainment, lines["after"][lines["terms"] == place].max()
        if cap is not None and reached > cap:
            yield f"  {terms.name}: past the cap of {cap:.0%} nothing more is paid; deals beyond it have no line."


def _cells(book: Book, payroll: Payroll, line: np.void) -> tuple[str, ...]:
    what, step = int(line["what"]), int(line["step"])
    deal = "" if line["deal"] == NO_DEAL else str(line["deal"])
    measured = line["terms"] != NO_TERMS and payroll.plans.terms[line["terms"]].component.needs_quota
    attainment = f"{line['before']:.1%} to {line['after']:.1%}" if measured else ""
    rate = f"{line['rate']:.3%}" if line["rate"] != 1.0 else ""
    # A line's day is the instant after what it counts, where a month's end earned it.
    day = line["day"] - (1.0 if line["deal"] == NO_DEAL else 0.0)
    return (
        book.date(day), deal, attainment, _reason(book, payroll, line, what, step), _usd(line["base_usd"]), rate,
        _usd(line["amount_usd"]), _payday(book, line["paid_day"]),
    )  # fmt: skip


def _reason(book: Book, payroll: Payroll, line: np.void, what: int, step: int) -> str:
    if what == commission.SPIFF:
        plan = payroll.plans.of_spells(book.ledger.seats, line["spell"], line["day"])
        return f"SPIFF {list(payroll.plans.plans[plan].spiffs)[step]}"
    if what == commission.CLAWBACK:
        return "clawback: the customer left"
    if what in _WITHOUT_DEAL:
        return _WITHOUT_DEAL[what].format(short=_usd(line["base_usd"] - line["amount_usd"]))
    terms = payroll.plans.terms[line["terms"]]
    quota = f" of quota {_usd(line['quota_usd'])}" if terms.component.needs_quota else ""
    if what == commission.IN_TIER:
        start = tiers_of(terms.tiers)[0][step]
        return f"{terms.name}: tier from {start:.0%}{quota}"
    if what == commission.CATCH_UP:
        return f"{terms.name}: catches up at {catch_ups_of(terms.tiers)[0][step]:.0%}{quota}"
    return f"{terms.name}: bonus at {terms.component.bonuses[step].at_attainment:.0%}{quota}"


def _in_the_ledger(book: Book, i: int, months: np.ndarray, lines: np.ndarray) -> Iterator[str]:
    rows = book.ledger.payments
    rows = rows[(rows["seat"] == i) & np.isin(rows["month"], months) & np.isin(rows["kind"], ledger.VARIABLE_PAY)]
    yield "In the ledger of payments"
    for row in rows[np.lexsort((rows["kind"], rows["month"]))]:
        month, kind = book.calendar.month_labels[row["month"]], ledger.PAYMENT_KINDS[row["kind"]]
        yield f"  {month}  {kind}, paid on {_payday(book, row['day'])}: {_usd(row['amount_usd'])}"
    total, said = round(float(rows["amount_usd"].sum()), 2), round(float(lines["amount_usd"].sum()), 2)
    equal = ", equal to the lines above" if len(lines) and total == said else ""
    yield f"  in all {_usd(total)}{equal}"


def _payday(book: Book, day: float) -> str:
    """The day at whose end something is paid: what a month's close pays is paid on its last day."""
    return book.date(day - 1.0)


def _usd(amount: float) -> str:
    """Dollars and cents: $18,200.25."""
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"
