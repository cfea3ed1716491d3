"""Customers: renewal in closed form, what a lost seller costs, load, expansion, and what they leave untouched."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.measures.periods import PERIOD_KINDS
from sim.rules.renewal import add_load, fill_loads, renewal_logit
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import TABLES, WORLDS, check_mean, digest, plain, run_to, week_of

OF_CUSTOMERS = ("customers", "contracts", "arr_moves")
QUIET = (
    "world.roles.rep.exits.voluntary_per_year=0", "world.roles.am.exits.voluntary_per_year=0",
    "world.roles.csm.exits.voluntary_per_year=0",
)  # fmt: skip
STEADY = (
    *QUIET, "opening.warm_up_days=0", "opening.teams.csms.seats=0", "+world.roles.csm.without_seats=others",
    "world.sources.more.opportunities_per_customer_per_year=0",
    "world.segments.all.contracts.contract_share=0", "world.segments.all.contracts.uplift_share=0",
    "world.segments.all.contracts.starts_at_share=1", "world.segments.all.contracts.opening_customers.here=1200",
)  # fmt: skip
CONTRACTS = (
    "+world.segments.all.contracts={term_months: 1, renew_share: 0.97, uplift_share: 0.5, uplift_by_share: 0.02,"
    " opening_customers: {here: 300}}"
)
HORIZON_MONTHS = 13
LEAVES_ON_DAY = 30.0


@cache
def customers(*overrides: str) -> Scenario:
    return load(str(WORLDS / "customers.yaml"), overrides)


def kpi(scenario: Scenario, months: int, book: Ledger, name: str, period: str = "total") -> float:
    layout = kpis.table(scenario, scenario.calendar(months))
    rows = layout.rows
    here = (rows.measure == [m.name for m in MEASURES].index(name)) & (rows.group == rows.group_names.index("all"))
    return float(layout.values(book)[here & (rows.period_kind == PERIOD_KINDS.index(period))][-1])


def test_retention_under_a_constant_hazard_has_its_closed_form() -> None:
    """Twelve terms of a month: q^12 are left, and worth (1 + x g)^12 times as much where a part x adds g."""
    scenario = plain(CONTRACTS)
    found = []
    for replication in range(60):
        book = world.simulate(scenario, 12, Luck(1, replication))
        found.append([kpi(scenario, 12, book, name) for name in ("grr", "nrr")])
    check_mean(np.array(found), [0.97**12, (0.97 * 1.01) ** 12])


def test_customers_change_nothing_else() -> None:
    """Placebo: contracts write their own tables only."""
    others = tuple(name for name in TABLES if name not in OF_CUSTOMERS)
    quick = "world.roles.rep.exits.voluntary_per_year=0.8"
    without = world.simulate(plain(quick), 12, Luck(2, 0))
    kept = world.simulate(plain(quick, CONTRACTS), 12, Luck(2, 0))
    assert len(kept.arr_moves)
    assert not len(without.arr_moves)
    assert digest(without, others) == digest(kept, others)


def losses(policy: str, replication: int) -> tuple[float, float, float]:
    """ARR that a departure cost after a year, what the ledger says it cost, and ARR before; of old customers.

    All customers are of one size. Terms are a year, so each customer comes up for renewal once in that time.
    """
    luck = Luck(4, replication)
    many = (*STEADY, "world.segments.all.deal_size.sigma_log=0")
    many = (*many, "world.segments.all.contracts.opening_customers.here=4000")
    stays = customers(*many)
    leaves = customers(
        *many, f"levers.orphans.policy={policy}", "levers.backfill.enabled=true",
        "+levers.departures.one={role: rep, region: here, segment: all, on_date: 2027-02-01}",
    )  # fmt: skip
    first_day = world.prepare(stays, HORIZON_MONTHS, luck)
    a, b = (world.simulate(plan, HORIZON_MONTHS, luck, first_day) for plan in (stays, leaves))
    left = b.seats[b.seats["exit_kind"] == ledger.DATED]
    assert len(left) == 1
    belonged = a.contracts[(a.contracts["kind"] == ledger.OPENING_TERM) & (a.contracts["seat"] == left["seat"][0])]
    mine = belonged["customer"]
    before, there, here = (arr_on(book, mine, day) for book, day in ((a, LEAVES_ON_DAY), (a, 390.0), (b, 390.0)))
    blamed = b.arr_moves[(b.arr_moves["cause"] == ledger.SELLER_LEFT) & np.isin(b.arr_moves["customer"], mine)]
    return there - here, -float(blamed["amount_usd"].sum()), before


def arr_on(book: Ledger, who: np.ndarray, day: float) -> float:
    rows = book.arr_moves[(book.arr_moves["day"] < day) & np.isin(book.arr_moves["customer"], who)]
    return float(rows["amount_usd"].sum())


def test_a_departure_costs_what_was_measured() -> None:
    """Shi and others (2017): 13 to 18% of the customers' annual sales, less with a peer than a new hire."""
    race, wait = (np.array([losses(policy, k) for k in range(20)]) for policy in ("race", "wait_for_backfill"))
    for found in (race, wait):
        np.testing.assert_allclose(found[:, 0], found[:, 1], atol=0.005)  # with against without, to the cent
    assert np.all(race[:, 0] <= wait[:, 0] + 0.005)
    for found, expected in ((race, 0.14), (wait, 0.17)):
        share = found[:, 0] / found[:, 2]
        check_mean(share, expected)
        assert 0.13 < found[:, 0].sum() / found[:, 2].sum() < 0.18
    assert race[:, 0].sum() < wait[:, 0].sum()


@pytest.mark.parametrize(("policy", "lost"), [("race", 0.14), ("wait_for_backfill", 0.17)])
def test_a_lost_seller_counts_until_the_next_renewal_by_who_takes_over(policy: str, lost: float) -> None:
    """One of six leaves on day 30. On day 200 some of their customers have come up for renewal, and some have not."""
    org = week_of(
        customers(
            *STEADY, f"levers.orphans.policy={policy}",
            "+levers.departures.one={role: rep, region: here, segment: all, on_date: 2027-02-01}",
        ),
        30.0,
    )  # fmt: skip
    sat, before = org.roster["held"].copy(), org.pipeline.customers.copy()
    run_to(org, 31.0)
    (left,) = np.flatnonzero(sat & ~org.roster["held"])
    run_to(org, 200.0)
    now = org.pipeline.customers[: len(before)]
    kept = (before["seat"] == left) & (now["left_day"] == ledger.NEVER)
    renewed = now["renewals"] > before["renewals"]
    assert np.all((now["handed_on"] - before["handed_on"])[kept] == 1)
    assert now["extra_loss"][kept & renewed].tolist() == [0.0] * np.sum(kept & renewed)
    assert now["extra_loss"][kept & ~renewed].tolist() == [lost] * np.sum(kept & ~renewed)
    assert min(np.sum(kept & renewed), np.sum(kept & ~renewed)) > 5


def test_who_won_the_last_expansion_has_the_customer() -> None:
    """Nobody leaves, so nothing is handed on: of those who bought more, all belong to who sold it last."""
    book = world.simulate(customers(*QUIET), 12, Luck(3, 0))
    bought = book.credits[book.deals["customer"][book.credits["deal"]] >= 0]
    last = dict(zip(book.deals["customer"][bought["deal"]].tolist(), bought["seat"].tolist(), strict=True))
    assert len(last) > 20
    assert [int(book.customers["seat"][c]) for c in last] == list(last.values())


def test_load_is_that_of_the_region_s_own_csms() -> None:
    """70 customers each: two CSMs serve the 140 here, one the 140 there, where the load is a doubling too much."""
    plan = customers(
        "+world.regions.there={}",
        "+opening.teams.csms_there={role: csm, region: there, seats: 1}",
        "world.segments.all.contracts.load_logit=0.3",
    )
    base = week_of(plan, 0.0).installed_base
    output = np.ones(6 + 2 + 2 + 1)
    np.testing.assert_allclose(base.renewal_logit(np.array([140, 140]), output), [0.0, -0.3], atol=1e-12)


def test_load_by_hand() -> None:
    """30 customers at 10 a head need 3; own 1 and, of the 2 shared, in proportion to need."""
    found, own = np.zeros((2, 2)), np.array([[1.0, 0.0], [0.0, 0.0]])
    fill_loads(found, np.array([[30, 0], [10, 20]]), np.array([10.0, 10.0]), own, np.array([2.0, 0.0]))
    np.testing.assert_allclose(found[:, 0], [3.0 / 2.5, 1.0 / 0.5])
    assert found[0, 1] == 0.0, "no customers ask for nobody"
    assert found[1, 1] > 1e9, "customers without anybody"
    logit = [renewal_logit(load, 0.3) for load in (1.0, 2.0, 0.5, 64.0, np.inf, 0.0)]
    np.testing.assert_allclose(logit, [0.0, -0.3, 0.3, -0.6, -0.6, 0.6])
    logits = np.array([[1.0, 2.0], [3.0, 4.0]])
    add_load(logits, np.array([[2.0, 0.5], [4.0, 1.0]]), np.array([0.3, 0.1]))
    np.testing.assert_allclose(logits, [[0.7, 2.3], [2.8, 4.0]])


def test_more_load_never_keeps_a_customer() -> None:
    """The same luck decides, so whoever renews under a heavier load renews under a lighter one."""
    left = []
    for accounts in (400, 100, 25):
        book = world.simulate(
            customers(*STEADY, "opening.teams.csms.seats=4", f"world.roles.csm.accounts_per_head.all={accounts}"),
            12, Luck(5, 0),
        )  # fmt: skip
        first = book.customers[book.customers["deal"] < 0]
        left.append(first["left_day"] < ledger.NEVER)
    assert np.all(left[0] <= left[1])
    assert np.all(left[1] <= left[2])
    assert left[0].sum() < left[1].sum() < left[2].sum()


def test_others_who_serve_carry_the_reference_load() -> None:
    """Where others serve the renewal share is the one given; at four times CSMs' load it is shifted by two steps."""
    shares = []
    for seats in (0, 1):
        world_of = customers(*STEADY, f"opening.teams.csms.seats={seats}", "opening.vacant_share=0")
        found = []
        for replication in range(12):
            book = world.simulate(world_of, 12, Luck(6, replication))
            first = book.customers[book.customers["deal"] < 0]
            found.append(np.mean(first["left_day"] == ledger.NEVER))
        shares.append(np.array(found))
    odds = 0.9 / 0.1 * np.exp(-0.6)
    check_mean(shares[0], 0.9)
    check_mean(shares[1], odds / (1.0 + odds))


def test_who_has_left_buys_no_more_however_much_a_rep_would_like_to_sign() -> None:
    """Reps may sign any late deal early for a steep commission; not one of a customer who has gone."""
    tiers = "[{from_attainment: 0, multiplier: 0.2}, {from_attainment: 0.3, multiplier: 4}]"
    steep = f"{{commission: {{commission_share: 0.1, tiers: {tiers}}}}}"
    eager = customers(
        "world.segments.all.contracts.term_months=1", "world.segments.all.contracts.renew_share=0.7",
        "world.segments.all.contracts.opening_customers.here=1200", "levers.pay.roles={am: plan}",
        "world.sources.more.opportunities_per_customer_per_year=6", f"levers.pay.plans.plan.components={steep}",
        "world.behaviour.responsiveness=1", "world.behaviour.usual_rate={am: 0.1}",
        "world.behaviour.timing.movable_share={all: 1}",
    )  # fmt: skip
    early = 0
    for replication in range(4):
        book = world.simulate(eager, 12, Luck(7, replication))
        bought = book.deals[(book.deals["state"] == ledger.WON) & (book.deals["customer"] >= 0)]
        assert np.all(bought["closed_day"] <= book.customers["left_day"][bought["customer"]])
        early += np.sum(book.deals["customer"][book.timings["deal"]] >= 0)
    assert early > 20


def test_expansions_are_under_way_on_the_first_day() -> None:
    """Month one shows no dip: as many expansions are won in the first quarter as in the last, and all by AMs."""
    scenario = customers(
        *QUIET, "world.segments.all.contracts.term_months=120", "world.sources.web.leads_per_month.all=0",
        "+world.attention={enabled: false}", "world.segments.all.contracts.opening_customers.here=400",
    )  # fmt: skip
    found = []
    for replication in range(40):
        book = world.simulate(scenario, 12, Luck(7, replication))
        won = book.deals[(book.deals["customer"] >= 0) & (book.deals["state"] == ledger.WON)]
        won = won[won["closed_day"] >= 0.0]
        seats = {book.names.seats[seat].split("/")[0] for seat in won["seat"]}
        assert seats == {"ams"}
        quarter = (won["closed_day"] // 90).astype(int)
        found.append([np.sum(quarter == 0), np.sum(quarter == 3)])
    numbers = np.array(found, float)
    check_mean(numbers[:, 0] - numbers[:, 1], 0.0)
    created = 400 * 0.25 * 0.5 * 0.4  # at least: stalled deals that come back win, too
    assert numbers.mean() > created


def test_a_slow_start_grows_to_the_deal() -> None:
    """After its six months a customer pays the deal's amount, half of it growth, to the cent."""
    scenario = customers(
        *QUIET, "world.segments.all.contracts.opening_customers.here=0",
        "world.sources.more.opportunities_per_customer_per_year=0",
    )  # fmt: skip
    book = world.simulate(scenario, 12, Luck(8, 0))
    grown = np.flatnonzero(book.customers["since_day"] < 360.0 - 181.0)
    assert len(grown) > 10
    amounts = book.deals["amount_usd"][book.customers["deal"][grown]]
    np.testing.assert_allclose(book.customers["arr_usd"][grown], amounts, atol=0.005)
    growth = book.arr_moves[book.arr_moves["kind"] == ledger.ARR_GROWTH]
    assert np.bincount(growth["customer"])[grown].tolist() == [6] * len(grown)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("world.segments.all.contracts.opening_customers.there=5", '"there" is no region.'),
        ("world.roles.csm.accounts_per_head.every=5", '"every" is no segment.'),
        ("~world.segments.all.contracts", "no segment has contracts"),
        ("+levers.quota.role_usd_per_year.amm={all: 5}", '"amm" is no role.'),
        ("world.segments.all.contracts.contract_share=0.8", "they add up to 1.1"),
    ],
)
def test_what_does_not_fit_is_said(override: str, said: str) -> None:
    prefix = "" if override[0] in "+~" else "++"
    with pytest.raises(ScenarioError, match=said.replace(".", r"\.")):
        customers(prefix + override)
