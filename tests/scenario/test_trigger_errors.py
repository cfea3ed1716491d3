"""What a file may say of triggers, and the one line that it gets where it may not."""

from __future__ import annotations

import pytest

from sim.measures.catalogue import BY_NAME
from sim.scenario.checks.doubts import doubts
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load, load_source
from sim.scenario.triggers import AHEAD_OR_HIDDEN, READINGS, Trigger

AT = "levers.triggers.t"
WAVE = "+levers.requisitions.wave={role: ae, segment: smb, region: east, %s}"
WRONG = {
    "{when: bookins, above: 1}": f'{AT}.when: "bookins" is not allowed; choose one of bookings, bookings_of_target,'
    ' new_customers, open_pipeline, policy_coverage. Did you mean "bookings"?',
    "{when: policy_coverge, below: 1}": 'Did you mean "policy_coverage"?',
    "{when: hits_target, above: 0.5}": f'{AT}.when: "hits_target" is not known on the day: a trigger reads'
    " what a leader knows then, one of bookings, bookings_of_target, new_customers, open_pipeline, policy_coverage.",
    "{when: ability, above: 1}": '"ability" is not known on the day',
    "{when: bookings}": f"{AT}: give either above or below.",
    "{when: bookings, above: 1, below: 2}": f"{AT}: give either above or below.",
    "{when: bookings, above: -1}": f"{AT}.above: -1 is out of range; allowed is 0 or more.",
    "{when: open_pipeline, above: 1, over_quarters: 2}": "over_quarters is given, but open_pipeline is as it stands",
    "{when: bookings, above: 1, over_quarters: -1}": f"{AT}.over_quarters: -1 is out of range; allowed is 1 to 40.",
    "{when: bookings, above: 1, act_after_days: -14}": f"{AT}.act_after_days: -14 is out of range; allowed is 0 to",
    "{when: bookings, above: 1, checked: daily}": f'{AT}.checked: "daily" is not allowed; choose one of monthly,',
    "{when: bookings, above: 1, from_date: 2026-12-01}": f"{AT}.from_date: 2026-12-01 is before the scenario's first",
    "{when: bookings, above: 1, from_date: 2027-05-01, to_date: 2027-05-01}": "to_date 2027-05-01 is not after",
    "{when: bookings, above: 1, segment: smbb}": f'{AT}.segment: "smbb" is no segment. Did you mean "smb"?',
    "{when: bookings, above: 1, lead_days: 3}": f"{AT}.lead_days: unknown key.",
}  # fmt: skip


@pytest.mark.parametrize("given", WRONG)
def test_a_wrong_trigger_gets_one_line(given: str) -> None:
    with pytest.raises(ScenarioError) as wrong:
        load("base", [f"+levers.triggers.t={given}"])
    assert WRONG[given] in str(wrong.value)
    assert "\n" not in str(wrong.value)


HUNG = {
    "trigger: thinn": 'wave.trigger: "thinn" is no trigger. Did you mean "thin"? The triggers are thin.',
    "trigger: thin, open_date: 2027-05-01": "give either open_date or wanted_start or trigger; null takes one away.",
    "trigger: thin, shift_days: 5": "shift_days moves a date; what waits for a trigger opens act_after_days after",
    "count: 1": "give either open_date or wanted_start, or a trigger.",
}  # fmt: skip


@pytest.mark.parametrize("given", HUNG)
def test_a_wrong_requisition_gets_one_line(given: str) -> None:
    with pytest.raises(ScenarioError) as wrong:
        load("base", ["+levers.triggers.thin={when: policy_coverage, below: 2}", WAVE % given])
    assert HUNG[given] in str(wrong.value)
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    "given",
    ["trigger: thin", "lasts_days: 9", "from_date: 2027-05-01", "trigger: thin, lasts_days: 9, to_date: 2028-01-01"],
)
def test_a_freeze_has_both_dates_or_a_trigger_and_its_days(given: str) -> None:
    with pytest.raises(ScenarioError, match="give from_date and to_date, or else trigger and lasts_days"):
        load("base", ["+levers.triggers.thin={when: policy_coverage, below: 2}", f"+levers.freezes.hold={{{given}}}"])


def test_what_is_not_known_on_the_day_is_never_what_a_trigger_reads() -> None:
    assert not set(AHEAD_OR_HIDDEN) & set(READINGS)
    assert set(READINGS) == set(Trigger.model_json_schema()["properties"]["when"]["enum"])
    assert set(READINGS) - {"bookings_of_target"} <= set(BY_NAME)  # named as the measures are


def test_customers_are_counted_where_there_are_contracts_and_targets_where_there_is_one() -> None:
    one_off = [
        "world.segments.smb.contracts=null",
        "~levers.requisitions.csm_smb_2027",
        "~levers.requisitions.csm_smb_2028",
    ]
    with pytest.raises(ScenarioError, match='counts nobody here: segment "smb" has no contracts'):
        load("base", [*one_off, "+levers.triggers.t={when: new_customers, above: 9, segment: smb}"])
    with pytest.raises(ScenarioError, match="is held against a target, but there is none here"):
        load("base", [
            "levers.target.usd_per_year.smb=0", "+levers.triggers.t={when: bookings_of_target, above: 1, segment: smb}",
        ])  # fmt: skip


def test_a_trigger_that_pulls_nothing_or_comes_too_late_is_doubted() -> None:
    late = "+levers.triggers.t={when: bookings, above: 1, from_date: 2029-06-01}"
    said = list(doubts(load_source("base", [late]), 24))
    assert "nothing waits for levers.triggers.t; it changes nothing" in said
    assert "levers.triggers.t is looked at from 2029-06-01, after the run's end 2029-01-01" in said
    assert not [one for one in doubts(load_source("second_wave_if_ahead"), 24) if "trigger" in one]


def test_a_trigger_says_what_it_waits_for() -> None:
    for given, words in {
        "when: bookings_of_target, above: 1.05, over_quarters: 2":
            "bookings in the last 2 quarters are above 105% of target",
        "when: bookings, below: 2500000, segment: smb": "bookings to date are below $2,500,000 in smb",
        "when: new_customers, above: 40, over_quarters: 1, region: west, segment: smb":
            "customers won in the last quarter are above 40 in smb, west",
        "when: open_pipeline, below: 1.0e+6": "open pipeline is below $1,000,000",
        "when: policy_coverage, below: 2.5": "open pipeline is below 2.5 times the coming three months' target",
    }.items():  # fmt: skip
        trigger = load("base", [f"+levers.triggers.t={{{given}}}"]).levers.triggers["t"]
        assert trigger.condition == words
