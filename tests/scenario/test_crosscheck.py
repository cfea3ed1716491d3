"""What each part allows alone but does not fit together is refused, and what only looks alike is not."""

# A wrong input and what is said of it stand on one line, however long.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from sim.scenario.load import load

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / "scenarios").glob("*.yaml")),
    *sorted((ROOT / "tests" / "worlds").glob("*.yaml")),
    ROOT / "benchmarks" / "matched.yaml",
]
NEW_SEGMENT = (
    "opening.teams.ae_smb_east.segment=enterprise",
    "opening.teams.ae_smb_west.segment=enterprise",
    "opening.teams.am_smb_east.segment=enterprise",
    "opening.teams.am_smb_west.segment=enterprise",
    "levers.quota={kind: from_target, resplit_on_hire: false}",
)
NO_RECRUITERS_IN_WEST = 'opening.teams: region "west" hires {} but has no recruiter seats. Recruiters serve one region; there are some in east. Where an agency or leaders recruit, let the recruiters\' role say without_seats: others.'
NO_WEST = "opening.teams.recruiters_west.seats=0"
NO_BACKFILL = "levers.backfill.enabled=false"

REFUSED = {
    ("world.sources.more={kind: outbound, leads_per_month_per_head: 3}", "world.roles.ae.takes=[inbound,partner,sdr,self,more]"): 'world.sources.more: "more" is a second source of kind outbound, after "sdr"; one of this kind is supported',
    ("world.sources.more={kind: self_sourced, opportunities_per_month_per_head: 1}", "world.roles.ae.takes=[inbound,partner,sdr,self,more]"): 'world.sources.more: "more" is a second source of kind self_sourced, after "self"; one of this kind is supported',
    ("opening.teams.recruiters_east.tenure_months=[3]",): "opening.teams.recruiters_east.tenure_months: has 1 values; 2 are needed, one for each of the team's seats.",
    ("opening.teams.recruiters_east.tenure_months=[3, 4, 5]",): "tenure_months: has 3 values; 2 are needed",
    ("opening.teams.recruiters_east.tenure_months=[]",): "tenure_months: has 0 values; 2 are needed",
    ("world.attention.overload_memory_weeks=0.9",): "world.attention.overload_memory_weeks: 0.9 is out of range; allowed is 1 to 52.",
    ("levers.requisitions.ae_smb_east={role: ae, segment: smb, region: east, open_date: 2027-04-01}",): "levers.requisitions.ae_smb_east: a team of opening.teams has this name too, and the two would share their luck; rename one.",
    ("levers.coverage.filled_by.sdr=0.99",): "levers.coverage.filled_by.sdr: 0.99 is out of range; allowed is 1 to 100.",
    ("levers.coverage.filled_by.self=1.5",): 'levers.coverage.filled_by.self: "self" is of kind self_sourced and has no program to spend on; choose from inbound, partner, sdr.',
    ("levers.relative_spend.self=1.5",): 'levers.relative_spend.self: "self" is of kind self_sourced and has no program to spend on; choose from inbound, partner, sdr.',
    NEW_SEGMENT: 'levers.quota.resplit_on_hire: false splits a target over the opening\'s selling seats; segment "smb" has none',
    (NO_WEST,): NO_RECRUITERS_IN_WEST.format('for requisition "q2_mid_market"'),
    ("~opening.teams.recruiters_west",): NO_RECRUITERS_IN_WEST.format('for requisition "q2_mid_market"'),
    (NO_WEST, NO_BACKFILL): NO_RECRUITERS_IN_WEST.format('for requisition "q2_mid_market"'),
    (NO_WEST, "~levers.requisitions"): NO_RECRUITERS_IN_WEST.format("to backfill its seats"),
    (NO_WEST, "~levers.requisitions", "levers.backfill.enabled={start: false, 2027-07-01: true}"): NO_RECRUITERS_IN_WEST.format("to backfill its seats"),
    ("opening.teams.sdr_smb_east.segment=null",): "sdr_smb_east.segment: is missing: a role that prospects needs one of smb, mid_market, enterprise.",
    ("levers.requisitions.q2_sdr.segment=null",): "q2_sdr.segment: is missing: a role that prospects needs one of smb, mid_market, enterprise.",
    ("+world.regions.unallocated={}",): "world.regions.unallocated: is the name of the row for what belongs to none of the regions; choose another one.",
    ("+levers.judgment_usd_per_quarter.smbb=100000",): 'levers.judgment_usd_per_quarter.smbb: "smbb" is no segment. Did you mean "smb"?',
    ("levers.judgment_usd_per_quarter=100000",): "levers.judgment_usd_per_quarter: expected a group of keys; got 100000.",
    ("+world.shocks.cut={kind: step, from_date: 2027-04-01, acts_on: odds, logit: -1, segment: smbb}",): 'world.shocks.cut.segment: "smbb" is no segment. Did you mean "smb"? The segments are smb, mid_market, enterprise.',
    ("+world.shocks.cut={kind: step, from_date: 2027-04-01, acts_on: exits, multiplier: 2, role: aee}",): 'world.shocks.cut.role: "aee" is no role. Did you mean "ae"?',
    ("+world.shocks.cut={kind: step, from_date: 2027-04-01, acts_on: odds, multiplier: 2}",): "world.shocks.cut: a shock that acts on odds has a logit and no multiplier.",
    ("+world.shocks.cut={kind: step, from_date: 2027-04-01, acts_on: exits, multiplier: 2, source: sdr}",): "world.shocks.cut: source is given, but a shock on exits acts on all sources.",
    ("+world.shocks.cut={kind: step, from_date: 2027-04-01, to_date: 2027-04-01, acts_on: size, multiplier: 2}",): "world.shocks.cut: to_date 2027-04-01 is not after from_date 2027-04-01.",
    ("+world.shocks.cut={kind: stepp, from_date: 2027-04-01, acts_on: size, multiplier: 2}",): "world.shocks.cut.kind: \"stepp\" is not a kind; the kinds are decay, points, ramp, step. Did you mean \"step\"?",
    ("+world.shocks.cut={kind: points, strengths: {2027-04-01: -1}, acts_on: leads, multiplier: 0}",): "world.shocks.cut: multiplier must be above 0 here; only a step",
    ("+world.shocks.cut={kind: decay, from_date: 2027-04-01, half_life_days: 30, acts_on: leads, multiplier: 0}",): "world.shocks.cut: multiplier must be above 0 here; only a step",
    ("+levers.departures.cut={role: aes, on_date: 2027-03-01}",): 'levers.departures.cut.role: "aes" is no role. Did you mean "ae"?',
    ("+levers.departures.cut={count: 1, share: 0.1, on_date: 2027-03-01}",): "levers.departures.cut: give either count or share",
    ("+levers.departures.cut={on_date: 2026-03-01}",): "levers.departures.cut.on_date: 2026-03-01 is before the scenario's first day 2027-01-01.",
    ("+levers.transfers.up={role: ae, region: east, to_segment: big, on_date: 2027-03-01}",): 'levers.transfers.up.to_segment: "big" is no segment.',
    ("+levers.transfers.up={role: ae, segment: smb, to_segment: enterprise, on_date: 2027-03-01}",): "levers.transfers.up.to_region: is missing: say where to, one of east, west.",
    ("+levers.transfers.up={role: recruiter, region: east, to_role: ae, on_date: 2027-03-01}",): "levers.transfers.up.to_segment: is missing: a role that sells needs one of smb, mid_market, enterprise.",
    ("+levers.transfers.up={role: ae, segment: smb, region: east, to_segment: smb, on_date: 2027-03-01}",): "levers.transfers.up: moves people to where they are;",
    ("+levers.transfers.q2_smb={role: ae, region: east, to_segment: smb, on_date: 2027-03-01}",): "levers.transfers.q2_smb: a team or a requisition has this name too",
    ("+world.roles.boss={duty: manages}",): "world.roles.boss.manages: is missing: a role that manages says whom",
    ("+world.roles.boss={duty: manages, manages: [eae]}",): 'world.roles.boss.manages: "eae" is no role. Did you mean "ae"?',
    ("+world.roles.boss={duty: manages, manages: [boss]}",): 'world.roles.boss.manages: "boss" cannot manage itself.',
    ("world.roles.ae.manages=[sdr]",): "world.roles.ae.manages: belongs to roles whose duty is manages; the duty of ae is sells.",
    ("+world.hiring.internal.ae={from_role: srd}",): 'world.hiring.internal.ae.from_role: "srd" is no role. Did you mean "sdr"?',
    ("+world.hiring.internal.ae={from_role: ae}",): "world.hiring.internal.ae.from_role: is the role itself",
    ("+levers.trainings.talk={role: ae, segment: sbm, on_date: 2027-03-01}",): 'levers.trainings.talk.segment: "sbm" is no segment. Did you mean "smb"?',
    ("+levers.trainings.talk={role: ae, on_date: 2026-03-01}",): "levers.trainings.talk.on_date: 2026-03-01 is before the scenario's first day",
    ("+world.roles.ae.time_off={vacation_days_per_year: 90, vacation_by_month: [0,0,0,0,0,0,0.5,0.5,0,0,0,0]}",): "world.roles.ae.time_off: vacation_days_per_year and vacation_by_month give 45 days in one month; the most is 20",
    ("+world.roles.ae.time_off={vacation_by_month: [0,0,0,0,0,0,0.5,0.4,0,0,0,0]}",): "world.roles.ae.time_off: vacation_by_month must add up to 1; it adds up to 0.9",
}  # fmt: skip

ACCEPTED = {
    "any number of inbound sources": ("world.sources.more={kind: inbound, leads_per_month: {smb: 3}}", "world.roles.ae.takes=[inbound,partner,sdr,self,more]"),
    "a tenure for each seat, with vacancies elsewhere": ("opening.teams.recruiters_east.tenure_months=[3, 40]", "opening.vacant_share=0.2"),
    "overload of the last week alone": ("world.attention.overload_memory_weeks=1",),
    "a filler that may not be pushed": ("levers.coverage.filled_by.sdr=1",),
    "a segment of hires, resplit": (*NEW_SEGMENT[:-1], "levers.quota={kind: from_target, resplit_on_hire: true}"),
    "a segment of hires without a target": (*NEW_SEGMENT, "levers.target.usd_per_year.smb=0"),
    "opening seats in every segment": NEW_SEGMENT[-1:],
    "a region without recruiters that does not hire": (NO_WEST, NO_BACKFILL, "~levers.requisitions"),
    "the region's first recruiters, found by the leaders": (
        NO_WEST, NO_BACKFILL, "~levers.requisitions",
        "levers.requisitions.first={role: recruiter, region: west, open_date: 2027-02-01}",
    ),
    "no recruiters anywhere, and nobody is hired": (
        NO_WEST, "opening.teams.recruiters_east.seats=0", "~levers.requisitions",
    ),
    "no recruiters in a region where others recruit": (NO_WEST, "+world.roles.recruiter.without_seats=others"),
    "no recruiters anywhere, and others recruit": (
        NO_WEST, "opening.teams.recruiters_east.seats=0", "+world.roles.recruiter.without_seats=others",
    ),
}  # fmt: skip


@pytest.mark.parametrize("overrides", REFUSED, ids=" ".join)
def test_what_does_not_fit_together_is_refused(overrides: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "scenario=base", *overrides]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert REFUSED[overrides] in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("what", ACCEPTED)
def test_what_fits_is_accepted(what: str) -> None:
    load("base", ACCEPTED[what])


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_kept_scenario_fits_together(file: Path) -> None:
    load(str(file))
