"""Customers, invoices and cash of the first day go on as they were: nothing steps where nobody plans anything."""

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
from sim.pipeline.tables import CUSTOMERS
from sim.rules.vintage import MOST_TERMS, vintages
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import check_mean, plain

MONTHS, QUARTERS = 48, 16
ERRORS = 3.5
MOVED = {
    "new": ledger.ARR_NEW, "growth": ledger.ARR_GROWTH, "expansion": ledger.ARR_EXPANSION,
    "uplift": ledger.ARR_UPLIFT, "churn": ledger.ARR_CHURN,
}  # fmt: skip
CASH = ("billings", "collections", "written_off", "deferred_revenue", "receivables")
KPIS = ("arr", "customers", "renewed_arr", "open_pipeline", *CASH)
STILL_MARKET = (
    "~levers.requisitions", "~world.territory", "world.market.common_factor.leads_sigma_log=0",
    "world.market.common_factor.odds_sigma_logit=0",
    "world.market.regimes.normal.next_month={normal: 1, growth: 0, recession: 0}",
)  # fmt: skip
NOBODY_LEAVES = (
    *(f"world.roles.{r}.exits.voluntary_per_year=0" for r in ("ae", "am", "csm", "sdr", "se", "manager", "recruiter")),
    "world.roles.ae.exits.hump_per_year=0", "world.roles.ae.exits.review_floor=0", "opening.vacant_share=0",
    *(f"~world.roles.{role}.time_off" for role in ("ae", "am", "sdr")),
)  # fmt: skip
NEVER_SHORT = (
    "world.attention.enabled=false", "world.roles.se.deals_at_once=500", "~world.sources.inbound.by_month",
    *(f"++world.segments.{s}.contracts.load_logit=0" for s in ("smb", "mid_market", "enterprise")),
)  # fmt: skip


@cache
def base(*overrides: str) -> Scenario:
    return load("base", (*STILL_MARKET, *NOBODY_LEAVES, *NEVER_SHORT, *overrides))


def stationary(*overrides: str) -> Scenario:
    """480 customers won a year of 360 days and a fifth of 2,400 lost: as many come as leave."""
    return plain(
        "opening.warm_up_days=180",
        "+world.segments.all.contracts={renew_share: 0.8, uplift_share: 0.5, uplift_by_share: 0.06, starts_at_share:"
        " 0.5, grows_over_months: 6, opening_customers: {here: 2400}}",
        "+world.sources.more={kind: expansion, opportunities_per_customer_per_year: 0.6, size_share_of_arr: 0.4}",
        "+world.billing={schedule: quarterly, collection_days: 60, uncollectible_share: 0.05, gross_margin_share: 0.8}",
        *overrides,
    )


def by_quarter(plan: Scenario, replications: int, seed: int = 11, *others: Scenario) -> list[dict[str, np.ndarray]]:
    """What moved and what stood, shape (replications, quarters); others have other billing and the same luck."""
    layouts = [kpis.table(one, one.calendar(MONTHS)) for one in (plan, *others)]
    rows, names = layouts[0].rows, [m.name for m in MEASURES]
    quarterly = (rows.group == rows.group_names.index("all")) & (rows.period_kind == PERIOD_KINDS.index("quarter"))
    where = {name: np.flatnonzero(quarterly & (rows.measure == names.index(name))) for name in KPIS}
    edges = plan.calendar(MONTHS).month_starts[::3]
    found: list[dict[str, list[np.ndarray]]] = [{} for _ in layouts]
    for replication in range(replications):
        book = world.simulate(plan, MONTHS, Luck(seed, replication))
        moved = moves(book, edges)
        for layout, rows_of in zip(layouts, found, strict=True):
            values = layout.values(book)
            for name, quarters in {**moved, **{name: values[here] for name, here in where.items()}}.items():
                rows_of.setdefault(name, []).append(quarters)
    return [{name: np.array(values) for name, values in rows_of.items()} for rows_of in found]


def moves(book: Ledger, edges: np.ndarray) -> dict[str, np.ndarray]:
    """ARR moved by kind, and terms that ended, by quarter."""
    rows = book.arr_moves[book.arr_moves["kind"] != ledger.ARR_OPENING]
    found = {
        name: np.histogram(some["day"], edges, weights=np.abs(some["amount_usd"]))[0]
        for name, kind in MOVED.items()
        for some in [rows[rows["kind"] == kind]]
    }
    renewed = book.contracts[book.contracts["kind"] == ledger.RENEWAL_TERM]["start_day"]
    left = rows["day"][rows["kind"] == ledger.ARR_CHURN]
    found["ended"] = np.histogram(np.r_[renewed, left], edges)[0].astype(float)
    found["left"] = np.histogram(left, edges)[0].astype(float)
    # By segment: their mix moves while the base grows. Nobody leaves there, so sellers of less than a year's tenure,
    # of whom there are a few on the first day, are none who came for somebody lost.
    lost = rows[(rows["kind"] == ledger.ARR_CHURN) & (rows["cause"] == ledger.OWN_COURSE)]
    kept = book.contracts[book.contracts["kind"] == ledger.RENEWAL_TERM]
    for segment, name in enumerate(book.names.segments):
        gone, stayed = lost[lost["segment"] == segment], kept[kept["segment"] == segment]
        found[f"lost {name}"] = -np.histogram(gone["day"], edges, weights=gone["amount_usd"])[0]
        found[f"kept {name}"] = np.histogram(stayed["start_day"], edges, weights=stayed["arr_usd"])[0]
    return found


def check_flat(values: np.ndarray, what: str, allowed: float = 0.0) -> None:
    """Each quarter of the first year is as the same one of later years, paired within replications.

    Args:
        values: (replications, quarters). allowed: a part of the mean that may part them besides luck, for the past is
            in closed form.
    """
    for quarter in range(4):
        step = values[:, quarter] - values[:, quarter + 4 :: 4].mean(axis=1)
        error = step.std(ddof=1) / np.sqrt(len(step))
        leeway = ERRORS * error + allowed * abs(values.mean())
        assert abs(step.mean()) <= leeway, (
            f"{what}: quarter {quarter + 1} is {step.mean() / values.mean():+.1%} off later ones"
            f" ({step.mean() / error:+.1f} standard errors)"
        )


def test_the_law_of_vintages_against_its_integral() -> None:
    """Uniform where as many come as leave or nobody comes and leaves; else as many as there are, one term on."""
    flat = vintages(2400.0, 480.0 / 360.0, 0.8, 360.0)
    days = np.linspace(0.0, 360.0, 20001)
    np.testing.assert_allclose(flat.per_day(days), 2400.0 / 360.0)
    np.testing.assert_allclose(vintages(500.0, 0.0, 1.0, 365.0).per_day(days), 500.0 / 365.0)
    for customers, new, stays in ((900.0, 4.0, 0.9), (2560.0, 3.3, 0.91), (9000.0, 1.0, 0.7), (800.0, 1.0, 1.0)):
        law = vintages(customers, new, stays, 360.0)
        assert np.trapezoid(law.per_day(days), days) == pytest.approx(customers, rel=1e-5)
        assert law.now_per_day == pytest.approx(new + stays * float(law.per_day(360.0))), "the first day is no edge"
        later = new + stays * law.per_day(360.0 - days[:2])  # what begins on the next days
        earlier = law.per_day(days[1::-1])
        assert (later[1] - later[0]) == pytest.approx(earlier[1] - earlier[0], rel=1e-2), "nor is it a bend"
    assert vintages(900.0, 0.0, 0.9, 360.0).per_day(360.0) == pytest.approx(900 * 0.1054 / 360 / 0.1, rel=1e-3)


def test_a_base_younger_than_a_term_holds_the_customers_that_there_are() -> None:
    law = vintages(300.0, 3.3, 0.9, 365.0)
    assert law.first_day < 365.0
    assert float(law.within(law.first_day)) == pytest.approx(300.0)
    assert float(law.per_day(law.first_day)) == pytest.approx(0.0, abs=1e-6)
    chances = np.linspace(0.0005, 0.9995, 1000)
    assert np.all(law.number(law.begun(chances), chances) == 1)


def test_terms_are_drawn_from_the_law() -> None:
    """Mean age of a term and the share of first and second terms, against the density summed over days."""
    law = vintages(4000.0, 4.0, 0.8, 360.0)
    days = np.linspace(0.0, 360.0, 36001)
    weight = law.per_day(days) / law.per_day(days).sum()
    chance = np.random.default_rng(3)
    ago = law.begun(chance.random(200_000))
    number = law.number(ago, chance.random(200_000))
    first = law.new_per_day / law.per_day(days)
    second = first * 0.8
    check_mean(ago, float((days * weight).sum()))
    check_mean(number == 1, float((first * weight).sum()))
    check_mean(number == 2, float((second * weight).sum()))
    assert np.all(vintages(500.0, 0.0, 0.9, 360.0).number(ago[:9], chance.random(9)) == MOST_TERMS)


def test_the_first_day_has_the_customers_that_its_sellers_won() -> None:
    """In the stationary world a fifth are in their first term, and ages of terms are uniform."""
    found = []
    for replication in range(20):
        state = world.prepare(stationary(), 12, Luck(2, replication)).state
        customers = state.customers[: state.count[CUSTOMERS]]
        ago = 360.0 - customers["term_end_day"]
        found.append([np.mean(customers["since_day"] > -360.0), ago.mean(), np.mean(customers["growth_steps"] > 0)])
    check_mean(np.array(found), [0.2, 180.0, 0.1])


def check_nothing_moves(replications: int, seed: int) -> None:
    schedules = [stationary(f"world.billing.schedule={one}") for one in ("quarterly", "monthly", "annual")]
    first, *others = by_quarter(schedules[0], replications, seed, *schedules[1:])
    for name in (*MOVED, "ended", "left", *KPIS):
        check_flat(first[name], name, 0.005)
    for found in others:
        for name in CASH:
            check_flat(found[name], name, 0.005)


@pytest.mark.slow
def test_nothing_moves_where_as_many_come_as_leave() -> None:
    check_nothing_moves(30, 11)


@pytest.mark.slow
def test_nothing_moves_where_as_many_come_as_leave_for_sure() -> None:
    check_nothing_moves(150, 12)


def check_growing(found: dict[str, np.ndarray]) -> None:
    """Shares are flat, and what ends follows from the law: as many as began a term before."""
    for name in (name.removeprefix("lost ") for name in found if name.startswith("lost ")):
        lost, kept = found[f"lost {name}"], found[f"kept {name}"]
        check_flat(lost / (lost + kept), f"churned of what was up for renewal in {name}", 0.01)
    check_flat(found["uplift"] / found["renewed_arr"], "uplift of what was renewed", 0.01)
    check_flat(found["new"], "new", 0.01)
    # It follows the long run's flow of half a year before, which leaves out waits and pushes.
    check_flat(found["growth"], "growth", 0.03)
    began = found["ended"] - found["left"]
    assert np.all(np.diff(began.mean(axis=0)) > 0.0), "a growing base has more terms end each quarter"
    steps = np.diff(np.log(found["ended"].mean(axis=0)))
    assert np.all(np.abs(np.diff(steps)) < 0.05), f"the growth of what ends jumps: {steps}"
    invoiced = np.diff(np.log(found["billings"].mean(axis=0)))
    assert np.all(np.abs(np.diff(invoiced)) < 0.05), f"the growth of billings jumps: {invoiced}"
    paid = found["collections"].mean(axis=0) / found["billings"].mean(axis=0)
    late = np.r_[invoiced[0], invoiced] * 45.0 / 91.3
    np.testing.assert_allclose(paid, 0.99 * np.exp(-late), rtol=0.02, err_msg="what is paid of what is billed")
    wins = found["expansion"][:, 1:] / found["arr"][:, :-1]
    check_flat(np.c_[wins[:, 3:], wins[:, :0]], "expansion of the ARR of a quarter before", 0.05)


@pytest.mark.slow
def test_base_grows_on_as_its_sellers_made_it_grow() -> None:
    check_growing(*by_quarter(base(), 200, 12))


@pytest.mark.slow
def test_the_first_year_loses_as_many_customers_with_their_sellers_as_any_other() -> None:
    """Sellers leave at a constant hazard and all take everything: customers lost so, of those whose term ends."""
    plan = stationary("world.roles.rep.exits.voluntary_per_year=0.4", "opening.vacant_share=0.03")
    edges = plan.calendar(MONTHS).month_starts[::3]
    shares = []
    for replication in range(90):
        book = world.simulate(plan, MONTHS, Luck(77, replication))
        left = book.arr_moves[book.arr_moves["kind"] == ledger.ARR_CHURN]
        lost = left["day"][left["cause"] == ledger.SELLER_LEFT]
        shares.append(np.histogram(lost, edges)[0] / moves(book, edges)["ended"])
    check_flat(np.array(shares), "lost with their sellers")
