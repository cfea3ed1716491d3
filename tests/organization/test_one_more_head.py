"""One more head: it brings what theory says, changes nobody else's luck, and costs what a head costs."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sim import world
from sim.cli import main
from sim.experiment.one_more_head import (
    LAST_YEAR,
    WHOLE_RUN,
    OneMoreHead,
    Yardstick,
    one_more_of_each,
    write_one_more_head,
)
from sim.experiment.plan import Asked, Plan
from sim.experiment.play import Player, Silence
from sim.experiment.run import run
from sim.experiment.settings import FEWEST_OF_ONE_MORE_HEAD, RunSettings
from sim.ledger import Ledger
from sim.luck import Luck
from sim.scenario.load import ScenarioSource, load_source
from tests.makers.play import WORLDS, digest

BUSY = str(WORLDS / "busy.yaml")
RECRUITER = (
    "+opening.teams.finders={role: recruiter, region: here, seats: 1}", "+world.roles.recruiter={duty: recruits}",
    "opening.vacant_share=0",
    "+world.hiring.recruiting_mean_days.recruiter=30", "+world.costs.salary_usd_per_year.recruiter=80000",
)  # fmt: skip
IDLE = (
    "+opening.teams.experts={role: se, region: here, seats: 1}",
    "+world.roles.se={duty: engineers, exits: {voluntary_per_year: 0}}",
    "+world.hiring.recruiting_mean_days.se=30", "+world.costs.salary_usd_per_year.se=120000",
    "+opening.teams.carers={role: csm, region: here, segment: all, seats: 1}",
    "+world.roles.csm={duty: serves, accounts_per_head: {all: 20}, exits: {voluntary_per_year: 0}}",
    "+world.hiring.recruiting_mean_days.csm=30", "+world.costs.salary_usd_per_year.csm=60000",
    "+world.costs.recruiting_usd_per_hire.csm=5000",
)  # fmt: skip
SHARED_LEADS = ("~world.sources.self", "+world.sources.web={kind: inbound, leads_per_month: {all: 60}}")


def plain(*overrides: str) -> ScenarioSource:
    """The closed-form world with a recruiter, without whom nobody could be hired."""
    return load_source(str(WORLDS / "plain.yaml"), [*RECRUITER, *overrides])


def found(source: ScenarioSource, folder: Path, months: int) -> dict[tuple[str, str, str], tuple[float, float, float]]:
    """Mean and interval by role, quantity and period, over 30 replications."""
    settings = RunSettings(
        replications=FEWEST_OF_ONE_MORE_HEAD, months=months, n_jobs=1, figures=False, results_folder=str(folder)
    )
    outcome = run([source], settings, "a test", Silence())
    with (outcome.folder / "one_more_head.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["role"], row["quantity"], row["period"]): tuple(
            float(row[name] or "nan") for name in ("mean", "ci_low", "ci_high")
        )
        for row in rows
    }  # type: ignore[misc]


def test_where_each_finds_their_own_deals_one_more_brings_what_the_average_brings(tmp_path: Path) -> None:
    """Nothing is shared, nobody ramps: in the last year the hire of day 30 is as good as any of the forty."""
    rows = found(plain(), tmp_path, 24)
    mean, low, high = rows["rep", "bookings", LAST_YEAR]
    average = rows["rep", "average_bookings", LAST_YEAR][0]
    error = (high - low) / 2 / 1.96
    assert abs(mean - average) < 4 * error
    assert error < 0.2 * average
    assert rows["rep", "heads", LAST_YEAR] == (1.0, 1.0, 1.0)


def test_where_leads_are_shared_and_hours_are_spare_one_more_brings_nothing(tmp_path: Path) -> None:
    rows = found(plain(*SHARED_LEADS), tmp_path, 6)
    assert rows["rep", "bookings", WHOLE_RUN] == (0.0, 0.0, 0.0)
    assert rows["rep", "average_bookings", LAST_YEAR][0] > 0
    salary = 100_000 * 1.25 * 150 / 360  # at work from day 30 of 180
    assert rows["rep", "cost", WHOLE_RUN][0] == pytest.approx(salary / 0.5, rel=1e-5)


def test_a_head_with_nothing_to_do_brings_nothing_and_costs_what_it_costs(tmp_path: Path) -> None:
    """No stage needs a solution engineer, and no customer has a contract."""
    rows = found(plain(*IDLE), tmp_path, 4)
    for role, salary, once in (("se", 120_000, 0.0), ("csm", 60_000, 5_000.0)):
        cost = salary * 1.25 * 90 / 360 + once  # at work from day 30 of 120
        for period in (LAST_YEAR, WHOLE_RUN):  # the run is shorter than a year
            assert rows[role, "bookings", period] == (0.0, 0.0, 0.0)
            assert rows[role, "cost", period][0] == pytest.approx(cost * 3, rel=1e-5)
        assert rows[role, "bookings_less_cost", WHOLE_RUN][0] == pytest.approx(-cost, rel=1e-5)
    assert np.isnan(rows["csm", "average_bookings", LAST_YEAR][0])


@pytest.mark.parametrize("exits_per_year", [0.0, 0.4])
def test_one_more_head_changes_nobody_elses_luck(exits_per_year: float) -> None:
    """Whoever was there comes and goes at the same times; who finds deals alone finds the same, which go the same way.

    Where people leave, their deals are handed on to all who are there, so deals are compared where nobody does.
    """
    source = plain(f"world.roles.rep.exits.voluntary_per_year={exits_per_year}")
    (more,) = one_more_of_each(source)
    assert more.heads == {"all": 1}
    before, after = (world.simulate(one.at_central(), 12, Luck(3, 1)) for one in (source, more.source))
    assert digest(before, ("deals",)) != digest(after, ("deals",))
    seats = len(before.names.seats)
    assert _people(after, seats) == _people(before, seats)
    if exits_per_year == 0.0:
        assert _deals(after, seats) == _deals(before, seats)


def _deals(book: Ledger, seats: int) -> list[tuple]:
    """Days to the second: the clocks of all deals are read off whenever anything happens, and round then."""
    rows = book.deals[book.deals["seat"] < seats]
    return sorted(
        (round(r["created_day"], 5), r["seat"], r["amount_usd"], round(r["closed_day"], 5), r["state"]) for r in rows
    )


def _people(book: Ledger, seats: int) -> list[tuple]:
    rows = book.seats[book.seats["seat"] < seats]
    return sorted((r["seat"], r["holder"], r["start_day"], r["end_day"], r["ability"]) for r in rows)


def test_each_role_gets_a_head_in_every_region_and_segment_at_once() -> None:
    plans = {one.role: one for one in one_more_of_each(load_source("base"))}
    assert list(plans) == ["ae", "sdr", "am", "csm", "se"], "managers and recruiters bring the work of others"
    assert plans["ae"].heads == {"smb": 2, "mid_market": 2, "enterprise": 2}
    assert plans["se"].heads == {None: 2}
    given = plans["ae"].source.at_central().levers.requisitions
    new = {name: one for name, one in given.items() if name.startswith("one more")}
    assert len(new) == 6
    assert {str(one.open_date) for one in new.values()} == {"2027-01-01"}
    assert len(given) - len(new) == len(load_source("base").at_central().levers.requisitions)


@pytest.mark.slow
def test_heads_add_up_to_what_all_of_them_change(tmp_path: Path) -> None:
    source = load_source(BUSY)
    settings = RunSettings(replications=30, months=4, n_jobs=1)
    plans = one_more_of_each(source)
    all_plans = [Plan.of(one, settings) for one in (source, *(plan.source for plan in plans))]
    with Player(settings) as player:
        played = player.values([Asked(one, OneMoreHead(), range(6)) for one in all_plans])
    values = np.stack(played, axis=1)
    scenario = source.at_central()
    calendar = scenario.calendar(4)
    write_one_more_head(tmp_path, scenario, calendar, plans, values, np.arange(6))
    with (tmp_path / "one_more_head.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    measures = Yardstick(scenario, calendar).measures
    for place, plan in enumerate(plans):
        for name in ("bookings", "cost"):
            row = 2 * measures.index(name) + 1
            whole = (values[:, place + 1, row, -1] - values[:, 0, row, -1]).mean() * 12 / 4
            parts = [
                float(one["mean"]) * int(one["heads_added"])
                for one in rows
                if (one["role"], one["quantity"], one["period"]) == (plan.role, name, WHOLE_RUN)
                and (one["segment"] == "") == (None in plan.heads)
            ]
            assert sum(parts) == pytest.approx(whole, rel=1e-4, abs=20.0), (plan.role, name)


@pytest.mark.slow
def test_one_worker_and_two_write_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for workers in (1, 2):
        settings = RunSettings(
            replications=32, months=2, n_jobs=workers, figures=False, results_folder=str(tmp_path / str(workers)),
            one_more_head_replications=31, lucks_per_draw=2,
        )  # fmt: skip
        folder = run([load_source(BUSY)], settings, "a test", Silence()).folder
        written.append((folder / "one_more_head.csv").read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b",31\n") == written[0].count(b"\n") - 1


def test_the_setting_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    assert RunSettings(replications=200).with_one_more_head == 45
    assert RunSettings(replications=40).with_one_more_head == 40
    assert RunSettings(replications=29).with_one_more_head == 0
    assert RunSettings(one_more_head_replications=0).with_one_more_head == 0
    for value, said in (("5", "give 30 or more, or 0 for none"), ("-1", "0")):
        assert main(["run", "scenario=base", f"run.one_more_head_replications={value}"]) == 2
        error = capsys.readouterr().err
        assert "run.one_more_head_replications" in error
        assert said in error


def test_without_it_no_file_is_left(tmp_path: Path) -> None:
    settings = RunSettings(
        replications=30, months=1, n_jobs=1, figures=False, results_folder=str(tmp_path), one_more_head_replications=0
    )
    folder = run([load_source(BUSY)], settings, "a test", Silence()).folder
    assert not (folder / "one_more_head.csv").exists()
