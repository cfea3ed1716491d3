"""Pay plans that make no sense are refused in one line, and what is only strange is said as a warning."""

# A wrong input and what is said of it stand on one line, however long.
# ruff: noqa: E501

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.show.html import write_report
from tests.makers.fake_run import Plan, write_fake_run

Capture = pytest.CaptureFixture[str]
AE = "levers.pay.plans.ae"
PART = f"{AE}.components.commission"

REFUSED = {
    (f"{PART}.tiers=[{{from_attainment: 0, multiplier: 1}}, {{from_attainment: 1, multiplier: 1.5}}, {{from_attainment: 1, multiplier: 2}}]",): f"{PART}: tiers overlap: two begin at attainment 1.",
    (f"{PART}.tiers=[{{from_attainment: 0, multiplier: 1}}, {{from_attainment: 1.5, multiplier: 2}}, {{from_attainment: 1.2, multiplier: 3}}]",): f"{PART}: tiers are not in rising order: 1.2 comes after 1.5.",
    (f"{PART}.tiers=[{{from_attainment: 0.5, multiplier: 1}}]",): f"{PART}: the first of the tiers begins at attainment 0.5; it must begin at 0.",
    (f"{PART}.tiers=[]",): f"{PART}.tiers: has 0 values; 1 to 20 are needed.",
    (f"{PART}.tiers=[{{from_attainment: 0, multiplier: -1}}]",): f"{PART}.tiers[0].multiplier: -1 is out of range; allowed is 0 to 1,000.",
    (f"{PART}.tier_form=retroactive", f"{PART}.tiers=[{{from_attainment: 0, multiplier: 1}}, {{from_attainment: 1, multiplier: 0.5}}]"): f"{PART}: retroactive tiers must not fall: 0.5 from 1 on would take back what was earned; write tier_form: marginal.",
    (f"{PART}.cap_attainment=0.4", f"{PART}.threshold_attainment=0.5", f"{PART}.tiers=[{{from_attainment: 0, multiplier: 1}}]"): f"{PART}: cap_attainment 0.4 is not above threshold_attainment 0.5: nothing would ever be paid.",
    (f"{PART}.cap_attainment=0.9",): f"{PART}: cap_attainment 0.9 lies below 1, where more is promised.",
    (f"{PART}.bonuses=[{{at_attainment: 3.5, usd: 5}}]",): f"{PART}: cap_attainment 3 lies below 3.5, where more is promised.",
    (f"{PART}.bonuses=[{{at_attainment: 1.5}}]",): f"{PART}.bonuses[0]: give either usd or share_of_target.",
    (f"{PART}.commission_share=0",): f"{PART}.commission_share: 0 is out of range; allowed is 0.000001 to 1.",
    (f"{PART}.commission_share=null",): f"{AE}: variable_usd_per_year is 0, but components are paid out of the target variable.",
    (f"{PART}.commission_share=null", f"{PART}.weight=0.4", f"{AE}.variable_usd_per_year=80000"): f"{AE}: the weights of the components that pay the target variable add up to 0.4, not to 1.",
    (f"{PART}.paid_every=year",): f"{PART}: paid_every year is longer than the period, a quarter.",
    (f"{PART}.period=week",): f'{PART}.period: "week" is not allowed; choose one of month, quarter, half, year.',
    (f"{AE}.draw={{usd_per_month: 20000}}",): f"{AE}.draw.recoverable: is missing (true: an advance that later pay gives back; false: a floor).",
    (f"{AE}.guarantee={{share_of_target: 1}}",): f"{AE}: guarantee is a part of the target variable, and variable_usd_per_year is 0.",
    (f"{AE}.splits={{sdr: 0.7, recruiter: 0.7}}",): f"{AE}: splits give away 1.4 of each deal, more than all of it.",
    (f"{AE}.splits={{sdrs: 0.1}}",): f'{AE}.splits.sdrs: "sdrs" is no role. Did you mean "sdr"?',
    (f"{AE}.spiffs={{q4: {{from_date: 2027-10-01, to_date: 2027-10-01, usd_per_deal: 5}}}}",): f"{AE}.spiffs.q4: to_date 2027-10-01 is not after from_date 2027-10-01.",
    (f"{AE}.spiffs={{q4: {{from_date: 2027-10-01, to_date: 2028-01-01}}}}",): f"{AE}.spiffs.q4: give either usd_per_deal or share_of_bookings.",
    (f"{AE}.spiffs={{q4: {{from_date: 2027-10-01, to_date: 2028-01-01, usd_per_deal: 5, sources: [inbond]}}}}",): f'{AE}.spiffs.q4.sources[0]: "inbond" is no source. Did you mean "inbound"?',
    ("levers.pay.roles.ae=aes",): 'levers.pay.roles.ae: "aes" is no pay plan. Did you mean "ae"?',
    ("levers.pay.roles.aes=ae",): 'levers.pay.roles.aes: "aes" is no role. Did you mean "ae"?',
    ("levers.pay.roles.ae={smbs: ae}",): 'levers.pay.roles.ae.smbs: "smbs" is no segment. Did you mean "smb"?',
    ("levers.pay.roles.ae=5",): "levers.pay.roles.ae: expected the name of a pay plan, or such names by segment.",
    ("levers.pay.roles.ae={start: ae, 2028-01-01: aes}",): 'levers.pay.roles.ae.2028-01-01: "aes" is no pay plan. Did you mean "ae"?',
    ("levers.pay.roles.ae={smb: {start: ae, 2028-03-01: am}}",): "levers.pay.roles.ae.smb.2028-03-01: a pay plan changes only where a fiscal year begins, so that no pay period has two. The nearest such days are 2028-01-01 and 2029-01-01.",
    ("levers.pay.roles.ae={start: ae, 2028-13-01: am}",): "levers.pay.roles.ae: 2028-13-01 is not a day of the calendar.",
    ("levers.pay.roles.ae={2028-01-01: am}",): 'levers.pay.roles.ae: dated plans need a "start", the plan on the first day.',
    ("levers.quota.ratchet_weight=1",): "levers.quota.ratchet_weight: 1 is out of range; allowed is 0 to 0.9.",
    ("levers.quota.by_quarter=[0.5,0.2,0.2,0.2]",): "levers.quota.by_quarter: by_quarter must add up to 1; it adds up to 1.1.",
    ("levers.quota.split=equal",): "levers.quota.split: unknown key.",
}  # fmt: skip

DOUBTED = {
    ("levers.pay.plans.old={variable_usd_per_year: 5}",): "levers.pay.plans.old: no one is on this plan; it changes nothing. Name it in levers.pay.roles, or take it out",
    ("levers.pay.roles.sdr=ae",): "levers.pay.plans.sdr: no one is on this plan; it changes nothing. Name it in levers.pay.roles, or take it out",
    ("levers.pay.plans.sdr.components={c: {commission_share: 0.1}}",): "levers.pay.plans.sdr.components.c: pays for one's own deals, but nobody on this plan sells",
    (f"{AE}.clawback_days=800",): f"{AE}.clawback_days: 800 days reach past the run of 731 days",
    (f"{AE}.variable_usd_per_year=60000", f"{AE}.draw={{usd_per_month: 6000, recoverable: false}}"): f"{AE}.draw.usd_per_month: 6,000 a month is more than the target variable of 60,000 a year",
    (f"{AE}.spiffs={{q4: {{from_date: 2029-10-01, to_date: 2030-01-01, usd_per_deal: 5}}}}",): f"{AE}.spiffs.q4: lies outside the run from 2027-01-01 to 2029-01-01",
    (f"{AE}.components.year={{period: year, commission_share: 0.01}}", f"{AE}.draw={{usd_per_month: 1000, recoverable: true}}"): f"{AE}.draw: fills up what components of a month or a quarter earn; year of a longer period comes on top and pays nothing back",
    (f"{AE}.components.half={{period: half}}", f"{AE}.variable_usd_per_year=9000", f"{AE}.guarantee={{share_of_target: 0.5}}"): f"{AE}.guarantee: fills up what components of a month or a quarter earn; half of a longer period",
    ("~world.behaviour.usual_rate.am",): "levers.pay.plans.am: world.behaviour.usual_rate has no am, so only this plan's shape moves them, not its level",
    ("levers.pay.roles.ae={start: ae, 2030-01-01: am}",): "levers.pay.roles.ae changes on 2030-01-01, outside the run",
    ("levers.quota.multiplier={start: 1, 2030-01-01: 1.1}",): "levers.quota.multiplier changes on 2030-01-01, outside the run",
}  # fmt: skip


@pytest.mark.parametrize("overrides", REFUSED, ids=" ".join)
def test_it_is_refused_in_one_line(overrides: tuple[str, ...], capsys: Capture) -> None:
    assert main(["check", "scenario=base", *overrides]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert REFUSED[overrides] in said.err
    assert len(said.err.splitlines()) == 1, said.err


@pytest.mark.parametrize("overrides", DOUBTED, ids=" ".join)
def test_it_is_doubted(overrides: tuple[str, ...], capsys: Capture) -> None:
    assert main(["check", "scenario=base", *overrides]) == 0
    assert f"warning: {DOUBTED[overrides]}" in capsys.readouterr().out


@pytest.mark.slow
def test_a_run_says_and_keeps_its_warnings(tmp_path: Path, capsys: Capture) -> None:
    doubt = (
        "levers.pay.plans.old: no one is on this plan; it changes nothing. Name it in levers.pay.roles, or take it out"
    )
    words = ["levers.pay.plans.old={variable_usd_per_year: 5}", "run.months=3", "run.replications=1", "run.n_jobs=1"]
    assert main(["run", "scenario=base", *words, f"run.results_folder={tmp_path}", "run.figures=false"]) == 0
    assert f"base: warning: {doubt}" in capsys.readouterr().out
    manifest = json.loads((tmp_path / "latest" / "manifest.json").read_text())
    assert manifest["warnings"]["base"][0] == doubt


@pytest.mark.slow
def test_the_report_repeats_the_warnings(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path / "run", [Plan("base")])
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps({**manifest, "warnings": {"base": ["no one is on the <b> plan"]}}))
    page = write_report(folder).read_text()
    assert "Probably not meant" in page
    assert "no one is on the &lt;b&gt; plan." in page
