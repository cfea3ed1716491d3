"""Starting from files: agreement with the stationary opening, and what a run, a comparison and a hash make of files."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim import ledger
from sim.cli import main
from sim.experiment.content import content_hash
from sim.experiment.settings import load_settings
from sim.luck import Luck
from sim.org.first_day.opening import Opening
from sim.org.first_day.opening_export import records_of
from sim.pipeline import verbs
from sim.pipeline.tables import CUSTOMERS, DEALS
from sim.records.layout import LAYOUTS
from sim.results.csv_file import write_records
from sim.scenario.load import load, load_source
from sim.scenario.scenario import Scenario
from sim.world import prepare, simulate
from tests.makers.company import CUSTOMER, DEAL, ROSTER, deals, scenario, source
from tests.makers.play import check_mean, digest

SETTINGS = load_settings()


def exported(opening: Opening, plan: Scenario, folder: Path, *kinds: str) -> Scenario:
    """The same first day, written to files and loaded again; kinds not named are left to be drawn."""
    for kind, rows in records_of(opening, plan, plan.calendar(12)).items():
        write_records(folder / f"{kind}.csv", LAYOUTS[kind].columns, rows)
    files = ", ".join(f"{kind}: {kind}.csv" for kind in kinds or ("roster", "pipeline", "customers"))
    (folder / "again.yaml").write_text(
        f"question: Is it the same?\ndefaults: [base, _self_]\nopening:\n  files: {{{files}}}\n", encoding="utf-8"
    )
    return load(str(folder / "again.yaml"))


def open_deals(opening: Opening) -> np.ndarray:
    deals = opening.state.deals[: opening.state.count[DEALS]]
    return deals[np.isin(deals["state"], ledger.OPEN_STATES)]


def where_deals_stand(opening: Opening) -> list[tuple]:
    """Each open deal's seat, cell, source, stage, amount and whether it is quiet."""
    rows = open_deals(opening)
    quiet = rows["state"] == ledger.STALLED
    names = ("seat", "cell", "source", "stage", "attempt", "amount_usd", "reassigned")
    return sorted(zip(*(rows[name].tolist() for name in names), quiet.tolist(), strict=True))


def customers(opening: Opening) -> list[tuple]:
    """Each customer's cell, ARR, seat and chance to be lost, in order, with the end of its term."""
    count = opening.state.count[CUSTOMERS]
    rows, cells = opening.state.customers[:count], opening.state.customer_cell[:count]
    names = ("arr_usd", "seat", "extra_loss", "term_end_day")
    return list(zip(cells.tolist(), *(rows[name].tolist() for name in names), strict=True))


def time_left(opening: Opening) -> np.ndarray:
    """Deals at work whose stage ends within 3, 7, 30 and 90 days; those put off to an open day; those coming back."""
    verbs.bring_all(opening.state, 0.0)
    deals, seats = open_deals(opening), opening.state.seats
    working = deals[deals["state"] == ledger.WORKING]
    left = working["clock_end"] - seats["clock"][working["seat"]]
    within = [np.sum(left < days) for days in (3, 7, 30, 90)]
    back = deals[(deals["state"] == ledger.STALLED) & deals["revives"]]
    return np.array([*within, np.sum(deals["state"] == ledger.DEFERRED), np.sum(back["due"] < 14), len(back)], float)


@pytest.mark.slow
def test_what_the_simulator_writes_is_the_first_day_that_it_reads(tmp_path: Path) -> None:
    """People, and every deal's place, to the cent; what is left to luck agrees on average, ability where careers
    decide who is still there too."""
    base = load("base")
    first, again, of_ae = [], [], []
    for replication in range(6):
        luck = Luck(21, replication)
        opening = prepare(base, 12, luck)
        loaded = prepare(exported(opening, base, tmp_path), 12, luck)
        assert where_deals_stand(opening) == where_deals_stand(loaded)
        mine, theirs = opening.roster, loaded.roster
        by_rate = ~np.isin(mine["role"], [list(base.world.roles).index(role) for role in ("ae", "am", "sdr")])
        assert np.array_equal(mine["ability"][by_rate], theirs["ability"][by_rate])
        of_ae.append(
            [
                theirs[name][theirs["held"] & (theirs["role"] == 0)].mean()
                - mine[name][mine["held"] & (mine["role"] == 0)].mean()
                for name in ("ability", "never_ramps", "failed_reviews")
            ]
        )
        assert np.array_equal(opening.roster["held"], loaded.roster["held"])
        told = opening.roster["leaves_day"] < ledger.NEVER
        assert np.array_equal(loaded.roster["leaves_day"] < ledger.NEVER, told)
        moved = opening.roster["leaves_day"][told] - loaded.roster["leaves_day"][told]
        assert np.abs(moved).max(initial=0.0) <= 1.0
        assert np.abs(opening.roster["start_day"] - loaded.roster["start_day"]).max() <= 1.0
        for one, other in zip(customers(opening), customers(loaded), strict=True):
            assert one[:-1] == other[:-1]
            assert one[-1] == pytest.approx(other[-1], abs=0.51)
        first.append(time_left(opening))
        again.append(time_left(loaded))
    check_mean(np.array(again) - np.array(first), 0.0)
    check_mean(np.array(of_ae), 0.0)


@pytest.mark.slow
def test_files_and_the_stationary_opening_agree_in_distribution(tmp_path: Path) -> None:
    """Paired by luck: bookings by quarter, heads, ARR lost by quarter, and open pipeline, over a year."""
    base = load("base")
    differences = []
    for replication in range(150):
        luck = Luck(5, replication)
        opening = prepare(base, 12, luck)
        plan = exported(opening, base, tmp_path)
        differences.append(_outcome(plan, luck) - _outcome(base, luck, opening))
    check_mean(np.array(differences), 0.0)


def _outcome(plan: Scenario, luck: Luck, opening: Opening | None = None) -> np.ndarray:
    book = simulate(plan, 12, luck, opening)
    starts = plan.calendar(12).month_starts
    bookings = np.histogram(book.credits["day"], starts[::3], weights=book.credits["amount_usd"])[0]
    heads = [np.sum((book.seats["start_day"] <= day) & (book.seats["end_day"] > day)) for day in starts[::3]]
    shown = book.snapshots[(book.snapshots["stage"] == -1) & (book.snapshots["quantity"] == ledger.OPEN_DEALS)]
    lost = book.arr_moves[book.arr_moves["kind"] == ledger.ARR_CHURN]
    churned = np.histogram(lost["day"], starts[::3], weights=lost["amount_usd"])[0]
    return np.r_[bookings, heads, churned, np.bincount(shown["month"], shown["value"], 12)]


@pytest.mark.slow
def test_a_roster_alone_has_its_pipeline_drawn_and_a_pipeline_alone_its_people(tmp_path: Path) -> None:
    base, luck = load("base"), Luck(3, 1)
    opening = prepare(base, 12, luck)
    people = prepare(exported(opening, base, tmp_path, "roster"), 12, luck)
    assert np.array_equal(people.roster["held"], opening.roster["held"])
    assert np.abs(people.roster["start_day"] - opening.roster["start_day"]).max() <= 1.0
    assert len(open_deals(people)) == pytest.approx(len(open_deals(opening)), rel=0.2)
    assert where_deals_stand(people) != where_deals_stand(opening)
    pipeline = prepare(exported(opening, base, tmp_path, "pipeline"), 12, luck)
    for name in ("ability", "held", "start_day"):
        assert np.array_equal(pipeline.roster[name], opening.roster[name])
    assert where_deals_stand(pipeline) == where_deals_stand(opening)


def digest_of(roster: np.ndarray) -> list[bytes]:
    return [np.ascontiguousarray(roster[name]).tobytes() for name in roster.dtype.names or ()]


def test_without_a_roster_unknown_owners_deals_are_dealt_to_their_place(tmp_path: Path) -> None:
    rows = [{**row, "owner": "Nobody Known"} for row in deals(40)]
    plan = source(tmp_path, pipeline=rows).at_central()
    placed = open_deals(prepare(plan, 12, Luck(1, 1)))
    assert len(placed) == 40
    assert len(set(placed["seat"].tolist())) > 5
    assert np.all(np.isin(placed["state"], (ledger.WORKING, ledger.DEFERRED)))


def test_a_deal_of_nobody_waits_and_is_handed_on_after_the_delay(tmp_path: Path) -> None:
    quiet = {**DEAL, "id": "D-8", "owner": "", "quiet_since_date": "2026-12-20"}
    roster = [*ROSTER, {**ROSTER[0], "name": "Gil Moe", "status": "open", "start_date": ""}]
    rows = [*deals(), {**DEAL, "id": "D-7", "owner": "Gone Person"}, {**DEAL, "id": "D-9", "owner": "Gil Moe"}, quiet]
    plan = source(tmp_path, roster=roster, pipeline=rows).at_central()
    book = simulate(plan, 6, Luck(1, 1))
    moved = book.moves[book.moves["kind"] == ledger.REASSIGNED]
    handed = {int(deal): day for deal, day in zip(moved["deal"], moved["day"], strict=True)}
    given = np.flatnonzero(book.deals["opening"])
    assert len(given) == 6
    delay = plan.levers.orphans.delay_days
    assert sum(handed.get(int(deal)) == delay for deal in given) == 3


def test_an_old_quiet_deal_closes_on_the_first_day(tmp_path: Path) -> None:
    old = {**DEAL, "created_date": "2026-01-05", "stage_entered_date": "2026-01-05", "quiet_since_date": "2026-02-01"}
    plan = source(tmp_path, roster=ROSTER, pipeline=[old]).at_central()
    book = simulate(plan, 2, Luck(1, 1))
    assert book.deals["state"][0] == ledger.NO_DECISION
    assert book.deals["closed_day"][0] == 0.0


def test_last_quarter_of_the_roster_is_remembered(tmp_path: Path) -> None:
    roster = [{**row, "quota_usd_last_quarter": "", "sold_usd_last_quarter": ""} for row in ROSTER]
    roster[0] |= {"quota_usd_last_quarter": "120000", "sold_usd_last_quarter": "$90,000"}
    rows = prepare(source(tmp_path, roster=roster).at_central(), 12, Luck(1, 1)).roster
    assert rows["quota_usd"][0].tolist() == [120000.0, 0.0]
    assert rows["sold_usd"][0].tolist() == [90000.0, 0.0]
    assert not rows["quota_usd"][1:].any()


def test_whoever_is_known_to_leave_leaves_on_that_day(tmp_path: Path) -> None:
    """The last day of somebody is still theirs; one that has passed frees the seat."""
    roster = [{**row, "end_date": ""} for row in ROSTER]
    roster[0]["end_date"], roster[2]["end_date"] = "2027-02-15", "2026-12-18"
    plan = source(tmp_path, roster=roster).at_central()
    rows = prepare(plan, 12, Luck(1, 1)).roster
    assert rows["held"].tolist() == [True, True, False, True, True]
    book = simulate(plan, 6, Luck(1, 1))
    assert book.seats["end_day"][book.seats["seat"] == 0][0] == 46.0  # the 16th of February


def test_a_customer_that_lost_no_seller_is_not_in_danger_whenever_the_seller_came(tmp_path: Path) -> None:
    came_later = {**CUSTOMER, "owner": "Bo Diaz", "region": "west"}
    told = ("", "yes", "no")
    rows = [{**came_later, "id": f"C-{k}", "seller_left": one} for k, one in enumerate(told)]
    state = prepare(source(tmp_path, roster=ROSTER, customers=rows).at_central(), 12, Luck(1, 1)).state
    assert (state.customers["extra_loss"][:3] > 0.0).tolist() == [True, True, False]


def test_compared_plans_start_from_the_same_bytes(tmp_path: Path) -> None:
    path = str(scenario(tmp_path, roster=ROSTER, pipeline=deals()))
    plans = [load(path), load(path, ["levers.orphans.policy=least_loaded", "levers.backfill.enabled=false"])]
    first, other = (prepare(plan, 12, Luck(2, 2)) for plan in plans)
    assert digest_of(first.roster) == digest_of(other.roster)
    assert np.array_equal(open_deals(first), open_deals(other))
    shared = simulate(plans[1], 12, Luck(2, 2), first)
    assert digest(shared) == digest(simulate(plans[1], 12, Luck(2, 2)))


def test_a_roster_takes_the_place_of_the_teams_in_every_check(tmp_path: Path) -> None:
    plan = source(tmp_path, roster=ROSTER).at_central()
    assert sum(team.seats for team in plan.opening.teams.values()) == len(ROSTER)
    with pytest.raises(Exception, match="has no recruiter seats"):
        source(tmp_path, roster=ROSTER[:4])


def test_a_changed_file_changes_the_content_hash_also_of_uncertain_rows(tmp_path: Path) -> None:
    path = scenario(tmp_path, roster=ROSTER, pipeline=deals())
    before = content_hash([load_source(str(path))], SETTINGS)
    assert content_hash([load_source(str(path))], SETTINGS) == before
    copy = tmp_path / "elsewhere"
    shutil.copytree(tmp_path, copy)
    assert content_hash([load_source(str(copy / "ours.yaml"))], SETTINGS) == before
    with (tmp_path / "pipeline.csv").open("a") as file:
        file.write("\n")
    assert content_hash([load_source(str(path))], SETTINGS) != before
    rows = tmp_path / "rows.csv"
    rows.write_text("x\n0.1\n0.2\n")
    unsure = tmp_path / "unsure.yaml"
    unsure.write_text(
        "question: Q?\ndefaults: [base, _self_]\nuncertainties:\n  win_odds: {kind: rows, file: rows.csv, column: x}\n"
    )
    before = content_hash([load_source(str(unsure))], SETTINGS)
    rows.write_text("x\n0.1\n0.3\n")
    assert content_hash([load_source(str(unsure))], SETTINGS) != before


@pytest.mark.slow
def test_a_run_accounts_for_the_files_and_can_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with a name that a spreadsheet would take for a formula."""
    bad = {**DEAL, "id": "=HYPERLINK(1)", "amount_usd": "-5"}
    path = scenario(tmp_path, roster=ROSTER, pipeline=[*deals(), bad])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    words = ["run.replications=2", "run.months=6", "run.n_jobs=1", "run.results_folder=out"]
    assert main(["run", f"scenario={path}", *words]) == 0
    folder = next((elsewhere / "out").glob("2*"))
    account = list(csv.DictReader((folder / "opening_files.csv").open(encoding="utf-8")))
    rows = {row["verdict"]: int(row["rows"]) for row in account if row["kind"] == "pipeline" and not row["reason"]}
    usd = {row["verdict"]: float(row["usd"]) for row in account if row["kind"] == "pipeline" and not row["reason"]}
    assert rows == {"in file": 4, "read": 3, "mended": 0, "set aside": 1}
    assert usd == {"in file": 5995.75, "read": 6000.75, "mended": 0.0, "set aside": -5.0}
    aside = list(csv.reader((folder / "set_aside.csv").open(encoding="utf-8")))
    assert {len(row) for row in aside} == {5}
    assert aside[1][:4] == ["ours", "pipeline", "5", "amount is negative"]
    assert aside[1][4].startswith("'=HYPERLINK(1),")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in aside for cell in row)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "pipeline.csv" in page
    assert "amount is negative" in page
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    for name in ("roster.csv", "pipeline.csv"):
        (tmp_path / name).unlink()
    assert main(["run", f"scenario={folder / 'scenario.yaml'}", *words, "run.figures=false"]) == 0
    first, second = (next(csv.reader(p.open())) for p in sorted((elsewhere / "out").glob("2*/summary.csv")))
    assert first == second
    texts = {p.read_bytes() for p in (elsewhere / "out").glob("2*/summary.csv")}
    assert len(texts) == 1


def test_the_opening_command_writes_files_that_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["opening", "scenario=base", f"out={tmp_path / 'day'}", "luck=3"]) == 0
    assert "customers.csv: 3580 rows" in capsys.readouterr().out
    assert main(["opening", "scenario=base"]) == 2
    assert "out=FOLDER" in capsys.readouterr().err
    (tmp_path / "day" / "it.yaml").write_text(
        "question: Q?\ndefaults: [base, _self_]\nopening:\n  files: {roster: roster.csv, pipeline: pipeline.csv}\n"
    )
    assert main(["check", f"scenario={tmp_path / 'day' / 'it.yaml'}"]) == 0
    assert "0 mended ($0), 0 set aside ($0)" in capsys.readouterr().out


def test_neither_teams_nor_roster_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "scenario=base", "~opening.teams"]) == 2
    assert "teams is missing or empty; give at least one team, or a roster in files" in capsys.readouterr().err
