"""The scenario of a company in YAML: a small overlay on base, each number with where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from sim.evidence.company import company as assumed
from sim.evidence.company import deal_size, scenario_sellers
from sim.evidence.company.company import Company
from sim.evidence.company.learn import DRAWS, Segment, middle
from sim.evidence.company.opening import OPEN_DEALS, customer_rows, pipeline_rows, roster_rows
from sim.evidence.company.regions import EVERYWHERE
from sim.evidence.company.scenario_sellers import SELLERS, number
from sim.evidence.company.stages import TABLE_DAYS, OneStage
from sim.records.layout import CUSTOMERS, LAYOUTS, PIPELINE, ROSTER
from sim.results.csv_file import write_records

SCENARIO, JOINT = "company.yaml", "joint.csv"
OPENING_FILES = tuple(f"{kind}.csv" for kind in LAYOUTS)
MOST_ODDS = 0.999
_REGION = "leads_of"
_SOLD = 1 - assumed.OVER_ASSIGNED


def write_company(company: Company, folder: Path) -> list[str]:
    """Write scenario, joint rows and opening files, and answer their names."""
    folder.mkdir(parents=True, exist_ok=True)
    files = opening_rows(company)
    for kind, rows in files.items():
        write_records(folder / f"{kind}.csv", LAYOUTS[kind].columns, rows)
    columns = joint(company)
    write_records(folder / JOINT, tuple(columns), [
        {name: f"{value[draw]:.6g}" for name, value in columns.items()} for draw in range(DRAWS)
    ])  # fmt: skip
    (folder / SCENARIO).write_text("\n".join(lines(company, tuple(files))) + "\n", encoding="utf-8")
    return [SCENARIO, JOINT, *(f"{kind}.csv" for kind in files)]


def opening_rows(company: Company) -> dict[str, list[dict]]:
    """Rows by kind of file; kinds without rows are left out."""
    files: dict[str, list[dict]] = {}
    if company.sellers:
        files[ROSTER.kind] = list(
            roster_rows(company.sellers, company.regions, assumed.LED_BY_ONE, assumed.SELLERS_A_RECRUITER)
        )
    files[PIPELINE.kind] = list(pipeline_rows(company.segments, company.sellers, company.regions, company.per_dollar))
    if company.export.opportunities.account.names:
        files[CUSTOMERS.kind] = list(
            customer_rows(company.segments, company.sellers, company.regions, company.per_dollar)
        )
    return {kind: rows for kind, rows in files.items() if rows}


def joint(company: Company) -> dict[str, np.ndarray]:
    """Factors by draw, shape (DRAWS,), around 1: one row is one belief about the whole company."""
    columns = {}
    for one in company.segments:
        odds = company.advance(one)
        created = middle(one.created)
        inbound = company.inbound(one) / company.adjustment(one).leads
        columns[f"{one.name}_created"] = np.maximum(1 + (one.created / created - 1) * created / inbound, 0.01)
        if one.own is not None:
            for k, stage in enumerate(one.stage_names):
                factor = one.own.odds[:, k] / middle(one.own.odds[:, k])
                columns[f"{one.name}_{stage}_odds"] = np.minimum(factor, MOST_ODDS / odds[k])
                columns[f"{one.name}_{stage}_days"] = one.own.pace[:, k] / middle(one.own.pace[:, k])
        else:
            most = MOST_ODDS / odds[_free_stage(company, one)]
            columns[f"{one.name}_odds"] = np.minimum(one.won / middle(one.won), most)
            if not isinstance(one.stages, OneStage) or len(company.segments) == 1:
                columns[f"{one.name}_cycle"] = one.cycle / middle(one.cycle)
        columns[f"{one.name}_amount"] = one.amount / middle(one.amount)
    for place, name in enumerate(company.regions.names if len(company.regions.names) > 1 else ()):
        columns[f"{_REGION}_{name}"] = company.regions.weights[:, place] / middle(company.regions.weights[:, place])
    return columns | scenario_sellers.columns(company)


def _free_stage(company: Company, segment: Segment) -> int:
    """The stage with the lower odds, whose odds carry what is not known of both."""
    return int(np.argmin(company.advance(segment)))


def lines(company: Company, files: tuple[str, ...]) -> Iterator[str]:
    """The scenario's lines."""
    deals = company.export.opportunities
    start = date.fromordinal(company.start)
    names = [one.name for one in company.segments]
    yield "question: What does our company bring if it goes on as its CRM shows?"
    yield "kind: plan"
    yield "defaults: [base, _self_]"
    yield ""
    yield f"# Learned by salesim calibrate from {len(deals):,} deals known on {date.fromordinal(company.as_of)}."
    yield "# What is assumed says so, and all that is not here is base's. fit.html shows data against fitted."
    if company.said_of_money:
        yield f"# {company.said_of_money}"
    yield ""
    yield f"dates: {{start: {start}}}"
    yield "opening:"
    yield "  past_seat_years: 0  # how long people have been there is the roster's, or drawn by the usual rates"
    if ROSTER.kind not in files:
        yield "  teams:  # the file names no owners: as many sellers as its open deals ask for, 15 each (Kellblog)"
        yield "    _replace_: true"
        for one in company.segments:
            heads = company.heads(one)
            yield f"    {one.name}: {{role: {SELLERS}, segment: {one.name}, region: {EVERYWHERE}, seats: {heads}}}"
        yield f"    managers: {{role: manager, region: {EVERYWHERE}, seats: {max(1, round(company.all_heads / 8))}}}"
        yield f"    recruiters: {{role: recruiter, region: {EVERYWHERE}, seats: 1}}"
    yield "  files: {" + ", ".join(f"{kind}: {kind}.csv" for kind in files) + "}"
    yield ""
    yield "levers:"
    yield "  requisitions: null  # write your own plan here"
    yield from scenario_sellers.orphans(company)
    yield "  coverage: null"
    yield "  relative_spend: {_replace_: true, inbound: 1.0}"
    yield "  judgment_usd_per_quarter: {_replace_: true, " + ", ".join(f"{name}: 0" for name in names) + "}"
    yield "  target:  # assumed: what was booked in the last year; by_quarter and growth are base's"
    yield "    usd_per_year: {_replace_: true, " + ", ".join(
        f"{one.name}: {number(company.booked_a_year(one))}" for one in company.segments
    ) + "}"  # fmt: skip
    yield f"  quota:  # assumed: the target and {assumed.OVER_ASSIGNED:.0%} of all quotas beyond it (Kellblog)"
    yield "    _replace_: true"
    yield "    kind: per_rep"
    yield "    usd_per_year: {" + ", ".join(
        f"{one.name}: {number(company.booked_a_year(one) / _SOLD / max(company.heads(one), 1))}"
        for one in company.segments
    ) + "}"  # fmt: skip
    yield "    ramped_relief: true"
    yield "  pay: {plans: {am: null, sdr: null, csm: null, se: null}}  # of roles that are not here; the others base's"
    yield ""
    yield "world:"
    yield "  segments:"
    yield "    _replace_: true"
    for one in company.segments:
        yield from _segment(company, one, CUSTOMERS.kind in files)
    yield from _regions(company)
    yield from _sources(company)
    yield "  territory: null  # how many accounts there are the file does not tell: no end of them"
    yield "  roles:"
    yield "    am: null"
    yield "    csm: null"
    yield "    sdr: null"
    yield "    se: null"
    yield from scenario_sellers.lines(company)
    yield "    manager: {manages: [ae], coaching: {exits_multiplier: 1.0}}  # exits are those seen, led or not"
    yield "  hiring: {internal: {ae: null}}"
    yield "  behaviour: {exits: {market_pay_usd_per_year: {ae: null}}}"
    yield ""
    yield f"# What is not known of the fits: {DRAWS} rows of {JOINT}, equally likely; a draw takes one row for all."
    yield "uncertainties:"
    for name in ("win_odds", "lead_volume", "cycle_length", "renewal", "attrition"):
        yield f"  {name}: null"
    for column in joint(company):
        yield f"  {column}: {{kind: rows, file: {JOINT}, column: {column}}}"


def _regions(company: Company) -> Iterator[str]:
    regions = company.regions
    if regions.why_not:
        yield f"  regions: {{_replace_: true, {regions.names[0]}: {{}}}}  # {regions.why_not}"
        return
    yield "  regions:  # of the roster; a deal is where its owner is"
    yield "    _replace_: true"
    for place, name in enumerate(regions.names):
        weight = number(middle(regions.weights[:, place]))
        yield f"    {name}: {{lead_weight: {{uncertain: {_REGION}_{name}, times: {weight}}}}}"


def _segment(company: Company, one: Segment, has_customers: bool) -> Iterator[str]:
    odds, free = company.advance(one), _free_stage(company, one)
    hours = number(company.hours_a_week(one))
    law = one.fits.amounts
    yield f"    {one.name}:"
    said = f"of {law.law} ({int(law.wins.sum()):,} wins)" if law else "not known: a dollar a deal"
    yield f"      deal_size:  # won amounts, {said}"
    yield from deal_size.lines(one, company.per_dollar)
    productivity = number(company.booked_a_year(one) / max(company.heads(one), 1))
    yield f"      steady_productivity_usd_per_year: {productivity}  # last year's bookings a seller"
    if one.own is not None:
        yield "      # The stages of the history of moves: days and odds of each are its own, all of them together"
    else:
        yield "      # Stages that nobody sees: with them deals are won and lost at the ages that the file shows"
    yield f"      # ({middle(one.won):.1%} won in the end, {middle(one.cycle):.0f} days to a win)."
    change = company.adjustment(one)
    if company.adjusted:
        yield (
            f"      # Played against the file and adjusted: log-odds {change.logit:+.2f} a stage, days times"
            f" {change.days:.2f}, leads times {change.leads:.2f}."
        )
    quiet_days = one.stages.quiet_days
    yield f"      stalls: {{never_revives_share: 1.0, close_after_days: {quiet_days or 'null'}}}"
    yield "      stages:"
    for place, stage in enumerate(one.stage_names):
        share = number(odds[place])
        column = f"{one.name}_{stage}_odds" if one.own is not None else f"{one.name}_odds" if place == free else ""
        told = f"{{uncertain: {column}, times: {share}}}" if column else share
        yield f"        {stage}:"
        yield f"          duration: {_duration(company, one, place)}"
        yield f"          advance_share: {told}"
        never = 1.0 if quiet_days else round(one.stages.never, 5)
        yield f"          lost_share: {round(1 - never, 5):g}"
        yield "          no_decision_share: 0"
        yield f"          stalled_share: {never:g}" + _quiet_said(quiet_days, never)
        yield f"          hours_per_week: {hours}  # assumed: open deals take three quarters of sellers' hours"
    if has_customers:
        yield f"      contracts: {{renew_share: {assumed.RENEW_SHARE}}}  # assumed (Lightspeed); terms of a year"


def _duration(company: Company, one: Segment, place: int) -> str:
    """The days of a stage. What is not known of a table's is on the sources, where there is one segment only."""
    if isinstance(one.stages, OneStage):
        days = ", ".join(number(day * company.adjustment(one).days) for day in one.stages.table())
        return f"{{law: table, days: [{days}], weights: [{', '.join('1' * TABLE_DAYS)}]}}"
    column = f"{one.name}_cycle" if one.own is None else f"{one.name}_{one.stage_names[place]}_days"
    mean = f"{{uncertain: {column}, times: {number(company.mean_days(one)[place])}}}"
    return f"{{mean_days: {mean}, sigma_log: {number(one.stages.sigma_log[place])}}}"


def _quiet_said(quiet_days: int, never: float) -> str:
    return "  # lost deals stay open for a while" if quiet_days else "  # deals that never close" if never else ""


def _sources(company: Company) -> Iterator[str]:
    season = np.average(
        [one.by_month for one in company.segments], axis=0, weights=[middle(one.created) for one in company.segments]
    )
    yield "  sources:  # deals as the CRM knows them: each lead is one"
    yield "    _replace_: true"
    yield "    inbound:"
    yield "      kind: inbound"
    yield "      leads_per_month:"
    for one in company.segments:
        leads = number(company.inbound(one))
        yield f"        {one.name}: {{uncertain: {one.name}_created, times: {leads}}}  # of {middle(one.created):.1f}"
    yield "      stale_after_days: 60  # assumed: hardly a deal is lost before anybody sees it"
    only = company.segments[0]
    cycle = len(company.segments) == 1 and isinstance(only.stages, OneStage)
    if cycle:
        yield f"      cycle_multiplier: {{uncertain: {only.name}_cycle}}"
    if np.ptp(season) > 0:
        yield f"      by_month: [{', '.join(f'{value:.3f}' for value in season / season.mean())}]"
    yield f"    {OPEN_DEALS}:  # deals open on the first day; log-odds: so that the first quarter wins what is fitted"
    yield "      kind: inbound"
    yield "      leads_per_month: {" + ", ".join(f"{one.name}: 0" for one in company.segments) + "}"
    yield f"      logit: {company.open_logit:.4f}"
    if cycle:
        yield f"      cycle_multiplier: {{uncertain: {only.name}_cycle}}"
    yield f"    self:  # assumed: sellers find {assumed.SELF_SHARE:.0%} of the deals (Kellblog), in hours to spare"
    yield "      kind: self_sourced"
    if cycle:
        yield f"      cycle_multiplier: {{uncertain: {only.name}_cycle}}"
    yield f"      opportunities_per_month_per_head: {number(company.found_a_head)}"
