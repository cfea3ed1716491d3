"""``salesim pay-replay``: pay by hand on a company's own deals, quotas that are fair or not, and what cannot be."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.cli import main
from sim.crm.opportunities import LOST, WON, Named
from sim.evidence.pay_replay.credited import credited
from sim.evidence.pay_replay.fairness import fairness
from sim.rules.quota import year_share_of_fiscal_month
from sim.scenario.load import load_source
from tests.makers.exported import export_file
from tests.makers.known_laws import AS_OF
from tests.makers.known_laws import deals as made_deals
from tests.makers.trusted import trusted

JUNE, NOVEMBER = (date(2017, month, 15).toordinal() - AS_OF for month in (6, 11))
SHARE, ABOVE, CAP = 0.11, 1.5, 3.0  # of base's plan for AEs, paid by the quarter


def year(closed, owner, amount, names=("Ann", "Bob")):
    """Deals of 2017 that were all won, created a month before."""
    closed = np.array(closed)
    file = made_deals(closed - 30, closed, np.full(len(closed), WON), np.array(amount, float), known_from=-700)
    file = replace(file, owner=Named(np.array(owner, np.int32), names))
    return file


@pytest.fixture
def deals(tmp_path):
    """Ann books 100,000 in the second quarter, Bob 20,000 in the second and 200,000 in the fourth; one early deal."""
    file = year([JUNE, JUNE, JUNE, NOVEMBER, -640], [0, 0, 1, 1, 0], [40_000, 60_000, 20_000, 200_000, 1_000])
    return export_file(file, tmp_path / "deals.csv")


@pytest.fixture
def quotas(tmp_path):
    path = tmp_path / "quotas.csv"
    path.write_text('Owner,Quota_USD_per_year\nAnn,"$120,000"\nBob,200000\n', encoding="utf-8")
    return path


def told(capsys, *words):
    assert main(["pay-replay", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def by_hand(booked: float, quota: float) -> float:
    """Marginal tiers up to the cap."""
    return SHARE * (min(booked, quota) + ABOVE * max(min(booked, CAP * quota) - quota, 0.0))


def quarters(quota: float) -> np.ndarray:
    scenario = load_source("base").at_central()
    return year_share_of_fiscal_month(scenario).reshape(4, 3).sum(axis=1) * quota


def test_pay_is_that_of_the_plan_by_hand(deals, quotas, capsys):
    found = told(capsys, "scenario=base", f"opportunities={deals}", f"quotas={quotas}", "as_of=2017-12-31")
    assert found["span"] == "2017-01-01 to 2017-12-31"
    pay = {one["seller"]: one["variable_pay_usd"][0] for one in found["sellers"]}
    ann, bob = quarters(120_000), quarters(200_000)
    assert pay["Ann"] == pytest.approx(by_hand(100_000, ann[1]), abs=0.02)
    assert pay["Bob"] == pytest.approx(by_hand(20_000, bob[1]) + by_hand(200_000, bob[3]), abs=0.02)
    assert 100_000 > CAP * ann[1] > 80_000, "Ann reaches the cap"


def test_two_plans_differ_by_what_each_seller_gains(deals, quotas, capsys, tmp_path):
    words = [f"opportunities={deals}", f"quotas={quotas}", "as_of=2017-12-31"]
    found = told(capsys, "scenarios=[base,comp_no_cap]", *words, f"out={tmp_path / 'out'}")
    old, new = (one["variable_pay_usd"] for one in found["plans"])
    ann, bob = (one["variable_pay_usd"] for one in found["sellers"])
    assert new - old == pytest.approx(sum(pay[1] - pay[0] for pay in (ann, bob)), abs=0.005)
    assert ann[1] - ann[0] == pytest.approx(SHARE * ABOVE * (100_000 - CAP * quarters(120_000)[1]), abs=0.02)
    assert "would have been paid more" in found["answer"][1]
    with (tmp_path / "out" / "pay_replay.csv").open() as file:
        rows = {row["seller"]: row for row in csv.DictReader(file)}
    assert float(rows["Ann"]["new_usd"]) == ann[1]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Ann" in page
    assert trusted(page) == {"pay": [3, 4, 1, 0, 0]}


def test_without_quotas_each_seat_carries_the_same_and_all_together_make_it(deals, capsys):
    found = told(capsys, "scenario=base", f"opportunities={deals}", "as_of=2017-12-31")
    quota = {one["quota_usd"] for one in found["sellers"]}
    assert len({round(one, 2) for one in quota}) == 1
    assert sum(one["quota_usd"] for one in found["sellers"]) == pytest.approx(320_000)


def crowd(seed, rates, amounts, days=365):
    """A year of wins and as many losses of sellers with these rates a year."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(rates)
    owner = np.repeat(np.arange(len(rates)), count)
    closed = -rng.integers(0, days, len(owner))
    names = tuple(f"rep {k:02d}" for k in range(len(rates)))
    return year(closed, owner, rng.permutation(np.resize(amounts, len(owner))), names)


def paid_year(file):
    scenario = load_source("base", ["dates.start=2017-01-01"]).at_central()
    return credited(file, None, scenario, scenario.calendar(12), "ae", None)


def test_seats_that_are_alike_have_odds_alike_and_those_that_are_not_have_not():
    """Who had luck in a year of equal seats does not keep it; of unequal ones the better seat does."""
    spread = []
    for rates in (np.full(30, 20.0), np.repeat([10.0, 30.0], 15)):
        odds = np.array([fairness(paid_year(crowd(seed, rates, [1000.0]))).odds for seed in range(6)])
        spread.append(odds.std(axis=1).mean())
        better = odds[:, 15:].mean() - odds[:, :15].mean()
        assert abs(better) < 0.1 if rates[0] == rates[-1] else better > 0.7
    assert spread[0] < 0.2 < spread[1], spread


def test_odds_of_quota_are_those_of_the_year_to_come():
    """Of seats that differ, how many reach the same quota next year is what their odds add up to."""
    rates = np.repeat([10.0, 20.0, 30.0], 20)
    said = came = 0.0
    for seed in range(8):
        year_one = paid_year(crowd(seed, rates, [500.0, 1500.0]))
        wins_next = np.random.default_rng(100 + seed).poisson(rates)
        worth = np.random.default_rng(200 + seed).choice([500.0, 1500.0], (len(rates), 60))
        booked = np.array([worth[k, :n].sum() for k, n in enumerate(wins_next)])
        said += fairness(year_one).odds.sum()
        came += (booked >= year_one.quota_usd).sum()
    assert abs(said - came) < 4 * np.sqrt(8 * len(rates) * 0.15)


def test_a_seat_s_few_great_deals_are_luck():
    """Deals of all seats are worth the same on average: a seat that won a great one has no better odds for it."""
    odds = np.array(
        [fairness(paid_year(crowd(seed, np.full(30, 20.0), [100.0] * 19 + [8000.0]))).odds for seed in range(4)]
    )
    assert odds.std(axis=1).mean() < 0.15


def test_who_was_there_for_a_part_carries_a_part_and_is_paid_for_what_was_won_then(tmp_path, capsys):
    """Bob comes on the 15th of August; his deal of June was another's. Cleo leaves on that day; nobody knows of Dan."""
    names = ("Ann", "Bob", "Cleo", "Dan")
    file = year([JUNE, JUNE, NOVEMBER, JUNE, NOVEMBER, NOVEMBER, -640], [0, 1, 1, 2, 2, 3, 0], [10_000] * 7, names)
    deals = export_file(file, tmp_path / "deals.csv")
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "name,title,start date,end date\nAnn,AE,2010-01-01,\nBob,AE,2017-08-15,\nCleo,AE,2010-01-01,2017-08-15\n"
        "Dan,Manager,2010-01-01,\n",
        encoding="utf-8",
    )
    quotas = tmp_path / "quotas.csv"
    quotas.write_text("owner,quota\nAnn,100000\nBob,100000\nCleo,100000\nDan,100000\n", encoding="utf-8")
    words = [f"opportunities={deals}", f"roster={roster}", f"quotas={quotas}", "as_of=2017-12-31"]
    found = {one["seller"]: one for one in told(capsys, "scenario=base", *words)["sellers"]}
    before = quarters(100_000)[:2].sum() + quarters(100_000)[2] * 45 / 92
    assert set(found) == {"Ann", "Bob", "Cleo"}
    assert found["Ann"]["quota_usd"] == pytest.approx(100_000)
    assert found["Bob"]["quota_usd"] == pytest.approx(100_000 - before)
    assert found["Cleo"]["quota_usd"] == pytest.approx(before)
    assert [found[name]["booked_usd"] for name in ("Ann", "Bob", "Cleo")] == [10_000.0] * 3
    of = told(capsys, "scenario=base", *words, "title=Manager")["sellers"]
    assert [one["seller"] for one in of] == ["Dan"]


def test_deals_may_be_of_later_days_than_what_the_scenario_decides(tmp_path, capsys):
    """Requisitions of base are dated 2027 and 2028; the deals are of 2030."""
    file = year([JUNE, JUNE, NOVEMBER, NOVEMBER, -640], [0, 1, 0, 1, 0], [10_000.0] * 5)
    later = 4748  # days from 2017 to 2030
    moved = replace(file, as_of=file.as_of + later, created=file.created + later, closed=file.closed + later,
                    closes_known_from=file.closes_known_from + later, created_known_from=0)  # fmt: skip
    deals = export_file(moved, tmp_path / "deals.csv")
    found = told(capsys, "scenario=base", f"opportunities={deals}", "as_of=2030-12-31")
    assert found["span"] == "2030-01-01 to 2030-12-31"
    assert found["plans"][0]["variable_pay_usd"] > 0


def test_what_is_paid_evenly_is_paid_for_the_days_there(deals, capsys):
    even = ["levers.pay.plans.ae.components=null", "levers.pay.plans.ae.variable_usd_per_year=36525"]
    found = told(capsys, "scenario=base", f"opportunities={deals}", "as_of=2017-12-31", *even)
    assert [one["variable_pay_usd"][0] for one in found["sellers"]] == [36_500.0, 36_500.0]


def test_the_thirds_are_those_of_the_pipeline_given():
    file = crowd(3, np.repeat([5.0, 20.0, 40.0], 4), [1000.0])
    found = fairness(paid_year(file))
    assert found.by_third[0] < found.by_third[1] < found.by_third[2]
    assert np.nanmean(found.potential) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["role=sdr"], "role=sdr: roles that sell are"),
        (["title=AE"], "title=AE: there is no roster with titles."),
        (["first=2017-02-01"], "first=2017-02-01: expected the first day of a fiscal quarter."),
        (["first=2030-01-01"], "no whole quarter to pay"),
        (["first=soon"], "first"),
        (["quotas=nowhere.csv"], "quotas=nowhere.csv: cannot be read"),
    ],
)
def test_what_cannot_be_is_told_in_one_message(deals, capsys, words, said):
    assert main(["pay-replay", "scenario=base", f"opportunities={deals}", "as_of=2017-12-31", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,much\nAnn,1\n", "expected columns owner and quota_usd_per_year"),
        ("owner,quota\nAnn,1\nAnn,2\n", "row 3: Ann is there twice."),
        ("owner,quota\nAnn,lots\n", "row 2: Ann with a quota of lots"),
        ("owner,quota\nAnn,10\nBobb,2\n", 'quotas: Bobb own no deal and are in no roster. Did you mean "Bob"?'),
        ("", "it has none"),
    ],
)
def test_quotas_that_cannot_be_read_are_told_by_their_row(deals, tmp_path, capsys, text, said):
    (tmp_path / "quotas.csv").write_text(text, encoding="utf-8")
    words = [f"opportunities={deals}", f"quotas={tmp_path / 'quotas.csv'}", "as_of=2017-12-31"]
    assert main(["pay-replay", "scenario=base", *words]) == 2
    assert said in capsys.readouterr().err


def test_without_owners_nobody_is_paid(tmp_path, capsys):
    amounts = [1.0, np.nan, 2.0, 3.0, 1.0]
    file = made_deals(np.arange(-95, -90), np.arange(-55, -50), [WON, LOST, WON, WON, WON], amounts, known_from=-700)
    path = export_file(file, tmp_path / "deals.csv")
    assert main(["pay-replay", "scenario=base", f"opportunities={path}", "as_of=2017-12-31"]) == 2
    assert "the export has no owners" in capsys.readouterr().err
