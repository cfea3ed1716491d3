"""A seat's life: who held it, what they sold, how their quarters closed, what they were paid, and how they left."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.spelling import counted
from sim.story.book import Book, Line, usd
from sim.story.effort import effort_lines
from sim.story.moved import timing_lines
from sim.story.triggers import trigger_lines

_LEAST_CHANGE_TOLD = 0.1  # of coaching
_LEFT = {
    ledger.VOLUNTARY: "Resigned",
    ledger.INVOLUNTARY: "Was let go after failed reviews",
    ledger.DATED: "Left as the plan dates it",
    ledger.MOVED: "Moved to another seat",
}


PAID = [(kind, ledger.PAYMENT_KINDS[kind]) for kind in (ledger.SALARY, *ledger.VARIABLE_PAY)]


def rep_story(book: Book, i: int) -> list[Line]:
    """Everything that happened in seat ``i`` of the ledger, across its holders."""
    return [
        *_holders(book, i), *_requisitions(book, i), *_deals(book, i), *_decisions(book, i), *_quarters(book, i),
        *_coaching(book, i), *_months(book, i), *effort_lines(book, i), *timing_lines(book, i),
    ]  # fmt: skip


def _holders(book: Book, i: int) -> Iterator[Line]:
    spells = book.spells(i)
    if not np.any(spells["start_day"] <= 0.0) and not _is_planned(book, i):
        yield Line(0.0, "The seat is empty.")
    for row in spells:
        since = _came(book, row)
        slow = "" if row["ramp_ceiling"] >= 1.0 else f", but never ramps past {row['ramp_ceiling']:.0%}"
        yield Line(
            max(row["start_day"], 0.0), f"{since}, holder {row['holder'] + 1}. Ability {row['ability']:.2f}{slow}."
        )
        if row["end_day"] < ledger.NEVER:
            here = book.ledger.moves[book.ledger.moves["seat"] == i]
            lost = int(np.sum((here["kind"] == ledger.ORPHAN) & (here["day"] == row["end_day"])))
            orphans = f"; {counted(lost, 'open deal')} lost their rep" if lost else ""
            closed = " The position is closed." if row["seat_closed"] else ""
            yield Line(row["end_day"], f"{_left(book, row)}{orphans}.{closed}")


def _came(book: Book, row: np.void) -> str:
    if row["moved_from"] >= 0:
        kept = f", with {row['credited_days']:.0f} days of tenure counted" if row["credited_days"] else ""
        return f"Moved here from {book.seat(book.ledger.seats[row['moved_from']]['seat'])}{kept}"
    return f"In the seat since {book.date(row['start_day'])}" if row["start_day"] < 0.0 else "Started"


def _left(book: Book, row: np.void) -> str:
    """How a spell ended; with severance where some was paid, and with the new seat where there is one."""
    said = _LEFT[int(row["exit_kind"])]
    if row["exit_kind"] == ledger.MOVED:
        after = book.ledger.seats[(book.ledger.seats["person"] == row["person"])]
        after = after[after["start_day"] >= row["end_day"]]
        return f"{said}, {book.seat(after['seat'][np.argmin(after['start_day'])])}"
    paid = book.ledger.payments
    paid = paid[(paid["seat"] == row["seat"]) & (paid["kind"] == ledger.SEVERANCE) & (paid["day"] == row["end_day"])]
    return f"{said}, with {usd(paid['amount_usd'].sum())} of severance" if len(paid) else said


def _is_planned(book: Book, i: int) -> bool:
    """Whether the plan creates the seat, so that nobody could be there on the first day."""
    name, levers = book.seat(i).rpartition("/")[0], book.scenario.levers
    return name in levers.requisitions or name in levers.transfers


def _requisitions(book: Book, i: int) -> Iterator[Line]:
    for row in book.ledger.requisitions[book.ledger.requisitions["seat"] == i]:
        name = book.ledger.names.requisitions[row["name"]]
        planned = book.scenario.levers.requisitions.get(name)
        if planned is not None and planned.trigger is not None:
            yield from trigger_lines(book, planned.trigger)
        yield Line(row["open_day"], f'Requisition "{name}" opened.')
        for field, text in (("recruiter_day", "A recruiter took it up."), ("accept_day", "An offer was accepted.")):
            if row[field] < ledger.NEVER:
                yield Line(row[field], text)


def _deals(book: Book, i: int) -> Iterator[Line]:
    """Ends and changes of hands one by one; the rest is told by month."""
    said = {
        ledger.WIN: "Won {deal}.",
        ledger.LOSS: "Lost {deal} to a competitor in {stage}.",
        ledger.GAVE_UP: "{Deal} ended without a decision in {stage}.",
        ledger.REASSIGNED: "Took over {deal} in {stage}.",
    }
    moves = book.ledger.moves
    for move in moves[(moves["seat"] == i) & np.isin(moves["kind"], list(said))]:
        deal = book.deal(int(move["deal"]))
        text = said[int(move["kind"])].format(deal=deal, Deal=deal.capitalize(), stage=book.stage(move))
        yield Line(move["day"], text)


def _decisions(book: Book, i: int) -> Iterator[Line]:
    for row in book.ledger.decisions[book.ledger.decisions["seat"] == i]:
        value = float(row["value"])
        said = {
            ledger.REVIEW_FAILED: f"Failed a review, at {value:.0%} of quota: will be let go.",
            ledger.APPROVE_BACKFILL: f"The seat is to be filled again; the search opens on {book.date(value)}.",
            ledger.OFFER_DECLINED: "An offer was declined; the search begins again.",
            ledger.REVIEW_SKIPPED: f"Was not reviewed: {value:.0f} days of the quarter on long leave.",
            ledger.REVIEW_MISSED: f"A review was missed: managers had time for {value:.0%} of the team.",
            ledger.LEAVE_BEGAN: f"Went on leave for {counted(round(value), 'day')}; the work waits.",
            ledger.LEAVE_ENDED: "Came back from leave.",
            ledger.TRAINED: f"Was trained, {counted(round(value), 'day')} away.",
            ledger.FILLED_INSIDE: "Filled from inside.",
            ledger.REASSIGN: f"{counted(int(value), 'deal')} of the former holder handed on.",
        }
        if int(row["kind"]) in said:
            yield Line(row["day"], said[int(row["kind"])])


def _quarters(book: Book, i: int) -> Iterator[Line]:
    calendar = book.calendar
    for row in book.ledger.quotas[book.ledger.quotas["seat"] == i]:
        last_month = np.flatnonzero(calendar.quarter_of_month == row["quarter"])[-1]
        label, sold, quota = calendar.quarter_labels[row["quarter"]], row["attained_usd"], row["quota_usd"]
        share = f", {sold / quota:.0%}" if quota > 0.0 else ""
        text = f"{label} closed for holder {row['holder'] + 1}: sold {usd(sold)} of a quota of {usd(quota)}{share}."
        yield Line(float(calendar.month_starts[last_month + 1]), text)


def _coaching(book: Book, i: int) -> Iterator[Line]:
    """When coaching of a seat's team becomes thin, worse or better, as seen at each month's start."""
    spells, names = book.spells(i), book.ledger.names
    led = {name for role in book.scenario.world.roles.values() for name in role.manages}
    if not len(spells) or names.roles[spells[0]["role"]] not in led:
        return
    rows = book.ledger.snapshots
    rows = rows[(rows["segment"] == spells[0]["segment"]) & (rows["region"] == spells[0]["region"])]
    people, coached = (
        np.bincount(part["month"], part["value"], book.calendar.months)
        for part in (rows[rows["quantity"] == quantity] for quantity in (ledger.LED, ledger.COACHED))
    )
    told = 1.0
    for month in np.flatnonzero(people):
        level = round(coached[month] / people[month], 2)
        if abs(level - told) >= _LEAST_CHANGE_TOLD or (level == 1.0 and told < 1.0):
            told = level
            again = "Managers keep up with the team again."
            text = again if level == 1.0 else f"Managers can coach {level:.0%} of the team."
            yield Line(float(book.calendar.month_starts[month]), text)


def _months(book: Book, i: int) -> Iterator[Line]:
    """At each month's end: how many deals came, moved and went quiet in it, and what was earned."""
    calendar, moves = book.calendar, book.ledger.moves[book.ledger.moves["seat"] == i]
    payments = book.ledger.payments[book.ledger.payments["seat"] == i]
    for month, label in enumerate(calendar.month_labels):
        start, end = (float(day) for day in calendar.month_starts[month : month + 2])
        kinds = moves["kind"][(moves["day"] >= start) & (moves["day"] < end)]
        done = [
            f"{np.sum(kinds == kind)} {word}"
            for kind, word in (
                (ledger.CREATED, "new"), (ledger.ADVANCED, "moved on"), (ledger.STALL, "went quiet"),
                (ledger.REVIVED, "came back"), (ledger.SLIPPED, "slipped"),
            ) if np.any(kinds == kind)
        ]  # fmt: skip
        paid = [
            f"{word} {usd(amount)}"
            for kind, word in PAID
            if (amount := payments["amount_usd"][(payments["month"] == month) & (payments["kind"] == kind)].sum()) != 0
        ]
        parts = [f"deals: {', '.join(done)}"] * bool(done) + [f"earned: {', '.join(paid)}"] * bool(paid)
        if parts:
            yield Line(end, f"{label}: {'; '.join(parts)}.")
