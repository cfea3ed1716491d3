"""``salesim calibrate ... earlier=FILE``: leavers' deals in the scenario and the report, one message where not."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.cli import main
from sim.crm.dates import iso
from sim.crm.earlier import read_earlier
from sim.crm.mapping import Told
from sim.crm.opportunities import NONE, Named
from sim.crm.reading import read_export
from sim.evidence.company.company import learn
from sim.evidence.company.handed import learn_handed, told
from sim.evidence.company.not_used import not_used
from sim.evidence.company.scenario import write_company
from sim.scenario.load import load_source
from sim.show import fit, fit_people
from tests.makers.exported import export_file
from tests.makers.known_laws import AS_OF
from tests.makers.leavers import BETWEEN, Handing, two_exports

THEN = AS_OF - BETWEEN


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Both exports and the roster; the earlier one spells owners as ``Last, First``."""
    folder = tmp_path_factory.mktemp("leavers")
    earlier, later, roster = two_exports(np.random.default_rng(2), Handing(), stay=30, leave=20)
    turned = tuple(", ".join(reversed(name.split())) for name in earlier.owner.names)
    export_file(replace(earlier, owner=Named(earlier.owner.codes, turned)), folder / "earlier.csv")
    export_file(later, folder / "deals.csv")
    export_file(replace(earlier, ids=np.array([f"x{one}" for one in earlier.ids], object)), folder / "others.csv")
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "start", "end"))
        for name, start, end in zip(roster.owner, roster.start, roster.end, strict=True):
            writer.writerow((name, iso(start), "" if end == NONE else iso(end)))
    text = (folder / "earlier.csv").read_text(encoding="utf-8")
    (folder / "nameless.csv").write_text(text.replace("opportunity_id", "whatever"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def company(files):
    export = read_export({kind: files / f"{name}.csv" for kind, name in (("opportunities", "deals"), ("roster",) * 2)})
    return learn(export, Told(), earlier=read_earlier(files / "earlier.csv", Told(), THEN, export))


def test_the_scenario_has_what_two_exports_show_and_what_they_leave_open(company, tmp_path):
    write_company(company, tmp_path)
    source = load_source(str(tmp_path / "company.yaml"))
    law, handed = Handing(), company.handed
    orphans = source.at_central().levers.orphans
    assert orphans.delay_days == pytest.approx(np.median(handed.days), rel=0.02)
    assert orphans.logit == pytest.approx(-np.median(handed.loss), rel=0.02)
    # One pair of exports: four errors of its own.
    assert abs(np.median(handed.share) - law.share) < 4 * handed.share.std()
    assert abs(np.log(np.median(handed.days) / law.days)) < 4 * np.log(handed.days).std()
    with (tmp_path / "joint.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for name, draws in (("handed_on_days", handed.days), ("handed_on_loss", handed.loss)):
        column = np.array([float(row[name]) for row in rows])
        np.testing.assert_allclose(column * np.median(draws), draws, rtol=1e-4)
        assert column.std() > 0.05


def test_the_report_counts_every_deal_of_theirs(company):
    seen = company.handed.seen
    counts = dict(row.cells for row in fit_people.of_leavers(company))
    assert seen.deals == seen.moved + seen.closed_before + seen.left_behind
    assert counts["now of another owner"] == f"{seen.moved}"
    said = told(company.handed, company.as_of)
    assert said in fit.answer(company)
    assert f"of {seen.deals} deals {seen.moved} have another owner" in said
    assert "hand-overs" not in dict(not_used(company))
    assert any("log-odds that they lose" in row.cells[0] for row in fit_people.rows(company))


def test_a_history_of_owners_shows_what_an_earlier_export_does(files, company, monkeypatch):
    """Each change twice, as Salesforce writes it, with names and with ids; and who has no deal left is in it."""
    monkeypatch.setattr("sim.evidence.company.handed.LOOKED_BACK_DAYS", BETWEEN)
    later, roster = company.export.opportunities, company.export.roster
    before = read_earlier(files / "earlier.csv", Told(), THEN, company.export)
    was = dict(zip(before.ids, (" ".join(reversed(name.split(", "))) for name in before.owner.texts()), strict=True))
    end = dict(zip(roster.owner, roster.end, strict=True))
    lines = ["Opportunity ID,Field,Old Value,New Value,Created Date"]
    for row, now in enumerate(later.owner.texts()):
        name = later.ids[row]
        lines.append(f"{name},StageName,,Talk,{iso(later.created[row])}")
        if was.get(name, now) != now:
            when = iso(max(end[was[name]], later.created[row]))
            lines.append(f"{name},Owner,{was[name].upper()},{now},{when}")
            lines.append(f"{name},Owner,005e00000012345AAA,005e00000012346AAA,{when}")
    (files / "history.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    kinds = (("opportunities", "deals"), ("roster", "roster"), ("history", "history"))
    export = read_export({kind: files / f"{name}.csv" for kind, name in kinds})
    assert any("read for hand-overs" in line.reason for line in export.rows[1].lines())
    where = {"all": np.ones(len(later), bool)}
    found = learn_handed(export, None, where, company.segments, 1)
    assert found.since == THEN
    for name, value in vars(company.handed.seen).items():
        np.testing.assert_array_equal(getattr(found.seen, name), value)
    np.testing.assert_array_equal(found.loss, company.handed.loss)


def test_where_too_few_left_base_s_stands_and_why_is_said(files, company):
    export = company.export
    earlier = read_earlier(files / "earlier.csv", Told(), THEN, export)
    for end, why in ((NONE, "nobody on the roster left between"), (THEN + 5, "2 sellers with open deals left")):
        ends = np.full(len(export.roster.owner), NONE)
        ends[-2:] = end
        fewer = replace(export, roster=replace(export.roster, end=ends))
        handed = learn_handed(fewer, earlier, {}, [], 1)
        assert (handed.days, handed.loss) == (None, None)
        assert why in handed.why_not
        assert why in dict(not_used(replace(company, handed=handed)))["hand-overs"]
    assert "one export" in dict(not_used(replace(company, handed=learn_handed(export, None, {}, [], 1))))["hand-overs"]


DAY = date.fromordinal(THEN).isoformat()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["earlier=earlier.csv"], "there is no roster, so nobody knows who has left"),
        (["earlier=deals.csv", "roster=roster.csv"], "not before 2017-12-31, the day of opportunities="),
        (["earlier=others.csv", "roster=roster.csv"], "has no deal in common with opportunities=, such as xd"),
        (["earlier=nameless.csv", "roster=roster.csv"], "nameless.csv has no ids"),
        (["earlier=nowhere.csv", "roster=roster.csv"], "nowhere.csv"),
        ([f"earlier_as_of={DAY}", "roster=roster.csv"], "there is no earlier export; give earlier=FILE"),
        (["earlier=earlier.csv", "earlier_as_of=soon", "roster=roster.csv"], "soon"),
        (["earlier=earlier.csv", "earlier_as_of=2017-06-30", "roster=roster.csv"], "so it was not made on 2017-06-30"),
        (["earlier=earlier.csv", "as_of=2017-11-30", "roster=roster.csv"], "owners are those of 2017-12-31"),
        (["earlier=earlier.csv", "roster=roster.csv", "erlier=x"], 'Did you mean "earlier"?'),
    ],
)
def test_an_earlier_export_that_is_none_gets_one_message(files, tmp_path, capsys, monkeypatch, words, said):
    monkeypatch.chdir(files)
    assert main(["calibrate", "opportunities=deals.csv", f"out={tmp_path / 'mine'}", *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "mine" / "company.yaml").exists()
