"""Dates and amounts of a company's own files are read by the column, as people and spreadsheets write them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger
from sim.cli import main
from sim.luck import Luck
from sim.pipeline.tables import DEALS
from sim.records.account import MENDED, READ, SET_ASIDE, Account
from sim.records.cells import DAY_FIRST, MONTH_FIRST, day, order_told_by
from sim.records.columns import Told
from sim.records.files import CompanyFiles
from sim.records.money import COMMA, POINT, amount
from sim.records.reading import UnreadableFile, read_roster_of
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load_source
from sim.world import prepare
from tests.makers.company import (
    CUSTOMER,
    DEAL,
    ROSTER,
    Row,
    accounts_of,
    customers_of,
    deals,
    deals_of,
    found_at,
    scenario,
    write,
)

FIRST_DAY = date(2027, 1, 1)


def read(folder: Path, files: str = "", **tables: list[Row]) -> CompanyFiles:
    """Files of a scenario; ``files`` are more keys of ``opening.files``."""
    path = scenario(folder, roster=ROSTER, **tables)
    text = path.read_text(encoding="utf-8").replace("files: {", f"files: {{{files}{', ' if files else ''}")
    path.write_text(text, encoding="utf-8")
    records = load_source(str(path)).at_central().opening.records
    assert records is not None
    return records.files


def column(name: str, *cells: str, **others: str) -> list[Row]:
    return [{**DEAL, "id": f"D-{k}", **others, name: text} for k, text in enumerate(cells)]


def created(found: CompanyFiles) -> list[date]:
    days = deals_of(found).columns["created_day"]
    return [FIRST_DAY + timedelta(days=float(one) - 0.5) for one in days]


NO_ENTRY = {"stage_entered_date": ""}
DATES = {
    "month_first": ("11/16/2026", "12/7/2026", "10/25/2026 5:00 PM"),
    "day_first": ("16.11.2026", "7.12.2026", "25.10.2026 17:00"),
    "year_first": ("2026/11/16", "20261207", "2026-10-25T23:59:59.000Z"),
    "excel": ("46342", "46363.75", "46320"),
}


@pytest.mark.parametrize("kind", DATES)
def test_dates_are_read_by_the_column(kind: str, tmp_path: Path) -> None:
    found = read(tmp_path, pipeline=column("created_date", *DATES[kind], **NO_ENTRY))
    assert created(found) == [date(2026, 11, 16), date(2026, 12, 7), date(2026, 10, 25)]


AMBIGUOUS = [("12/7/2026", "11/6/2026"), ("13/5/2026", "5/13/2026"), ("2026-11-16", "1.2.2026")]


@pytest.mark.parametrize("cells", AMBIGUOUS)
def test_a_column_that_may_be_read_in_two_ways_is_asked_for(
    cells: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = column("created_date", *cells, **NO_ENTRY)
    path = scenario(tmp_path, roster=ROSTER, pipeline=rows)
    assert main(["check", f"scenario={path}"]) == 2
    said = capsys.readouterr().err
    assert "created_date may be read month first or day first" in said
    assert "say opening.files.dates: month_first or day_first." in said
    assert said.count("\n") == 1
    assert main(["check", f"scenario={path}", "opening.files.dates=day_first"]) == 0


def test_the_order_that_the_scenario_says_holds(tmp_path: Path) -> None:
    rows = column("created_date", "12/7/2026", "5/13/2026", **NO_ENTRY)
    assert created(read(tmp_path, "dates: month_first", pipeline=rows)) == [date(2026, 12, 7), date(2026, 5, 13)]
    found = read(tmp_path, "dates: day_first", pipeline=rows)
    assert created(found) == [date(2026, 7, 12)]
    assert list(deals_of(found).account.reasons[SET_ASIDE]) == ["a date is no day of the calendar"]


@given(days=st.lists(st.dates(date(1990, 1, 1), date(2100, 1, 1)), min_size=1, max_size=8), month=st.booleans())
def test_a_date_is_that_day_or_is_asked_for(days: list[date], month: bool) -> None:
    cells = [f"{one.month}/{one.day}/{one.year}" if month else f"{one.day}/{one.month}/{one.year}" for one in days]
    told = {order_told_by(text) for text in cells}
    order = MONTH_FIRST if month else DAY_FIRST
    if told & {1, 2}:
        assert told & {1, 2} == {1 if month else 2}
        assert [day(text, order) for text in cells] == days


AMOUNTS = {
    ("2217.60", "$36,433.92", "45,000"): (221760, 3643392, 4500000),
    ("12.500,00", "45.000", "1.250.000", "45,5"): (1250000, 4500000, 125000000, 4550),
    ("1'250'000.00", "45 000.50", "USD 45000", "45000.00 USD"): (125000000, 4500050, 4500000, 4500000),
    ("45,000", "$90,000"): (4500000, 9000000),
    ("45.125", "2.5"): (4513, 250),
}


@pytest.mark.parametrize("cells", AMOUNTS)
def test_amounts_are_read_by_the_column(cells: tuple[str, ...], tmp_path: Path) -> None:
    found = read(tmp_path, pipeline=column("amount_usd", *cells))
    assert deals_of(found).columns["cents"].tolist() == list(AMOUNTS[cells])


@pytest.mark.parametrize("cells", [("45.000", "12.500"), ("45,00", "45.50"), ("45.000", "45,000")])
def test_signs_that_may_be_of_decimals_or_thousands_are_asked_for(cells: tuple[str, ...], tmp_path: Path) -> None:
    rows = column("amount_usd", *cells)
    with pytest.raises(ScenarioError, match=r"say opening\.files\.decimal: point or comma"):
        deals_of(read(tmp_path, pipeline=rows))
    cents = deals_of(read(tmp_path, "decimal: comma", pipeline=rows)).columns["cents"]
    assert 4500 in cents or 4500000 in cents


def test_commas_before_three_digits_alone_are_thousands_and_that_is_said(tmp_path: Path) -> None:
    notes = deals_of(read(tmp_path, pipeline=column("amount_usd", "45,000"))).account.notes
    assert any("is read as a sign of thousands" in note and "opening.files.decimal: comma" in note for note in notes)


@given(cents=st.integers(0, 10**13), thousands=st.booleans(), comma=st.booleans())
def test_an_amount_is_itself_to_the_cent_however_it_is_written(cents: int, thousands: bool, comma: bool) -> None:
    text = f"{cents // 100:{',' if thousands else ''}}.{cents % 100:02d}"
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))
    assert amount(text, COMMA if comma else POINT).cents == cents


OTHERS = {
    "CA$45000": "CAD", "A$45000": "AUD", "R$ 45000": "BRL", "45000 SEK": "SEK", "MX$45000": "MXN", "HK$45000": "HKD",
    "45000 MXN": "MXN", "NZD 45000": "NZD", "$45000 CAD": "CAD", "€500": "EUR",
}  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_another_currency_in_a_cell_is_set_aside_by_its_code(text: str, tmp_path: Path) -> None:
    one = deals_of(read(tmp_path, pipeline=[*deals(), *column("amount_usd", text)])).account
    assert list(one.reasons[SET_ASIDE]) == [f"amount is in {OTHERS[text]}"]


def test_a_currency_column_is_read_converted_or_set_aside(tmp_path: Path) -> None:
    codes = ("USD", "", "us dollars", "EUR", "GBP", "shells")
    rows = [{**row, "amount_usd": "1000", "currency": code} for row, code in zip(deals(6), codes, strict=True)]
    found = read(tmp_path, "usd_per: {EUR: 1.25}", pipeline=rows)
    one = deals_of(found)
    assert one.columns["cents"].tolist() == [100000, 100000, 100000, 125000]
    assert list(one.account.reasons[MENDED]) == ["amount was converted from EUR at 1.25"]
    assert sorted(one.account.reasons[SET_ASIDE]) == ["amount is in GBP", "currency is not known"]
    assert sum(one.account.cents.values()) == 425000
    customers = [{**CUSTOMER, "currency": "EUR"}, {**CUSTOMER, "id": "C-2", "currency": "JPY"}]
    base = customers_of(read(tmp_path, "usd_per: {EUR: 1.25}", customers=customers))
    assert base.columns["cents"].tolist() == [3000000]
    differ = [{**deals()[0], "amount_usd": "€5", "currency": "GBP"}, *deals()[1:]]
    one = deals_of(read(tmp_path, "usd_per: {EUR: 1.25}", pipeline=differ))
    assert list(one.account.reasons[SET_ASIDE]) == ["currency and the sign of the amount differ"]


def test_a_deal_of_no_amount_is_drawn_by_the_law_of_its_segment(tmp_path: Path) -> None:
    """It is neither won for nothing nor called stale, and adds no dollars to what the file has."""
    rows = [{**DEAL, "id": f"D-{k}", "amount_usd": "0" if k % 2 else ""} for k in range(200)]
    path = scenario(tmp_path, roster=ROSTER, pipeline=[*rows, {**DEAL, "id": "D-x"}])
    plan = load_source(str(path)).at_central()
    assert plan.opening.records is not None
    one: Account = deals_of(plan.opening.records.files).account
    assert (one.rows[MENDED], sum(one.cents.values())) == (200, 1250000)
    assert not any("quiet" in mend for mend in one.reasons[MENDED])
    state = prepare(plan, 12, Luck(1, 1)).state
    placed = state.deals[: state.count[DEALS]]
    usd = placed["amount_usd"][np.isin(placed["state"], ledger.OPEN_STATES)]
    assert len(usd) == 201
    assert (usd > 0.0).all()
    drawn = usd[usd != 12500.0]
    usual = plan.world.segments["smb"].usual_usd
    assert 0.7 * usual < drawn.mean() < 1.4 * usual


CELLS = st.sampled_from(
    ["", " ", "-", "...", "0", "12/7/2026", "31.12.2026", "2026-13-01", "46342", "45.000", "45,00", "1.250.000",
     "(5.00)", "-7", "EUR 9", "9 GBP", "€ 3,50", "$1,000.00", "yes", "maybe", "TBH", "Lee, Ann", "Ann Lee", "smb",
     "李娜", "٣", "1e400", "9" * 400, "=1+1", "2027-06-30", "2020-01-01", "\ufeff", "\u0301"]
)  # fmt: skip
SHAPES = {
    "roster": (ROSTER[0] | {"status": "", "end_date": "", "quota_usd_last_quarter": "", "id": ""}),
    "pipeline": DEAL | {"quiet_since_date": "", "attempt": "", "currency": ""},
    "customers": CUSTOMER | {"seller_left": "", "currency": ""},
}


@settings(max_examples=120)
@given(
    kind=st.sampled_from([*SHAPES]),
    changes=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20), CELLS), max_size=10),
    told=st.builds(Told, st.sampled_from(["", MONTH_FIRST, DAY_FIRST]), st.sampled_from(["", POINT, COMMA]),
                   st.sampled_from([(), (("EUR", 1.25),)])),
)  # fmt: skip
def test_every_row_and_dollar_of_any_file_is_accounted_for(
    kind: str, changes: list[tuple[int, int, str]], told: Told, tmp_path: Path
) -> None:
    """Or the file is refused in one sentence. What is used is what the account says, to the cent."""
    columns = [*SHAPES[kind]]
    rows = [{**SHAPES[kind], columns[0]: f"X-{k}"} for k in range(6)]
    for place, column_place, text in changes:
        rows[place][columns[column_place % len(columns)]] = text
    tables = {"roster": ROSTER, kind: rows}
    plain = found_at({one: write(tmp_path / f"{one}.csv", table) for one, table in tables.items()})
    files = replace(plain, known=replace(plain.known, told=told))
    blamed = refused = ""
    try:
        accounts = accounts_of(files)
    except UnreadableFile as error:
        blamed, refused = error.kind, str(error)
    if refused:
        assert blamed == kind
        assert refused.startswith(f"{kind}.csv")
        assert "\n" not in refused
        return
    one = next(account for account in accounts if account.kind == kind)
    assert one.row_count == len(rows)
    assert sum(reason.rows for reason in one.reasons[SET_ASIDE].values()) == one.rows[SET_ASIDE]
    assert sum(reason.cents for reason in one.reasons[SET_ASIDE].values()) == one.cents[SET_ASIDE]
    if kind == "roster":
        assert len(read_roster_of(files).seats) == one.things_used == one.rows_used
    else:
        used = (deals_of if kind == "pipeline" else customers_of)(files).columns["cents"]
        assert (len(used), used.sum()) == (one.things_used, one.cents[READ] + one.cents[MENDED])


def test_names_of_the_files_own_are_said_in_the_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = {"owner": "Deal Owner", "amount_usd": "Betrag", "stage": "Phase"}
    rows = [{own.get(key, key): text for key, text in {**row, "stage": "Angebot"}.items()} for row in deals()]
    names = "columns: {deal owner: owner, Betrag: amount_usd, Phase: stage}, stages: {Angebot: proposal}"
    found = read(tmp_path, names, pipeline=rows)
    one = deals_of(found)
    assert (one.account.rows[READ], one.columns["seat"].tolist()) == (3, [0, 0, 0])
    path = scenario(tmp_path, roster=ROSTER, pipeline=deals())
    for wrong in ("columns={Betrag: amount}", "stages={Angebot: proposals}"):
        assert main(["check", f"scenario={path}", f"+opening.files.{wrong}"]) == 2
        said = capsys.readouterr().err
        assert f"opening.files.{wrong.partition('=')[0]}." in said
        assert "Did you mean" in said


def test_what_a_column_was_read_as_is_in_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "opening_files.md").read_text(encoding="utf-8")
    for key in ("dates: month_first", "decimal: comma", "usd_per"):
        assert key in page, key
    assert re.search(r"`currency`", page)
