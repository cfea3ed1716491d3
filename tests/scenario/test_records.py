"""A company's own files: the layout, each fault with its message, and totals that add up whatever is wrong."""

from __future__ import annotations

import csv
import io
import math
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli import main
from sim.records.account import MENDED, READ, SET_ASIDE, Account
from sim.records.layout import LAYOUTS
from sim.records.reading import read_roster_of
from sim.scenario.errors import ScenarioError
from tests.makers.company import (
    CUSTOMER,
    DEAL,
    ROSTER,
    Row,
    accounts_of,
    customers_of,
    deals,
    deals_of,
    found,
    found_at,
    scenario,
    source,
    write,
)

DOCS = Path(__file__).parents[2] / "docs" / "opening_files.md"


def account(folder: Path, kind: str, **tables: list[Row]) -> Account:
    return next(one for one in accounts_of(found(folder, **tables)) if one.kind == kind)


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["check", f"scenario={path}"])
    streams = capsys.readouterr()
    return code, streams.out + streams.err


def test_sound_files_are_read_as_they_are(tmp_path: Path) -> None:
    files = found(tmp_path, pipeline=deals(), customers=[CUSTOMER])
    for one in accounts_of(files):
        assert (one.rows[MENDED], one.rows[SET_ASIDE], one.notes) == (0, 0, []), one
    roster, pipeline, customers = read_roster_of(files), deals_of(files), customers_of(files)
    assert [seat.name for seat in roster.seats] == [row["name"] for row in ROSTER]
    assert roster.seats[0].start_day == -671.0
    assert pipeline.columns["cents"].tolist() == [100025, 200025, 300025]
    assert pipeline.columns["seat"].tolist() == [0, 0, 0]
    assert pipeline.columns["entered_day"].tolist() == [-17.5] * 3  # noon of the day
    assert customers.columns["end_day"].tolist() == [90.5]


NEVER_ALONE = ("a count or number of days is no plain number", "an answer is neither yes nor no")  # count as missing


def test_the_page_lists_every_column_and_reason_word_for_word() -> None:
    page = " ".join(DOCS.read_text(encoding="utf-8").split())
    for layout in LAYOUTS.values():
        for column in layout.columns:
            assert f"| `{column}` |" in page, (layout.kind, column)
    folder = Path(__file__).parents[2] / "sim" / "records"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    reasons = re.findall(r'raise Unreadable\(f?"([^"{]+)"', text)
    assert len(reasons) > 15
    reasons = [reason for reason in reasons if reason not in NEVER_ALONE]
    for reason in reasons:
        assert reason in page, reason


def test_column_names_forgive_case_spaces_and_signs(tmp_path: Path) -> None:
    rows = [
        {key.replace("_", " ").title().replace("Usd", "(USD)"): value for key, value in row.items()} for row in deals()
    ]
    assert account(tmp_path, "pipeline", pipeline=rows).rows[READ] == 3


def test_columns_not_used_are_named(tmp_path: Path) -> None:
    rows = [{**row, "Next Step": "call", "Probability": "40"} for row in deals()]
    one = account(tmp_path, "pipeline", pipeline=rows)
    assert one.rows[READ] == 3
    assert one.notes == ["columns not used: Next Step, Probability"]


def test_what_an_absent_column_means_is_said_once(tmp_path: Path) -> None:
    dropped = ("source", "stage_entered_date", "forecast_close_date")
    one = account(
        tmp_path, "pipeline", pipeline=[{k: v for k, v in row.items() if k not in dropped} for row in deals()]
    )
    assert one.rows[READ] == 3
    assert len(one.notes) == 3
    assert all(any(column in note for note in one.notes) for column in dropped)


SET_ASIDE_DEALS = {
    "amount is negative": {"amount_usd": "-12.5"},
    "amount is no number": {"amount_usd": "12k"},
    "amount is in EUR": {"amount_usd": "€500"},
    "amount is above a trillion": {"amount_usd": "9999999999999"},
    "a date cannot be read": {"created_date": "in spring", "stage_entered_date": ""},
    "a date is no day of the calendar": {"created_date": "2026-02-30", "stage_entered_date": ""},
    "a date is not within 1900 to 2200": {"created_date": "1066-10-14", "stage_entered_date": "soon"},
    "created_date is missing": {"created_date": "", "stage_entered_date": ""},
    "created after the first day": {"created_date": "2027-01-05"},
    "entered its stage after the first day": {"stage_entered_date": "2027-03-05"},
    "deal is closed": {"stage": "Closed-Won"},
    "stage is not known": {"stage": "verbal"},
    "stage is missing": {"stage": " "},
    "owner is not known, nor segment and region": {"owner": "Zed", "segment": "", "region": ""},
    "owner is missing, nor segment and region": {"owner": "", "segment": "", "region": ""},
    "segment is not known": {"owner": "Zed", "segment": "smbs"},
    "nobody sells in its segment and region": {"owner": "", "segment": "enterprise"},
    "quiet since before it was created": {"quiet_since_date": "2026-01-01"},
    "row is empty": dict.fromkeys(DEAL, ""),
}


@pytest.mark.parametrize("reason", SET_ASIDE_DEALS)
def test_a_deal_is_set_aside(reason: str, tmp_path: Path) -> None:
    rows = [*deals(), {**DEAL, "id": "D-9", **SET_ASIDE_DEALS[reason]}]
    one = account(tmp_path, "pipeline", pipeline=rows)
    assert (one.rows[READ], one.rows[SET_ASIDE]) == (3, 1)
    assert list(one.reasons[SET_ASIDE]) == [reason]
    assert one.reasons[SET_ASIDE][reason].lines == [5]


MENDED_DEALS = {
    "currency signs and separators were removed from the amount": {"amount_usd": "$12,500.00"},
    "amount is missing or 0; it is drawn by the law of its segment": {"amount_usd": ""},
    "attempt cannot be read; it counts as missing": {"attempt": "second"},
    "quiet_since_date cannot be read; it counts as missing": {"quiet_since_date": "2026-02-30"},
    "amount was rounded to the cent": {"amount_usd": "12500.345"},
    "stage was spelled otherwise": {"stage": " Proposal"},
    "owner was spelled otherwise": {"owner": "ann  LEE"},
    "segment is not known; the owner's is taken": {"segment": "tiny"},
    "owner is not known as a seller; the deal waits to be handed on": {"owner": "Cy Ito"},
    "owner is missing; the deal waits to be handed on": {"owner": ""},
    "source is missing; self is taken": {"source": ""},
    "source is not known; self is taken": {"source": "webinar"},
    "created_date is missing; the day it entered its stage is taken": {"created_date": ""},
    "stage_entered_date is missing; the time in stage is drawn": {"stage_entered_date": ""},
    "stage_entered_date is before created_date; created_date is taken": {"stage_entered_date": "2026-10-01"},
    "forecast_close_date is missing; the median of what remains is taken": {"forecast_close_date": ""},
    "forecast_close_date has passed; it is pushed on": {"forecast_close_date": "2026-12-01"},
    "longer in its stage than 999 in 1,000 deals; it counts as gone quiet": {
        "created_date": "2024-01-02", "stage_entered_date": "2024-01-02",
    },
    "id is missing; the line number is taken": {"id": ""},
}  # fmt: skip


@pytest.mark.parametrize("mend", MENDED_DEALS)
def test_a_deal_is_mended(mend: str, tmp_path: Path) -> None:
    rows = [*deals(), {**DEAL, "id": "D-9", **MENDED_DEALS[mend]}]
    one = account(tmp_path, "pipeline", pipeline=rows)
    assert (one.rows[READ], one.rows[MENDED], one.rows[SET_ASIDE]) == (3, 1, 0)
    assert list(one.reasons[MENDED]) == [mend]


def test_where_the_file_says_who_is_quiet_an_old_deal_is_believed(tmp_path: Path) -> None:
    old = {**DEAL, "created_date": "2024-01-02", "stage_entered_date": "2024-01-02", "quiet_since_date": ""}
    assert account(tmp_path, "pipeline", pipeline=[old]).rows[READ] == 1


def test_time_stamps_count_as_their_date(tmp_path: Path) -> None:
    row = {**DEAL, "created_date": "2026-11-02T09:30:00Z", "stage_entered_date": "2026-12-14 23:59"}
    assert account(tmp_path, "pipeline", pipeline=[row]).rows[READ] == 1


def test_copies_and_ids_that_stand_twice(tmp_path: Path) -> None:
    first, second, third = deals()
    one = account(tmp_path, "pipeline", pipeline=[first, second, first, third, {**second, "stage": "discovery"}, first])
    assert (one.rows[READ], one.rows[SET_ASIDE]) == (2, 4)
    reasons = one.reasons[SET_ASIDE]
    assert reasons["copy of a row that is used"].lines == [4, 7]
    assert reasons["another row has the same id and says something else"].lines == [3, 6]


def test_a_deal_keeps_the_place_that_it_names_and_else_takes_its_owners(tmp_path: Path) -> None:
    own = {**DEAL, "segment": "", "region": ""}
    other = {**DEAL, "id": "D-2", "region": "west"}
    assert deals_of(found(tmp_path, pipeline=[own, other])).columns["region"].tolist() == [0, 1]


ROSTER_FAULTS = {
    "name is missing": {"name": ""},
    "role is not known": {"role": "chief"},
    "region is missing": {"region": ""},
    "segment is missing": {"segment": ""},
    "starts after the first day": {"start_date": "2027-02-01"},
    "status is not known": {"status": "maybe"},
}


@pytest.mark.parametrize("reason", ROSTER_FAULTS)
def test_a_roster_row_is_set_aside(reason: str, tmp_path: Path) -> None:
    one = account(tmp_path, "roster", roster=[*ROSTER, {**ROSTER[0], "name": "Flo Poe", **ROSTER_FAULTS[reason]}])
    assert (one.rows[READ], one.rows[SET_ASIDE]) == (5, 1)
    assert list(one.reasons[SET_ASIDE]) == [reason]


ROSTER_MENDS = {
    "end_date": "soon",
    "start_date": "2025",
    "quota_usd_last_quarter": "-5",
    "sold_usd_last_quarter": "lots",
}


@pytest.mark.parametrize("column", ROSTER_MENDS)
def test_a_bad_cell_of_the_roster_that_need_not_be_there_counts_as_missing(column: str, tmp_path: Path) -> None:
    rows = [*ROSTER, {**ROSTER[0], "name": "Flo Poe", column: ROSTER_MENDS[column]}]
    one = account(tmp_path, "roster", roster=rows)
    assert (one.rows[MENDED], one.rows[SET_ASIDE]) == (1, 0)
    assert f"{column} cannot be read; it counts as missing" in one.reasons[MENDED]


def test_somebody_whose_last_day_has_passed_leaves_an_open_seat(tmp_path: Path) -> None:
    one = account(tmp_path, "roster", roster=[*ROSTER, {**ROSTER[0], "name": "Flo Poe", "end_date": "2026-11-30"}])
    assert list(one.reasons[MENDED]) == ["end_date has passed; the seat is open"]


CUSTOMER_FAULTS = {
    (SET_ASIDE, "amount is negative"): {"arr_usd": "-1"},
    (SET_ASIDE, "amount is no number"): {"arr_usd": "lots"},
    (MENDED, "seller_left cannot be read; it counts as missing"): {"seller_left": "perhaps"},
    (SET_ASIDE, "term_end is not after term_start"): {"term_end": "2026-04-01"},
    (SET_ASIDE, "term_start or term_end is missing"): {"term_end": ""},
    (SET_ASIDE, "term begins after the first day"): {"term_start": "2027-03-01"},
    (SET_ASIDE, "segment is not known, and the owner does not tell it"): {"owner": "Zed", "segment": "x"},
    (MENDED, "owner is not known; a seller of its place has taken over and may lose it"): {"owner": "Zed"},
    (MENDED, "owner is missing; a seller of its place is taken"): {"owner": ""},
    (MENDED, "term_end has passed; it is taken to have been renewed for the same term"): {
        "term_start": "2025-04-01", "term_end": "2026-04-01",
    },
    (SET_ASIDE, "contract ended longer ago than its term, or than a year"): {
        "term_start": "2024-04-01", "term_end": "2025-04-01",
    },
}  # fmt: skip


@pytest.mark.parametrize(("verdict", "reason"), CUSTOMER_FAULTS)
def test_a_customer_is_mended_or_set_aside(verdict: str, reason: str, tmp_path: Path) -> None:
    rows = [CUSTOMER, {**CUSTOMER, "id": "C-2", **CUSTOMER_FAULTS[verdict, reason]}]
    one = account(tmp_path, "customers", customers=rows)
    assert (one.rows[READ], one.rows[verdict]) == (1, 1)
    assert list(one.reasons[verdict]) == [reason]


HEADING = ",".join(DEAL)
UNREADABLE = {
    "is empty": b"",
    "is in UTF-16": HEADING.encode("utf-16"),
    "it may be in UTF-16": HEADING.encode("utf-16-le"),
    "not in UTF-8 (byte 0xe9 in line 2": f"{HEADING}\n".encode() + "D-1,Andr\u00e9".encode("latin-1"),
    "a spreadsheet's own format": b"PK\x03\x04rest of a workbook",
    "it has no heading": b"D-1,Ann Lee,smb,east\nD-2,Ann Lee,smb,east\n",
    'there is no column amount_usd. Did you mean "Amount USDs"?': HEADING.replace("amount_usd", "Amount USDs").encode(),
    "there is no column segment, region": b"id,stage,created_date,amount_usd\n",
    "stands twice in the first line": f"{HEADING},Amount USD\n".encode(),
    "parted by semicolons": HEADING.replace(",", ";").encode(),
    "Look for a stray quote": f'{HEADING}\n"D-1,Ann Lee\nD-2,Ann Lee\n'.encode(),
}


@pytest.mark.parametrize("message", UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_2(
    message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = scenario(tmp_path, roster=ROSTER, pipeline=deals())
    (tmp_path / "pipeline.csv").write_bytes(UNREADABLE[message])
    code, said = check(path, capsys)
    assert code == 2
    assert message in said
    assert "pipeline.csv" in said
    assert said.count("\n") == 1


def test_a_file_that_is_not_there_or_a_roster_of_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = scenario(tmp_path, roster=ROSTER, pipeline=deals())
    (tmp_path / "pipeline.csv").unlink()
    code, said = check(path, capsys)
    assert code == 2
    assert "there is no file 'pipeline.csv'" in said
    write(tmp_path / "roster.csv", [{**ROSTER[0], "role": "chief"}])
    with pytest.raises(ScenarioError, match=r"roster.csv has no row that can be used: role is not known \(1\)"):
        source(tmp_path, roster=[{**ROSTER[0], "role": "chief"}])


NOT_USED = {
    "pipeline": [{**DEAL, "id": f"D-{k}", "stage": "verbal"} for k in range(3)],
    "customers": [{**CUSTOMER, "id": f"C-{k}", "term_end": ""} for k in range(3)],
}


@pytest.mark.parametrize("command", ["check", "run", "compare"])
@pytest.mark.parametrize("kind", NOT_USED)
def test_a_file_of_which_no_row_can_be_used_is_an_error(
    kind: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = scenario(tmp_path, roster=ROSTER, **{kind: NOT_USED[kind]})
    plans = [f"scenario={path}"] if command != "compare" else [f"scenarios={path},base"]
    folder = [] if command == "check" else [f"run.results_folder={tmp_path / 'out'}", "run.replications=1"]
    assert main([command, *plans, *folder]) == 2
    said = capsys.readouterr().err
    assert f"opening.files.{kind}: {kind}.csv has no row that can be used: " in said
    assert {"pipeline": "stage is not known (3).", "customers": "term_start or term_end is missing (3)."}[kind] in said
    assert said.count("\n") == 1


def test_a_file_with_a_heading_alone_is_an_empty_pipeline_and_that_is_said(tmp_path: Path) -> None:
    write(tmp_path / "pipeline.csv", [], list(DEAL))
    files = found_at({"roster": write(tmp_path / "roster.csv", ROSTER), "pipeline": tmp_path / "pipeline.csv"})
    one = next(a for a in accounts_of(files) if a.kind == "pipeline")
    assert (one.row_count, one.notes) == (0, ["it has no rows below the heading"])


def test_check_run_and_compare_say_what_is_set_aside_with_rows_and_dollars(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once for two plans on the same files, and without the signs that a terminal obeys."""
    bad = [{**DEAL, "id": f"B-{k}", "stage": "ver\x1b[31mbal", "amount_usd": "50000"} for k in range(2)]
    path = scenario(tmp_path, roster=ROSTER, pipeline=[*deals(), *bad])
    line = "set aside: stage is not known: 2 rows ($100K) (line 5, 6)."
    code, said = check(path, capsys)
    assert code == 0
    assert line in said
    assert "warning: 2 of 5 rows ($100K) of pipeline.csv are set aside" in said
    settings = ["run.replications=1", "run.months=3", "run.n_jobs=1", "run.figures=false"]
    settings.append(f"run.results_folder={tmp_path / 'out'}")
    for words in (["run", f"scenario={path}"], ["compare", f"scenarios={path},{path}"]):
        if words[0] == "compare":
            other = tmp_path / "other.yaml"
            other.write_text("question: Q?\ndefaults: [ours, _self_]\nlevers: {backfill: {enabled: false}}\n")
            words[1] = f"scenarios={path},{other}"
        assert main([*words, *settings]) == 0
        said = capsys.readouterr().out
        assert said.count(line) == 1, said
        assert "\x1b[31m" not in said


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = scenario(tmp_path, roster=ROSTER, pipeline=deals())
    text = (tmp_path / "pipeline.csv").read_text(encoding="utf-8")
    (tmp_path / "pipeline.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert main(["check", f"scenario={path}"]) == 0


CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "-1", "1e9", "$5", "5,000.5", "=1+1", "2026-12-01", "2028-01-01", "31.12.2026", "smb", "ae"]
    ),
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.integers(-(10**13), 10**13).map(str),
)


@settings(max_examples=150)
@given(
    changes=st.lists(st.tuples(st.integers(0, 11), st.sampled_from([*DEAL]), CELLS), max_size=12),
    copies=st.lists(st.integers(0, 11), max_size=4),
    short=st.lists(st.integers(0, 15), max_size=2),
)
def test_rows_and_dollars_add_up_whatever_is_wrong(
    changes: list[tuple[int, str, str]], copies: list[int], short: list[int], tmp_path: Path
) -> None:
    """Against a count made apart: every row of the file once, every amount that is a plain number once."""
    rows = deals(12)
    for place, column, cell in changes:
        rows[place][column] = cell
    rows += [dict(rows[place]) for place in copies]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(DEAL)
    table = [list(row.values())[: -2 if place in short else None] for place, row in enumerate(rows)]
    writer.writerows(table)
    path = tmp_path / "pipeline.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    files = found_at({"roster": write(tmp_path / "roster.csv", ROSTER), "pipeline": path})
    one = next(a for a in accounts_of(files) if a.kind == "pipeline")
    assert one.row_count == len(rows)
    assert sum(reason.rows for reason in one.reasons[SET_ASIDE].values()) == one.rows[SET_ASIDE]
    used = deals_of(files).columns
    assert len(used["cents"]) == one.things_used
    assert used["cents"].sum() == one.cents[READ] + one.cents[MENDED]
    assert np.all(used["created_day"] <= 0.0)
    plain = [Decimal(row[-1]) for row in table if len(row) == len(DEAL) and re.fullmatch(r"-?\d+(\.\d+)?", row[-1])]
    plain = [usd for usd in plain if abs(usd) <= 10**12]
    odd = sum(len(row) == len(DEAL) and bool(re.search(r"\d", row[-1])) for row in table) - len(plain)
    if not odd:
        assert sum(one.cents.values()) == sum(int(usd * 100) for usd in plain)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read as Linux gives it")
def test_a_file_of_200_megabytes_is_read_within_400_megabytes(tmp_path: Path) -> None:
    """Its rows are counted. Memory is that of a process of its own: 170 MB of libraries, and 100 bytes a row.

    Linux hands a parent's peak on to a child's ``ru_maxrss``, so the peak is read where it begins anew.
    """
    path = scenario(tmp_path, roster=ROSTER, pipeline=deals())
    stages, rows = ("discovery", "evaluation", "proposal", "negotiation"), 0
    with (tmp_path / "pipeline.csv").open("w", encoding="utf-8") as file:
        file.write(HEADING + "\n")
        while file.tell() < 200e6:
            file.writelines(
                f"D-{k:09d},Ann Lee,smb,east,inbound,{stages[k % 4]},2026-{k % 10 + 1:02d}-{k % 28 + 1:02d},"
                f"2026-12-{k % 28 + 1:02d},2027-{k % 12 + 1:02d}-15,{'tbd' if k % 1000 == 0 else k % 90000}.00\n"
                for k in range(rows, rows + 10_000)
            )
            rows += 10_000
    code = (
        "import sys; from sim.cli import main; code = main(['check', f'scenario={sys.argv[1]}']);"
        "print('peak', open('/proc/self/status').read().split('VmHWM:')[1].split()[0]); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    peak = int(done.stdout.rsplit("peak", 1)[1]) / 1024
    assert f"{rows:,} rows" in done.stdout
    assert f"set aside: amount is no number: {math.ceil(rows / 1000):,} rows" in done.stdout
    assert peak < 400, f"{peak:.0f} MB"
