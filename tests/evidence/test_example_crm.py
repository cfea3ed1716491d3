"""``salesim example-crm``: files that our own reader takes without a mapping, and whose mess it finds to the row."""

from __future__ import annotations

import csv
import json
from datetime import date

import numpy as np
import pytest
import yaml

from sim.cli import main
from sim.crm.earlier import read_earlier
from sim.crm.mapping import Told
from sim.crm.opportunities import NONE, OPEN
from sim.crm.reading import read_export
from sim.fit.hand_overs import hand_overs

FILES = ("opportunities", "history", "roster", "accounts")


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    assert main(["example-crm", f"out={folder}", "seed=4", "months=9"]) == 0
    return folder


@pytest.fixture(scope="module")
def truth(example):
    return yaml.safe_load((example / "truth.yaml").read_text(encoding="utf-8"))


def test_the_reader_finds_every_kind_of_mess_and_counts_it(example, truth, capsys):
    assert main(["crm", *(f"{kind}={example / kind}.csv" for kind in FILES), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {(line["verdict"], line["reason"]): line["rows"] for line in found["report"]}
    notes = "\n".join(reason for verdict, reason in rows if verdict == "note")
    planted = truth["planted"]
    assert rows["mended", "an amount of 0 counts as unknown"] == planted["an amount of 0"]
    late = "closed before it was created: counts on the day of creation"
    assert rows["mended", late] == planted["created after the close"]
    for who in ("owner", "account"):
        assert rows["mended", f"{who} was spelled otherwise"] == planted[f"{who} spelled otherwise"]
    assert rows["set aside", "a copy of another row"] == planted["a copy"]
    earlier = "an earlier version of a deal that stands in another row"
    assert rows["set aside", earlier] == planted["an earlier version"]
    undated = sum(rows.get(("set aside", f"{how} without a close date"), 0) for how in ("won", "lost"))
    assert undated == planted["no close date"]
    assert f"{planted['past due']:,} open deals are past the date expected" in notes
    assert f"{planted['no owner']:,} deals have no owner" in notes
    assert f"{planted['reopened']:,} deals came back from a closed stage" in notes
    assert f"{planted['owner has left']:,} open deals belong to people who have left" in notes
    assert f"1 days of mass edits, of which closes only say by then: {truth['clean_up_day']}" in notes
    assert min(planted.values()) > 0
    assert found["as_of"] == str(truth["as_of"])
    known_from = date.fromisoformat(found["closes_known_from"])
    assert 0 <= (known_from - truth["first_day"]).days < 7  # the first close after the CRM was brought in
    assert "no close is recorded before" in found["closes_known_because"]
    assert sum(found["deals"].values()) == truth["deals"] - planted["no close date"]


def test_the_history_has_what_people_said_when_and_ends_as_the_deal_stands(example, truth):
    """Categories are the stages', dates are pushed as they pass; of open deals the last date is the deal's own."""
    read = {}
    for kind in ("opportunities", "history"):
        with (example / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
            read[kind] = list(csv.DictReader(file))
    last, seen = {}, {}
    for row in read["history"]:
        assert row["Close Date"] >= row["Created Date"][:10]
        seen.setdefault(row["Stage"], set()).add(row["Forecast Category"])
        last[row["Opportunity ID"]] = row
    assert seen["Closed Won"] == {"Closed"}
    assert seen["Closed Lost"] == {"Omitted"}
    ours = {name: said for name, said in seen.items() if not name.startswith("Closed")}
    assert {one for said in ours.values() for one in said} == {"Pipeline", "Best Case", "Commit"}
    assert all(len(said) == 1 for said in ours.values())
    deals = {row["Opportunity ID"][:15]: row for row in read["opportunities"]}
    both = [(deals[name], row) for name, row in last.items() if not row["Stage"].startswith("Closed")]
    apart = sum(deal["Close Date"] != row["Close Date"] for deal, row in both)
    assert len(both) > 300
    assert apart <= truth["planted"]["past due"]
    assert sum(deal["Stage"] != row["Stage"] for deal, row in both) == 0


def test_the_earlier_export_has_the_deals_and_owners_of_then(example, truth):
    day = truth["earlier_as_of"].toordinal()
    later = read_export({kind: example / f"{kind}.csv" for kind in FILES})
    earlier = read_earlier(example / "earlier.csv", Told(), day, later)
    now, planted = later.opportunities, truth["planted"]
    row = {name: place for place, name in enumerate(now.ids)}
    both = np.array([name in row for name in earlier.ids])
    rows = np.array([row[name] for name in earlier.ids[both]])
    then, now = earlier[both], now[rows]
    assert (~both).sum() <= planted["no close date"]
    # Closed by that evening there and here, but for what was planted on the later file.
    assert ((then.outcome == OPEN) != ((now.outcome == OPEN) | (now.closed > day))).sum() <= planted[
        "created after the close"
    ]
    assert (then.outcome == OPEN).sum() > 200
    left = {name for name, end in zip(later.roster.owner, later.roster.end, strict=True) if end != NONE}
    stays = ~np.isin(then.owner.texts(), list(left)) & now.owner.known
    changed = stays & (then.owner.texts() != now.owner.texts())
    assert changed.sum() <= planted["owner has left"]
    found = hand_overs(earlier, later.opportunities, later.roster)
    assert found.people >= 5
    # All leavers' deals are handed on after ten days, but for those that were planted and the last ten days'.
    assert found.moved > 0
    assert found.left_behind <= planted["owner has left"] + planted["no owner"]


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path):
    for name, seed in (("one", 4), ("again", 4), ("other", 5)):
        assert main(["example-crm", f"out={tmp_path / name}", f"seed={seed}", "months=2"]) == 0
    for kind in (*FILES, "earlier"):
        one, again, other = ((tmp_path / name / f"{kind}.csv").read_bytes() for name in ("one", "again", "other"))
        assert one == again
        assert one != other


def test_it_needs_a_folder_and_a_scenario_that_is_there(capsys):
    assert main(["example-crm"]) == 2
    assert "out=FOLDER" in capsys.readouterr().err
    assert main(["example-crm", "scenario=bace", "out=nowhere"]) == 2
    assert "base" in capsys.readouterr().err
