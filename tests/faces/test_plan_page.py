"""The plan in the report: its tables foot, differences come first, and one more head is told in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sim.results.run_folder import RunFolder, read_run
from sim.show import one_more_head
from sim.show.figures import capacity
from sim.show.figures.style import house_style
from sim.show.formats import MINUS, thousands, usd
from sim.show.html import write_report
from sim.show.pages import plan
from sim.show.plan_steps import steps
from sim.show.tables import Table
from tests.makers.fake_run import ONE_MORE, SUBJECTS, Plan, write_fake_run

TWO = (Plan("base"), Plan("hire_early", 14, 5))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fake_run(tmp_path_factory.mktemp("runs") / "two", TWO, 40)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fake_run(tmp_path_factory.mktemp("runs") / "one", TWO[:1], 40)


def titled(run: RunFolder, start: str) -> Table:
    return next(table for table in plan.tables(run) if table.title.startswith(start))


def value(cell: str) -> float:
    return float(cell.replace(",", "").replace(MINUS, "-").replace("+", ""))


def test_what_differs_comes_first_and_the_common_rest_once(two: Path) -> None:
    run = read_run(two)
    table = titled(run, "What hire early does otherwise than base")
    assert [row.texts for row in table.rows] == [
        ("hire", "AE, SMB, east", "12, opens 28 Sep 2027", "14, opens 31 May 2027"),
        ("All seats", "opened in the run", "15", "17"),
    ]
    alike = titled(run, "What all plans do alike")
    # 65 days before the wanted start
    assert alike.rows[0].texts == ("hire", "SDR", "", "west", "3", "opens 1 Jan 2028 to start 6 Mar 2028")
    assert alike.rows[-1].texts == ("Seats opened in the run", "", "", "", "3", "")
    titles = [table.title for table in plan.tables(run)]
    assert titles.index(table.title) < titles.index(alike.title)
    assert "also changes" not in table.note


def test_a_single_plan_lists_all_of_its_steps(one: Path) -> None:
    run = read_run(one)
    table = titled(run, "Who is hired, and when")
    assert [row.texts[4] for row in table.rows] == ["12", "3", "15"]
    assert not any("otherwise" in one.title for one in plan.tables(run))


def test_every_kind_of_step_is_told(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, TWO[:1], 12)
    path = folder / "scenario.yaml"
    scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
    scenario["levers"] |= {
        "departures": {"cut": {"role": "ae", "on_date": "2027-03-01", "share": 0.1, "seat": "close"}},
        "transfers": {"up": {"role": "sdr", "region": "west", "on_date": "2027-06-01", "to_role": "ae", "count": 2}},
        "freezes": {"summer": {"from_date": "2027-07-01", "to_date": "2027-09-01"}},
    }
    scenario["levers"]["requisitions"]["never"] = {"role": "ae", "region": "east", "open_date": "2031-01-01"}
    scenario["levers"]["requisitions"]["nobody"] = {
        "role": "ae",
        "region": "east",
        "count": 0,
        "open_date": "2027-02-01",
    }
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    said = [(step.what, step.who, step.told, step.seats) for step in steps(read_run(folder), "base")]
    assert said == [
        ("leave", "AE", "10%, on 1 Mar 2027, seats closed", 0.0),
        ("move", "SDR, west", "2, on 1 Jun 2027 to AE", 0.0),
        ("no hiring", "everybody", "1 Jul 2027 to 1 Sep 2027", 0.0),
        ("hire", "AE, SMB, east", "12, opens 28 Sep 2027", 12.0),
        ("hire", "SDR, west", "3, opens 1 Jan 2028 to start 6 Mar 2028", 3.0),
        ("hire", "AE, east", "1, opens 1 Jan 2031, after the run", 0.0),
    ]


def test_seats_of_the_first_day_foot(one: Path) -> None:
    table = titled(read_run(one), "Seats of the first day")
    assert table.columns == ("Role", "SMB", "No one segment", "All")
    assert [row.texts for row in table.rows] == [
        ("AE", "96", "", "96"), ("SDR", "", "40", "40"), ("All", "96", "40", "136"),
    ]  # fmt: skip


def test_heads_and_cost_by_quarter_foot_against_the_summary(two: Path) -> None:
    run = read_run(two)
    heads, cost = titled(run, "Heads by quarter"), titled(run, "Cost, $ thousands by quarter")
    quarters = run.periods("quarter")
    assert len(heads.columns) == 2 + len(quarters)
    assert [row.texts[2] for row in heads.rows[:2]] == ["96.0", "40.0"]
    assert heads.rows[2].texts[2] == f"{run.statistic('base', 'heads', 'mean', 'quarter', quarters[0]):.1f}"
    base = cost.rows[: 1 + next(i for i, row in enumerate(cost.rows) if row.kind == "total")]
    for column in range(2, 2 + len(quarters) + 1):
        *parts, whole = [value(row.texts[column]) for row in base]
        assert whole == pytest.approx(sum(parts), abs=len(parts))
    for column, quarter in enumerate(quarters):
        assert base[-1].texts[2 + column] == thousands(run.statistic("base", "cost", "mean", "quarter", quarter))
    assert base[-1].texts[-1] == thousands(run.statistic("base", "cost"))
    less = cost.rows[len(base) :]
    assert less[0].texts[0] == "hire early less base"
    more = run.statistic("hire_early", "cost") - run.statistic("base", "cost")
    assert value(less[-1].texts[-1]) == pytest.approx(more / 1000, abs=1)
    for column in range(2, 2 + len(quarters) + 1):
        *parts, whole = [value(row.texts[column]) for row in less]
        assert whole == pytest.approx(sum(parts), abs=len(parts))


def test_one_more_head_stands_beside_the_average(one: Path) -> None:
    run = read_run(one)
    table = titled(run, "What one more head brings to base")
    assert len(table.rows) == len(ONE_MORE)
    assert table.rows[1].texts == (
        "", "mid market", "$250K", "$180K to $320K", "$175K", "$570K", "$150K", f"{MINUS}$50K",
        f"{MINUS}$110K to $10K", "60.0 cents",
    )  # fmt: skip
    assert table.rows[3].texts[2:6] == ("$0", f"{MINUS}$70K to $70K", "$0", "\N{EN DASH}")
    assert "enterprise AE books the most above its cost" in table.note
    said = one_more_head.told(run)
    assert said == (
        "one more AE brings $0.16M to $0.33M of bookings a year, less than half of the average AE's $0.37M to $0.84M,"
        " because leads do not grow with heads"
    )


@pytest.mark.slow
def test_the_page_has_the_plan_and_its_figure(two: Path) -> None:
    page = write_report(two).read_text(encoding="utf-8")
    assert page.index('id="number"') < page.index('id="plan"') < page.index('id="people"')
    assert page.index('id="plan"') < page.index('id="one_more_head"') < page.index('id="people"')
    assert (two / "figures" / "one_more_head.png").is_file()


def test_a_run_that_played_none_says_nothing_of_it(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, TWO[:1], 12, one_more_head=False)
    run = read_run(folder)
    assert not any("one more head" in table.title for table in plan.tables(run))
    subject = next(one for one in SUBJECTS if one.name == "one_more_head")
    assert not subject.has(run)


def test_capacity_says_what_is_booked_of_it(two: Path) -> None:
    run = read_run(two)
    with house_style():
        said = capacity.draw(run).finding
    ratio = run.statistic("base", "bookings") / run.statistic("base", "productivity_capacity")
    assert said.startswith("bookings over capacity, which counts on leads that grow with heads: ")
    assert f"{100 * ratio:.0f}%" in said
    more = run.statistic("hire_early", "productivity_capacity") - run.statistic("base", "productivity_capacity")
    assert re.search(rf"hire early moves capacity by {re.escape(usd(more, signed=True))} and bookings by \+", said)
