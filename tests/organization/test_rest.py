"""A company that was there before: with nothing planned and the market still, its people stay as they are.

Same quarters of different years are compared, paired within replications. Bounds are in standard errors of the
replications, and in what the past itself is known to: it is a sample, whose error more replications do not lessen.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.org.first_day.quiet import quiet
from sim.org.first_day.simple_past import is_simple
from sim.org.state.seating import seating
from sim.scenario.load import load, load_source
from sim.scenario.market import CommonFactor, Market
from sim.scenario.scenario import Scenario
from tests.makers.play import check_mean, digest, plain

DAYS_PER_MONTH = 365.25 / 12
MEASURES = ("heads", "tenure", "never ramps", "resigned", "let go", "moved up", "hires", "attainment", "ramped")
ERRORS = 4.0
# Three standard deviations between pasts played with six seeds, as a share of the level. There are few SDRs, and many
# go on to other seats; of the other roles the past is known better than the replications can tell.
KNOWN_TO = {("sdr", "tenure"): 0.13, ("sdr", "ramped"): 0.02}
OTHER_COMPANIES = ("from_files", "new_region", "new_segment_enterprise", "saturated_territory")
DATED = {  # stresses, and the months that they leave alone
    "attrition_doubled": 1, "inbound_cut_30": 1, "slow_ramp": 1, "recession": 1, "competitor_price_cut": 3,
    "remote_quarter": 3, "marketing_cut_lagged": 3, "win_rate_cut_10": 1, "cycle_plus_25": 1, "slow_hiring": 1,
}  # fmt: skip
SHIPPED = sorted(path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
TABLES_BY_DAY = {
    "moves": "day", "credits": "day", "seats": "start_day", "requisitions": "open_day", "decisions": "day",
    "market": "day",
}  # fmt: skip


def still(plan: Scenario) -> Scenario:
    """The same world with a market that stands still."""
    market = plan.world.market
    regime = market.regimes[market.first_regime].model_copy(update={"next_month": {"always": 1.0}})
    calm = Market(regimes={"always": regime}, first_regime="always", common_factor=CommonFactor())
    return plan.model_copy(update={"world": plan.world.model_copy(update={"market": calm})})


def by_quarter(book: Ledger, plan: Scenario, months: int, role: int) -> np.ndarray:
    """The measures of a role's people, shape (quarters, measures); heads and tenure as a quarter begins."""
    edges = plan.calendar(months).month_starts[::3]
    spells = book.seats[book.seats["role"] == role]
    rows = []
    for day in edges[:-1]:
        here = spells[(spells["start_day"] <= day) & (spells["end_day"] > day)]
        rows.append((len(here), np.mean(day - here["start_day"]) / DAYS_PER_MONTH, np.mean(here["ramp_ceiling"] < 1)))
    ends = [spells["end_day"][spells["exit_kind"] == kind] for kind in (1, 2, 4)]
    hired = spells["start_day"][(spells["requisition"] >= 0) & (spells["moved_from"] < 0)]
    flows = [np.histogram(days, edges)[0] for days in (*ends, hired)]
    quotas, quarters = book.quotas[book.places["role"][book.quotas["seat"]] == role], len(edges) - 1
    sold, carried = (np.bincount(quotas["quarter"], quotas[of], quarters) for of in ("attained_usd", "quota_usd"))
    mine = book.seats["role"][book.ramped["spell"]] == role
    ramped = np.bincount(book.ramped["month"][mine] // 3, book.ramped["ramped_days"][mine], quarters) / np.diff(edges)
    return np.column_stack([np.array(rows), *flows, sold / np.maximum(carried, 1.0), ramped])


def steps(plan: Scenario, replications: int, roles: list[str], months: int = 48) -> dict[str, np.ndarray]:
    """First year less the mean of the third and fourth, by quarter of the year and as a whole, of each role.

    In standard errors, after what the past is known to was taken off. Shape (quarters + 1, measures) each.
    """
    codes = [list(plan.world.roles).index(role) for role in roles]
    books = (world.simulate(plan, months, Luck(77, k)) for k in range(replications))
    found = np.array([[by_quarter(book, plan, months, code) for code in codes] for book in books])
    change = found[:, :, 0:4] - 0.5 * (found[:, :, 8:12] + found[:, :, 12:16])
    change = np.concatenate([change, change.mean(axis=2, keepdims=True)], axis=2)
    error = change.std(axis=0, ddof=1) / np.sqrt(replications)
    known_to = found.mean(axis=(0, 2)) * [[KNOWN_TO.get((role, name), 0.0) for name in MEASURES] for role in roles]
    apart = np.maximum(np.abs(change.mean(axis=0)) - known_to[:, None], 0.0) / np.maximum(error, 1e-9)
    return dict(zip(roles, apart, strict=True))


def check_rest(found: np.ndarray, role: str, *left_out: str) -> None:
    for k, name in enumerate(MEASURES):
        if name not in left_out:
            assert np.all(found[:, k] < ERRORS), (role, name, found[:, k].round(1))


@pytest.mark.slow
def test_base_without_a_plan_stays_as_it_is(subtests: pytest.Subtests) -> None:
    """The installed base grows, and with it what account managers sell."""
    plan = still(load("base", ["~levers.requisitions"]))
    for role, found in steps(plan, 100, ["ae", "sdr", "csm", "am", "manager"]).items():
        with subtests.test(role):
            check_rest(found, role, *(["attainment"] if role == "am" else []))


FINDERS = (
    "+opening.teams.finders={role: finder, region: here, seats: 2}",
    "+world.roles.finder={duty: recruits, open_requisitions_per_head: 2, exits: {voluntary_per_year: 0.1}}",
    "+world.hiring.recruiting_mean_days.finder=30", "+world.costs.salary_usd_per_year.finder=50000",
)  # fmt: skip
APPROVAL = ("levers.backfill.approval_days=10", "opening.levers.backfill.approval_days=10")  # the past has its own
WORLDS = {
    "a first year in which many leave": ("world.roles.rep.exits={voluntary_per_year: 0.3, first_year_multiplier: 2}",),
    "two recruiters who cannot keep up": (*FINDERS, "world.roles.rep.exits={voluntary_per_year: 0.7}"),
    "reviews of people who differ": (
        "world.roles.rep.exits={voluntary_per_year: 0.2, review_floor: 0.5, reviews_failed: 2, grace_months: 6}",
        "world.roles.rep.ability={sigma_log: 0.4, never_ramps_share: 0.4, never_ramps_ceiling: 0.3}",
        "world.roles.rep.ramp={kind: linear, months: 6}", "opening.warm_up_days=180",
    ),
    "peers and middling sales": (
        "world.roles.rep.exits={voluntary_per_year: 0.3, hump_per_year: 0.4, contagion: 1.5}",
        "world.roles.rep.ability={sigma_log: 0.4}", "opening.warm_up_days=180",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_invented_worlds_stay_as_they_are(name: str) -> None:
    plan = still(plain(*WORLDS[name], *APPROVAL, "world.hiring.notice_days=20"))
    check_rest(steps(plan, 60, ["rep"])["rep"], "rep")


def test_the_closed_form_is_used_where_it_holds() -> None:
    known = {"a first year in which many leave"}
    for name, change in WORLDS.items():
        plan = quiet(plain(*change))
        assert is_simple(seating(plan, None), plan.calendar(12)) == (name in known), name


def test_vacancies_and_hires_are_the_long_runs_from_the_first_month_on() -> None:
    """Hazard h a year of 360 days, T = 10 + 30 + 20 days to fill: T / (T + 360 / h) of the seats stand empty."""
    plan = plain(
        "world.roles.rep.exits={voluntary_per_year: 0.9}", *APPROVAL, "world.hiring.notice_days=20",
        "world.hiring.recruiting_sigma_log=0.5",
    )  # fmt: skip
    stay, empty, seats = 360 / 0.9 + 3.5, 60.0, 40  # nobody resigns before their first weekly tick
    found = []
    for k in range(150):
        book = world.simulate(plan, 6, Luck(2, k))
        held = [np.sum((book.seats["start_day"] <= day) & (book.seats["end_day"] > day)) for day in (0, 45, 90, 179)]
        hired = book.seats["start_day"][book.seats["requisition"] >= 0]
        found.append([*held, *np.histogram(hired, [0, 30, 60, 90, 180])[0]])
    share, rate = stay / (stay + empty), seats / (stay + empty)
    check_mean(np.array(found, float), [seats * share] * 4 + [30 * rate] * 3 + [90 * rate])


def test_a_search_under_way_is_as_long_as_any_found_in_its_middle() -> None:
    """Time to fill of those vacant on the first day is length-biased: E[T^2] / E[T], and what is left is half of it."""
    plan = plain("world.roles.rep.exits={voluntary_per_year: 0.9}", "world.hiring.recruiting_sigma_log=0.6")
    whole, left = [], []
    for k in range(150):
        rows = world.simulate(plan, 12, Luck(3, k)).requisitions
        rows = rows[(rows["vacated_day"] < 0.0) & (rows["accept_day"] < 360.0)]
        whole += (rows["accept_day"] - rows["open_day"]).tolist()
        left += rows["accept_day"].tolist()
    biased = 30.0 * np.exp(0.36)
    check_mean(np.array([whole, left]).T, [biased, biased / 2])


@lru_cache(maxsize=1)
def base_day() -> tuple[bytes, ...]:
    return fingerprint(load("base"))


def fingerprint(plan: Scenario) -> tuple[bytes, ...]:
    """The first day's people, searches and deals, field by field."""
    day = world.prepare(plan, 12, Luck(4, 4))
    deals = day.state.deals[: day.state.count[0]]
    tables = (day.roster, day.vacancies, deals)
    return tuple(np.ascontiguousarray(table[name]).tobytes() for table in tables for name in table.dtype.names)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SHIPPED if name not in OTHER_COMPANIES])
def test_every_scenario_of_the_same_company_has_its_first_day(name: str) -> None:
    assert fingerprint(load(name)) == base_day()


@pytest.mark.slow
def test_no_lever_moves_the_past() -> None:
    moved = [
        "levers.quota.usd_per_year.smb=1000000",
        "levers.backfill.approval_days=60",
        "levers.coverage.target_ratio=null",
    ]
    assert fingerprint(load("base", moved)) == base_day()
    ran_on = ["opening.levers.quota.usd_per_year={smb: 900000, mid_market: 1500000, enterprise: 2300000}"]
    assert fingerprint(load("base", ran_on)) != base_day()


@pytest.mark.slow
@pytest.mark.parametrize("name", DATED)
def test_a_stress_that_begins_on_a_date_changes_no_byte_before_it(name: str) -> None:
    month = DATED[name]
    a, b = (world.simulate(load(one), 6, Luck(6, 1)) for one in ("base", name))
    day = load("base").calendar(6).month_starts[month]
    for table, by in TABLES_BY_DAY.items():
        first, second = (getattr(book, table) for book in (a, b))
        before = first[by] < day
        for field in set(first.dtype.names or ()) - {
            "end_day", "exit_kind", "seat_closed", "accept_day", "start_day", "recruiter_day", "offers_declined",
            "regime", "requisition", "reason",
        }:  # fmt: skip
            assert np.array_equal(first[field][before], second[field][second[by] < day]), (table, field)
    early = [book.payments[book.payments["month"] < month] for book in (a, b)]
    assert np.array_equal(early[0]["amount_usd"], early[1]["amount_usd"])
    assert digest(a, ("moves",)) != digest(b, ("moves",))


def test_half_the_pace_takes_twice_as_long_to_ramp() -> None:
    """A shock on the ramp halves the pace of those who are on it, from its date on."""
    ramp = ("world.roles.rep.ramp={kind: linear, months: 10}", "+opening.teams.reps.tenure_months=" + str([0.0] * 40))
    slow = "+world.shocks.slow={acts_on: ramp, kind: step, from_date: 2027-01-01, multiplier: 0.5}"
    at_once, later = (by_month(world.simulate(plain(*ramp, *more), 12, Luck(1, 0))) for more in ((), (slow,)))
    months = np.arange(12)
    np.testing.assert_allclose(at_once[:10], 40 * 30 * (months[:10] + 0.5) / 10, rtol=0.01)
    np.testing.assert_allclose(later, 40 * 30 * (months + 0.5) / 20, rtol=0.01)


def by_month(book: Ledger) -> np.ndarray:
    return np.bincount(book.ramped["month"], book.ramped["ramped_days"], 12)


@pytest.mark.slow
def test_a_hazard_s_year_is_the_calendars() -> None:
    """Months of 30 days: 0.6 exits a year are 0.6 in 360 days."""
    plan = plain("world.roles.rep.exits={voluntary_per_year: 0.6}", "opening.vacant_share=0")
    left = [
        np.sum(world.simulate(plan, 1, Luck(8, k)).seats["exit_kind"] == ledger.VOLUNTARY) / 40 for k in range(800)
    ]  # fmt: skip
    check_mean(np.array(left)[:, None], -np.expm1(-0.6 / 12))


def test_the_resolved_scenario_states_its_past_and_can_be_run_again(tmp_path: Path) -> None:
    source = load_source("quota_plus_15")
    again = tmp_path / "again.yaml"
    again.write_text(source.to_yaml(), encoding="utf-8")
    read = load_source(str(again))
    assert quiet(read.at_central()) == quiet(load("base"))
    assert read.at_central().levers == source.at_central().levers
    assert read.at_central().levers.quota != read.at_central().opening.levers.quota
