"""``salesim crm``: what it says, what it writes, and one message where it cannot."""

from __future__ import annotations

import csv
import json

import pytest

from sim.cli import main

DEALS = """\
id;owner;created;close date;stage;amount
1;Ann;05.01.2023;01.02.2023;Won;1.000,50
2;ann;06.01.2023;;Won;2.000,00
3;Bob;07.01.2023;03.02.2023;Lost;0
4;Bob;13.01.2023;;Offer;3.000,00
4;Bob;13.01.2023;;Offer;3.000,00
5;Bob;14.01.2023;;Offer;500
"""


@pytest.fixture
def deals(tmp_path):
    (tmp_path / "deals.csv").write_text(DEALS, encoding="utf-8")
    return tmp_path / "deals.csv"


def test_it_says_what_became_of_every_row(deals, tmp_path, capsys):
    assert main(["crm", str(deals), f"out={tmp_path / 'out'}"]) == 0
    said = capsys.readouterr().out
    assert "4 deals as of 2023-02-03: 1 won, 1 lost, 2 open." in said
    assert "deals.csv: 6 rows read = 4 used (1 of them mended) + 2 set aside" in said
    assert "set aside 1: won without a close date (row 2: 2 | ann" in said
    assert "set aside 1: a copy of another row (row 5:" in said
    assert "mended 1: an amount of 0 counts as unknown (row 3:" in said
    with (tmp_path / "out" / "opportunities.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [row["opportunity_id"] for row in written] == ["1", "3", "4", "5"]
    assert written[0] | {"amount": "1000.5", "close_date": "2023-02-01", "outcome": "Won"} == written[0]
    with (tmp_path / "out" / "set_aside.csv").open(encoding="utf-8") as file:
        aside = list(csv.DictReader(file))
    assert [(row["row"], row["reason"]) for row in aside] == [
        ("2", "won without a close date"), ("5", "a copy of another row"),
    ]  # fmt: skip


def test_it_writes_over_no_file_that_it_reads(deals, tmp_path, capsys):
    mine = deals.rename(tmp_path / "opportunities.csv")
    assert main(["crm", str(mine), f"out={tmp_path}"]) == 2
    assert "would write over" in capsys.readouterr().err
    assert mine.read_text(encoding="utf-8") == DEALS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["opportunities.csv"]


def test_json_is_one_document_with_the_same_counts(deals, capsys):
    assert main(["crm", f"opportunities={deals}", "as_of=2023-02-10", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["as_of"] == "2023-02-10"
    assert document["deals"] == {"won": 1, "lost": 1, "open": 2}
    (file,) = document["files"]
    assert (file["read"], file["used"], file["mended"], file["set_aside"]) == (6, 4, 1, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "crm needs the file of opportunities"),
        (["opportunities=nowhere.csv"], "nowhere.csv cannot be read: No such file"),
        (["opportunities=."], "cannot be read: Is a directory"),
        (["{deals}", "as_of=soon"], 'as_of is "soon"; write a day as 2026-12-31'),
        (["{deals}", "as_of=1990-01-01"], "0 deals that can be used, of 6 rows"),
        (["{deals}", "histry=x.csv"], "Did you mean"),
        (["{deals}", "mapping=nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["{deals}", "history={deals}"], "deals.csv: there is no column for entered"),
    ],
)
def test_a_mistake_gets_one_message(deals, capsys, words, said):
    assert main(["crm", *(word.format(deals=deals) for word in words)]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not told.out
