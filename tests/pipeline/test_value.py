"""What a plan is worth: closed forms, parts that add up, and what the simulation itself then brings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.measures.groups import GROUP_KINDS
from sim.measures.periods import TOTAL
from sim.measures.reading import Given, Reading
from sim.measures.value import selling_share, serving_usd_per_customer
from sim.pipeline.deals import odds_of
from sim.rules.value import Window, discounted_years, kept_years, rise_years
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.invented_worlds import worlds
from tests.makers.play import WORLDS, check_mean, plain

YEAR = 360.0  # the worlds' months have 30 days
BILLING = "+world.billing={gross_margin_share: 0.8}"
NAMES = [measure.name for measure in MEASURES]
# Nobody serves, leaves, or asks for more: what happens to customers is the renewal rule alone.
ALONE = (
    BILLING, "~world.roles.csm", "~opening.teams.csms", "~world.hiring.recruiting_mean_days.csm",
    "~world.costs.salary_usd_per_year.csm", "world.roles.rep.exits.voluntary_per_year=0",
    "world.roles.am.exits.voluntary_per_year=0", "world.sources.more.opportunities_per_customer_per_year=0",
)  # fmt: skip


@cache
def customers_world(*overrides: str) -> Scenario:
    return load(str(WORLDS / "customers.yaml"), overrides)


def told(scenario: Scenario, months: int, book: Ledger) -> dict[tuple[str, str, str], float]:
    """Measures of the whole run by name, kind of group and group."""
    layout = kpis.table(scenario, scenario.calendar(months))
    rows, values = layout.rows, layout.values(book)
    return {
        (NAMES[rows.measure[i]], GROUP_KINDS[rows.group_kind[i]], rows.group_names[rows.group[i]]): float(values[i])
        for i in np.flatnonzero(rows.period_kind == TOTAL)
    }


def whole(scenario: Scenario, months: int, book: Ledger, name: str) -> float:
    return told(scenario, months, book)[name, "all", "all"]


# -- the rule ------------------------------------------------------------------------------------------------------


def integral(start: float, end: float, discount: float, years: float) -> float:
    """Of (1 + discount)^-t over the part of start to end within the window, by hand."""
    start, end = max(start, 0.0), min(end, years)
    if end <= start:
        return 0.0
    return end - start if discount == 0 else ((1 + discount) ** -start - (1 + discount) ** -end) / np.log(1 + discount)


def by_hand(rise: float, end: float, term: float, first: float, stay: float, amount: float, window: Window) -> float:
    """A dollar a year from ``rise`` on, walked through term by term."""
    total, begins, ends, there, factor, renewals = 0.0, 0.0, end, 1.0, 1.0, 0
    while begins < window.years:
        if rise <= ends:
            total += there * factor * integral(max(rise, begins), ends, window.discount_per_year, window.years)
            factor *= amount
        there *= first if renewals == 0 else stay
        begins, ends, renewals = ends, ends + term, renewals + 1
    return total


@given(
    st.floats(0, 40), st.floats(0.01, 10), st.sampled_from([1 / 12, 0.25, 1.0, 3.0]), st.floats(0, 1), st.floats(0, 1),
    st.floats(0.5, 1.5), st.sampled_from([0.0, 0.5, 3.0, 8.0]), st.sampled_from([0.0, 0.1, 1.0]),
)  # fmt: skip
def test_a_rise_is_worth_what_its_terms_bring_one_by_one(
    rise: float, end: float, term: float, first: float, stay: float, amount: float, years: float, discount: float
) -> None:
    window = Window(years, discount)
    found = rise_years(window, *(np.array([x]) for x in (rise, end, term, first, stay, amount)))
    assert found[0] == pytest.approx(by_hand(rise, end, term, first, stay, amount, window), rel=1e-9, abs=1e-12)


def test_short_terms_are_a_constant_hazard() -> None:
    """Half of what is lost in a term is lost late: terms of a day are within 2e-4 of the integral."""
    hazard, discount, years, day = 0.3, 0.1, 3.0, 1 / 360
    keep = np.array([np.exp(-hazard * day)])
    found = kept_years(Window(years, discount), np.zeros(1), np.array([day]), np.array([day]), keep, keep)
    rate = hazard + np.log(1 + discount)
    assert found[0] == pytest.approx((1 - np.exp(-rate * years)) / rate, rel=5e-4)


def test_three_years_of_yearly_terms_are_a_geometric_sum() -> None:
    keep, discount = 0.9, 0.1
    one = np.ones(1)
    found = kept_years(Window(3.0, discount), 0 * one, one, one, keep * one, keep * one)
    first_year = (1 - 1 / 1.1) / np.log(1.1)
    assert found[0] == pytest.approx(first_year * (1 + keep / 1.1 + (keep / 1.1) ** 2))
    without = kept_years(Window(3.0, 0.0), 0 * one, one, one, keep * one, keep * one)
    assert without[0] == pytest.approx(1 + keep + keep**2)
    assert discounted_years(Window(3.0, 0.0), 2.0 * one, 9.0 * one)[0] == 1.0


# -- a customer by hand --------------------------------------------------------------------------------------------


def one_customer(**given: float) -> np.ndarray:
    """The first of the customers as given; all others have left."""
    rows = np.zeros(len(played().customers), ledger.CUSTOMERS)
    rows["left_day"][0] = rows["growth_day"] = ledger.NEVER
    for name, value in given.items():
        rows[name][0] = value
    return rows


def run_off(customers: np.ndarray, *overrides: str) -> float:
    """Of these customers alone, a year after the first day."""
    scenario = customers_world(*(overrides or (BILLING,)))
    book = replace(played(), customers=customers, contracts=played().contracts[:0], arr_moves=played().arr_moves[:0])
    return whole(scenario, 12, book, "run_off_value")


@cache
def played() -> Ledger:
    return world.simulate(customers_world(BILLING), 12, Luck(1, 0))


AMOUNT = 1 - 0.1 * 0.25 + 0.3 * 0.08  # of who renews in that world
SERVING = (70_000 * 1.25) / 70  # a CSM's pay and benefits, over the customers that one serves


def yearly(end: float, first: float, stay: float, years: float = 3.0, discount: float = 0.1) -> float:
    total, begins, there = 0.0, 0.0, 1.0
    for renewals in range(5):
        total += there * integral(begins, end, discount, years)
        there *= first if renewals == 0 else stay
        begins, end = end, end + 1.0
    return total


def expected(arr: float, end: float, stay: float = 0.9, lost: float = 0.0) -> float:
    first = stay - lost
    paying, there = yearly(end, first * AMOUNT, stay * AMOUNT), yearly(end, first, stay)
    return 0.8 * arr * paying - SERVING * there


def test_one_customer_by_hand() -> None:
    found = run_off(one_customer(arr_usd=50_000, term_end_day=360 + 90))
    assert found == pytest.approx(expected(50_000, 0.25), abs=0.011)


def test_a_lost_seller_counts_at_the_first_renewal_alone() -> None:
    found = run_off(one_customer(arr_usd=50_000, term_end_day=360 + 90, extra_loss=0.17))
    assert found == pytest.approx(expected(50_000, 0.25, lost=0.17), abs=0.011)
    gone = run_off(one_customer(arr_usd=50_000, term_end_day=360 + 90, extra_loss=1.0))
    assert gone == pytest.approx((0.8 * 50_000 - SERVING) * integral(0, 0.25, 0.1, 3), abs=0.011)


def test_a_contract_that_ends_at_the_horizon_adds_nothing() -> None:
    assert run_off(one_customer(arr_usd=50_000, term_end_day=360.0)) == 0.0
    assert run_off(one_customer(arr_usd=50_000, term_end_day=300.0)) == 0.0
    assert run_off(one_customer(arr_usd=0.0, term_end_day=500.0, left_day=350.0)) == 0.0
    assert run_off(one_customer(arr_usd=50_000, term_end_day=360.0 + 1e-6)) > 0.0


def test_growth_still_to_come_is_in_it_and_stays_with_the_customer() -> None:
    """Two steps of 5,000 USD, 30 and 60 days on; the term ends between them."""
    slow = one_customer(
        arr_usd=50_000, term_end_day=360 + 45, growth_left_usd=10_000, growth_steps=2, growth_day=360 + 30
    )
    window, end = Window(3.0, 0.1), 45 / 360
    steps = sum(by_hand(day / 360, end, 1.0, 0.9, 0.9, AMOUNT, window) for day in (30, 60))
    assert run_off(slow) == pytest.approx(expected(50_000, end) + 0.8 * 5_000 * steps, abs=0.011)


def test_without_a_window_nothing_is_left_and_without_discount_a_dollar_is_a_dollar() -> None:
    customer = one_customer(arr_usd=50_000, term_end_day=360 + 90)
    assert run_off(customer, BILLING, "world.value.years=0") == 0.0
    short = run_off(customer, BILLING, "world.value.years=0.001")
    assert short == pytest.approx(0.001 * (0.8 * 50_000 - SERVING), rel=1e-3)
    flat = run_off(customer, BILLING, "world.value.years=0.25", "world.value.discount_per_year=0")
    assert flat == pytest.approx(0.25 * (0.8 * 50_000 - SERVING), abs=0.011)


@pytest.mark.parametrize(
    ("more", "sign"),
    [
        ("world.value.years=4", 1), ("world.value.discount_per_year=0.2", -1),
        ("world.segments.all.contracts.renew_share=0.95", 1), ("world.segments.all.contracts.uplift_share=0.5", 1),
        ("world.segments.all.contracts.contract_share=0.3", -1), ("world.billing.gross_margin_share=0.9", 1),
        ("world.costs.salary_usd_per_year.csm=90000", -1), ("world.roles.csm.accounts_per_head.all=100", 1),
        ("world.segments.all.contracts.load_logit=1", 0),
    ],
)  # fmt: skip
def test_signs(more: str, sign: int) -> None:
    customer = one_customer(arr_usd=50_000, term_end_day=360 + 90)
    assert np.sign(round(run_off(customer, BILLING, more) - run_off(customer), 2)) == sign


def test_lifetime_value_is_the_renewal_rule_walked_through_term_by_term() -> None:
    """Half of 50,000 from the first day, the rest in its steps; a tenth leaves at each term's end, nobody is drawn."""
    scenario = customers_world("+world.billing={gross_margin_share: 0.8, uncollectible_share: 0.05}")
    rule = scenario.world.segments["all"].contracts
    assert rule is not None
    move = np.zeros(1, ledger.ARR_MOVES)
    move["kind"], move["amount_usd"], move["day"], move["customer"] = ledger.ARR_NEW, 25_000, 100, 0
    book = replace(played(), arr_moves=move)
    steps = max(1, round(rule.grows_over_months)) if rule.grows == "monthly" else 1
    rises = [(0.0, 25_000.0)]
    rises += [(rule.grows_over_months / 12 * (k + 1) / steps, 25_000.0 / steps) for k in range(steps)]
    term = rule.term_months / 12
    window = Window(30.0, scenario.world.value.discount_per_year)
    years = [usd * by_hand(on, term, term, 0.9, 0.9, AMOUNT, window) for on, usd in rises]
    found = told(scenario, 12, book)
    assert found["lifetime_margin", "all", "all"] == pytest.approx(0.75 * sum(years), abs=0.005)
    assert found["ltv", "all", "all"] == found["lifetime_margin", "all", "all"], "one customer"


def of_a_year(scenario: Scenario) -> Given:
    return Given(kpis.table(scenario, scenario.calendar(12)).rows.frame, scenario)


def serving(scenario: Scenario) -> np.ndarray:
    return serving_usd_per_customer(of_a_year(scenario))


def selling(book: Ledger, scenario: Scenario) -> np.ndarray:
    return selling_share(Reading(of_a_year(scenario), book))


def test_where_no_role_serves_nothing_is_taken_off() -> None:
    assert serving(customers_world(BILLING)).tolist() == [SERVING]
    assert serving(customers_world(*ALONE)).tolist() == [0.0]


# -- the parts and the whole ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_parts_add_up_to_the_cent_over_segments_too() -> None:
    scenario = load("base", ())
    book = world.simulate(scenario, 6, Luck(3, 0))
    found = told(scenario, 6, book)
    parts = ("contribution", "run_off_value", "pipeline_value")
    groups = [key[1:] for key in found if key[0] == "value"]
    assert {kind for kind, _ in groups} == {"all", "segment", "region", "segment_region"}
    for group in groups:
        assert found["value", *group] == pytest.approx(sum(found[part, *group] for part in parts), abs=0.005)
    for name in (*parts[1:], "arr_at_end"):
        for kind in ("segment", "region", "segment_region"):
            by_group = sum(found[name, *group] for group in groups if group[0] == kind)
            assert by_group == pytest.approx(found[name, "all", "all"], abs=0.005), (name, kind)
    for name in ("value", "contribution"):  # what is unallocated is the cost of no one segment
        rest = found[name, "segment", "unallocated"]
        nobodys = book.payments[(book.payments["segment"] < 0) & (book.payments["month"] < 6)]
        assert rest == pytest.approx(-nobodys["amount_usd"].sum(), abs=0.005)
        assert rest < -1e5


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(worlds(), st.integers(0, 10**6))
def test_parts_add_up_in_any_world(scenario: Scenario, replication: int) -> None:
    book = world.simulate(scenario, 7, Luck(2, replication))
    still = np.isin(book.deals["state"], ledger.OPEN_STATES)
    assert np.all((book.deals["win_chance"] >= 0.0) & (book.deals["win_chance"] <= 1.0))
    assert not book.deals["win_chance"][~still].any()
    found = told(scenario, 7, book)
    assert found["arr_at_end", "all", "all"] == pytest.approx(book.customers["arr_usd"].sum(), abs=0.005)
    if scenario.world.billing is None:
        assert np.isnan(found["value", "all", "all"])
        return
    parts = ("contribution", "run_off_value", "pipeline_value")
    whole_usd = [found[part, "all", "all"] for part in parts]
    assert found["value", "all", "all"] == pytest.approx(sum(whole_usd), abs=0.005)
    for part in parts[1:]:
        by_segment = sum(found[key] for key in found if key[:2] == (part, "segment"))
        assert by_segment == pytest.approx(found[part, "all", "all"], abs=0.005)
    if scenario.world.value.years == 0:
        assert whole_usd[1:] == [0.0, 0.0]


def test_arr_at_the_end_is_what_moved_it_and_what_is_in_force() -> None:
    scenario = customers_world(BILLING)
    book = played()
    found = whole(scenario, 12, book, "arr_at_end")
    assert found == pytest.approx(book.arr_moves["amount_usd"].sum(), abs=0.005)
    running = (book.contracts["start_day"] <= 360.0) & (book.contracts["end_day"] > 360.0)
    assert found == pytest.approx(book.contracts["arr_usd"][running].sum(), abs=0.005)


def test_without_billing_value_is_undefined() -> None:
    scenario = customers_world()
    found = told(scenario, 12, played())
    for name in ("value", "run_off_value", "pipeline_value"):
        assert np.isnan(found[name, "all", "all"])
    assert found["arr_at_end", "all", "all"] > 0


# -- the pipeline by hand ------------------------------------------------------------------------------------------


def pipeline(
    scenario: Scenario | None = None, book: Ledger | None = None, customers: np.ndarray | None = None, **given: float
) -> float:
    """Of one open deal, a year after the first day, where nobody is paid for deals."""
    row = np.zeros(1, ledger.DEALS)
    row["state"], row["customer"], row["closed_day"] = ledger.WORKING, -1, ledger.NEVER
    row["amount_usd"], row["win_chance"], row["forecast_close_day"] = 100_000, 0.4, 360 + 90
    for name, value in given.items():
        row[name] = value
    book = book or played()
    book = replace(
        book, deals=row, moves=book.moves[:0], credits=book.credits[:0], waits=book.waits[:0],
        customers=book.customers[:0] if customers is None else customers, contracts=book.contracts[:0],
        arr_moves=book.arr_moves[:0],
    )  # fmt: skip
    return whole(scenario or customers_world(BILLING), 12, book, "pipeline_value")


def test_a_new_customers_deal_by_hand() -> None:
    """It starts at half of its ARR and grows in six monthly steps."""
    window, keep = Window(3.0, 0.1), 0.9 * AMOUNT
    paying = 0.5 * (by_hand(0.25, 1.25, 1.0, 0.9, 0.9, AMOUNT, window))
    paying += sum(0.5 / 6 * by_hand(0.25 + k / 12, 1.25, 1.0, 0.9, 0.9, AMOUNT, window) for k in range(1, 7))
    there = by_hand(0.25, 1.25, 1.0, 0.9, 0.9, 1.0, window)
    assert keep < 0.9
    assert pipeline() == pytest.approx(0.4 * (0.8 * 100_000 * paying - SERVING * there), abs=0.011)
    assert pipeline(win_chance=0.0) == 0.0
    assert pipeline(forecast_close_day=100.0) > pipeline()  # never before the horizon, so it is as one that closes now
    assert pipeline(forecast_close_day=100.0) == pipeline(forecast_close_day=360.0)
    assert pipeline(forecast_close_day=360.0 + 3 * 360) == 0.0


def test_an_expansion_raises_its_customer_if_it_is_still_one() -> None:
    window = Window(3.0, 0.1)
    customer = one_customer(arr_usd=50_000, term_end_day=360 + 45, extra_loss=0.1)
    paying = by_hand(0.25, 0.125, 1.0, 0.8, 0.9, AMOUNT, window)
    found = pipeline(customers=customer, customer=0, source=1)
    assert found == pytest.approx(0.4 * 0.8 * 100_000 * paying, abs=0.011)
    ended = one_customer(arr_usd=50_000, term_end_day=360)
    assert pipeline(customers=ended, customer=0, source=1) == 0.0


def test_one_off_business_is_earned_at_once() -> None:
    once = plain(BILLING)
    book = world.simulate(once, 12, Luck(1, 0))
    assert pipeline(once, book) == pytest.approx(0.4 * 0.8 * 100_000 * 1.1**-0.25, abs=0.011)
    assert pipeline(once, book, forecast_close_day=360 + 3 * 360) == 0.0
    assert whole(once, 12, book, "run_off_value") == 0.0


def test_selling_costs_the_mean_rate_of_pay_for_deals_with_benefits() -> None:
    plan = "+levers.pay={plans: {rep: {components: {c: {commission_share: 0.1}}}}, roles: {rep: rep}}"
    scenario = customers_world(BILLING, plan)
    book = world.simulate(scenario, 12, Luck(1, 0))
    booked = book.deals["amount_usd"][(book.deals["state"] == ledger.WON) & (book.deals["closed_day"] >= 0)].sum()
    of_reps = book.deals["amount_usd"][
        (book.deals["state"] == ledger.WON) & (book.deals["closed_day"] >= 0) & (book.deals["source"] == 0)
    ].sum()
    assert selling(book, scenario)[0] == pytest.approx(0.1 * of_reps / booked * 1.25, rel=1e-3)
    assert selling(played(), customers_world(BILLING)).tolist() == [0.0, 0.0]


# -- what the simulation then brings -------------------------------------------------------------------------------

STALLS = (
    "opening.warm_up_days=400", "world.attention.enabled=false",
    "world.sources.web.logit=0.3", "world.roles.rep.ability.sigma_log=0.5",
    "+world.segments.all.stalls={mean_days: 40, never_revives_share: 0.3, odds_decay_logit_per_month: 0.9,"
    " close_after_days: 100}",
    *(f"+world.segments.all.stages.{stage}.{share}" for stage in ("first", "last")
      for share in ("attempts=4", "lost_share=0.1", "no_decision_share=0.1", "stalled_share=0.8")),
)  # fmt: skip


def played_on(scenario: Scenario, months: int, more: int, replication: int) -> tuple[Ledger, Ledger]:
    """A run, and the same run so many months longer."""
    luck = Luck(11, replication)
    return world.simulate(scenario, months, luck), world.simulate(scenario, months + more, luck)


def test_open_deals_are_won_as_often_as_they_are_said_to_be() -> None:
    scenario = customers_world(*ALONE, *STALLS)
    gaps: list[list[float]] = []
    for replication in range(60):
        short, long = played_on(scenario, 4, 26, replication)
        then = long.deals[: len(short.deals)]
        still = np.isin(short.deals["state"], ledger.OPEN_STATES)
        assert np.array_equal(then["amount_usd"], short.deals["amount_usd"])
        assert np.all(short.deals["win_chance"][~still] == 0.0)
        gap = np.where(still, (then["state"] == ledger.WON) - short.deals["win_chance"], 0.0)
        stalled, first = short.deals["state"] == ledger.STALLED, short.deals["stage"] == 0
        weighed = gap * short.deals["amount_usd"] / 50_000
        likelier = gap * (short.deals["win_chance"] - 0.3)  # so that each deal's own odds count
        sums = (gap, gap[stalled], gap[first], gap[~first], weighed, likelier)
        gaps.append([part.sum() for part in sums])
    check_mean(np.array(gaps), np.zeros(6), errors=3.5)


def test_the_chance_to_win_does_not_look_at_luck_that_is_drawn_already() -> None:
    scenario = customers_world(*ALONE, *STALLS)
    calendar, luck = scenario.calendar(6), Luck(5, 0)
    with np.errstate(over="ignore"):
        org = world.assemble(scenario, calendar, luck, world.prepare(scenario, 6, luck))
        world.drive(org)
    horizon = calendar.horizon
    found = org.pipeline.win_chances(horizon)
    deals = org.pipeline.deals
    deals["luck"] = np.random.default_rng(1).random(len(deals))
    deals["revives"] = ~deals["revives"]
    deals["due"] += 3.0
    assert np.count_nonzero(found) > 50
    assert np.array_equal(org.pipeline.win_chances(horizon), found)


def test_the_last_try_at_the_last_stage_is_won_with_its_odds() -> None:
    """All that acts on odds is in the chance: rep, region, source, waiting, handing on. The market here is neutral."""
    leavers = "world.roles.rep.exits.voluntary_per_year=1.5"
    scenario = customers_world(*ALONE, *STALLS, leavers, "+levers.orphans={logit: -0.6, delay_days: 3}")
    compared, handed_on, waited = 0, 0, 0
    for replication in range(6):
        with np.errstate(over="ignore"):
            org = world.assemble(
                scenario, scenario.calendar(6), Luck(8, replication), world.prepare(scenario, 6, Luck(8, replication))
            )
            world.drive(org)
        found, state = org.pipeline.win_chances(180.0), org.pipeline.state
        deals = org.pipeline.deals
        last = (deals["state"] == ledger.WORKING) & (deals["stage"] == 1) & (deals["attempt"] == 3)
        for d in np.flatnonzero(last):
            assert found[d] == pytest.approx(odds_of(state, d), abs=2e-4)
        compared += last.sum()
        handed_on += (deals["reassigned"][last] > 0).sum()
        waited += (deals["waited_days"][last] > 0).sum()
    assert min(compared, handed_on, waited) >= 5


@pytest.mark.slow
def test_contracts_run_off_as_they_are_said_to() -> None:
    """With sellers who left just before, growth under way, and terms of all ages; the three years after are played."""
    departure = "+levers.departures={who: {role: rep, count: 3, on_date: 2027-08-20}}"
    scenario = customers_world(*ALONE, departure, "levers.backfill.enabled=false")
    gaps = []
    for replication in range(150):
        short, long = played_on(scenario, 9, 36, replication)
        count, horizon = len(short.customers), 270.0
        assert (short.customers["extra_loss"] > 0).any()
        assert (short.customers["growth_steps"] > 0).any()
        rows = long.contracts[(long.contracts["customer"] < count) & (long.contracts["end_day"] > horizon)]
        window = Window(scenario.world.value.years, 0.1)
        years = discounted_years(window, (rows["start_day"] - horizon) / YEAR, (rows["end_day"] - horizon) / YEAR)
        brought = 0.8 * (rows["arr_usd"] * years).sum()
        gaps.append((brought - whole(scenario, 9, short, "run_off_value")) / 1e6)
    check_mean(np.array(gaps), 0.0, errors=3.5)
