"""Lines of one deal or customer add up to one, and every row and dollar of them is accounted for."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.records.account import MENDED, READ, SET_ASIDE
from sim.records.deal_lines import ADDED_UP, OF_ANOTHER
from tests.makers.company import CUSTOMER, DEAL, ROSTER, Row, accounts_of, customers_of, deals_of, found_at, write

ANN, BO = "Ann Lee", "Bo Diaz"


def read(folder: Path, kind: str, rows: list[Row]):
    """The account of a file and what is read from it, its columns."""
    files = found_at({one: write(folder / f"{one}.csv", table) for one, table in (("roster", ROSTER), (kind, rows))})
    found = deals_of(files) if kind == "pipeline" else customers_of(files)
    return next(account for account in accounts_of(files) if account.kind == kind), found.columns


def line(usd: str, owner: str = ANN, **more: str) -> Row:
    return {**DEAL, "amount_usd": usd, "owner": owner, "product": "", **more}


def test_products_of_one_deal_add_up(tmp_path: Path) -> None:
    rows = [line("100.10", product="seats"), line("9000", id="D-2"), line("200.20", product="support"), line("-50.05")]
    one, deals = read(tmp_path, "pipeline", rows)
    assert sorted(deals["cents"].tolist()) == [25025, 900000]
    assert (one.rows, one.cents[READ], one.cents[MENDED]) == ({READ: 1, MENDED: 3, SET_ASIDE: 0}, 900000, 25025)
    told = one.reasons[MENDED][ADDED_UP]
    assert (told.rows, told.cents, told.lines, one.things_used) == (3, 25025, [2, 4, 5], 2)


def test_lines_of_one_amount_are_lines_and_rows_that_are_alike_are_copies(tmp_path: Path) -> None:
    rows = [line("70", product="a"), line("70", product="b"), line("70", product="a"), line("30", product="c")]
    one, deals = read(tmp_path, "pipeline", rows)
    assert deals["cents"].tolist() == [17000]
    assert one.reasons[SET_ASIDE]["copy of a row that is used"].cents == 7000


def test_split_credit_goes_to_the_owner_of_most_and_the_rest_is_told(tmp_path: Path) -> None:
    rows = [line("400", ANN), line("350", BO, segment="smb"), line("300", "diaz, bo"), line("0.01", "")]
    one, deals = read(tmp_path, "pipeline", rows)
    assert (deals["cents"].tolist(), deals["seat"].tolist()) == ([105001], [1])
    told = one.reasons[MENDED][OF_ANOTHER]
    assert (told.rows, told.cents, told.lines) == (1, 40000, [2])


def test_a_line_that_cannot_be_read_is_set_aside_alone_and_a_deal_that_cannot_with_all_its_lines(
    tmp_path: Path,
) -> None:
    one, deals = read(tmp_path, "pipeline", [line("400"), line("tbd"), line("5"), line("1", id="D-2")])
    assert deals["cents"].tolist() == [40500, 100]
    assert one.reasons[SET_ASIDE]["amount is no number"].lines == [3]
    one, deals = read(tmp_path, "pipeline", [line("4", stage="verbal"), line("1", id="D-2"), line("5", stage="Verbal")])
    assert deals["cents"].tolist() == [100]
    aside = one.reasons[SET_ASIDE]["stage is not known"]
    assert (aside.rows, aside.cents) == (2, 900)


def test_rows_of_one_id_that_differ_in_more_are_set_aside(tmp_path: Path) -> None:
    rows = [line("400"), line("5", stage="discovery"), line("1", id="D-2")]
    one, deals = read(tmp_path, "pipeline", rows)
    assert deals["cents"].tolist() == [100]
    assert one.reasons[SET_ASIDE]["another row has the same id and says something else"].cents == 40500


def test_lines_of_a_customer_add_up(tmp_path: Path) -> None:
    rows = [{**CUSTOMER, "arr_usd": usd} for usd in ("12000,50", "1.000,25", "1.000,25")]
    one, customers = read(tmp_path, "customers", rows)
    assert customers["cents"].tolist() == [1300075]
    assert one.reasons[SET_ASIDE]["copy of a row that is used"].cents == 100025


LINES = st.tuples(
    st.sampled_from(["D-1", "D-2", "D-3", ""]),
    st.sampled_from([ANN, "lee, ann", BO, "", "Zed"]),
    st.sampled_from(["0", "", "12.34", "-3", "99999.99", "1e5", "$7", "tbd"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["proposal"] * 6 + ["Proposal", "discovery", "verbal"]),
)
CENTS = {"12.34": 1234, "-3": -300, "99999.99": 9999999, "$7": 700}


@settings(max_examples=60)
@given(rows=st.lists(LINES, min_size=1, max_size=9))
def test_every_row_and_dollar_of_any_lines_is_accounted_for(rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    """Against a count made apart: dollars in the file, dollars used, and of each deal the sum of its lines."""
    sound = line("1", id="sound")
    table = [line(usd, who, id=key, product=kind, stage=stage) for key, who, usd, kind, stage in rows]
    one, deals = read(tmp_path, "pipeline", [*table, sound])
    assert one.row_count == len(rows) + 1
    assert sum(one.cents.values()) == 100 + sum(CENTS.get(usd, 0) for _, _, usd, _, _ in rows)
    assert int(deals["cents"].sum()) == one.cents[READ] + one.cents[MENDED]
    assert len(deals["cents"]) == one.things_used
    aside = one.reasons[SET_ASIDE].values()
    assert sum(reason.rows for reason in aside) == one.rows[SET_ASIDE]
    assert sum(reason.cents for reason in aside) == one.cents[SET_ASIDE]
    of_key: dict[str, set[str]] = defaultdict(set)
    for key, _, _, _, stage in rows:
        of_key[key].add(stage.casefold())
    known = {key for key, stages in of_key.items() if (key and stages == {"proposal"}) or stages == {"discovery"}}
    sums = Counter(dict.fromkeys(known, 0))
    for key, _, usd, _, _ in {row for row in rows if row[0] in known}:  # of rows that are alike one counts
        sums[key] += CENTS.get(usd, 0)
    used = Counter(deals["cents"].tolist())
    assert all(used[cents] >= 1 for key, cents in sums.items() if cents > 0 and key)


@pytest.mark.parametrize("word", [ADDED_UP, OF_ANOTHER])
def test_the_page_tells_of_lines(word: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "opening_files.md").read_text(encoding="utf-8")
    assert word in " ".join(page.split())
