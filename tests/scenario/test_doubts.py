"""What a scenario allows but probably does not mean is said; test_scenario_load.py has what is shipped."""

from __future__ import annotations

import pytest

from sim.cli import main
from sim.scenario.checks.doubts import doubts
from sim.scenario.load import load_source
from tests.makers.play import WORLDS

QUIET = "opening.past_seat_years=0"
ODD = {
    "opening.teams.se_west.seats=0": "region west has no seats of solution engineers for mid_market,"
    " enterprise, where a stage needs one: its deals go on without one, at worse odds, after 5 days",
    "world.territory.accounts.smb.east=0": "accounts.smb.east is 0: its sellers find nobody to sell to",
    "world.territory.accounts.smb.west=900": "accounts.smb.west is 900, fewer than the 980 customers of the first day",
    "world.territory.accounts.mid_market.west=null": "mid_market counts none in west, where there are sellers:",
    "world.roles.sdr.ramp.shares=[0,0]": "world.roles.sdr.ramp.shares are all 0: new people do nothing for 2"
    " months",
    "world.roles.csm.ramp.shares=[0.5,0.4]": "world.roles.csm.ramp.shares fall: new people get worse",
    "levers.requisitions.q4_sdr.wanted_start=2027-02-01": "levers.requisitions.q4_sdr would open on 2026-11-28,"
    " before the first day 2027-01-01; it opens on that day",
    "levers.quota.role_usd_per_year.am.extra=90000": "levers.quota.role_usd_per_year.am.extra changes nothing:"
    " there are no seats of role am",
    "levers.target.usd_per_year.extra=5": "segment extra has leads, a target, a quota, but nobody sells there",
}  # fmt: skip
EXTRA = [
    "world.segments.extra={deal_size: {kind: lognormal, mean_usd: 9}, steady_productivity_usd_per_year: 9,"
    " stages: {talk: {duration: {mean_days: 9}, advance_share: 0.5}}}",
    "world.sources.inbound.leads_per_month.extra=1",
    "levers.quota.usd_per_year.extra=9",
]


@pytest.fixture(scope="module")
def said() -> str:
    return "\n".join(doubts(load_source("base", [*ODD, *EXTRA, QUIET]), 24))


@pytest.mark.parametrize("override", ODD)
def test_what_nobody_can_mean_is_said(override: str, said: str) -> None:
    assert ODD[override] in said


def test_check_says_it_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    override = next(iter(ODD))
    assert main(["check", "scenario=base", override, "world.engineering.go_without_after_days=null"]) == 0
    assert "  warning: region west has no seats of solution engineers" in (out := capsys.readouterr().out)
    assert "its deals wait for good" in out


def test_a_new_company_hears_what_it_gets_unless_it_says_otherwise() -> None:
    plain = str(WORLDS / "plain.yaml")
    assert not any("not given" in doubt for doubt in doubts(load_source(plain), 24))
    pay = "levers.pay={plans: {p: {variable_usd_per_year: 9}}, roles: {rep: p}}"
    told = "\n".join(doubts(load_source(plain, [pay, "world.roles.rep.exits=null"]), 24))
    assert "world.behaviour.responsiveness is not given, so it is 0: nobody answers to their pay" in told
    assert "world.roles does not say who leaves of rep: 0.15 a year do, so that on the first day they have been" in told
    assert "6.7 years on average" in told
