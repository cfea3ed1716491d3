"""Plausibility: every published benchmark is accounted for, and what base brings forth lies inside or says why not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger as tables
from sim.app.plausibility import page
from sim.cli import main
from sim.evidence.published import model_values
from sim.evidence.published.benchmarks import KINDS, Benchmark, benchmarks
from sim.evidence.published.model_values import INPUTS, OUTPUTS, Played
from sim.evidence.published.plausibility import Finding, findings, of_kind
from sim.experiment.settings import RunSettings
from sim.measures import kpis
from sim.scenario.load import load_source
from tests.makers.ledgers import empty
from tests.makers.small import small


def by_name(found: list[Finding]) -> dict[str, Finding]:
    return {one.benchmark.name: one for one in found}


def test_every_benchmark_has_a_source_a_kind_and_where_it_is_computed_a_function():
    names = [one.name for one in benchmarks()]
    assert len(names) == len(set(names)) == 86
    for one in benchmarks():
        assert all((one.source, one.evidence, one.measured_as)), one.name
        assert one.kind in KINDS, one.name
        functions = {"output": OUTPUTS, "input": INPUTS, "later": {}}[one.kind]
        assert one.ours.split()[:1] == (
            [] if one.kind == "later" else [f for f in functions if f == one.ours.split()[0]]
        )
        known = [number for number in (one.low, one.typical, one.high) if not math.isnan(number)]
        assert known == sorted(known), one.name
        assert one.why_outside == "" or (one.why_outside.endswith(".") and one.kind != "later"), one.name


def unexplained(found: list[Finding], errors: float) -> dict[str, float]:
    """Outputs outside their range, beyond so many of their standard errors, for which the table gives no reason."""
    return {
        one.benchmark.name: one.value[0]
        for one in found
        if one.benchmark.kind == "output" and not one.benchmark.why_outside and one.outside_beyond_doubt(errors)
    }


@pytest.mark.slow
def test_outputs_of_base_are_inside_or_explained_and_no_explanation_is_stale():
    found = findings(load_source("base"), RunSettings(replications=300, n_jobs=2))
    assert unexplained(found, errors=1.0) == {}
    stale = [one.benchmark.name for one in found if one.benchmark.why_outside and one.inside]
    assert stale == []


def test_inputs_of_base_are_inside_or_explained():
    source = load_source("base")
    for one in of_kind("input"):
        name, *arguments = one.ours.split()
        value = INPUTS[name](source.at_central(), *arguments)
        if isinstance(value, float):
            assert one.holds(value) or one.why_outside, (one.name, value)


@pytest.mark.slow
def test_an_implausible_world_is_caught():
    source = load_source(
        "base", ["world.roles.ae.exits.voluntary_per_year=1.5", "world.segments.smb.deal_size.mean_usd=90000"]
    )
    caught = unexplained(findings(source, RunSettings(replications=4, n_jobs=1)), errors=3.0)
    assert {"annual_attrition, AE", "deal_size"} <= set(caught)


def test_a_side_that_is_not_published_lies_a_quarter_from_the_typical_value():
    def published(low: float, typical: float, high: float) -> Benchmark:
        words = ("", "", "", "", "", "output", "", "", "")
        return Benchmark("q", "all", low, typical, high, *words)

    only_typical = published(math.nan, 100.0, math.nan)
    assert [only_typical.holds(x) for x in (74.9, 75.0, 125.0, 125.1)] == [False, True, True, False]
    no_high = published(90.0, 100.0, math.nan)
    assert [no_high.holds(x) for x in (89.9, 90.0, 125.0, 125.1)] == [False, True, True, False]
    assert published(90.0, 100.0, 110.0).holds(110.4, leeway=0.5)
    assert not published(90.0, 100.0, 110.0).holds(math.nan)


def played(ledger: tables.Ledger, months: int = 24) -> Played:
    scenario = small()
    return Played(kpis.table(scenario, scenario.calendar(months)), ledger)


def test_cycles_count_deals_that_ended_in_the_run_by_amount():
    ledger = empty(small())
    ledger.deals = np.zeros(6, tables.DEALS)
    ledger.deals["created_day"] = [-20, 10, 10, 700, tables.NEVER, -90]
    ledger.deals["closed_day"] = [10, 60, 20, tables.NEVER, 30, -1]
    ledger.deals["amount_usd"] = [5_000, 5_001, 9_000, 9_000, 9_000, 9_000]
    ledger.deals["state"] = [tables.WON, tables.WON, tables.LOST, tables.WORKING, tables.STALE, tables.WON]
    run = played(ledger)
    assert model_values.cycle_days_won(run, "0", "5000") == 30.0
    assert model_values.cycle_days_won(run, "5000") == 50.0
    assert math.isnan(model_values.cycle_days_won(run, "50000"))
    assert model_values.cycle_days_all(run) == 30.0


def test_lateness_is_told_of_deals_that_ended_in_their_last_stage():
    ledger = empty(small())
    segment = next(iter(small().world.segments.values()))
    last, push = ledger.names.stages.index(list(segment.stages)[-1]), segment.push_days
    ledger.deals = np.zeros(7, tables.DEALS)
    ledger.deals["stage"] = [last] * 6 + [last + 1]
    ledger.deals["created_day"] = 5
    ledger.deals["closed_day"] = [60, 70, 80, 90, 100, 999999, 70]
    ledger.deals["slips"] = [0, 0, 3, 3, 3, 9, 9]
    ledger.deals["state"] = [tables.WON, tables.WON, tables.WON, tables.LOST, tables.LOST, tables.WORKING, tables.LOST]
    assert model_values.OUTPUTS["lost_when_late"](played(ledger), str(3 * push)) == pytest.approx(2 / 3)


def test_the_best_sellers_part_of_bookings_is_by_person():
    ledger = empty(small())
    ledger.seats = np.zeros(3, tables.SEATS)
    ledger.seats["seat"] = [0, 1, 2]
    ledger.seats["role"] = [0, 0, 1]
    ledger.quotas = np.zeros(5, tables.QUOTAS)
    ledger.quotas["seat"] = [0, 0, 1, 0, 2]
    ledger.quotas["holder"] = [0, 0, 0, 1, 0]
    ledger.quotas["attained_usd"] = [30, 20, 30, 20, 1000]
    role = ledger.names.roles[0]
    assert model_values.OUTPUTS["top_sellers_share"](played(ledger), role, "0.34") == 0.5
    assert math.isnan(model_values.OUTPUTS["top_sellers_share"](played(empty(small())), role, "0.34"))


def test_month_ends_are_compared_with_an_average_open_day():
    ledger = empty(small())
    calendar = small().calendar(24)
    open_days = calendar.open_day_numbers[(calendar.open_day_numbers >= 0)]
    open_days = open_days[open_days < calendar.horizon]
    last = open_days[np.searchsorted(open_days, calendar.month_starts[1:]) - 1]
    closed = np.concatenate([open_days, last, last]) + 0.7  # one win each open day, three on a month's last
    ledger.deals = np.zeros(len(closed) + 1, tables.DEALS)
    ledger.deals["closed_day"] = [*closed, last[0]]
    ledger.deals["state"] = [*np.full(len(closed), tables.WON), tables.LOST]
    expected = 3.0 * len(open_days) / len(closed)
    assert model_values.month_end_multiple(played(ledger)) == pytest.approx(expected)


def test_a_hire_is_successful_by_one_quarter_at_the_quota_of_a_ramped_rep():
    ledger = empty(small())
    # Two hires seen long enough, one too late to count, one of the opening.
    ledger.seats = np.zeros(4, tables.SEATS)
    ledger.seats["seat"] = [0, 1, 2, 3]
    ledger.seats["start_day"] = [0, 0, 500, -900]
    ledger.seats["end_day"] = tables.NEVER
    ledger.seats["requisition"] = [0, 1, 2, -1]
    ledger.quotas = np.zeros(3, tables.QUOTAS)
    ledger.quotas["seat"] = [0, 1, 1]
    ledger.quotas["full_usd"] = 100.0
    ledger.quotas["quota_usd"] = [100.0, 10.0, 100.0]
    ledger.quotas["attained_usd"] = [100.0, 50.0, 99.0]
    assert model_values.never_at_quota(played(ledger), "ae") == 0.5
    ledger.quotas["attained_usd"][2] = 100.0
    assert model_values.never_at_quota(played(ledger), "ae") == 0.0


def test_days_to_accept_are_by_role_and_segment():
    ledger = empty(small())
    ledger.requisitions = np.zeros(4, tables.REQUISITIONS)
    ledger.requisitions["segment"] = [0, 1, 0, 0]
    ledger.requisitions["role"] = [0, 0, 1, 0]
    ledger.requisitions["open_day"] = [10, 10, 10, 700]
    ledger.requisitions["accept_day"] = [40, 60, 11, tables.NEVER]
    run = played(ledger)
    still_open = run.calendar.horizon - 700.0
    assert still_open == 20.0
    assert model_values.days_to_accept(run, "ae", "big") == 30.0 + still_open
    assert model_values.days_to_accept(run, "ae", "big", "little") == (30.0 + 50.0 + still_open) / 2
    ledger.requisitions["open_day"][:3] = -20.0  # opened before the first day: what of it lies in the run counts
    assert model_values.days_to_accept(run, "ae", "big") == 40.0 + still_open


def test_plans_are_missed_and_met_by_fiscal_year():
    scenario = small()
    ledger = empty(scenario)
    # Targets are 1,320,000 and half as much again; the first year lands on 90 percent, the second on 104.
    ledger.credits = np.zeros(2, tables.CREDITS)
    ledger.deals = np.zeros(2, tables.DEALS)
    ledger.deals["state"] = tables.WON
    ledger.credits["deal"] = [0, 1]
    ledger.deals["closed_day"] = ledger.credits["day"] = [100, 500]
    ledger.deals["amount_usd"] = ledger.credits["amount_usd"] = [0.9 * 1_320_000, 1.04 * 1_980_000]
    ledger.credits["share"] = 1.0
    run = played(ledger)
    assert model_values.plan_missed_by(run, "0.10") == 0.5
    assert model_values.plan_missed_by(run, "0.11") == 0.0
    assert model_values.plan_met_within(run, "0.05") == 0.5


def test_the_page_marks_what_is_outside_and_says_why():
    explained = next(one for one in of_kind("output") if one.why_outside)
    bare = next(one for one in of_kind("output") if not one.why_outside)
    lines = "\n".join(page([Finding(explained, (1e9,), 1.0), Finding(bare, (bare.typical,), 1.0)]))
    assert explained.why_outside in lines
    assert lines.count("OUTSIDE") == 1
    assert "1 of 2 outputs are inside what is published; 1 outside, 0 of them without a reason." in lines


def test_the_command_lists_outputs_inputs_and_what_comes_later(capsys):
    assert main(["plausibility", "scenario=base", "run.replications=2", "run.n_jobs=1"]) == 0
    printed = capsys.readouterr().out
    for one in benchmarks():
        assert f"  {one.name} " in printed
    assert printed.index("Output:") < printed.index("Input:") < printed.index("Later:")
