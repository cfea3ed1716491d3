"""``salesim trace`` explains what sellers decide: each week's effort, each deal signed early or put off."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim import ledger as tables
from sim import world
from sim.cli import main
from sim.ledger import Ledger
from sim.luck import Luck
from tests.makers.play import WORLDS, plain

MONTHS = 12
Capture = pytest.CaptureFixture[str]
CAPPED = (
    "levers.pay.plans={plan: {components: {commission: {commission_share: 0.1, threshold_attainment: 0.3, tiers: ["
    "{from_attainment: 0.0, multiplier: 0.5}, {from_attainment: 1.0, multiplier: 3.0}], cap_attainment: 1.6}},"
    " spiffs: {spring: {from_date: 2027-04-01, to_date: 2027-05-01, share_of_bookings: 0.05}}}}",
    "levers.pay.roles={rep: plan}",
    "world.behaviour.responsiveness=1.0",
    "world.behaviour.usual_rate={rep: 0.1}",
    "world.behaviour.timing.movable_share={all: 1.0}",
    "world.behaviour.timing.push_share=1.0",
)


@pytest.fixture(scope="module")
def book() -> Ledger:
    """The replication that the command plays: deals are signed early, and put off once the cap is reached."""
    return world.simulate(plain(*CAPPED), MONTHS, Luck(1, 0))


def trace(capsys: Capture, *words: str) -> list[str]:
    given = ("trace", f"scenario={WORLDS / 'plain.yaml'}", f"run.months={MONTHS}", "run.uncertain=false", *CAPPED)
    assert main([*given, *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_week_of_effort_is_told_and_follows_from_what_a_dollar_pays(book: Ledger, capsys: Capture) -> None:
    """From the printed numbers alone: wanted is (0.6 x worth + 0.4)^0.25, and half of last week's effort is kept."""
    seat = int(book.efforts["seat"][book.efforts["attainment"].argmax()])
    lines = trace(capsys, f"rep={book.names.seats[seat]}", "effort=true")
    assert any("Wanted is (0.6 x what a dollar pays + 0.4)^0.25" in line for line in lines)
    told = [re.split(r"\s{2,}", line.strip()) for line in lines if re.match(r"    \d{4}-\d\d-\d\d", line)]
    rows = book.efforts[book.efforts["seat"] == seat]
    assert len(told) == len(rows) > 50
    last = 1.0
    for cells, row in zip(told, rows, strict=True):
        worth, wanted, effort = (float(cell) for cell in cells[-4:-1])
        assert (round(float(row["worth"]), 2), round(float(row["effort"]), 3)) == (worth, effort)
        assert wanted == pytest.approx((0.6 * worth + 0.4) ** 0.25, abs=0.012), "a step of the grid at most"
        assert effort == pytest.approx((last + wanted) / 2.0, abs=0.0011)
        last = effort
    said = "\n".join(cells[-1] for cells in told)
    for reason in ("below the threshold", "in the tier from", "past the cap at 160%: nothing more this period"):
        assert reason in said, reason
    assert "SPIFF spring is on" in said
    april = trace(capsys, f"rep={book.names.seats[seat]}", "effort=true", "period=2027-04")
    inside = [line for line in april if re.match(r"    2027-\d\d-\d\d", line)]
    assert {line.strip()[:7] for line in inside} == {"2027-04"}
    assert all("SPIFF spring is on" in line for line in inside)


def test_every_moved_deal_is_listed_and_its_story_gives_the_reason(book: Ledger, capsys: Capture) -> None:
    rows = book.timings
    lines = trace(capsys, "moved=true")
    pulled, pushed = (int((rows["kind"] == kind).sum()) for kind in (tables.PULLED_IN, tables.PUSHED_OUT))
    assert min(pulled, pushed) > 0
    given = f"{rows['discount_usd'].sum():,.0f}"
    assert f"{pulled} deals signed early for ${given} off, {pushed} deals put off." in lines[3]
    assert sum("  signed early  " in line for line in lines) == pulled
    assert sum("  put off  " in line for line in lines) == pushed
    for kind, word in ((tables.PULLED_IN, "Pulled in from"), (tables.PUSHED_OUT, "Put off from")):
        row = rows[(rows["kind"] == kind) & (rows["quota_usd"] > 0)][0]
        own = trace(capsys, "moved=true", f"rep={book.names.seats[row['seat']]}")
        assert sum("  signed early  " in line or "  put off  " in line for line in own) == np.sum(
            rows["seat"] == row["seat"]
        )
        story = "\n".join(trace(capsys, f"deal={row['deal']}"))
        assert word in story
        together = rows[(rows["day"] == row["day"]) & (rows["seat"] == row["seat"]) & (rows["kind"] == kind)]
        moved = (together["amount_usd"] - together["discount_usd"]).sum()
        after = row["sold_usd"] + (moved if kind == tables.PULLED_IN else -moved)
        shares = (f"{usd / row['quota_usd']:.0%}" for usd in (row["sold_usd"], after))
        assert "takes the rep from {} to {} of quota".format(*shares) in story
        assert f"adds ${row['gain_usd']:,.0f} to pay" in story


def test_where_nobody_answers_to_pay_it_is_said(capsys: Capture) -> None:
    plain_world = ("trace", f"scenario={WORLDS / 'plain.yaml'}", "run.months=2")
    for words in (("rep=reps/1", "effort=true"), ("moved=true",)):
        assert main([*plain_world, *words]) == 0
        assert "world.behaviour.responsiveness is 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rep=rep/1", "effort=true"], "rep=rep/1: there is no such seat. Nearest: reps/1, "),
        (["efort=true"], '"efort": unknown key. Did you mean "effort"?'),
        (["effort=yes"], "effort=yes: allowed are true and false."),
        (["effort=true", "pay=true"], "pay=true and effort=true: ask for one of them at a time."),
        (["moved=true", "deal=1"], "deal=...: moved=true tells of reps; leave one of the two out."),
        (["effort=true", "period=2027-14"], 'period=2027-14: there is no such period. Did you mean "2027-'),
    ],
)
def test_what_cannot_be_explained_is_said(words: list[str], message: str, capsys: Capture) -> None:
    assert main(["trace", f"scenario={WORLDS / 'plain.yaml'}", "run.months=2", *words]) == 2
    assert message in capsys.readouterr().err
