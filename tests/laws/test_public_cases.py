"""Small public cases whose right values were found by hand: a company of one or two people and a few deals by file.

Cases of one rule each are tested where the rule is: lump sums of a part of a year, parts of one amount, months' quotas,
draws, a clawback that rates again, names, columns of dates and amounts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.records.account import READ
from sim.scenario.billing import Billing
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.company import deals_of
from tests.makers.published import whole

ALONE = {"ramp": {"kind": "none"}, "exits": {"voluntary_per_year": 0}}
ROSTER = "name,role,segment,region,start_date,status\n"
ANN = f"{ROSTER}Ann Lee,ae,all,here,2025-01-01,\n"
PIPELINE = "id,owner,stage,created_date,stage_entered_date,amount_usd\n"
STAGE = {"duration": {"law": "fixed", "mean_days": 800}, "advance_share": 1.0, "hours_per_week": 0}


def segment(stage: dict[str, Any] | None = None, **contracts: float) -> dict[str, Any]:
    return {
        "deal_size": {"kind": "lognormal", "mean_usd": 50_000, "sigma_log": 0},
        "steady_productivity_usd_per_year": 600_000,
        "stages": {"close": {**STAGE, **(stage or {})}},
        **({"contracts": {"renew_share": 1.0, **contracts}} if contracts else {}),
    }


def company(
    folder: Path, files: dict[str, str], levers: dict[str, Any], segments: dict[str, Any], **dates: Any
) -> Scenario:
    """People and deals of the files and nothing else: no luck, no leads, nobody leaves; all days are open."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    names = list(segments)
    plan = {
        "question": "What does a public case come to?",
        "dates": {"start": "2027-01-01", "closed_weekdays": [], **dates},
        "opening": {"warm_up_days": 0, "pipeline": "empty", "files": {name: f"{name}.csv" for name in files}},
        "levers": {
            "backfill": {"enabled": False},
            "target": {"usd_per_year": dict.fromkeys(names, 1)},
            **levers,
            "quota": {
                "kind": "per_rep", "usd_per_year": dict.fromkeys(names, 400_000), "ramped_relief": False,
                **levers.get("quota", {}),
            },
        },
        "world": {
            "segments": segments,
            "regions": {"here": {}},
            "sources": {"self": {"kind": "self_sourced", "opportunities_per_month_per_head": 0}},
            "roles": {
                "ae": {"duty": "sells", "ability": {"sigma_log": 0}, **ALONE},
                "eng": {"duty": "engineers", "deals_at_once": 1, **ALONE},
                "rec": {"duty": "recruits", "open_requisitions_per_head": 100, "exits": ALONE["exits"]},
            },
            "hiring": {
                "recruiting_mean_days": {"ae": 1e-6, "eng": 1, "rec": 1}, "recruiting_sigma_log": 0,
                "offer_accept_share": 1, "notice_days": 0, "start_weekday": "any",
            },
            "attention": {"enabled": False},
            "costs": {"salary_usd_per_year": dict.fromkeys(("ae", "eng", "rec"), 0), "benefits_share": 0},
            "behaviour": {"responsiveness": 0},
        },
    }  # fmt: skip
    (folder / "case.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    return load(str(folder / "case.yaml"))


def play(plan: Scenario) -> Ledger:
    return world.simulate(plan, 12, Luck(1, 0))


def won_on(*deals: tuple[str, float]) -> str:
    """Rows of Ann's deals; each entered its stage of 800 days on a date."""
    rows = [f"D{k},Ann Lee,close,{day},{day},{usd}\n" for k, (day, usd) in enumerate(deals)]
    return PIPELINE + "".join(rows)


def tiers(*steps: tuple[float, float]) -> list[dict[str, float]]:
    return [{"from_attainment": at, "multiplier": times} for at, times in steps]


A_QUARTER = [("2024-11-01", 275_000), ("2025-01-30", 375_000), ("2025-05-01", 375_000.01), ("2025-08-01", 249_999.99)]
COOKIE = {"commission_share": 0.06, "tiers": tiers((0, 1), (1, 8 / 6), (1.5, 10 / 6))}
COMMISSIONS = {
    "prowi": (
        1e6, {"commission_share": 0.08, "tiers": tiers((0, 0), (0.5, 1), (1, 1.5), (1.25, 1.875))},
        [("2024-11-01", 90_000), ("2024-12-02", 200_000), ("2024-12-30", 35_000)], [0, 14_800, 4_575],
    ),
    "cookie_non": (1e6, {**COOKIE, "tier_form": "retroactive"}, A_QUARTER, [22_000, 37_500, 37_500, 15_000]),
    "cookie_cum": (1e6, COOKIE, A_QUARTER, [17_000, 25_000, 25_000, 15_000]),
    "excel_y": (
        4e5, {"commission_share": 0.05, "tiers": tiers((0, 1), (1, 1.2), (1.25, 1.4)), "period": "year",
              "paid_every": "quarter"},
        [("2024-11-01", 50_000), ("2025-01-30", 75_000), ("2025-05-01", 200_000), ("2025-08-01", 150_000)],
        [2_500, 3_750, 10_000, 8_250],
    ),
    "prowi_m": (
        6e5, {"commission_share": 0.1, "period": "month", "tiers": tiers((0, 0), (0.85, 0), (1.05, 1), (1.1, 0))},
        [("2024-11-06", 42_500), ("2024-12-07", 55_000), ("2025-01-04", 52_500)], [0, 250, 0],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", COMMISSIONS)
def test_commission_to_the_cent(case: str, tmp_path: Path) -> None:
    """By deal. Of months of 85, 110 and 105% only what lies between 105 and 110% of a month's 50,000 is paid."""
    quota, part, deals, right = COMMISSIONS[case]
    levers = {
        "quota": {"usd_per_year": {"all": quota}},
        "pay": {"plans": {"ae": {"components": {"c": part}}}, "roles": {"ae": "ae"}},
    }
    book = play(company(tmp_path, {"roster": ANN, "pipeline": won_on(*deals)}, levers, {"all": segment()}))
    months = [int(day // 30.4) for day in book.deals["closed_day"]]
    of_month = np.bincount(book.payments["month"], book.payments["amount_usd"], 12)
    assert of_month[months].tolist() == right
    assert of_month.sum() == sum(right)


@pytest.mark.parametrize(("cut_by", "right"), [("days", [6_888.89, 86_888.89]), ("months", [6_666.67, 86_666.67])])
def test_the_quota_of_who_joins_on_1_march(cut_by: str, right: list[float], tmp_path: Path) -> None:
    """100,000 by 20, 20, 20 and 40%: a third of the first quarter, or 31 of its 90 days."""
    levers = {
        "quota": {"usd_per_year": {"all": 100_000}, "by_quarter": [0.2, 0.2, 0.2, 0.4], "cut_by": cut_by},
        "requisitions": {
            "n": {"role": "ae", "segment": "all", "region": "here", "count": 1, "open_date": "2019-03-01"}
        },
    }
    files = {"roster": f"{ROSTER}Rita,rec,,here,2010-01-01,\n"}
    quotas = play(company(tmp_path, files, levers, {"all": segment()}, start="2019-01-01")).quotas
    assert quotas["full_usd"].tolist() == [20_000, 20_000, 20_000, 40_000]
    assert [quotas["quota_usd"][0], quotas["quota_usd"].sum()] == pytest.approx(right, abs=0.01)


def test_those_whom_no_engineer_came_to_waited_too(tmp_path: Path) -> None:
    """40 deals for one engineer, 30 days each: 0, 30, 60, 90 and 120 days, and 35 that are closed after 120.

    They entered at noon of the last day before the first, so half a day of each that waited lies before the run.
    """
    rows = "".join(f"D{k:02d},Ann Lee,close,2026-12-31,2026-12-31,1000\n" for k in range(40))
    stage = {"duration": {"law": "fixed", "mean_days": 30}, "needs_se": True}
    files = {"roster": f"{ANN}Eve,eng,,here,2025-01-01,\n", "pipeline": PIPELINE + rows}
    plan = company(tmp_path, files, {}, {"all": segment(stage)})
    book = play(plan)
    assert sorted(book.waits["days"].tolist()) == [0, 30, 60, 90, 120, *[120.5] * 35]
    assert whole(plan, 12, book, "se_wait_days", "total")[0] == pytest.approx(112.5 - 4 * 0.5 / 40)


def test_retention_of_four_customers(tmp_path: Path) -> None:
    """8,000 leave, 60,000 become 54,000, 25,000 become 33,000, 7,000 stay: 86 and 94% of 100,000."""
    segments = {
        "churn": segment(renew_share=0.0),
        "down": segment(contract_share=1.0, contract_by_share=0.1),
        "up": segment(uplift_share=1.0, uplift_by_share=0.32),
        "flat": segment(renew_share=1.0),
    }
    arr = {"churn": 8_000, "down": 60_000, "up": 25_000, "flat": 7_000}
    customers = [f"{name},{name},here,{usd},2026-07-01,2027-07-01\n" for name, usd in arr.items()]
    files = {
        "roster": ROSTER + "".join(f"{name},ae,{name},here,2025-01-01,\n" for name in arr),
        "customers": "id,segment,region,arr_usd,term_start,term_end\n" + "".join(customers),
    }
    plan = company(tmp_path, files, {}, segments)
    book = play(plan)
    assert [whole(plan, 12, book, name, "year")[0] for name in ("grr", "nrr")] == pytest.approx([0.86, 0.94])


def test_attainment_of_six(tmp_path: Path) -> None:
    """Quotas of a million: 6.2 million sold is 103%, by three of six."""
    sold = [1_800_000, 1_600_000, 1_400_000, 550_000, 450_000, 400_000]
    roster = ROSTER + "".join(f"R{k},ae,all,here,2024-01-01,\n" for k in range(6))
    rows = [f"D{k},R{k},close,2024-12-07,2024-12-07,{usd}\n" for k, usd in enumerate(sold)]
    files = {"roster": roster, "pipeline": PIPELINE + "".join(rows)}
    quotas = play(company(tmp_path, files, {"quota": {"usd_per_year": {"all": 4e6}}}, {"all": segment()})).quotas
    first = quotas[quotas["quarter"] == 0]
    assert (first["attained_usd"] / first["quota_usd"]).tolist() == [1.8, 1.6, 1.4, 0.55, 0.45, 0.4]
    assert first["attained_usd"].sum() / first["quota_usd"].sum() == pytest.approx(6.2 / 6)


BO = "Bo Park,ae,all,here,2025-01-01,\n"
FILES = {
    "ids": (
        PIPELINE + "001C000000o4OOI,Ann Lee,close,2024-11-06,2024-11-06,1000\n"
        "001C000000o4Ooi,Bo Park,close,2024-11-06,2024-11-06,2000\n"
        "0060000000MRatd,Ann Lee,close,2024-11-06,2024-11-06,4000\n"
        "0060000000MRAtd,Ann Lee,close,2024-11-06,2024-11-06,8000\n",
        [13_000, 2_000],
    ),
    "sfdc": (
        f"\ufeff{PIPELINE}D1,Ann Lee,close,2024-11-06,2024-11-06,1000\n"
        '"D2\nsecond line",Bo Park,close,2024-11-06,2024-11-06,2000\n,,,,,\n"Grand Totals (2 records)",,,,,"3,000.00"\n'
        '\n"Confidential Information - Do Not Distribute"\n"Generated By: A Person 12/31/2026 5:00 PM"\n',
        [1_000, 2_000],
    ),
    "utc": (
        PIPELINE + "D1,Ann Lee,close,2024-11-06T17:40:52.000+0000,2024-11-06T23:59:59.999Z,1000\n"
        "D2,Bo Park,close,2026-12-31T23:30:00-08:00,2027-01-01T07:30:00.000Z,1\n"
        "D3,Bo Park,close,2026-12-31 23:30,2027-01-02T00:30:00.000Z,1\n",
        [1_000, 0],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_files_as_systems_write_them(case: str, tmp_path: Path) -> None:
    """Ids that differ in capitals alone; a report's footer and a cell of two lines; time zones."""
    text, right = FILES[case]
    plan = company(tmp_path, {"roster": ANN + BO, "pipeline": text}, {}, {"all": segment()})
    quotas = play(plan).quotas
    assert quotas["attained_usd"][:2].tolist() == right
    assert plan.opening.records is not None
    assert deals_of(plan.opening.records.files).account.rows[READ] == {"ids": 4, "sfdc": 2, "utc": 2}[case]


def test_a_stage_of_another_script_is_no_other_stage(tmp_path: Path) -> None:
    rows = PIPELINE + "D1,Ann Lee,商談 1,2024-11-06,2024-11-06,1000\n"
    stages = {**segment(), "stages": {"提案 1": STAGE}}
    with pytest.raises(ScenarioError, match="no row that can be used: stage is not known"):
        play(company(tmp_path, {"roster": ANN, "pipeline": rows}, {}, {"all": stages}))
    stages["stages"]["商談 1"] = STAGE
    book = play(company(tmp_path, {"roster": ANN, "pipeline": rows}, {}, {"all": stages}))
    assert book.deals["amount_usd"].tolist() == [1_000.0]


def test_the_sellers_of_a_roster_are_its_rows(tmp_path: Path) -> None:
    """Namesakes are two; five rows to be hired are five open seats."""
    smiths = "John Smith,ae,all,here,2025-01-01,held\nJohn Smith,ae,all,here,2026-03-01,held\n"
    roster = ROSTER + smiths + "TBH,ae,all,here,,open\n" * 5
    book = play(company(tmp_path, {"roster": roster}, {}, {"all": segment()}))
    assert len(book.names.seats) == 7
    assert np.sum(book.seats["start_day"] < 0) == 2


@pytest.mark.parametrize("schedule", ["monthly", "upfront"])
def test_who_earns_at_a_constant_rate_has_no_growth(schedule: str, tmp_path: Path) -> None:
    """Quarters of 90, 91 and 92 days, and a leap year: the magic number is 0, however invoices are written."""
    files = {
        "roster": ANN,
        "customers": "id,segment,region,arr_usd,term_start,term_end\nA,all,here,12000,2026-12-01,2027-12-01\n",
    }
    plan = company(tmp_path, files, {}, {"all": segment(renew_share=1.0, term_months=12)})
    costs = plan.world.costs.model_copy(update={"salary_usd_per_year": {"ae": 100_000, "eng": 0, "rec": 0}})
    billing = Billing.model_validate({"schedule": schedule, "collection_days": 0, "gross_margin_share": 0.8})
    world_of = plan.world.model_copy(update={"costs": costs, "billing": billing})
    plan = plan.model_copy(update={"world": world_of})
    book = world.simulate(plan, 24, Luck(1, 0))
    magic = whole(plan, 24, book, "magic_number", "quarter")
    assert magic[1:] == pytest.approx(np.zeros(7), abs=1e-9)
