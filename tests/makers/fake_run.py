"""A plausible run folder without an engine: measures of the catalogue, the files' own writers, invented numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import yaml

from sim.measures.catalogue import BY_NAME, MEASURES, YES_NO
from sim.measures.groups import BANDS, GROUP_KINDS, Groups
from sim.measures.kpis import Rows
from sim.measures.periods import PERIOD_KINDS, periods_of
from sim.measures.sums import Frame
from sim.results import store
from sim.results.csv_file import number, write_table
from sim.results.estimates import compare, summarize
from sim.results.kpi_file import KpiFile
from sim.results.layout import KPIS, ONE_MORE_HEAD
from sim.scenario.dates import Dates
from sim.show.page import Page, Subject
from sim.show.pages import PAGES

SEGMENTS, REGIONS = ("smb", "mid_market", "enterprise"), ("east", "west")
STAGES = ("qualify", "discover", "propose", "negotiate")
SOURCES = ("inbound", "sdr", "self_sourced")
MONTHS = 24
PERIODS = periods_of(Dates(start=date(2027, 1, 1)).calendar(MONTHS))
CODES = {measure.name: code for code, measure in enumerate(MEASURES)}
SUBJECTS = tuple(subject for page in PAGES for subject in page.figures)
SHARE_OF_BAND = dict(zip(BANDS, (0.2, 0.25, 0.15, 0.17, 0.23), strict=True))
Key = tuple[str, str, str, str, str]  # period kind, period, group kind, group, measure


@dataclass(frozen=True)
class Plan:
    """What sets a fake plan apart: how many sellers are hired and when."""

    name: str
    hires: float = 12.0
    hired_in_month: float = 9.0
    coverage_target: float = float("nan")
    judgment_usd_per_quarter: float = 0.0
    accelerator: float = 1.5  # of commission, from quota on
    quota_usd_per_year: float = 800_000.0
    kind: str = "plan"
    run_off_usd: float = 0.0  # more of it than other plans have
    contribution_usd: float = 0.0


def write_fake_run(
    folder: Path,
    plans: Sequence[Plan],
    replications: int = 60,
    seed: int = 1,
    criterion: str = "value",
    one_more_head: bool = True,
) -> Path:
    """Write all files of a run folder but the figures and the report; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [_replications(plan, replications, seed) for plan in plans]
    rows, draws = _rows(tables[0]), np.arange(replications)
    values = [np.stack([table[key] for key in tables[0]], axis=1) for table in tables]
    names, yes_no = [plan.name for plan in plans], YES_NO[rows.measure]
    with KpiFile(folder / KPIS, names, [rows] * len(plans)) as file:
        for place, one in enumerate(values):
            file.add(place, np.zeros(replications, int), draws, one)
    summaries = [summarize(one, draws, yes_no) for one in values]
    store.write_summary(folder, names, [rows] * len(plans), summaries)
    if len(plans) > 1:
        differences = [compare(values[0], one, draws, yes_no) for one in values[1:]]
        store.write_differences(folder, names, [rows] * len(differences), differences)
    for place, plan in enumerate(plans):
        name = "scenario.yaml" if len(plans) == 1 else f"scenario_{place}.yaml"
        (folder / name).write_text(yaml.safe_dump(_scenario(plan), sort_keys=False), encoding="utf-8")
    if one_more_head:
        _write_one_more_head(folder)
    facts = {
        "command": "salesim compare", "seed": seed, "replications": replications, "content_hash": "3f9ac2d18b7e",
        "settings": {"criterion": criterion},
        "verdict": {"played_years": 2.0, "run_off_years": 3.0, "discount_per_year": 0.1},
    }  # fmt: skip
    store.write_manifest(folder, facts)
    return folder


def _rows(table: dict[Key, np.ndarray]) -> Rows:
    """The rows of a table as a real run has them, with the codes of the catalogue."""
    groups = Groups(SEGMENTS, REGIONS, ("ae", "sdr"), SOURCES, STAGES)
    period_kinds, periods, group_kinds, names, measures = zip(*table, strict=True)
    group_names = tuple(dict.fromkeys(names))
    codes = (
        [PERIOD_KINDS.index(kind) for kind in period_kinds], [PERIODS.labels.index(label) for label in periods],
        [GROUP_KINDS.index(kind) for kind in group_kinds], [group_names.index(name) for name in names],
        [CODES[name] for name in measures],
    )  # fmt: skip
    return Rows(Frame(groups, PERIODS), *(np.array(column, np.int32) for column in codes), group_names, ())


def pages_with(*subjects: Subject) -> tuple[Page, ...]:
    """The report's pages with these figures alone, all on the first."""
    first, *others = PAGES
    return (replace(first, figures=subjects), *(replace(page, figures=()) for page in others))


def _replications(plan: Plan, count: int, seed: int) -> dict[Key, np.ndarray]:
    """Values by (period_kind, period, group_kind, group, measure), one a replication. Plans share their luck."""
    monthly, by_cell = _monthly(plan, count, seed)
    out: dict[Key, np.ndarray] = {}
    for kind, period, months in zip(PERIODS.kinds, PERIODS.labels, PERIODS.months, strict=True):
        key, where = (PERIOD_KINDS[kind], period, "all", "all"), months > 0
        for measure, values in monthly.items():
            part = values[:, where]
            out[*key, measure] = part.sum(axis=1) if BY_NAME[measure].kind == "flow" else part.mean(axis=1)
        out[*key, "hits_target"] = (out[*key, "bookings"] >= out[*key, "target"]).astype(float)
        out[*key, "bookings_with_judgment"] = out[*key, "bookings"] + out[*key, "judgment"]
        reached = out[*key, "bookings_with_judgment"] >= out[*key, "target"]
        out[*key, "hits_target_with_judgment"] = reached.astype(float)
        out[*key, "cost_of_sales"] = out[*key, "cost"] / out[*key, "bookings"]
        out[*key, "commission_rate_effective"] = out[*key, "variable_pay"] / out[*key, "bookings"]
        if key[0] != "month":
            _add_groups(out, key, by_cell[:, :, where].sum(axis=2))
    _add_value(out, plan, count, seed)
    return out


def _add_value(out: dict[Key, np.ndarray], plan: Plan, count: int, seed: int) -> None:
    """What a plan is worth over the whole run: contribution, what contracts bring after it, and open deals."""
    rng = np.random.default_rng([seed, 7 * round(plan.hires) + round(plan.hired_in_month)])
    key = ("total", "total", "all", "all")
    booked = out[*key, "bookings"]
    out[*key, "arr_at_end"] = 60e6 + 0.6 * booked + plan.run_off_usd
    out[*key, "run_off_value"] = 40e6 + 0.3 * booked + plan.run_off_usd + rng.normal(0, 4e5, count)
    out[*key, "pipeline_value"] = 0.02 * out[*key, "open_pipeline"] * plan.hires / 12
    out[*key, "value"] = sum(out[*key, part] for part in ("contribution", "run_off_value", "pipeline_value"))


def _monthly(plan: Plan, count: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Measures of the whole organization, (replications, months), and bookings, (replications, cells, months)."""
    rng = np.random.default_rng(seed)
    month, shape = np.arange(MONTHS), (count, MONTHS)
    market = np.exp(rng.normal(0, 0.07, (count, 1)) + np.cumsum(rng.normal(0, 0.015, shape), axis=1))
    hired = plan.hires / (1 + np.exp(-(month - plan.hired_in_month)))
    productive = plan.hires / (1 + np.exp(-(month - plan.hired_in_month - 5) / 1.5))
    heads, ramped = 96 + hired + rng.normal(0, 1.2, shape), 88 + productive + rng.normal(0, 1, shape)
    season = np.tile([0.8, 0.9, 1.3], MONTHS // 3) * np.repeat([0.92, 0.98, 1.0, 1.1] * 2, 3)
    cells = rng.dirichlet([40, 35, 50, 45, 60, 55], count)[:, :, None]
    booked = ramped * 50_000 * market * season * rng.gamma(60, 1 / 60, shape)
    return {
        "bookings": booked, "target": np.broadcast_to(4_550_000 * season * (1 + 0.06 * (month >= 12)), shape),
        "cost": heads * 17_000 + 0.1 * booked, "judgment": np.full(shape, plan.judgment_usd_per_quarter / 3),
        "productivity_capacity": ramped * 56_000, "street_quota": heads * 60_000, "wins": np.rint(booked / 52_000),
        "losses": np.rint(booked / 20_000), "hires": rng.poisson(2.5, shape),
        "exits_voluntary": rng.poisson(2.0, shape), "pipeline_created": booked * 4.6,
        "heads": heads + 44, "selling_heads": heads, "ramped_rep_equivalents": ramped,
        "policy_coverage": 3.3 * market, "coverage": 1.6 * market * (1 + 0.02 * rng.normal(size=shape)),
        "coverage_target": np.full(shape, plan.coverage_target), "attainment_mean": 0.85 * market,
        "attainment_median": 0.74 * market, "share_at_quota": np.clip(0.38 + 0.5 * (market - 1), 0, 1),
        "exits_involuntary": rng.poisson(0.6, shape), "exits_dated": np.zeros(shape), "span": np.full(shape, 8.2),
        "territory_saturation": np.clip(0.4 + 0.01 * month + rng.normal(0, 0.02, shape), 0, 1),
        "se_wait_days": 3.0 * market, "customers": np.rint(900 + 12.0 * month + rng.normal(0, 9, shape)),
        "arr": 60e6 + 8e5 * month * market, "new_arr": 1.6e6 * market, "expansion_arr": 4e5 * market,
        "contraction_arr": np.full(shape, 1e5), "churned_arr": 5e5 / market, "nrr": 1.02 * market,
        "grr": np.clip(0.9 * market, 0, 1), "recognized_revenue": (5e6 + 7e4 * month) * market,
        "gross_profit": (5e6 + 7e4 * month) * market * 0.75,
        "contribution": (5e6 + 7e4 * month) * market * 0.75 - heads * 17_000 - 0.1 * booked
        + plan.contribution_usd / MONTHS, "salaries": heads * 17_000,
        "variable_pay": 0.1 * booked, "collections": (5e6 + 5e4 * month) * market,
        "cash_flow": (5e6 + 5e4 * month) * market - heads * 17_000 - 0.1 * booked, "cac": 36_000 / market,
        "cac_payback_months": 11 / market, "quota_per_rep": np.full(shape, plan.quota_usd_per_year), "reps": heads - 3,
        "pay_to_ote": 0.95 * market, "resignation_rate": 0.18 / market, "regretted_exits": rng.poisson(0.5, shape),
        "effort": 1.0 + 0.02 * market, "pulled_in": 4e4 * market, "discounts": 5e3 * market,
        "open_pipeline": 41e6 * market, "win_rate_broad": np.full(shape, 0.21), "average_deal": 52_000 * market,
    }, booked[:, None, :] * cells  # fmt: skip


def _add_groups(out: dict[Key, np.ndarray], key: tuple[str, ...], by_cell: np.ndarray) -> None:
    """Add the groups of one period to ``out``; ``by_cell`` has bookings, (replications, cells)."""
    grid = by_cell.reshape(-1, len(SEGMENTS), len(REGIONS))
    booked = {("segment", name): grid[:, i].sum(axis=1) for i, name in enumerate(SEGMENTS)}
    booked |= {("region", name): grid[:, :, i].sum(axis=1) for i, name in enumerate(REGIONS)}
    for (i, segment), (j, region) in product(enumerate(SEGMENTS), enumerate(REGIONS)):
        booked["segment_region", f"{segment}/{region}"] = grid[:, i, j]
    for group, usd in booked.items():
        out[*key[:2], *group, "bookings"] = usd
        out[*key[:2], *group, "wins"] = np.rint(usd / 52_000)
        if group[0] == "segment":  # less than the whole target: some of it is of no segment
            out[*key[:2], *group, "target"] = np.full(len(usd), 1_000_000.0)
    for stage, share in zip(STAGES, (0.38, 0.3, 0.2, 0.12), strict=True):
        out[*key[:2], "stage", stage, "open_pipeline"] = out[*key, "open_pipeline"] * share
    for (band, share), level in zip(SHARE_OF_BAND.items(), (0.4, 0.7, 0.9, 1.1, 1.5), strict=True):
        for measure, times in {
            "reps": share, "pay_to_ote": level, "resignation_rate": 1.5 - abs(level - 0.9),
        }.items():  # fmt: skip
            out[*key[:2], "attainment", band, measure] = out[*key, measure] * times
        out[*key[:2], "attainment", band, "variable_pay_share"] = np.full(len(by_cell), share * level / 0.957)
        out[*key[:2], "attainment", band, "commission_rate_of_reps"] = np.full(len(by_cell), 0.1 * level)
    for role, heads, usd in (("ae", 96, 160_000.0), ("sdr", 40, 80_000.0)):
        out[*key[:2], "role", role, "heads"] = np.full(len(by_cell), float(heads))
        out[*key[:2], "role", role, "cost"] = out[*key, "cost"] * (0.6 if role == "ae" else 0.3)
        out[*key[:2], "role", role, "pay_per_head"] = np.full(len(by_cell), usd)
        out[*key[:2], "role", role, "pay_mix"] = np.full(len(by_cell), 0.6)
    for source, share in zip(SOURCES, (0.45, 0.3, 0.25), strict=True):
        out[*key[:2], "source", source, "bookings"] = out[*key, "bookings"] * share
        out[*key[:2], "source", source, "pipeline_created"] = out[*key, "pipeline_created"] * share


ONE_MORE = {  # bookings and cost a year of one head more, and the average head's bookings
    ("ae", "smb"): (159e3, 144e3, 369e3), ("ae", "mid_market"): (250e3, 150e3, 570e3),
    ("ae", "enterprise"): (330e3, 153e3, 841e3), ("csm", "smb"): (0.0, 128e3, np.nan),
    ("se", ""): (111e3, 213e3, 3.9e6),
}  # fmt: skip


def _write_one_more_head(folder: Path) -> None:
    lines = []
    for (role, segment), (bookings, cost, average) in ONE_MORE.items():
        for quantity, period, unit, mean, reach in (
            ("bookings", "last_year", "USD a year", bookings, 70e3),
            ("bookings", "whole_run", "USD a year", 0.7 * bookings, 50e3),
            ("cost", "last_year", "USD a year", cost, 8e3), ("cost", "whole_run", "USD a year", 0.95 * cost, 6e3),
            ("contribution", "whole_run", "USD", bookings - 2 * cost, 60e3),
            ("heads", "last_year", "heads", 0.94, 0.02),
            ("average_bookings", "last_year", "USD a year", average, 20e3),
        ):  # fmt: skip
            numbers = map(number, (mean, mean - reach, mean + reach, 60))
            lines.append(",".join((role, segment, "2", quantity, period, unit, *numbers)))
    write_table(folder, ONE_MORE_HEAD, lines)


def _pay_plan(plan: Plan) -> dict[str, object]:
    """A tenth of bookings, more of what is above quota, nothing past twice the quota."""
    tiers = [
        {"from_attainment": 0.0, "multiplier": 1.0}, {"from_attainment": 1.0, "multiplier": plan.accelerator},
    ]  # fmt: skip
    return {"components": {"commission": {"commission_share": 0.1, "tiers": tiers, "cap_attainment": 2.0}}}


def _scenario(plan: Plan) -> dict[str, object]:
    hires = {
        "role": "ae", "segment": "smb", "region": "east", "count": plan.hires, "open_date": "2027-01-01",
        "shift_days": 30 * plan.hired_in_month,
    }  # fmt: skip
    late = {"role": "sdr", "region": "west", "count": 3, "wanted_start": "2028-03-06"}
    return {
        "name": plan.name,
        "kind": plan.kind,
        "question": "What does it bring to hire one quarter earlier?",
        "dates": {"start": "2027-01-01"},
        "opening": {
            "teams": {
                "aes": {"role": "ae", "segment": "smb", "region": "east", "seats": 96},
                "sdrs": {"role": "sdr", "region": "west", "seats": 40},
            }
        },
        "levers": {"requisitions": {"q2_smb": hires, "more_sdrs": late}, "pay": {"plans": {"ae": _pay_plan(plan)}}},
        "world": {"hiring": {"notice_days": {"uncertain": "recruiting_time", "times": 21}}},
        "uncertainties": {
            "win_odds": {"kind": "normal", "mean": 0.0, "sd": 0.08, "meaning": "log-odds of all stages"},
            "recruiting_time": {"kind": "pert", "low": 0.75, "mode": 1.0, "high": 1.6, "meaning": "days to an offer"},
        },
    }
