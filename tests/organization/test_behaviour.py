"""Behaviour in the simulation: placebos to the byte, deals moved and accounted for, effort that acts, reasons told."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger as tables
from sim import world
from sim.cli import main
from sim.ledger import Ledger
from sim.luck import Luck
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import WORLDS, digest, plain

MONTHS = 12
BUSY = str(WORLDS / "busy.yaml")
SALES = ("seats", "requisitions", "moves", "deals", "credits", "quotas", "snapshots", "decisions", "ramped")
SELLER = next(name for name, role in load(BUSY).world.roles.items() if role.duty == "sells")
STRAIGHT = "{commission: {commission_share: 0.1}}"
STEEP = (
    "{commission: {commission_share: 0.1, tiers: [{from_attainment: 0.0, multiplier: 0.5},"
    " {from_attainment: 0.5, multiplier: 1.0}, {from_attainment: 1.0, multiplier: 2.0},"
    " {from_attainment: 1.5, multiplier: 4.0}]}}"
)
CALM = "world.behaviour.responsiveness=0"
PAY_ALONE = (
    "comp_no_cap", "comp_accelerated", "comp_linear", "comp_quarterly_bonus", "comp_yearly_bonus", "pay_mix_70_30",
    "spiff_last_quarter", "base_pay_plus_10", "discount_authority_off",
)  # fmt: skip
ON = ("world.behaviour.responsiveness=1.0", f"world.behaviour.usual_rate={{{SELLER}: 0.1}}")
ALL_MOVE = "world.behaviour.timing.movable_share={small: 1.0, large: 1.0}"
PLAIN_STEEP = (
    f"levers.pay.plans={{plan: {{components: {STEEP}}}}}", "levers.pay.roles={rep: plan}",
    "world.behaviour.responsiveness=1.0", "world.behaviour.usual_rate={rep: 0.1}",
    "world.behaviour.timing.movable_share={all: 1.0}",
)  # fmt: skip


def busy(components: str, *overrides: str) -> Scenario:
    plan = (f"levers.pay.plans={{plan: {{components: {components}}}}}", f"levers.pay.roles={{{SELLER}: plan}}")
    off = () if overrides else ("world.behaviour.responsiveness=0.0",)
    return load(BUSY, (*plan, *off, *overrides))


def play(scenario: Scenario, luck: int = 0, months: int = MONTHS) -> Ledger:
    return world.simulate(scenario, months, Luck(1, luck))


@pytest.fixture(scope="module")
def moved() -> Ledger:
    """A world in which every late deal can be moved, under a steep plan."""
    return play(plain(*PLAIN_STEEP))


def test_without_responsiveness_no_pay_plan_changes_a_byte_of_who_sells_what() -> None:
    assert len({digest(play(busy(plan)), SALES) for plan in (STRAIGHT, STEEP, "{}")}) == 1


@pytest.fixture(scope="module")
def sold_in_base() -> list[str]:
    """Who sells what in base without a response to pay, and with it."""
    return [digest(play(load("base", change), months=24), SALES) for change in ([CALM], [])]


@pytest.mark.slow
@pytest.mark.parametrize("name", PAY_ALONE)
def test_shipped_pay_plans_change_who_sells_what_only_by_responses(name: str, sold_in_base: list[str]) -> None:
    """To the byte and over two years: with equal quotas nothing else in the simulation knows of pay."""
    calm, as_shipped = (digest(play(load(name, change), months=24), SALES) for change in ([CALM], []))
    assert calm == sold_in_base[0]
    assert as_shipped != sold_in_base[1]


def test_a_straight_plan_at_the_usual_rate_changes_no_byte_either() -> None:
    """Effort is 1 and no deal is moved, however much could be."""
    assert digest(play(busy(STRAIGHT)), SALES) == digest(
        play(
            busy(
                STRAIGHT,
                *ON,
                "world.behaviour.timing.movable_share={small: 0.0, large: 0.0}",
                "world.behaviour.exits.elasticity=0.0",
            )
        ),
        SALES,
    )
    played = play(busy(STRAIGHT, *ON, ALL_MOVE))
    assert len(played.timings) == 0
    assert np.abs(played.efforts["effort"] - 1.0).max() < 1e-9


def test_more_pay_buys_more_effort_and_as_many_more_sales() -> None:
    """Twice the usual rate buys ((1 - phi) 2 + phi)^eta; half of it acts on hours and half on odds."""
    rate = "levers.pay.plans={{plan: {{components: {{commission: {{commission_share: {}}}}}}}}}"
    common = (
        "levers.pay.roles={rep: plan}",
        "world.behaviour.responsiveness=1.0",
        "world.behaviour.usual_rate={rep: 0.1}",
    )
    few, many = ([play(plain(rate.format(share), *common), luck, 24) for luck in range(4)] for share in (0.1, 0.2))
    expected = (0.6 * 2.0 + 0.4) ** 0.25
    assert many[0].efforts["effort"][-1] == pytest.approx(expected, abs=1e-6)
    sold = [sum(one.credits["amount_usd"][one.credits["day"] > 240].sum() for one in group) for group in (few, many)]
    assert sold[1] / sold[0] == pytest.approx(expected, abs=0.03)


def test_moved_deals_are_accounted_for(moved: Ledger) -> None:
    pulled = moved.timings[moved.timings["kind"] == tables.PULLED_IN]
    pushed = moved.timings[moved.timings["kind"] == tables.PUSHED_OUT]
    assert len(pulled) > 5
    deals = moved.deals[pulled["deal"]]
    assert np.all(deals["state"] == tables.WON)
    assert np.all(deals["closed_day"] == pulled["day"])
    assert np.all(pulled["planned_day"] > pulled["day"])
    np.testing.assert_allclose(deals["amount_usd"], pulled["amount_usd"] - pulled["discount_usd"], atol=0.005)
    share = pulled["discount_usd"] / pulled["amount_usd"]
    weeks = (pulled["planned_day"] - pulled["day"]) / 7.0
    np.testing.assert_allclose(share, 0.08 + 0.02 * weeks, atol=1e-5)
    assert np.all(pulled["gain_usd"] > 0)
    for row in pushed:
        closed = moved.deals[row["deal"]]["closed_day"]
        assert closed >= row["until_day"] or moved.deals[row["deal"]]["state"] not in (tables.WON, tables.LOST)
        if row["lost"] and closed == row["until_day"]:
            assert moved.deals[row["deal"]]["state"] == tables.LOST


def test_deals_are_signed_on_the_last_open_day_of_a_pay_period(moved: Ledger) -> None:
    calendar = plain().calendar(MONTHS)
    quarter_ends = calendar.month_starts[1:][(calendar.fiscal_month + 1) % 3 == 0]
    for day in np.unique(moved.timings["day"][moved.timings["kind"] == tables.PULLED_IN]):
        assert np.min(quarter_ends[quarter_ends > day] - day) < 4.0
        assert calendar.open_days[int(np.floor(day)) + 1500] == 1.0


def test_without_discount_authority_nothing_is_pulled_in() -> None:
    played = play(plain(*PLAIN_STEEP, "levers.discounts.enabled=false"))
    assert not np.any(played.timings["kind"] == tables.PULLED_IN)
    little = play(plain(*PLAIN_STEEP, "levers.discounts.most_share=0.1"))
    assert little.timings["discount_usd"].sum() > 0
    assert np.all(little.timings["discount_usd"] <= 0.1 * little.timings["amount_usd"] + 0.01)


def test_pay_below_the_market_drives_people_out() -> None:
    pay = "world.behaviour.exits={{elasticity: 3.0, market_pay_usd_per_year: {{{}: {}}}}}"
    exits = []
    for market in (60_000.0, 600_000.0):
        ledgers = [play(busy(STRAIGHT, *ON, pay.format(SELLER, market)), luck) for luck in range(6)]
        exits.append(sum(np.sum(one.seats["exit_kind"] == tables.VOLUNTARY) for one in ledgers))
    assert exits[1] > exits[0]


def test_trace_tells_every_move_and_effort_with_its_reason(moved: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    pulled = moved.timings[moved.timings["kind"] == tables.PULLED_IN][0]
    name = moved.names.seats[pulled["seat"]]
    words = [
        "trace", f"scenario={WORLDS / 'plain.yaml'}", f"run.months={MONTHS}", "run.uncertain=false", "luck=0",
        f"rep={name}", f"deal={pulled['deal']}", *PLAIN_STEEP,
    ]  # fmt: skip
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said.count("Pulled in from") >= 2
    assert "Works at effort" in said
    assert "of the usual rate" in said


def test_names_in_behaviour_must_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", f"scenario={BUSY}", "world.behaviour.timing.movable_share={smal: 0.5}"]) == 2
    assert "smal" in capsys.readouterr().err


def test_who_is_past_a_cap_puts_deals_off_and_some_are_lost() -> None:
    """Under a cap that nearly everybody reaches, the next period pays better."""
    capped = "{commission: {commission_share: 0.1, cap_attainment: 0.5}}"
    plan = (f"levers.pay.plans={{plan: {{components: {capped}}}}}", *PLAIN_STEEP[1:])
    more = ("world.behaviour.timing.push_share=1.0", "world.behaviour.timing.lost_when_pushed_share=0.5")
    played = play(plain(*plan, *more))
    pushed = played.timings[played.timings["kind"] == tables.PUSHED_OUT]
    assert len(pushed) > 10
    assert 0.2 < pushed["lost"].mean() < 0.8
    ended = played.deals[pushed["deal"]]
    done = ended["closed_day"] < tables.NEVER
    assert np.all(ended["closed_day"][done] == pushed["until_day"][done])
    np.testing.assert_array_equal(ended["state"][done] == tables.LOST, pushed["lost"][done])


def test_a_ratchet_holds_effort_back_and_a_spiff_raises_it() -> None:
    tiers = "{from_attainment: 0.0, multiplier: 1.0}, {from_attainment: 1.0, multiplier: 1.5}"
    bent = f"{{commission: {{commission_share: 0.1, tiers: [{tiers}]}}}}"
    plan = (f"levers.pay.plans={{plan: {{components: {bent}}}}}", *PLAIN_STEEP[1:4])
    spiff = "levers.pay.plans.plan.spiffs={push: {from_date: 2027-04-01, to_date: 2027-07-01, share_of_bookings: 0.05}}"
    usual, held_back, spurred = (
        play(plain(*plan, *more)).efforts for more in ((), ("levers.quota.ratchet_weight=0.5",), (spiff,))
    )
    assert held_back["effort"].mean() < usual["effort"].mean()
    assert np.all(held_back["ratchet"] > 0)
    during = (usual["day"] > 100) & (usual["day"] < 175)
    assert np.all(spurred["effort"][during] > usual["effort"][during])
    assert np.array_equal(spurred["effort"][usual["day"] < 85], usual["effort"][usual["day"] < 85])


def test_nobody_moves_a_deal_while_on_leave() -> None:
    """Deals whose buyers have agreed wait for their day, whoever is away; a cap gives every reason to put them off."""
    capped = "{commission: {commission_share: 0.1, cap_attainment: 0.3}}"
    played = play(plain(
        f"levers.pay.plans={{plan: {{components: {capped}}}}}", *PLAIN_STEEP[1:],
        "world.behaviour.timing.push_share=1.0", "+world.segments.all.buyers_deadlines={share: 1.0, within_days: 31}",
        "+world.roles.rep.time_off={leaves_per_year: 2, leave_mean_days: 60}",
    ))  # fmt: skip
    assert np.sum(played.decisions["kind"] == tables.LEAVE_BEGAN) > 10 < len(played.timings)
    leaves = played.decisions[np.isin(played.decisions["kind"], [tables.LEAVE_BEGAN, tables.LEAVE_ENDED])]
    for row in played.timings:
        before = leaves[(leaves["seat"] == row["seat"]) & (leaves["day"] <= row["day"])]
        assert not len(before) or before["kind"][-1] == tables.LEAVE_ENDED
