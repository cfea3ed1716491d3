"""Triggers: what one that fires pulls, that it reads the books of its day alone, and that luck stays common."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim import ledger as tables
from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.rules import target
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import TABLES, WORLDS, digest, plain

BUSY = str(WORLDS / "busy.yaml")
MONTHS = 9
WAVE = "role: ae, segment: small, region: east, count: 3"
NEVER = "{when: bookings, above: 1e12}"
ALWAYS = "{when: bookings, above: 0, from_date: 2027-04-01, act_after_days: 19}"
BUT_DECISIONS = tuple(name for name in TABLES if name != "decisions")


def busy(*overrides: str) -> Scenario:
    return load(BUSY, overrides)


def play(scenario: Scenario, months: int = MONTHS) -> Ledger:
    return world.simulate(scenario, months, Luck(3, 5))


def fired(book: Ledger) -> list[tuple[float, float]]:
    rows = book.decisions[book.decisions["kind"] == tables.FIRED]
    return list(zip(rows["day"].tolist(), rows["value"].tolist(), strict=True))


def decisions(book: Ledger) -> list[tuple]:
    """All of them but firings, in words; codes of reasons are counted in the order of first use."""
    rows = book.decisions[book.decisions["kind"] != tables.FIRED]
    return [(*row.tolist()[:-1], book.names.reasons[row["reason"]]) for row in rows]


@pytest.mark.parametrize(
    "hung",
    [
        f"+levers.requisitions.wave={{trigger: t, {WAVE}}}",
        "+levers.requisitions.wave={trigger: t, role: sdr, segment: small, region: west, count: 9}",
        "+levers.requisitions.wave={trigger: t, role: recruiter, region: west, count: 2}",
        "+levers.requisitions.wave={trigger: t, role: lead, region: east, count: 7}",
        "+levers.freezes.hold={trigger: t, lasts_days: 60}",
    ],
)
def test_a_trigger_that_never_fires_changes_no_byte(hung: str) -> None:
    without, waits = busy(), busy(f"+levers.triggers.t={NEVER}", hung)
    a, b = play(without), play(waits)
    assert digest(a) == digest(b)
    assert a.names == b.names
    first, second = (kpis.table(one, one.calendar(MONTHS)) for one in (without, waits))
    _, here, there = kpis.common_rows(first.rows, second.rows)
    assert len(here) == len(first.rows)
    assert first.values(a)[here].tobytes() == second.values(b)[there].tobytes()


def test_a_scenario_without_triggers_has_no_row_about_them() -> None:
    names = {kpis.MEASURES[code].name for code in kpis.table(busy(), busy().calendar(MONTHS)).rows.measure}
    assert "bookings" in names
    assert not names & {"fired", "months_until_fired"}


def test_one_that_fires_on_a_day_is_the_plan_that_has_dated_the_same_hires_on_that_day() -> None:
    """To the byte where its seats stand in the same place, which they do where no transfer adds some after them."""
    alone = "levers.transfers=null"
    a = play(busy(alone, f"+levers.requisitions.wave={{open_date: 2027-04-20, {WAVE}}}"))
    b = play(busy(alone, f"+levers.triggers.t={ALWAYS}", f"+levers.requisitions.wave={{trigger: t, {WAVE}}}"))
    assert len(fired(b)) == 1
    assert len(a.seats) > len(play(busy(alone)).seats)
    assert digest(a, BUT_DECISIONS) == digest(b, BUT_DECISIONS)
    assert decisions(a) == decisions(b)
    assert (a.names.seats, a.names.requisitions) == (b.names.seats, b.names.requisitions)


def test_one_that_fires_on_a_day_is_the_plan_that_has_dated_the_same_freeze_on_that_day() -> None:
    always = "{when: bookings, above: 0, from_date: 2027-02-02, act_after_days: 4}"
    a = play(busy("+levers.freezes.hold={from_date: 2027-03-05, to_date: 2027-05-04}"))
    b = play(busy(f"+levers.triggers.t={always}", "+levers.freezes.hold={trigger: t, lasts_days: 60}"))
    assert digest(a, BUT_DECISIONS) == digest(b, BUT_DECISIONS)
    assert decisions(a) == decisions(b)
    assert digest(a, BUT_DECISIONS) != digest(play(busy()), BUT_DECISIONS)


def test_a_hire_that_the_company_had_dated_has_the_same_luck_when_it_waits() -> None:
    """Its seats stand elsewhere in the tables, so it is the people who are held against each other."""
    a = play(busy("levers.requisitions.more_small.open_date=2027-04-20"))
    b = play(busy(f"+levers.triggers.t={ALWAYS}", "levers.requisitions.more_small={open_date: null, trigger: t}"))
    assert people(a) == people(b)
    assert a.credits["amount_usd"].tolist() == b.credits["amount_usd"].tolist()


def people(book: Ledger) -> list[tuple]:
    names = book.names.seats
    rows = [(names[row["seat"]], *row[["holder", "start_day", "end_day", "ability"]].tolist()) for row in book.seats]
    return sorted(rows)


def booked(book: Ledger, first: float, end: float, segment: int | None = None, region: int | None = None) -> float:
    rows = book.credits[(book.credits["day"] >= first) & (book.credits["day"] < end)]
    deals = book.deals[rows["deal"]]
    keep = np.ones(len(rows), bool)
    for name, code in (("segment", segment), ("region", region)):
        if code is not None:
            keep &= deals[name] == code
    return float((rows["share"] * rows["amount_usd"])[keep].sum())


def opened(book: Ledger, month: int, segment: int | None = None, region: int | None = None) -> float:
    rows = book.snapshots
    keep = (rows["month"] == month) & (rows["quantity"] == tables.OPEN_USD) & (rows["stage"] == -1)
    for name, code in (("segment", segment), ("region", region)):
        if code is not None:
            keep &= rows[name] == code
    return float(rows["value"][keep].sum())


# Quarters are of February, May and August; the first whole one that is closed is that of February to April.
@pytest.mark.parametrize(
    ("trigger", "day", "said"),
    [
        ("when: bookings, above: 0", 31, lambda b, t: booked(b, 0, 31)),
        ("when: bookings, above: 0, checked: quarterly, segment: large, region: east", 31,
         lambda b, t: booked(b, 0, 31, 1, 0)),
        ("when: bookings, above: 0, over_quarters: 1", 120, lambda b, t: booked(b, 31, 120)),
        ("when: bookings, above: 0, over_quarters: 2", 212, lambda b, t: booked(b, 31, 212)),
        ("when: bookings_of_target, above: 0, over_quarters: 1, segment: small", 120,
         lambda b, t: booked(b, 31, 120, 0) / t[0, :, 1:4].sum()),
        ("when: bookings_of_target, above: 0, from_date: 2027-05-15", 151,
         lambda b, t: booked(b, 0, 151) / t[:, :, :5].sum()),
        ("when: open_pipeline, above: 0", 0, lambda b, t: opened(b, 0)),
        ("when: open_pipeline, above: 0, region: west, from_date: 2027-02-02", 59, lambda b, t: opened(b, 2, None, 1)),
        ("when: policy_coverage, above: 0, checked: quarterly", 31, lambda b, t: opened(b, 1) / t[:, :, 1:4].sum()),
        ("when: policy_coverage, above: 0, segment: large", 0, lambda b, t: opened(b, 0, 1) / t[1, :, 0:3].sum()),
    ],
)  # fmt: skip
def test_a_trigger_reads_what_the_books_hold_that_day(trigger: str, day: float, said) -> None:
    scenario = busy(f"+levers.triggers.t={{{trigger}}}")
    book = play(scenario)
    planned = target.by_month(scenario, scenario.calendar(MONTHS))
    ((when, read),) = fired(book)
    assert when == day
    assert read == pytest.approx(said(book, planned), rel=1e-12)


def test_customers_won_are_those_that_the_measure_counts() -> None:
    trigger = "{when: new_customers, above: 3, over_quarters: 1, from_date: 2027-04-01}"
    scenario = load(str(WORLDS / "customers.yaml"), [f"+levers.triggers.t={trigger}"])
    book = play(scenario, 6)
    layout = kpis.table(scenario, scenario.calendar(6))
    won = {
        period: value
        for (_, period, _, group, code), value in zip(layout.rows.labels(), layout.values(book), strict=True)
        if kpis.MEASURES[code].name == "new_customers" and group == "all"
    }
    ((day, read),) = fired(book)
    assert day == scenario.calendar(6).month_starts[3]
    assert read == won["2027-Q1"] > 3


def test_nothing_of_what_comes_later_is_read() -> None:
    """Worlds that part on the day of the reading are read alike, and unlike a month later."""
    trigger = "+levers.triggers.t={when: %s, above: 0, from_date: %s}"
    parted = "+world.shocks.boom={kind: step, acts_on: odds, logit: 3, from_date: 2027-05-01}"
    for when in ("bookings", "open_pipeline"):
        for month, alike in ((5, True), (8, False)):
            on = trigger % (when, date(2027, month, 1))
            assert (fired(play(busy(on))) == fired(play(busy(on, parted)))) is alike, (when, month)


def test_it_fires_once_and_only_while_it_is_looked_at() -> None:
    """Above a line that is always crossed: on the first day from from_date on, and never from to_date on."""
    on = "+levers.triggers.t={when: open_pipeline, above: 0, %s}"
    assert [day for day, _ in fired(play(busy(on % "from_date: 2027-02-15")))] == [59.0]
    assert [day for day, _ in fired(play(busy(on % "from_date: 2027-02-15, checked: quarterly")))] == [120.0]
    assert fired(play(busy(on % "from_date: 2027-02-02, to_date: 2027-03-01"))) == []


def test_below_fires_below_and_neither_side_on_the_line() -> None:
    """In the closed-form world the reading of day 30 is known, so a line is laid on it exactly."""
    ((day, read),) = fired(world.simulate(plain("+levers.triggers.t={when: bookings, above: 0}"), 3, Luck(1, 0)))
    assert day == 30.0
    for side in ("above", "below"):
        for line, fires in ((read, False), (read - 0.01, side == "above"), (read + 0.01, side == "below")):
            trigger = f"+levers.triggers.t={{when: bookings, {side}: {line!r}, to_date: 2027-02-02}}"
            found = fired(world.simulate(plain(trigger), 3, Luck(1, 0)))
            assert found == ([(30.0, read)] if fires else []), (side, line)


def test_what_acts_after_the_horizon_never_comes() -> None:
    late = ALWAYS.replace("19", "900")
    book = play(busy(f"+levers.triggers.t={late}", f"+levers.requisitions.wave={{trigger: t, {WAVE}}}"))
    assert len(fired(book)) == 1
    assert digest(book, BUT_DECISIONS) == digest(play(busy()), BUT_DECISIONS)


def test_two_triggers_pull_each_its_own() -> None:
    book = play(busy(
        f"+levers.triggers.t={ALWAYS}", f"+levers.triggers.never={NEVER}",
        f"+levers.requisitions.first={{trigger: never, {WAVE}}}", f"+levers.requisitions.wave={{trigger: t, {WAVE}}}",
    ))  # fmt: skip
    assert {"wave"} == {name for name in book.names.requisitions if name in ("first", "wave")}
    opened = book.requisitions[book.requisitions["name"] == book.names.requisitions.index("wave")]
    assert opened["open_day"].tolist() == [109.0, 109.0, 109.0]
