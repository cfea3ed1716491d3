"""One mess a case: what is read of a made-up file, and that every row is accounted for."""

from __future__ import annotations

import contextlib
import gzip

import numpy as np
import pytest

from sim.crm.dates import iso
from sim.crm.errors import ExportError
from sim.crm.opportunities import LOST, OPEN, WON
from sim.crm.reading import read_export
from sim.crm.report import MENDED, READ, SET_ASIDE
from sim.crm.writing import write_export
from tests.makers.messy_exports import CLEAN, HEADING, notes, read, reasons


def test_a_clean_file(tmp_path):
    export = read(tmp_path)
    deals = export.opportunities
    assert deals.ids.tolist() == ["a1", "a2", "a3", "a4", "a5", "a6"]
    assert [iso(day) for day in deals.created] == [row.split(",")[2] for row in CLEAN]
    assert deals.outcome.tolist() == [WON, LOST, OPEN, WON, OPEN, LOST]
    assert [iso(day) for day in deals.closed] == ["2023-02-01", "2023-02-03", "", "2023-03-01", "", "2023-03-09"]
    assert [iso(day) for day in deals.expected] == ["", "", "2023-06-30", "", "", ""]
    assert deals.amount.tolist() == [100, 200, 300, 400, 500, 600]
    assert deals.owner.texts().tolist() == ["Ann", "Bob", "Ann", "Bob", "Cem", "Cem"]
    assert iso(deals.as_of) == "2023-03-09"
    assert not reasons(export, MENDED)
    assert not reasons(export, SET_ASIDE)


# What is in the file beside the clean rows; how many rows are set aside and mended, by reason.
MESSES = {
    "a copy": (["a1,Ann,2023-01-05,2023-02-01,Closed Won,100"], {"a copy of another row": 1}, {}),
    "an earlier version": (
        ["a3,Ann,2023-01-07,2023-07-31,Proposal,350"],
        {"an earlier version of a deal that stands in another row": 1},
        {},
    ),
    "ids that differ by case only are two": (["A1,Ann,2023-01-05,2023-02-01,Closed Won,100"], {}, {}),
    "an empty row": ([",,,,,", " , ,,,,"], {"the row is empty": 2}, {}),
    "a line that belongs to no table": (
        ["Copyright (c) 2023 salesforce.com", "x,y,z,1,2,3,4"], {"more or fewer cells than the heading": 2}, {},
    ),
    "no creation date": (["b1,Ann,,2023-02-01,Closed Won,1000"], {"no creation date": 1}, {}),
    "a creation date that is none": (["b1,Ann,x,,Closed Won,10"], {"the creation date cannot be read": 1}, {}),
    "won without a date": (["b1,Ann,2023-01-06,,Closed Won,1000"], {"won without a close date": 1}, {}),
    "lost without a date": (["b1,Ann,2023-01-06,,Closed Lost,1000"], {"lost without a close date": 1}, {}),
    "a close date that is none": (
        ["b1,Ann,2023-01-06,x,Closed Lost,10"], {"won or lost, and the close date cannot be read": 1}, {},
    ),
    "closed before it was created": (
        ["b1,Ann,2023-01-06,2023-01-02,Closed Won,1000"],
        {},
        {"closed before it was created: counts on the day of creation": 1},
    ),
    "amounts that say nothing": (
        ["b1,Ann,2023-01-06,2023-01-09,Closed Won,0", "b2,Ann,2023-01-06,,Proposal,1", "b3,Ann,2023-01-06,,Proposal,-5",
         "b4,Ann,2023-01-06,,Proposal,ask"],
        {},
        {"an amount of 0 counts as unknown": 1, "an amount of 1 or less counts as unknown": 1,
         "an amount below 0 counts as unknown": 1, "the amount cannot be read: counts as unknown": 1},
    ),
    "owners in several spellings": (
        ["b1, ann ,2023-01-06,,Proposal,10", "b2,ANN,2023-01-06,,Proposal,10"], {}, {"owner was spelled otherwise": 2},
    ),
    "created long after all others": (
        ["b1,Ann,2103-01-06,,Proposal,10"] + [f"c{n},Ann,2023-02-{n % 28 + 1:02d},,Proposal,10" for n in range(120)],
        {"created after 2023-03-09, the day of the export": 1},
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("mess", MESSES)
def test_a_mess_is_set_aside_or_mended_and_told(tmp_path, mess):
    more, aside, mended = MESSES[mess]
    export = read(tmp_path, *more)
    assert reasons(export, SET_ASIDE) == aside
    assert reasons(export, MENDED) == mended
    assert export.rows[0].count(READ) == len(CLEAN) + len(more)


def test_all_messes_in_one_file_add_up(tmp_path):
    read(tmp_path, *(row for more, _, _ in MESSES.values() for row in more))


def test_what_mending_makes_of_a_row(tmp_path):
    early, silent = "b1,Ann,2023-01-06,2023-01-02,Closed Won,1000", "b2,José,2023-01-06,2023-01-07,Closed Won,0"
    deals = read(tmp_path, early, silent, "b3,Jose\u0301,2023-01-08,,-,5").opportunities
    at = deals.ids.tolist().index
    assert iso(deals.closed[at("b1")]) == "2023-01-06"
    assert np.isnan(deals.amount[at("b2")])
    assert deals.owner.codes[at("b2")] == deals.owner.codes[at("b3")]
    assert deals.stage.codes[at("b3")] == -1


def test_flags_count_before_the_words_of_a_stage(tmp_path):
    flags = ["true,true", "false,true", "false,false", "true,true", "false,false", "false,true"]
    rows = [f"{row},{flag}" for row, flag in zip(CLEAN, flags, strict=True)]
    more = "b1,Ann,2023-01-06,,Lost touch,10,false,false", "b2,Ann,2023-01-06,2023-01-09,Signed,10,true,true"
    deals = read(tmp_path, *more, rows=rows, heading=HEADING + ",IsWon,IsClosed").opportunities
    assert deals.outcome.tolist() == [WON, LOST, OPEN, WON, OPEN, LOST, OPEN, WON]


def test_a_column_closed_is_a_day_or_a_flag_as_its_cells_say(tmp_path):
    wanted = read(tmp_path).opportunities
    dated = read(tmp_path, heading=HEADING.replace("Close Date", "Closed")).opportunities
    flags = [f"{row},{'no' if 'a3' in row or 'a5' in row else 'yes'}" for row in CLEAN]
    flagged = read(tmp_path, rows=flags, heading=f"{HEADING},Closed").opportunities
    for deals in (dated, flagged):
        assert deals.closed.tolist() == wanted.closed.tolist()
        assert deals.outcome.tolist() == wanted.outcome.tolist()
    with pytest.raises(ExportError, match=r'no column for closed\. "Closed" says yes or no, not when'):
        read(tmp_path, rows=flags, heading=f"{HEADING.replace('Close Date', 'When')},Closed")


def test_of_versions_the_last_edit_counts_wherever_it_stands(tmp_path):
    heading = HEADING + ",Last Modified Date"
    rows = [f"{row},2023-03-0{number + 1}" for number, row in enumerate(CLEAN)]
    export = read(tmp_path, "a1,Ann,2023-01-05,,Proposal,90,2023-01-20", rows=rows, heading=heading)
    assert export.opportunities.outcome[export.opportunities.ids.tolist().index("a1")] == WON
    again = read(tmp_path, "a1,Ann,2023-01-05,,Proposal,90,2023-03-08", rows=rows, heading=heading)
    assert again.opportunities.outcome[again.opportunities.ids.tolist().index("a1")] == OPEN


def test_undated_closes_are_told_by_month(tmp_path):
    export = read(tmp_path, "b1,Ann,2023-01-09,,Closed Won,10", "b2,Ann,2023-01-09,,Closed Won,10")
    assert "by month of creation: 2023-01 40%, 2023-03 0%" in notes(export)  # 2 of 5 and 0 of 1


def test_open_deals_past_their_date_are_kept_and_told(tmp_path):
    export = read(tmp_path, "b1,Ann,2023-01-09,2023-02-02,Proposal,10")
    assert "1 open deals are past the date expected" in notes(export)


def test_an_earlier_day_is_as_it_was_that_evening(tmp_path):
    day = read(tmp_path).opportunities.created[4] - 30  # 2023-01-31
    export = read(tmp_path, as_of=int(day))
    assert export.opportunities.ids.tolist() == ["a1", "a2", "a3", "a4"]
    assert (export.opportunities.outcome == OPEN).all()
    assert reasons(export, SET_ASIDE) == {"created after 2023-01-31, the day asked for": 2}
    assert reasons(export, MENDED) == {"closed after 2023-01-31, the day asked for: counts as open": 3}


def test_a_day_before_closes_are_known_is_told(tmp_path):
    export = read(tmp_path, mapping="closes_known_from: 2023-03-01\nas_of: 2023-01-31")
    assert "closes are known from 2023-03-01 only" in notes(export)
    assert "closes are known" not in notes(read(tmp_path, mapping="closes_known_from: 2023-03-01"))


def test_a_close_after_the_day_given_is_still_to_come(tmp_path):
    day = int(read(tmp_path).opportunities.as_of)
    export = read(tmp_path, "b1,Ann,2023-01-06,2023-04-30,Closed Won,10", as_of=day)
    assert export.opportunities.outcome[-1] == OPEN
    assert iso(export.opportunities.expected[-1]) == "2023-04-30"
    assert reasons(export, MENDED) == {"closed after 2023-03-09, the day of the export: counts as open": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_and_encodings(tmp_path, encoding, separator):
    text = "\r\n".join([HEADING, *CLEAN, 'b1,"Jürgen",2023-01-06,,Proposal,7']).replace(",", separator)
    path = tmp_path / "deals.csv"
    path.write_bytes(text.encode(encoding))
    deals = read_export({"opportunities": path}).opportunities
    assert len(deals) == 7
    assert deals.owner.texts()[-1] == "Jürgen"
    (tmp_path / "deals.csv.gz").write_bytes(gzip.compress(text.encode(encoding)))
    assert read_export({"opportunities": tmp_path / "deals.csv.gz"}).opportunities.ids.tolist() == deals.ids.tolist()


def test_titles_above_and_cells_with_line_feeds(tmp_path):
    rows = ["sep=,", "", "Pipeline of all teams", HEADING, *CLEAN, 'b1,"Ann, of\nSales",2023-01-06,,"Pro, posal",7']
    (tmp_path / "deals.csv").write_text("\n".join(rows), encoding="utf-8")
    deals = read_export({"opportunities": tmp_path / "deals.csv"}).opportunities
    assert len(deals) == 7
    assert deals.stage.texts()[-1] == "Pro, posal"


def test_a_history_goes_with_its_deals(tmp_path):
    history = (
        "Opportunity ID,Stage,Entered At\n"
        "a1,Closed Won,2023-02-01 12:00:00\na1,Discovery,2023-01-05 10:00:00\na1,Proposal,2023-01-20 12:00:00\n"
        "a2,Closed Lost,2023-01-10 12:00:00\na2,proposal,2023-01-11 12:00:00\na2,proposal,2023-01-11 12:00:00\n"
        "zz,Discovery,2023-01-05 10:00:00\na3,Discovery,\na3,,2023-01-09 00:00:00\na3,Discovery,x\n"
    )
    export = read(tmp_path, history=history)
    moves = export.history
    assert moves is not None
    assert moves.deal.tolist() == [0, 0, 0, 1, 1]
    assert moves.stage.texts().tolist() == ["Discovery", "Proposal", "Closed Won", "Closed Lost", "Proposal"]
    assert moves.stage.names == export.opportunities.stage.names
    assert reasons(export, SET_ASIDE, 1) == {
        "its deal is not among the opportunities used": 1, "no time of the move": 1, "no stage": 1,
        "the time of the move cannot be read": 1, "a copy of another row": 1,
    }  # fmt: skip
    assert "1 deals came back from a closed stage" in notes(export)
    earlier = read(tmp_path, history=history, as_of=int(export.opportunities.created[0]) + 16)  # 2023-01-21
    assert earlier.opportunities.stage.texts().tolist() == ["Proposal", "Proposal", "", ""]
    assert len(earlier.history.deal) == 4


def test_skipped_and_parked_stages_and_ways_back_are_told(tmp_path):
    ways = {
        "a1": ("Discovery", "Demo", "Proposal", "Closed Won"),
        "a2": ("Discovery", "Demo", "On Hold", "Demo", "Closed Lost"),
        "a3": ("Discovery", "Demo", "Proposal"),
        "a4": ("Discovery", "Proposal", "Closed Won"),
        "a5": ("Discovery", "Demo", "Discovery"),
        "a6": ("Demo", "Proposal", "Closed Lost"),
    }
    rows = (f"{deal},{stage},2023-02-{day:02d}" for deal, way in ways.items() for day, stage in enumerate(way, 1))
    told = notes(read(tmp_path, history="\n".join(("Opportunity ID,Stage,Entered At", *rows))))
    assert "1 deals were parked (On Hold)" in told
    assert "1 deals skipped a stage that most pass, such as Demo" in told
    assert "1 deals went back to an earlier stage; they count where they had come furthest" in told


def test_lists_of_accounts_products_and_people(tmp_path):
    heading = HEADING + ",Account,Product"
    rows = [f"{row},Acme Inc,GTXPro" for row in CLEAN[:5]] + [f"{CLEAN[5]},Other,GTX Basic"]
    export = read(
        tmp_path,
        rows=rows,
        heading=heading,
        accounts="account,sector\nACME Inc.,retail\n",
        products="product,sales_price\nGTX Pro,4821\nGTX Basic,550\n",
        roster='name,start_date,end_date,regional_office\n"Cem",2022-01-01,2023-03-05,East\nDoe,2022-01-01,,West\n',
    )
    deals = export.opportunities
    assert set(deals.product.texts()) == {"GTX Pro", "GTX Basic"}
    assert deals.segment.texts().tolist() == ["retail"] * 5 + [""]
    assert export.roster.owner == ("Cem", "Doe")
    assert "1 open deals belong to people who have left" in notes(export)
    assert "2 owners of deals are not on the roster, such as Ann" in notes(export)


def test_the_mapping_names_columns_outcomes_and_days(tmp_path):
    heading = "No,Wer,Begonnen,Beendet,Stand,Wert"
    mapping = (
        "columns: {id: No, owner: Wer, created: Begonnen, closed: Beendet, stage: stand, amount: Wert}\n"
        "outcomes: {won: Closed Won, lost: [closed lost]}\nclosed_known: x\n"
    )
    with pytest.raises(ExportError, match=r'"closed_known" is no key. Did you mean "closes_known_from"'):
        read(tmp_path, heading=heading, mapping=mapping)
    mapping = mapping.replace("closed_known: x", "closes_known_from: 2023-02-02\ncurrency: eur")
    export = read(tmp_path, heading=heading, mapping=mapping)
    assert export.opportunities.outcome.tolist() == [WON, LOST, OPEN, WON, OPEN, LOST]
    assert iso(export.opportunities.closes_known_from) == "2023-02-02"
    assert export.currency == "EUR"


CELLS = {
    "Opportunity ID": ["a", "b", "A", "", "=1+1", "006A0000001AbCdEAV"],
    "Owner": ["Ann", "ann", "Lee, Ann", "", "-", "'=x", "\u00e9", "e\u0301", "\x1b[0m"],
    "Created Date": [
        "2023-01-05",
        "2023-02-06",
        "13/02/2023",
        "",
        "x",
        "44927",
        "2023-02-30",
        "0000-00-00",
        "1/14/2023",
    ],
    "Close Date": ["2023-01-01", "2023-03-06", "", "soon", "2023-02-11T10:00:00Z", "2099-01-01"],
    "Stage": ["Closed Won", "Closed Lost", "Proposal", "", "won", "Lost - price"],
    "Amount": ["1", "0", "", "12.5", "1,200", "$5", "7 EUR", "-3", "(4)", "3k", "1e5", "1e400", "inf", "nan", "9" * 30],
}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_stands_in_the_cells_rows_add_up_or_one_message_is_said(tmp_path, seed):
    chance = np.random.default_rng(seed)
    some = {name: chance.choice(cells, chance.integers(2, len(cells)), replace=False) for name, cells in CELLS.items()}
    rows = [",".join(f'"{chance.choice(some[name])}"' for name in CELLS) for _ in range(40)]
    with contextlib.suppress(ExportError):
        export = read(tmp_path, rows=rows, heading=",".join(CELLS))
        assert np.isfinite(export.opportunities.amount[~np.isnan(export.opportunities.amount)]).all()
        write_export(export, tmp_path / "out", tmp_path / "deals.csv")
