"""Who is who in a company's own files: names of any script, namesakes, open seats and ids."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.luck import Luck
from sim.records.account import MENDED, SET_ASIDE, Account
from sim.records.cells import NameReader
from sim.records.owners import Owners
from sim.records.reading import read_roster_of
from sim.records.roster import SeatRecord
from sim.world import prepare
from tests.makers.company import CUSTOMER, DEAL, ROSTER, Row, accounts_of, customers_of, deals_of, found, source

OPEN = {**ROSTER[0], "name": "TBH", "start_date": "", "status": "open"}


def account(folder: Path, kind: str, **tables: list[Row]) -> Account:
    return next(one for one in accounts_of(found(folder, **tables)) if one.kind == kind)


def seats_of_deals(folder: Path, roster: list[Row], *deals: Row) -> list[int]:
    rows = [{**DEAL, "id": f"D-{k}", **deal} for k, deal in enumerate(deals)]
    return deals_of(found(folder, roster=roster, pipeline=rows)).columns["seat"].tolist()


def whose(folder: Path, seller: str, *owners: str) -> list[int]:
    """The seats of deals by the names of their owners, where the first seat is a seller's."""
    roster = [{**ROSTER[0], "name": seller}, *ROSTER[1:]]
    return seats_of_deals(folder, roster, *({"owner": owner} for owner in owners))


TWO_PEOPLE = [
    ("Jürgen Möller", "Jörgen Müller"),
    ("王伟 (East)", "李娜 (East)"),
    ("Иван П.", "Сергей Жук"),
    ("Ann Lee 2", "Олег 2"),
    ("José García", "Jose Garcia"),
    ("हरि", "हरी"),
    ("Ann Lee 🦊", "Ann Lee 🐻"),
    ("John Smith", "Smith John"),
]


@pytest.mark.parametrize(("seller", "owner"), TWO_PEOPLE)
def test_two_people_never_match(seller: str, owner: str, tmp_path: Path) -> None:
    assert whose(tmp_path, seller, owner, seller) == [-1, 0]


ONE_PERSON = [
    ("José García", unicodedata.normalize("NFD", "José García")),
    (unicodedata.normalize("NFD", "Nguyễn Thị"), "Nguyễn Thị"),
    ("Ann Lee", "Lee, Ann"),
    ("O'Neil, Mary-Jane", "mary jane o neil"),
    ("김 민준", "김  민준"),
    ("Straße Groß", "STRASSE GROSS"),
]


@pytest.mark.parametrize(("seller", "owner"), ONE_PERSON)
def test_one_person_in_two_spellings_matches(seller: str, owner: str, tmp_path: Path) -> None:
    assert whose(tmp_path, seller, owner) == [0]


SCRIPTS = ["abcé", "aouäöüß", "абвгдй", "王伟李娜商談", "كتابة", "कखिीुू", "가나다민", "αβγς", "あいうゃ", "áạàç"]
NAMES = st.sampled_from(SCRIPTS).flatmap(lambda letters: st.text(letters, min_size=1, max_size=4))


@given(first=NAMES, last=NAMES, other=NAMES)
def test_names_of_any_script_match_only_themselves(first: str, last: str, other: str) -> None:
    def alike(one: str, two: str) -> bool:
        return unicodedata.normalize("NFC", one.casefold()) == unicodedata.normalize("NFC", two.casefold())

    name, reversed_name = f"{first} {last}", f"{last}, {first}"
    owners = Owners([SeatRecord(name, 0, 0, 0), SeatRecord("Bo Diaz", 0, 0, 0)], [True, True], sellers_only=True)
    for spelled in (name, name.upper(), reversed_name, unicodedata.normalize("NFD", name), f" {first}  {last} "):
        assume(alike(spelled.casefold(), spelled))
        assert owners.find(spelled, None, None).seat == 0, spelled
    if not alike(other, last):
        for stranger in (f"{first} {other}", f"{other}, {first}", other, f"{name} {other}"):
            assert owners.find(stranger, None, None).seat == -1, stranger


def test_two_stages_of_another_script_are_two() -> None:
    stages = NameReader("stage", ["提案 1", "商談 1"])
    assert [stages.code(text)[0] for text in ("提案 1", "商談 1", "商談-1", "契約 1")] == [0, 1, 1, None]
    assert NameReader("stage", ["提案 1"]).code("商談 1") == (None, "")


def test_five_open_rows_of_one_name_are_five_open_seats(tmp_path: Path) -> None:
    """So are they where their status says nothing; a person whose row is there twice is one."""
    for status in ("open", ""):
        rows = [*ROSTER, *[{**OPEN, "status": status}] * 5, ROSTER[0]]
        files = found(tmp_path, roster=rows)
        seats = read_roster_of(files).seats
        assert len(seats) == 10
        assert [seat.name for seat in seats[5:]] == ["TBH", "TBH (2)", "TBH (3)", "TBH (4)", "TBH (5)"]
        assert not any(seat.held for seat in seats[5:])
        assert read_roster_of(files).account.reasons[SET_ASIDE]["copy of a row that is used"].rows == 1
    roster = prepare(source(tmp_path, roster=rows).at_central(), 12, Luck(1, 1)).roster
    assert roster["held"].tolist() == [True] * 5 + [False] * 5


def test_two_people_of_one_name_are_two_and_a_deals_place_tells_which(tmp_path: Path) -> None:
    namesakes = [{**ROSTER[0], "name": "John Smith"}, {**ROSTER[1], "name": "John Smith"}, *ROSTER[2:]]
    assert [seat.name for seat in read_roster_of(found(tmp_path, roster=namesakes)).seats[:2]] == [
        "John Smith",
        "John Smith (2)",
    ]
    told = {"owner": "Smith, John", "segment": "", "region": "west"}
    assert seats_of_deals(tmp_path, namesakes, {"owner": "John Smith"}, told) == [0, 1]
    nowhere = {**DEAL, "id": "D-7", "owner": "John Smith", "segment": "", "region": ""}
    one = account(tmp_path, "pipeline", roster=namesakes, pipeline=[DEAL, nowhere])
    assert list(one.reasons[SET_ASIDE]) == ["owner is the name of several, nor segment and region"]


def test_namesakes_of_one_place_are_nobody_for_sure(tmp_path: Path) -> None:
    """Their deals wait to be handed on in the place that they share, their customers are another seller's."""
    namesakes = [{**ROSTER[0], "name": "John Smith", "start_date": f"202{k}-01-01"} for k in (4, 5)]
    deal = {**DEAL, "owner": "John Smith", "segment": "", "region": ""}
    customer = {**CUSTOMER, "owner": "John Smith"}
    files = found(tmp_path, roster=[*namesakes, *ROSTER], pipeline=[deal], customers=[customer])
    pipeline, customers = deals_of(files), customers_of(files)
    assert (pipeline.columns["seat"].tolist(), pipeline.columns["region"].tolist()) == ([-1], [0])
    assert "owner is the name of several; the deal waits to be handed on" in pipeline.account.reasons[MENDED]
    assert customers.columns["seller_left"].tolist() == [-1]
    assert "owner is the name of several; a seller of its place is taken" in customers.account.reasons[MENDED]


def test_an_id_tells_people_apart(tmp_path: Path) -> None:
    ids = ["005C000000o4OOI", "005C000000o4Ooi"]
    rows = [{**ROSTER[0], "name": "John Smith", "id": key} for key in ids] + [{**row, "id": ""} for row in ROSTER]
    assert seats_of_deals(tmp_path, rows, *({"owner": key} for key in ids)) == [0, 1]
    names = [seat.name for seat in read_roster_of(found(tmp_path, roster=rows)).seats[:2]]
    assert names == [f"John Smith ({key})" for key in ids]
    twice = [{**row, "id": "7"} for row in ({**OPEN}, {**OPEN})]
    one = account(tmp_path, "roster", roster=[*rows, *twice])
    assert list(one.reasons[SET_ASIDE]) == ["copy of a row that is used"]
    differ = [{**OPEN, "id": "7"}, {**ROSTER[0], "id": "7", "status": ""}]
    one = account(tmp_path, "roster", roster=[{**row, "status": ""} for row in rows] + differ)
    assert list(one.reasons[SET_ASIDE]) == ["another row has the same id and says something else"]
