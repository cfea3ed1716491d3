"""Territory: accounts are taken, cool off and return; more people sell more while there are accounts, and no longer."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.pipeline.territory import TERRITORY, count_customers, move_accounts
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from tests.makers.play import check_mean, digest, ledgers, numbers, plain, week_of

NO_WINS = "world.segments.all.stages.last.advance_share=0"  # else accounts would become customers, and never return
RATE = 40 * 5 / 30.0  # finds a day, were all accounts free


def finite(accounts: int, cooling: float, *overrides: str) -> Scenario:
    territory = f"world.territory={{accounts: {{all: {{here: {accounts}}}}}, cooling_days: {cooling}}}"
    return plain(territory, "opening.warm_up_days=100", *overrides)


def free(book: Ledger, month: int) -> float:
    rows = book.snapshots
    return rows["value"][(rows["quantity"] == ledger.ACCOUNTS_FREE) & (rows["month"] == month)].sum()


@pytest.mark.parametrize("law", ["exponential", "fixed"])
def test_each_account_is_free_as_long_as_renewal_theory_says(law: str) -> None:
    """An account is found at rate r/N when free, and is gone for the deal and the time to cool off, whatever their law.

    Accounts are independent of each other, so that those free are binomial: mean and variance.
    """
    accounts, cooling = 600, 90.0
    laws = [f"world.segments.all.stages.{stage}.duration.law={law}" for stage in ("first", "last")]
    days = 20 + 0.5 * 30 + cooling
    share = 1.0 / (1.0 + RATE / accounts * days)
    sample = numbers(finite(accounts, cooling, NO_WINS, *laws), 12, 120, lambda b: [free(b, 0), free(b, 11)])
    check_mean(sample, [accounts * share] * 2)
    dispersion = sample.var(axis=0, ddof=1) / (accounts * share * (1 - share))
    assert np.all(np.abs(dispersion - 1.0) < 4.0 * np.sqrt(2.0 / 119))


def test_many_accounts_are_as_endless_ones() -> None:
    """With a million accounts about one find in a million is lost."""
    endless, many = (next(ledgers(plan, 6, 1)) for plan in (plain("opening.warm_up_days=100"), finite(10**8, 30.0)))
    assert digest(endless, ("moves", "credits")) == digest(many, ("moves", "credits"))


def test_who_asks_by_themselves_is_turned_away_only_where_none_is_free() -> None:
    """Inbound leads on few accounts: the loss formula of Erlang, for an account is a server that is busy or cooling."""
    accounts, load = 20, 15.0
    web = f"world.sources={{web: {{kind: inbound, leads_per_month: {{all: {load / 65 * 30}}}}}}}"
    plan = finite(accounts, 30.0, NO_WINS, web, "world.sources.self.opportunities_per_month_per_head=0")
    blocked = 1.0
    for servers in range(1, accounts + 1):
        blocked = load * blocked / (servers + load * blocked)
    sample = numbers(plan, 24, 80, lambda b: [np.sum(b.deals["arrived_day"] >= 0.0)])
    check_mean(sample, [load / 65 * 720 * (1 - blocked)])


def test_wins_are_customers_and_do_not_return() -> None:
    book = next(ledgers(finite(3000, 0.0), 12, 1))
    rows = book.snapshots[book.snapshots["quantity"] == ledger.ACCOUNTS_CUSTOMERS]
    wins = book.credits["day"]
    before = rows["value"][0]
    for row in rows:
        assert row["value"] == before + np.sum(wins < 30.0 * row["month"])


def test_accounts_taken_in_a_month_are_the_leads_that_came_in_it() -> None:
    book = next(ledgers(finite(3000, 30.0), 12, 1))
    rows = book.snapshots[book.snapshots["quantity"] == ledger.ACCOUNTS_TAKEN]
    came = np.histogram(book.deals["arrived_day"], 30.0 * np.arange(13))[0]
    assert rows["month"].tolist() == list(range(12))
    assert rows["value"].tolist() == came.tolist()
    assert came.min() > 50


def test_the_account_of_a_lead_that_nobody_took_is_free_again_at_once() -> None:
    """Only those of deals that were lost are left alone; with 1000 days to cool off none has returned."""
    flood = "world.sources={web: {kind: inbound, leads_per_month: {all: 200}, stale_after_days: 25}}"
    busy = ("opening.teams.reps.seats=3", "world.attention={enabled: true, overload_logit: 0}")
    pipeline = week_of(finite(5000, 1000.0, flood, *busy, "opening.pipeline=empty"), 300.0).pipeline
    here, ended = pipeline.territory(300.0)[0], pipeline.deals["state"]
    assert np.sum(ended == ledger.STALE) > 50
    assert here["cooling"] == np.sum(np.isin(ended, [ledger.LOST, ledger.NO_DECISION])) > 20
    assert here["free"] + here["worked"] + here["cooling"] + here["customers"] == 5000


def long_run_elasticity(*overrides: str, seats: int = 40, replications: int = 40) -> tuple[float, float]:
    """Percent of bookings for a percent of heads, at 20% more under the same luck; mean and standard error."""
    few, many = (finite(2000, 60.0, f"opening.teams.reps.seats={n}", *overrides) for n in (seats, seats * 6 // 5))
    pairs = [
        [np.sum(world.simulate(plan, 24, Luck(5, r)).moves["kind"] == ledger.CREATED) for plan in (few, many)]
        for r in range(replications)
    ]
    logs = np.diff(np.log(pairs), axis=1)[:, 0] / np.log(1.2)
    return float(logs.mean()), float(logs.std(ddof=1) / np.sqrt(replications))


@pytest.mark.parametrize("accounts", [10**7, 2000, 500])
def test_the_elasticity_of_opportunities_to_heads_is_the_free_share(accounts: int) -> None:
    """r f = r/(1 + r D/N): near 1 untapped, low when saturated; exactly the chord of that curve."""
    few = f"world.territory.accounts.all.here={accounts}"
    mean, error = long_run_elasticity(NO_WINS, few)
    days = 35.0 + 60.0
    flows = [r / (1.0 + r * days / accounts) for r in (RATE, 1.2 * RATE)]
    assert abs(mean - np.log(flows[1] / flows[0]) / np.log(1.2)) < 4 * error + 1e-3


def test_where_all_leads_come_by_themselves_heads_do_not_matter() -> None:
    web = "world.sources={web: {kind: inbound, leads_per_month: {all: 100}}}"
    mean, error = long_run_elasticity(NO_WINS, web, "world.sources.self.opportunities_per_month_per_head=0")
    assert abs(mean) <= 4 * error + 1e-9


RECARVE = "levers.recarves.anew={on_date: 2027-04-01, segment: all, shares: {here: 0.4, there: 0.6}, deals_share: 0.5}"
THERE = (
    "world.regions.there={}",
    "opening.teams.others={role: rep, segment: all, region: there, seats: 40}",
    "world.territory={accounts: {all: {here: 5000, there: 5000}}}",
)


def test_divided_anew_accounts_and_deals_go_over_and_nothing_before_changes() -> None:
    a, b = (next(ledgers(plain(*THERE, *more), 9, 1)) for more in ((), (RECARVE,)))
    rows = b.snapshots[b.snapshots["quantity"] == ledger.ACCOUNTS]
    by_month = {(int(r["month"]), int(r["region"])): r["value"] for r in rows}
    assert by_month[3, 0] + by_month[3, 1] == by_month[0, 0] + by_month[0, 1] == 10000
    assert by_month[2, 0] == 5000
    assert by_month[4, 0] <= 4000, "the accounts of the deals went over, too"
    moved = b.moves[b.moves["kind"] == ledger.REASSIGNED]
    assert set(moved["day"].tolist()) == {90.0}
    assert np.all(b.deals["reassigned"][moved["deal"]] == 1)
    open_then = (a.deals["created_day"] < 90) & (a.deals["closed_day"] >= 90) & (a.deals["region"] == 0)
    assert abs(len(moved) - 0.5 * open_then.sum()) < 4 * np.sqrt(0.25 * open_then.sum())
    assert np.all(b.deals["region"][moved["deal"]] == 1)
    assert digest_before(a, 90.0) == digest_before(b, 90.0)
    decided = b.decisions[b.decisions["kind"] == ledger.RECARVE]
    assert decided["value"].tolist() == [1000.0]


def test_a_deal_that_goes_over_meets_the_odds_of_its_new_region() -> None:
    """A source without odds of its own: 0 here, 1 there, and 1 for those that went there on day 90."""
    easier = "world.regions.there={logit: 1}"
    deals = week_of(plain(*THERE, easier, RECARVE), 90.5).pipeline.deals
    assert np.sum(deals["reassigned"] == 1) > 50
    assert np.all(deals["cell"][deals["reassigned"] == 1] == 1)
    np.testing.assert_allclose(deals["logit"], deals["cell"], atol=1e-12)


def digest_before(book: Ledger, day: float) -> bytes:
    rows = book.moves[(book.moves["day"] < day) & (book.moves["kind"] != ledger.SLIPPED)]  # slips are seen later
    return b"".join(np.ascontiguousarray(rows[name]).tobytes() for name in rows.dtype.names)


def territory(*rows: tuple[int, int]) -> np.ndarray:
    table = np.zeros(len(rows), TERRITORY)
    table["accounts"], table["free"] = zip(*rows, strict=True)
    return table


def test_only_free_accounts_move_and_none_is_lost() -> None:
    table = territory((1000, 300), (500, 100), (500, 0))
    change = move_accounts(table, np.arange(3), np.array([0.25, 0.25, 0.5]))
    assert change.tolist() == [-300, 0, 300]
    assert table["accounts"].tolist() == [700, 500, 800]
    assert table["free"].tolist() == [0, 100, 300]


def test_customers_are_counted_among_the_free_or_on_top() -> None:
    table = territory((100, 30))
    count_customers(table, 0, 20)
    assert (table["accounts"][0], table["free"][0], table["customers"][0]) == (100, 10, 20)
    count_customers(table, 0, 15)
    assert (table["accounts"][0], table["free"][0], table["customers"][0]) == (105, 0, 35)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "world.territory={accounts: {al: {here: 1}}}",
            'world.territory.accounts.al: "al" is no segment.',
        ),
        ("world.territory={accounts: {all: {her: 1}}}", 'world.territory.accounts.all.her: "her" is no region.'),
        (RECARVE, "levers.recarves.anew.shares.there: "),
        (RECARVE.replace("there", "here2"), '"here2" is no region'),
        (RECARVE.replace("0.6", "0.7"), "shares must add up to 1"),
        (RECARVE.replace("2027", "2026"), "is before the first day"),
        (RECARVE, "counts none for all in here"),
    ],
)
def test_what_cannot_be_is_refused(change: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        plain(change)
    assert said in str(error.value)
