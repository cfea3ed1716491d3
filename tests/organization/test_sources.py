"""Sources: who takes which deals, and what partners bring and keep."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger
from sim.measures import kpis
from sim.rules.spend import felt_spend
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from tests.makers.play import check_mean, digest, ledgers, numbers, plain, week_of

WEB = "world.sources.web={kind: inbound, leads_per_month: {all: 60}}"


def two_roles(*overrides: str, reps: str = "", farmers: str = "") -> Scenario:
    """Reps and farmers in one cell, people leaving, leads from the web and found in spare hours."""
    return plain(
        WEB,
        "opening.teams.farmers={role: farmer, segment: all, region: here, seats: 6}",
        "opening.teams.reps.seats=6",
        f"world.roles.farmer={{duty: sells, takes: [{farmers}]}}",
        f"world.roles.rep.takes=[{reps}]",
        "world.roles.rep.exits.voluntary_per_year=1",
        "world.hiring.recruiting_mean_days.farmer=30",
        "world.costs.salary_usd_per_year.farmer=100000",
        *overrides,
    )


@pytest.mark.parametrize("routing", ["race", "round_robin", "least_loaded"])
def test_a_role_takes_only_its_sources(routing: str) -> None:
    """Leads, what is found in spare hours, the first day's deals and what leavers leave: all by source."""
    policy = routing if routing != "round_robin" else "race"
    plan = two_roles(
        f"levers.routing={routing}", f"levers.orphans.policy={policy}", reps="web", farmers="self, web"
    )  # fmt: skip
    for book in ledgers(plan, 12, 2):
        names = book.names
        mine = book.deals["created_day"] < ledger.NEVER
        by_rep = np.isin(book.deals["seat"], book.seats["seat"][book.seats["role"] == names.roles.index("rep")])
        own = book.deals["source"] == names.sources.index("self")
        assert np.sum(mine & own) > 100
        assert not np.any(mine & own & by_rep)
        assert np.any(mine & ~own & by_rep & (book.deals["reassigned"] > 0))
        assert np.any(mine & ~own & ~by_rep)


def test_all_sources_named_is_as_none_named() -> None:
    for a, b in zip(ledgers(two_roles(), 6, 2), ledgers(two_roles(reps="web, self"), 6, 2), strict=True):
        assert digest(a) == digest(b)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("world.roles.rep.takes=[wep]", 'world.roles.rep.takes[0]: "wep" is no source. Did you mean "web"?'),
        ("world.roles.rep.takes=[web]", "world.sources.self: no role takes its deals"),
        ("world.roles.other={duty: supports, takes: [web]}", "belongs to roles whose duty is sells"),
    ],
)
def test_takes_that_cannot_be_are_refused(change: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        plain(WEB, change)
    assert said in str(error.value)


PARTNER = (
    "world.sources={friends: {kind: partner, leads_per_month: {all: 60}, margin_share: 0.3, response_exponent: 0.5}, "
    "self: {kind: self_sourced, opportunities_per_month_per_head: 0}}"
)


def test_partner_leads_follow_spend_to_its_exponent() -> None:
    """A quarter of the spend brings half of the leads, from the day of the change on."""
    cut = "levers.relative_spend={friends: {start: 1, 2027-07-01: 0.25}}"
    created = numbers(plain(PARTNER, cut), 12, 60, lambda b: [np.sum(h) for h in halves(b)])
    check_mean(created, [6 * 60, 6 * 30])


@pytest.mark.parametrize(("exponent", "dearer"), [(1.0, 2.0), (0.5, 4.0), (0.25, 16.0)])
def test_twice_the_leads_cost_twice_to_the_inverse_of_the_exponent(exponent: float, dearer: float) -> None:
    """Leads grow as spend to the exponent, so 2 = dearer ** exponent."""
    web = f"{{kind: inbound, leads_per_month: {{all: 60}}, program_usd_per_month: 9000, response_exponent: {exponent}}}"
    demand = week_of(plain(f"+world.sources.web={web}"), 0.0).demand
    nobody = np.zeros(1)
    assert demand.program_usd(0, nobody).tolist() == [9000.0]
    demand.push[:] = 2.0
    assert demand.program_usd(0, nobody).tolist() == [9000.0 * dearer]


def halves(book: ledger.Ledger) -> list[np.ndarray]:
    created = book.deals["created_day"][~book.deals["opening"]]
    return [(created >= 0) & (created < 180), (created >= 180) & (created < 360)]


def test_partner_deals_ask_for_part_of_the_hours() -> None:
    used = []
    for share in (1.0, 0.4, 0.0):
        plan = plain(PARTNER, f"world.sources.friends.hours_multiplier={share}")
        book = next(ledgers(plan, 6, 1))
        used.append(book.snapshots["value"][book.snapshots["quantity"] == ledger.HOURS_USED].sum())
    assert used[0] > 0
    assert used[1] == pytest.approx(0.4 * used[0])
    assert used[2] == 0.0


def test_partner_bookings_are_those_of_its_source() -> None:
    plan = plain(PARTNER, WEB)
    layout = kpis.table(plan, plan.calendar(12))
    book = next(ledgers(plan, 12, 1))
    values = dict(zip(layout.rows.labels(), layout.values(book), strict=True))
    names = [m.name for m in kpis.MEASURES]
    total = {(*key[2:4], names[key[4]]): v for key, v in values.items() if key[0] == "total"}
    assert total["all", "all", "partner_bookings"] == pytest.approx(total["source", "friends", "bookings"])
    assert 0 < total["all", "all", "partner_bookings"] < total["all", "all", "bookings"]
    margin = book.payments["amount_usd"][book.payments["kind"] == ledger.PARTNER_MARGIN].sum()
    assert margin == pytest.approx(0.3 * total["all", "all", "partner_bookings"], abs=0.005 * len(book.credits))


def test_leads_follow_spend_with_its_mean_lag() -> None:
    """Half the spend from day 90 on, exponent 1: after one lag a share 1/e of the old half is still felt."""
    lag = 60.0
    plan = plain(
        PARTNER,
        f"world.sources.friends.response_lag_days={lag}",
        "world.sources.friends.response_exponent=1",
        "levers.relative_spend={friends: {start: 1, 2027-04-01: 0.5}}",
    )
    days = np.array([[0.0, 90.0], [90.0, 150.0], [150.0, 360.0]])

    def expected(first: float, last: float) -> float:
        if last <= 90.0:
            return 2.0 * (last - first)
        decayed = lag * (math.exp(-(first - 90.0) / lag) - math.exp(-(last - 90.0) / lag))
        return 2.0 * (0.5 * (last - first) + 0.5 * decayed)

    def counts(book: ledger.Ledger) -> list[float]:
        created = book.deals["created_day"][~book.deals["opening"]]
        return [float(np.sum((created >= first) & (created < last))) for first, last in days]

    sample = numbers(plan, 12, 80, counts)
    check_mean(sample, [expected(*span) for span in days], errors=4.0)


def test_spend_that_does_not_change_is_felt_as_it_is() -> None:
    assert felt_spend([(0.0, 1.0)], 200.0, 45.0) == pytest.approx(1.0)
    assert felt_spend([(0.0, 3.0), (50.0, 0.5)], 49.0, 0.0) == 3.0
    assert felt_spend([(0.0, 3.0), (50.0, 0.5)], 50.0, 0.0) == 0.5
    assert felt_spend([(0.0, 3.0)], 45.0, 45.0) == pytest.approx(3.0 - 2.0 / math.e)
    assert felt_spend([(0.0, 3.0)], 0.5, 0.5) == pytest.approx(3.0 - 2.0 / math.e), "a lag below a day is one too"
