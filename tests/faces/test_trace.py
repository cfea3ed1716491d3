"""``salesim trace`` tells what the ledger holds: everything once, in order, with dates and in plain words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim import ledger, world
from sim.cli import main
from sim.ledger import MOVE_KINDS, Ledger
from sim.luck import Luck
from sim.scenario.load import load_source
from sim.story import deal as deal_story
from tests.makers.play import WORLDS

BUSY = str(WORLDS / "busy.yaml")
MONTHS, LUCK = 8, 2
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def book() -> Ledger:
    """The replication that a run plays as number LUCK."""
    return world.simulate(load_source(BUSY).at_draw(1, LUCK), MONTHS, Luck(1, LUCK))


def trace(capsys: Capture, *words: str) -> list[str]:
    """The printed lines of a trace of the busy world."""
    assert main(["trace", f"scenario={BUSY}", f"run.months={MONTHS}", f"luck={LUCK}", *words]) == 0
    return capsys.readouterr().out.splitlines()


def dates(lines: list[str]) -> list[str]:
    return [found[0] for line in lines if (found := re.match(r"  \d{4}-\d{2}-\d{2}  ", line))]


def test_a_reps_life_holds_every_holder_end_and_quarter_of_the_seat(capsys: Capture, book: Ledger) -> None:
    spells = np.bincount(book.seats["seat"])
    seat = int(np.argmax(spells))
    name = book.names.seats[seat]
    lines = trace(capsys, f"rep={name}")
    assert lines[0] == f"busy, 2027-01-01 to 2027-09-01, seed 1, luck {LUCK}"
    assert lines[2].startswith(name + " (")
    assert dates(lines) == sorted(dates(lines))
    assert len(dates(lines)) == len(lines) - 3
    text = "\n".join(lines)
    mine = book.seats[book.seats["seat"] == seat]
    assert len(re.findall(r", holder \d+\. Ability ", text)) == spells[seat] >= 2
    for kind, words in ((ledger.VOLUNTARY, "Resigned"), (ledger.INVOLUNTARY, "Was let go"), (ledger.DATED, "Left as")):
        assert text.count(words) == np.sum(mine["exit_kind"] == kind)
    moves = book.moves[book.moves["seat"] == seat]
    for kind, words in (
        (ledger.WIN, "Won deal"), (ledger.LOSS, "Lost deal"), (ledger.GAVE_UP, "without a decision"),
        (ledger.REASSIGNED, "Took over deal"),
    ):  # fmt: skip
        assert text.count(words) == np.sum(moves["kind"] == kind)
    assert sum(map(int, re.findall(r"(\d+) moved on", text))) == np.sum(moves["kind"] == ledger.ADVANCED)
    quotas = book.quotas[book.quotas["seat"] == seat]
    for row in quotas:
        told = f"closed for holder {row['holder'] + 1}: sold ${row['attained_usd']:,.0f} of a quota of"
        assert told + f" ${row['quota_usd']:,.0f}" in text
    assert text.count(" closed for holder ") == len(quotas)


def test_a_deal_is_told_from_lead_to_end(capsys: Capture, book: Ledger) -> None:
    """One that changed hands: each of its moves is one line, and the words fit the kind."""
    handed_on = book.moves["deal"][book.moves["kind"] == ledger.REASSIGNED]
    created = book.deals["created_day"][handed_on] >= 0.0
    ended = book.deals["closed_day"][handed_on] < np.inf
    number = int(handed_on[created & ended][0])
    lines = trace(capsys, f"deal={number}")
    moves = book.moves[book.moves["deal"] == number]
    told = np.sum(np.isin(book.customers["deal"], number))
    assert len(lines) == 3 + len(moves) if not told else len(lines) >= 3 + len(moves)
    row = book.deals[number]
    segment, source = book.names.segments[row["segment"]], book.names.sources[row["source"]]
    assert lines[2] == f"Deal {number} ({segment}, {source}, ${row['amount_usd']:,.0f})"
    assert dates(lines) == sorted(dates(lines))
    story = "\n".join(lines)
    orphaned, taken = (moves["seat"][moves["kind"] == kind][0] for kind in (ledger.ORPHAN, ledger.REASSIGNED))
    assert f"Orphaned when the holder of {book.names.seats[orphaned]} left." in story
    assert f"Handed on to {book.names.seats[taken]}." in story


def test_a_won_deals_story_says_what_became_of_the_customer(capsys: Capture, book: Ledger) -> None:
    won = book.customers[book.customers["deal"] >= 0]
    loyal, gone = won[np.argmax(won["renewals"])], won[np.argmin(won["left_day"])]
    story = trace(capsys, f"deal={loyal['deal']}")
    assert sum("Renewed at $" in line for line in story) == loyal["renewals"] > 0
    assert dates(story) == sorted(dates(story))
    assert "The customer leaves" in trace(capsys, f"deal={gone['deal']}")[-1]


def test_every_kind_of_move_has_its_words(book: Ledger) -> None:
    assert set(deal_story._SAID) == set(range(len(MOVE_KINDS)))


@pytest.mark.parametrize(
    ("which", "words"),
    [
        (lambda deals: deals["opening"] & (deals["closed_day"] == np.inf), ["Open since 20", "The run ends. Still"]),
        (lambda deals: deals["closed_day"] < 0.0, ["before the first day"]),
        (lambda deals: (deals["state"] == ledger.STALE) & (deals["arrived_day"] > 0.0), ["waits.", "Went stale"]),
        (lambda deals: deals["state"] == ledger.WAITING, ["Still waiting for somebody"]),
    ],
    ids=["open all along", "closed before", "stale", "waiting"],
)
def test_deals_that_began_before_or_did_not_end(which, words: list[str], capsys: Capture, book: Ledger) -> None:
    story = "\n".join(trace(capsys, f"deal={np.flatnonzero(which(book.deals))[0]}"))
    for text in words:
        assert text in story


def test_without_a_name_a_telling_rep_and_deal_are_told(capsys: Capture) -> None:
    lines = trace(capsys)
    titles = [line for line in lines if line and not line.startswith("  ")]
    assert len(titles) == 3
    assert re.fullmatch(r"\w+/\d+ \(ae, \w+, \w+\)", titles[1])
    assert re.fullmatch(r"Deal \d+ \(\w+, \w+, \$[\d,]+\)", titles[2])
    story = "\n".join(lines[lines.index(titles[2]) :])
    assert "Orphaned when" in story
    assert "Handed on" in story


@pytest.mark.slow
def test_trace_alone_tells_base(capsys: Capture) -> None:
    assert main(["trace", "run.months=2"]) == 0
    assert capsys.readouterr().out.startswith("base, 2027-01-01 to 2027-03-01, seed 1, luck 0\n")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("rep=smal_east/2", "rep=smal_east/2: there is no such seat. Nearest: small_east/2, "),
        ("rep=small_east", "rep=small_east: this is a team. Its seats are small_east/1 to small_east/4."),
        ("deal=999999", "deal=999999: allowed is a whole number from 0 to "),
        ("deal=first", "deal=first: allowed is a whole number from 0 to "),
        ("luck=-1", "luck=-1: allowed is a whole number from 0 to 999999."),
        ("lucky=1", '"lucky": unknown key. Did you mean "luck"?'),
    ],
)
def test_what_cannot_be_told_is_said_in_one_message(word: str, message: str, capsys: Capture) -> None:
    assert main(["trace", f"scenario={BUSY}", "run.months=2", word]) == 2
    assert message in capsys.readouterr().err


def test_a_statement_of_pay_adds_up_to_the_ledger(capsys: Capture, book: Ledger) -> None:
    """Every line of a seat, their total to the cent, and the payments that they equal."""
    seat = int(np.bincount(book.credits["seat"]).argmax())
    lines = trace(capsys, f"rep={book.names.seats[seat]}", "pay=true")
    assert lines[3] == '  Pay plan "ae"'
    mine = book.credits[book.credits["seat"] == seat]
    rows = [line for line in lines if ": tier from 0%" in line]
    assert len(rows) == len(mine)
    kinds = (ledger.COMMISSION, ledger.BONUS)
    paid = book.payments[(book.payments["seat"] == seat) & np.isin(book.payments["kind"], kinds)]
    assert lines[-1] == f"    in all ${paid['amount_usd'].sum():,.2f}, equal to the lines above"
    totals = [line.split()[-1] for line in lines if line.split()[:1] == ["total"]]
    assert sum(float(total.lstrip("$").replace(",", "")) for total in totals) == pytest.approx(paid["amount_usd"].sum())


def test_a_statement_may_be_of_one_period(capsys: Capture, book: Ledger) -> None:
    seat = int(np.bincount(book.credits["seat"]).argmax())
    lines = trace(capsys, f"rep={book.names.seats[seat]}", "pay=true", "period=2027-02")
    kinds = (ledger.COMMISSION, ledger.BONUS)
    paid = book.payments[(book.payments["seat"] == seat) & np.isin(book.payments["kind"], kinds)]
    here = paid["amount_usd"][paid["month"] == 1].sum()
    assert lines[-1].startswith(f"    in all ${here:,.2f}")
    assert not any(line.startswith("    2027-03") for line in lines)


def test_a_statement_says_where_the_cap_ends_it(capsys: Capture, book: Ledger) -> None:
    seat = int(np.bincount(book.credits["seat"]).argmax())
    name = f"rep={book.names.seats[seat]}"
    for cap, ends in ((0.1, True), (900, False)):
        plan = f"levers.pay.plans.ae.components={{flat: {{commission_share: 0.1, cap_attainment: {cap}}}}}"
        said = trace(capsys, name, "pay=true", plan)
        note = f"    flat: past the cap of {cap:.0%} nothing more is paid; deals beyond it have no line."
        assert (note in said) == ends
        assert any("flat: tier from 0%" in line for line in said)


def test_who_is_paid_evenly_has_no_lines(capsys: Capture) -> None:
    said = "\n".join(trace(capsys, "rep=callers_east/1", "pay=true"))
    assert "$20,000.00 a year of variable pay, paid evenly." in said
    assert "2027-08  commission, paid on 2027-08-31: $1,666.67" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pay=yes"], "pay=yes: allowed are true and false."),
        (["period=2027-Q1"], "period=...: belongs to pay, effort or moved; add one of them, such as pay=true."),
        (["pay=true", "period=2027-Q9"], "period=2027-Q9: there is no such period."),
    ],
)
def test_what_a_statement_cannot_be_of_is_said(words: list[str], message: str, capsys: Capture) -> None:
    assert main(["trace", f"scenario={BUSY}", "run.months=2", "rep=small_east/1", *words]) == 2
    assert message in capsys.readouterr().err
