"""A quarter against its plan: parts that add up to the cent, and causes that are found again."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.crm.opportunities import LOST, NONE, OPEN, WON, Named, Roster
from sim.evidence.actuals.actual import actual
from sim.evidence.actuals.drivers import DRIVERS, bookings, parts, whole_cents
from sim.evidence.actuals.gap import gap
from sim.evidence.actuals.met import nothing
from sim.evidence.actuals.planned import Planned, _missing, drivers_of
from sim.results.replications import Replications
from sim.rules.ramp import integral_days
from sim.scenario.load import load_source
from tests.makers.known_laws import AS_OF
from tests.makers.known_laws import deals as made_deals
from tests.makers.trusted import trusted

ONES = dict.fromkeys(DRIVERS, 1.0) | {"exits": 0.0, "open_at_start": 0.0}


def drawn(rng):
    return {name: float(rng.uniform(0.2, 3.0)) for name in DRIVERS} | {"exits": float(rng.uniform(0, 0.15))}


def test_parts_add_up_and_know_no_order():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        before, after = drawn(rng), drawn(rng)
        found = parts(before, after)
        assert sum(found.values()) == pytest.approx(bookings(after) - bookings(before), rel=1e-12)
        back = parts(after, before)
        assert [found[name] for name in DRIVERS] == pytest.approx([-back[name] for name in DRIVERS])


def test_of_two_factors_each_has_its_move_times_the_mean_of_the_other():
    before, after = ONES | {"odds": 0.2, "amounts": 100.0}, ONES | {"odds": 0.3, "amounts": 140.0}
    found = parts(before, after)
    assert found["odds"] == pytest.approx(0.1 * 120)
    assert found["amounts"] == pytest.approx(40 * 0.25)
    assert {name for name, value in found.items() if value} == {"odds", "amounts"}


def test_a_driver_that_did_not_move_has_no_part_even_where_all_is_nothing():
    nothing = dict.fromkeys(DRIVERS, 0.0)
    assert set(parts(nothing, nothing).values()) == {0.0}
    found = parts(nothing, ONES)
    assert sum(found.values()) == pytest.approx(1.0)
    assert found["exits"] == 0.0


def test_cents_add_up_whatever_they_are_rounded_from():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        dollars = {name: float(rng.normal(0, 1000)) for name in DRIVERS}
        total = round(sum(dollars.values()) * 100) + int(rng.integers(-2, 3))
        cents = whole_cents(dollars, total)
        assert sum(cents.values()) == total
        assert max(abs(cents[name] - dollars[name] * 100) for name in DRIVERS) < 1.6


FIRST, LAST = AS_OF - 91, AS_OF  # the last quarter of 2017


def plan_of(spread=0.02, replications=200, **moved) -> Planned:
    """A plan whose drivers wander a little around what ``raw`` makes."""
    rng = np.random.default_rng(1)
    raw = {"open": 40.0, "heads": 10.0, "exits": 1.0, "ramped": 8.0, "created": 60.0, "closed": 50.0, "wins": 20.0,
           "bookings": 20_000.0} | moved  # fmt: skip
    rows = [
        drivers_of({name: value * float(np.exp(spread * rng.standard_normal())) for name, value in raw.items()})
        for _ in range(replications)
    ]
    values = drivers_of(raw)
    columns = {name: np.array([row[name] for row in rows]) for name in DRIVERS}
    made = np.array([bookings(row) for row in rows])
    made *= raw["bookings"] / made.mean()
    role = load_source("base").at_central().world.roles["ae"]
    return Planned("2017-Q4", FIRST, LAST, FIRST - 100, values, columns, made, 0.0, role, 30.4375,
                   nothing(replications), np.arange(replications))  # fmt: skip


def quarter(open_at_start, created, lost, won, amount):
    """Deals by hand: of those created before the quarter some are closed in it; others stay open."""
    n = open_at_start + created
    born = np.where(np.arange(n) < open_at_start, FIRST - 20, FIRST + 10) - AS_OF
    outcome = np.full(n, OPEN)
    outcome[:won] = WON
    outcome[won : won + lost] = LOST
    closed = np.where(outcome == OPEN, NONE, FIRST + 50 - AS_OF)
    return made_deals(born, closed, outcome, np.where(outcome == WON, amount, np.nan), known_from=-400, born_from=-400)


def test_a_quarter_as_planned_has_no_gap():
    found = gap(plan_of(), actual(quarter(40, 60, 30, 20, 1000.0), None, plan_of()))
    assert found.plan_cents == found.actual_cents == 2_000_000
    assert all(part.cents == 0 and not part.is_told for part in found.parts)
    assert all(abs(part.own_cents) < 2_000 for part in found.parts), "its own is less than a thousandth of the plan"
    assert 0.3 < found.below < 0.7


@pytest.mark.parametrize(
    ("made", "driver", "sign"),
    [
        ((40, 30, 21, 14, 1000.0), "leads", -1),
        ((80, 60, 42, 28, 1000.0), "open_at_start", 1),
        ((40, 60, 15, 10, 1000.0), "cycle", -1),
        ((40, 60, 40, 10, 1000.0), "odds", -1),
        ((40, 60, 30, 20, 1500.0), "amounts", 1),
    ],
)
def test_what_alone_was_otherwise_has_the_whole_gap(made, driver, sign):
    plan = plan_of()
    found = gap(plan, actual(quarter(*made), None, plan))
    part = next(one for one in found.parts if one.driver == driver)
    assert part.cents == pytest.approx(found.actual_cents - found.plan_cents, rel=0.02)
    assert np.sign(part.cents) == sign
    assert part.is_told
    assert 0.9 < part.own_cents / part.cents <= 1.0
    assert found.market_cents == 0
    assert sum(one.cents for one in found.parts) == found.actual_cents - found.plan_cents
    assert all(one.cents == one.own_cents + one.market_cents + one.luck_cents for one in found.parts)


def test_late_hires_and_leavers_are_told_by_the_days_that_they_were_missing():
    """Ten sellers there; two more come 46 days into the quarter of 92, one of the ten leaves at half of it."""
    plan = plan_of(heads=12.0, exits=0.0, ramped=12.0)
    names = tuple(f"rep {k}" for k in range(12))
    start = np.array([FIRST - 5000] * 10 + [FIRST + 46] * 2)
    end = np.array([FIRST + 46] + [NONE] * 11)
    role = Named(np.zeros(12, np.int32), ("Account Executive",))
    nobody = Named.nobody(12)
    roster = Roster(names, start, end, role, nobody, nobody)
    deals = quarter(40, 60, 30, 20, 1000.0)
    deals = replace(deals, owner=Named((np.arange(100) % 12).astype(np.int32), names))
    came = actual(deals, roster, plan)
    assert came.values["arrivals"] == pytest.approx(11.0)
    assert came.values["exits"] == pytest.approx(0.5)
    assert came.joined.tolist() == [10, 11]
    ability = plan.role.ability
    settled = 1 - ability.never_ramps_share * (1 - ability.never_ramps_ceiling)
    new = float(integral_days(plan.role.ramp, 46.0, plan.days_per_month)) / 46  # of the ceiling nothing is reached yet
    assert came.values["ramp"] == pytest.approx((9.5 * settled + 2 * 0.5 * new) / 10.5)
    assert came.left.tolist() == [0]
    found = {part.driver: part for part in gap(plan, came).parts}
    assert found["arrivals"].cents < 0
    assert found["exits"].cents < 0
    assert found["arrivals"].cents == pytest.approx(2 * found["exits"].cents, rel=0.1)
    assert found["ramp"].actual < found["ramp"].plan
    assert sum(part.cents for part in found.values()) == 0, "as much was booked: the deals for each seller make it up"
    assert found["leads"].cents > 0


PLAIN = Path(__file__).parents[1] / "worlds" / "plain.yaml"
WORLD = [
    f"scenario={PLAIN}",
    "opening.warm_up_days=180",
    "world.market.common_factor={leads_sigma_log: 0.2, odds_sigma_logit: 0.3, half_life_months: 9}",
]
WORLDS = {  # a seed whose market was as the plan's middle, and one where it was nearly 1.5 standard deviations worse
    "as planned": ["seed=4", "world.roles.rep.exits.voluntary_per_year=0.2"],
    "bad market": ["seed=36", "world.roles.rep.exits.voluntary_per_year=0.2"],
    "fewer leads": [
        "seed=4", "world.roles.rep.exits.voluntary_per_year=0.2",
        "world.sources.self.opportunities_per_month_per_head=1.5",
    ],
    "leavers": ["seed=4", "world.roles.rep.exits.voluntary_per_year=2.0"],
}  # fmt: skip


def test_the_plan_s_leavers_are_missing_from_the_middle_of_their_month_on():
    calendar = load_source("base").at_central().calendar(6)
    left = np.zeros((2, 6))
    left[0, 1] = left[1, 4] = 1.0  # one in February; one in May, the middle month of the second quarter
    names = list(calendar.month_labels)
    kept = Replications({
        ("us", name, "month"): pd.DataFrame(left if name == "exits_voluntary" else 0 * left, columns=names)
        for name in ("exits_voluntary", "exits_involuntary", "exits_dated")
    })  # fmt: skip
    first, second = _missing(kept, "us", calendar, tuple(names[3:]))
    assert first == 1.0
    assert second == pytest.approx((15.5 + 30) / 91)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A plan of a small company, and the exports of half years that had its world, a bad market, and other leads."""
    here, before = tmp_path_factory.mktemp("actuals"), Path.cwd()
    os.chdir(here)
    try:
        words = [*WORLD, WORLDS["as planned"][1], "run.replications=72", "run.months=3", "run.figures=false"]
        assert main(["run", *words]) == 0
        for name, more in WORLDS.items():
            assert main(["example-crm", *WORLD, f"out={name}", "months=4", *more]) == 0
    finally:
        os.chdir(before)
    return here


def told(here, name, capsys, *words):
    folder = here / name
    files = [
        f"{kind}={folder / file}" for kind, file in (("opportunities", "opportunities.csv"), ("roster", "roster.csv"))
    ]
    capsys.readouterr()
    assert main(["actuals", f"plan={here / 'results' / 'latest'}", *files, *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_a_changed_world_is_found_in_its_driver_and_a_bad_market_in_the_market(played, capsys, tmp_path):
    found = {name: told(played, name, capsys) for name in WORLDS}
    for name, one in found.items():
        gap_usd = one["actual_usd"] - one["plan_usd"]
        assert sum(round(100 * part["part_usd"]) for part in one["drivers"]) == round(100 * gap_usd), name
        own = sum(round(100 * part["own_usd"]) for part in one["drivers"])
        assert own + round(100 * one["market_usd"]) + round(100 * one["luck_usd"]) == round(100 * gap_usd), name
        assert one["market_told"], name
    of = {name: {part["driver"]: part["own_usd"] for part in one["drivers"]} for name, one in found.items()}
    usual = found["as planned"]
    assert abs(usual["market_usd"]) < 2 * usual["market_error_usd"]
    worse = found["bad market"]
    assert worse["market_usd"] < -3 * worse["market_error_usd"]
    assert worse["market_usd"] < 3 * min(of["bad market"].values()), "no driver is told to have a third of it"
    for name, driver in (("fewer leads", "leads"), ("leavers", "exits")):
        assert of[name][driver] < of["as planned"][driver] - 0.05 * usual["plan_usd"], name
        assert min(of[name], key=of[name].get) == driver, name
    again = told(played, "as planned", capsys, f"out={tmp_path}")
    assert again["quarter"] == "2027-Q1"
    assert trusted((tmp_path / "report.html").read_text(encoding="utf-8")) == {"forecast": [1, 3, 2, 1, 1]}
    with (tmp_path / "actuals_rows.csv").open() as file:
        rows = list(csv.DictReader(file))
    won = sum(float(row["amount"]) for row in rows if row["driver"] == "amounts" and row["amount"])
    assert won <= again["actual_usd"] * (1 + 1e-9)
    assert won > 0.9 * again["actual_usd"], "some wins have no amount"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["actuals", "opportunities=x.csv"], "actuals needs a plan"),
        (["actuals", "plan=nowhere", "opportunities=x.csv"], "plan=nowhere: neither the folder of a finished run"),
    ],
)
def test_without_a_plan_nothing_is_told(words, said, capsys):
    assert main(words) == 2
    assert said in capsys.readouterr().err
