"""Small organizations of any shape, for tests of what must hold in all of them: a hypothesis strategy of scenarios."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from sim.scenario.checks.crosscheck import crosscheck
from sim.scenario.scenario import Scenario

FIRST = date(2027, 1, 1)
SELLER, CALLER, FINDER, HELPER, KEEPER, LEADER = "seller", "caller", "finder", "helper", "keeper", "leader"
TIMES_OFF = [{}, {"vacation_days_per_year": 25.0, "leaves_per_year": 3.0, "leave_mean_days": 15.0}]
STAYS = [
    {"stay": {"kind": "gamma", "mean_months": 5.0, "sd_months": 3.0}},
    {"stay": {"kind": "weibull", "mean_months": 8.0, "sd_months": 12.0}},
    {"stay": {"kind": "table", "months": [2.0, 6.0], "left_share": [0.4, 1.0]}, "first_year_multiplier": 0.5},
]
WHO = ["longest_tenure", "shortest_tenure", "top_sellers", "bottom_sellers"]

Draw = Callable[..., Any]


def number(least: float, most: float) -> st.SearchStrategy[float]:
    return st.floats(least, most, allow_nan=False).map(lambda x: round(x, 3))


def days_of_the_run() -> st.SearchStrategy[str]:
    """A date within the first year."""
    return st.integers(0, 360).map(lambda day: (FIRST + timedelta(days=day)).isoformat())


@st.composite
def worlds(draw: Draw) -> Scenario:
    """A scenario of 1 to 3 segments, 1 or 2 regions and 5 to 30 seats, any feature on or off."""
    segments = [f"segment{k}" for k in range(draw(st.integers(1, 3)))]
    regions = [f"region{k}" for k in range(draw(st.integers(1, 2)))]
    sources = draw(_sources(segments))
    nouns = {name: draw(_segment(regions)) for name in segments}
    if any(noun["contracts"] for noun in nouns.values()) and draw(st.booleans()):
        sources["more"] = {"kind": "expansion", "opportunities_per_customer_per_year": draw(number(0, 5))}
    territory = draw(_territory(segments, regions))
    agency = draw(st.booleans())  # whether others recruit where there are no recruiters
    scenario = Scenario.model_validate({
        "question": "Does everything add up?",
        "dates": draw(_dates()),
        "opening": draw(_opening(segments, regions, agency)),
        "levers": {**draw(_levers(segments, regions, sources)), "recarves": draw(_recarves(territory, regions))},
        "world": {
            "segments": nouns,
            "regions": {name: {"lead_weight": draw(number(0.5, 2)), "logit": draw(number(-1, 1))} for name in regions},
            "sources": sources,
            "roles": draw(_roles(segments, agency)),
            "hiring": draw(_hiring(segments)),
            "attention": {"enabled": draw(st.booleans()), "overload_logit": draw(number(0, 2))},
            "engineering": draw(st.sampled_from(LINES)),
            "territory": territory,
            "market": draw(st.sampled_from([{}, _TURNING_MARKET])),
            "shocks": draw(_shocks(segments)),
            "costs": {
                "salary_usd_per_year": {
                    SELLER: 95000.0, CALLER: 50000.0, FINDER: 70000.0, HELPER: 80000.0, KEEPER: 60000.0,
                    LEADER: 150000.0,
                },
                "segment_salary_usd_per_year": draw(st.sampled_from([{}, {SELLER: {segments[0]: 81234.56}}])),
                "region_salary_multiplier": draw(st.sampled_from([{}, {regions[0]: 1.15}])),
                "yearly_raise": draw(st.sampled_from([{}, {"share": 0.035, "month_day": "04-16"}])),
                "inflation_per_year": draw(st.sampled_from([0.0, 0.041])),
                "recruiting_usd_per_hire": {SELLER: 12345.67},
                "overhead_usd_per_head_per_year": draw(st.sampled_from([0.0, 17999.99])),
                "other_usd_per_year": draw(st.sampled_from([{}, {"leaders": 1000000.01, "tools": 99.99}])),
            },
            "behaviour": draw(st.one_of(st.just({}), _behaviour(segments))),
            "billing": draw(st.one_of(st.none(), billings(segments))),
            "value": {
                "years": draw(st.sampled_from([0.0, 0.5, 3.0])), "discount_per_year": draw(st.sampled_from([0.0, 0.1])),
            },
        },
    })  # fmt: skip
    assert crosscheck(scenario) == []
    return scenario


@st.composite
def _shocks(draw: Draw, segments: list[str]) -> dict[str, Any]:
    """Up to two of the world's blows, of any shape, on anything that a multiplier acts on."""
    shapes = [
        {"kind": "step", "from_date": draw(days_of_the_run())},
        {"kind": "ramp", "from_date": "2026-12-01", "ramp_days": draw(number(1, 200))},
        {"kind": "decay", "from_date": draw(days_of_the_run()), "half_life_days": draw(number(1, 200))},
        {"kind": "points", "strengths": {"2027-01-15": 1.0, "2027-07-01": draw(number(0, 2))}},
    ]
    acts_on = st.sampled_from(["leads", "cycle", "size", "exits", "recruiting", "ramp", "expansion"])
    return {
        f"blow{k}": {
            **draw(st.sampled_from(shapes)), "acts_on": draw(acts_on), "multiplier": draw(number(0.3, 2)),
            "segment": draw(st.sampled_from([None, *segments])),
        }
        for k in range(draw(st.integers(0, 2)))
    }  # fmt: skip


_FLAT = {"period": "month", "commission_share": 0.0875}
_BENT = _FLAT | {
    "tiers": [{"from_attainment": 0.0, "multiplier": 0.5}, {"from_attainment": 0.5, "multiplier": 2.0}],
    "bonuses": [{"at_attainment": 1.0, "usd": 5000.0}], "cap_attainment": 1.2,
}  # fmt: skip


@st.composite
def _behaviour(draw: Draw, segments: list[str]) -> dict[str, Any]:
    return {
        "responsiveness": draw(st.sampled_from([0.5, 1.5])),
        "timing": {
            "movable_share": dict.fromkeys(segments, 1.0), "push_share": 1.0,
            "lost_when_pushed_share": draw(st.sampled_from([0.0, 0.5])),
        },
        "exits": {"market_pay_usd_per_year": {SELLER: draw(st.sampled_from([50000.0, 200000.0]))}},
    }  # fmt: skip


LINES: list[dict[str, Any]] = [
    {},
    {"order": "largest_first"},
    {"go_without_after_days": 8.0, "without_logit": -1.0},
    {"order": "largest_first", "go_without_after_days": 0.0, "small_below_share": 0.5},
]

_TURNING_MARKET = {
    "common_factor": {"leads_sigma_log": 0.2, "odds_sigma_logit": 0.2, "half_life_months": 2.0},
    "regimes": {
        "normal": {"next_month": {"normal": 0.5, "bad": 0.5}},
        "bad": {
            "leads_multiplier": 0.5, "logit": -0.4, "cycle_multiplier": 1.5, "size_multiplier": 0.7,
            "next_month": {"normal": 0.5, "bad": 0.5},
        },
    }
}  # fmt: skip


@st.composite
def _territory(draw: Draw, segments: list[str], regions: list[str]) -> dict[str, Any] | None:
    """Endless, or accounts so few that some cells have none free."""
    if draw(st.booleans()):
        return None
    counted = draw(st.sets(st.sampled_from(segments), min_size=1))
    accounts = {name: {region: draw(st.integers(0, 120)) for region in regions} for name in sorted(counted)}
    return {"accounts": accounts, "cooling_days": draw(st.sampled_from([0.0, 20.0, 200.0]))}


@st.composite
def _recarves(draw: Draw, territory: dict[str, Any] | None, regions: list[str]) -> dict[str, Any]:
    """Of some segments whose accounts are counted, or of none."""
    if territory is None or draw(st.booleans()):
        return {}
    west = draw(number(0, 1)) if len(regions) > 1 else 1.0
    plan = {"shares": dict(zip(regions, [west, 1.0 - west], strict=False)), "deals_share": draw(number(0, 1))}
    return {
        f"anew_{name}": {"on_date": draw(days_of_the_run()), "segment": name, **plan}
        for name in sorted(territory["accounts"])
    }


@st.composite
def _opening(draw: Draw, segments: list[str], regions: list[str], agency: bool) -> dict[str, Any]:
    cells = [(segment, region) for segment in segments for region in regions]
    teams: dict[str, Any] = {}
    for segment, region in cells:
        teams[f"sell_{segment}_{region}"] = {
            "role": SELLER, "segment": segment, "region": region,
            "seats": draw(st.integers(1, 4)) if len(cells) > 1 else draw(st.integers(4, 12)),
        }  # fmt: skip
    for segment, region in draw(st.lists(st.sampled_from(cells), max_size=2, unique=True)):
        teams[f"call_{segment}_{region}"] = {"role": CALLER, "segment": segment, "region": region, "seats": 1}
    for region in regions:
        teams[f"lead_{region}"] = {"role": LEADER, "region": region, "seats": draw(st.integers(0, 2))}
        teams[f"find_{region}"] = {"role": FINDER, "region": region, "seats": draw(st.integers(0 if agency else 1, 2))}
    for region in draw(st.sets(st.sampled_from(regions))):
        teams[f"help_{region}"] = {"role": HELPER, "region": region, "seats": draw(st.integers(0, 2))}
    for segment, region in draw(st.lists(st.sampled_from(cells), max_size=1)):
        teams[f"help_{segment}_{region}"] = {"role": HELPER, "segment": segment, "region": region, "seats": 1}
    if draw(st.booleans()):
        where = {"segment": draw(st.sampled_from([None, segments[0]])), "region": draw(st.sampled_from(regions))}
        teams["keep"] = {"role": KEEPER, "seats": draw(st.integers(1, 2)), **where}
    known = draw(st.sampled_from(sorted(teams)))
    teams[known]["tenure_months"] = draw(
        st.lists(number(0, 50), min_size=teams[known]["seats"], max_size=teams[known]["seats"])
    )
    return {
        "teams": teams,
        "vacant_share": draw(st.sampled_from([0.0, 0.2])),
        "past_seat_years": draw(st.sampled_from([0, 0, 0, 100])),  # played, it takes a while
        "pipeline": draw(st.sampled_from(["stationary", "empty"])),
        "warm_up_days": draw(st.sampled_from([0.0, 50.0])),
    }


@st.composite
def _dates(draw: Draw) -> dict[str, Any]:
    """Weeks that end on Thursdays begin a year on the first day."""
    equal = draw(st.booleans())
    by_weeks = not equal and draw(st.booleans())
    weeks = {"pattern": "4-4-5", "last_weekday": "thursday", "year_ends": draw(st.sampled_from(["last", "nearest"]))}
    return {
        "start": FIRST.isoformat(),
        "equal_months": equal,
        "fiscal_year_start_month": 1 if by_weeks else draw(st.sampled_from([1, 2, 6])),
        "fiscal_weeks": weeks if by_weeks else None,
        "holidays": draw(st.sampled_from([[], ["01-01", "third monday of february", "easter -2 observed next"]])),
    }


@st.composite
def _levers(draw: Draw, segments: list[str], regions: list[str], sources: dict[str, Any]) -> dict[str, Any]:
    def place() -> dict[str, str]:
        return {"segment": draw(st.sampled_from(segments)), "region": draw(st.sampled_from(regions))}

    def opening() -> dict[str, Any]:
        key = draw(st.sampled_from(["open_date", "trigger", "wanted_start"]))
        return {key: "seen" if key == "trigger" else draw(days_of_the_run())}

    fillers = {name: 1.5 for name, source in sources.items() if source["kind"] not in ("self_sourced", "expansion")}
    freeze = draw(st.integers(0, 200))
    frozen = {"from_date": FIRST + timedelta(days=freeze), "to_date": FIRST + timedelta(days=freeze + 45)}
    when, most = draw(st.sampled_from([("bookings", 3e5), ("open_pipeline", 2e6), ("policy_coverage", 9.0)]))
    seen = {"when": when, draw(st.sampled_from(["above", "below"])): draw(number(0, most)), "act_after_days": 3.5}
    quotas = [
        {"kind": "per_rep", "usd_per_year": dict.fromkeys(segments, 400000.0), "ramped_relief": draw(st.booleans())},
        {"kind": "from_target", "over_assignment": {"form": "cushion", "share": 0.2}, "resplit_on_hire": True},
        {
            "kind": "from_capacity",
            "over_assignment": {"share": 0.2},
            "cut_by": draw(st.sampled_from(["days", "months"])),
        },
    ]
    return {
        "requisitions": {
            f"plan{k}": {
                "role": draw(st.sampled_from([SELLER, SELLER, CALLER, HELPER])), "count": draw(st.integers(1, 3)),
                **place(),
                **opening(),
            }
            for k in range(draw(st.integers(0, 3)))
        },
        "departures": {
            f"known{k}": {
                "on_date": draw(days_of_the_run()), "who": draw(st.sampled_from(WHO)),
                **draw(st.sampled_from([{"count": 1}, {"count": 2}, {"share": 0.3}])),
                **draw(st.sampled_from([{}, {"role": SELLER, **place()}])),
                **draw(st.sampled_from([{}, {"severance_weeks": 8.0, "seat": "close"}])),
            }
            for k in range(draw(st.integers(0, 2)))
        },
        "trainings": {
            f"lesson{k}": {
                "role": draw(st.sampled_from([SELLER, CALLER])), "on_date": draw(days_of_the_run()), "logit": 0.5,
                "cost_usd_per_head": 1234.56, "days_away": draw(st.sampled_from([0.0, 3.5, 20.0])),
            }
            for k in range(draw(st.integers(0, 2)))
        },
        "transfers": {
            f"move{k}": {
                "role": draw(st.sampled_from([SELLER, CALLER])), "on_date": draw(days_of_the_run()),
                "to_role": SELLER, "to_segment": draw(st.sampled_from(segments)), "to_region": regions[-1],
                "count": draw(st.integers(1, 2)), "who": draw(st.sampled_from(WHO)),
                "keeps_ramp_share": draw(st.sampled_from([0.0, 0.6])),
                "old_seat": draw(st.sampled_from(["backfill", "close"])),
            }
            for k in range(draw(st.integers(0, 2)))
        },
        "backfill": {
            "enabled": draw(st.sampled_from([True, False, {"start": True, "2027-05-01": False}])),
            "approval_days": draw(st.sampled_from([0.0, 9.5])),
        },
        "freezes": draw(st.sampled_from([{}, {"hold": frozen}, {"wait": {"trigger": "seen", "lasts_days": 45.0}}])),
        "triggers": {"seen": seen},
        "routing": draw(st.sampled_from(["race", "round_robin", "least_loaded"])),
        "orphans": {
            "policy": draw(st.sampled_from(["race", "least_loaded", "wait_for_backfill"])),
            "delay_days": draw(st.sampled_from([0.0, 6.0])),
        },
        "coverage": {"target_ratio": 3.0, "filled_by": fillers} if draw(st.booleans()) else {},
        "relative_spend": {name: {"start": 1.0, "2027-04-01": draw(number(0, 2))} for name in fillers},
        "target": {"usd_per_year": dict.fromkeys(segments, 1500000.0), "growth_per_year": 0.1},
        "quota": draw(st.sampled_from(quotas)),
        "pay": {
            "plans": {
                SELLER: {"components": {"commission": draw(st.sampled_from([_FLAT, _BENT]))}},
                CALLER: {"variable_usd_per_year": 20000.0},
            },
            "roles": {SELLER: SELLER, CALLER: CALLER},
        },
    }  # fmt: skip


@st.composite
def _segment(draw: Draw, regions: list[str]) -> dict[str, Any]:
    lognormal = {"kind": "lognormal", "mean_usd": draw(number(2000, 90000)), "sigma_log": draw(number(0, 1.5))}
    prices = {"kind": "price_list", "prices_usd": {"a": 999.99, "b": 25000.0}, "weights": {"a": 2.0, "b": 1.0}}
    return {
        "deal_size": draw(st.sampled_from([lognormal, prices])),
        "steady_productivity_usd_per_year": 500000.0,
        "push_days": draw(st.sampled_from([7.0, 30.0])),
        "contracts": draw(st.one_of(st.none(), _contracts(regions))),
        "stalls": {
            "mean_days": draw(number(1, 60)),
            "never_revives_share": draw(st.sampled_from([0.0, 0.3, 1.0])),
            "close_after_days": draw(st.sampled_from([None, 5.0, 60.0])),
        },
        "stages": {f"stage{k}": draw(_stage()) for k in range(draw(st.integers(1, 4)))},
        "buyers_deadlines": draw(st.sampled_from([None, {"share": 0.4}, {"share": 1.0, "within_days": 31.0}])),
        "cycle_elasticity_to_size": draw(st.sampled_from([0.0, 0.4, 1.0])),
    }


@st.composite
def billings(draw: Draw, segments: list[str]) -> dict[str, Any]:
    """How contracts are invoiced and paid."""
    schedules = st.sampled_from(["annual", "quarterly", "monthly", "upfront"])
    return {
        "schedule": draw(schedules),
        "segment_schedule": {segments[0]: draw(schedules)},
        "collection_days": draw(st.sampled_from([0.0, 30.0, 44.4])),
        "collection_spread_days": 0.0,
        "uncollectible_share": draw(st.sampled_from([0.0, 0.0137])),
        "write_off_days": draw(st.sampled_from([90.0, 200.0])),
        "gross_margin_share": 0.8,
    }


@st.composite
def _contracts(draw: Draw, regions: list[str]) -> dict[str, Any]:
    return {
        "term_months": draw(st.sampled_from([1.0, 3.0, 12.0])),
        "renew_share": draw(st.sampled_from([0.0, 0.7, 0.95, 1.0])),
        "contract_share": draw(number(0, 0.5)), "contract_by_share": draw(number(0, 1)),
        "uplift_share": draw(number(0, 0.5)), "uplift_by_share": draw(number(0, 0.4)),
        "starts_at_share": draw(st.sampled_from([0.3, 1.0])), "grows_over_months": draw(number(1, 14)),
        "grows": draw(st.sampled_from(["monthly", "at_once"])),
        "opening_customers": {name: draw(number(0, 60)) for name in regions},
    }  # fmt: skip


@st.composite
def _stage(draw: Draw) -> dict[str, Any]:
    mean = draw(number(0.5, 40))
    durations: list[dict[str, Any]] = [
        {"law": "lognormal", "mean_days": mean, "sigma_log": draw(number(0, 1.2))},
        {"law": "exponential", "mean_days": mean},
        {"law": "fixed", "mean_days": mean},
        {"law": "table", "days": [0.0, 7.0, mean], "weights": [1.0, 2.0, draw(number(0, 3))]},
    ]
    ends = draw(st.sampled_from([(1.0, 0.0, 0.0), (0.5, 0.3, 0.2), (0.2, 0.2, 0.6), (0.0, 0.0, 1.0)]))
    return {
        "duration": draw(st.sampled_from(durations)),
        "advance_share": draw(st.sampled_from([0.0, 0.4, 0.7, 0.9, 1.0])),
        **dict(zip(("lost_share", "no_decision_share", "stalled_share"), ends, strict=True)),
        "hours_per_week": draw(st.sampled_from([0.0, 2.0, 12.0])),
        "attempts": draw(st.integers(1, 4)),
        "needs_se": draw(st.sampled_from([False, False, True])),
    }


@st.composite
def _sources(draw: Draw, segments: list[str]) -> dict[str, Any]:
    web = {
        "kind": "inbound",
        "leads_per_month": {name: draw(number(0, 40)) for name in segments},
        "stale_after_days": draw(st.sampled_from([1.0, 14.0])),
        "program_usd_per_month": 10000.01,
    }
    calls = {"kind": "outbound", "leads_per_month_per_head": draw(number(0, 15)), "lead_to_opportunity_share": 0.7}
    own = {"kind": "self_sourced", "opportunities_per_month_per_head": draw(number(0, 8))}
    friends = {
        "kind": "partner", "leads_per_month": {name: draw(number(0, 20)) for name in segments}, "margin_share": 0.175,
        "hours_multiplier": draw(st.sampled_from([0.0, 0.5])), "size_multiplier": 1.3,
    }  # fmt: skip
    sources = {"web": web, "calls": calls, "own": own, "friends": friends}
    kept = draw(st.sets(st.sampled_from(list(sources)), min_size=1))
    return {name: source for name, source in sources.items() if name in kept}


@st.composite
def _roles(draw: Draw, segments: list[str], agency: bool) -> dict[str, Any]:
    ramps = [
        {"kind": "none"},
        {"kind": "linear", "months": 4.0},
        {"kind": "logistic", "half_months": 2.0},
        {"kind": "schedule", "step_months": 1.0, "shares": [0.0, 0.3, 0.6]},
    ]
    others = st.sampled_from(["nobody", "others"])
    exits = draw(
        st.sampled_from([
            {"voluntary_per_year": 0.0},
            {"voluntary_per_year": 0.8, "contagion": 2.0},
            {"voluntary_per_year": 3.0, "hump_per_year": 1.0, "first_year_multiplier": 2.0},
            {"voluntary_per_year": 0.1, "review_floor": 0.9, "reviews_failed": 1, "grace_months": 1.0},
            {"stay": {"kind": "normal", "mean_months": 6.0, "sd_months": 1.0}, "hump_per_year": 0.5, "contagion": 1.0},
        ])
    )  # fmt: skip
    return {
        SELLER: {
            "duty": "sells", "ramp": draw(st.sampled_from(ramps)), "exits": exits,
            "ability": {"sigma_log": draw(st.sampled_from([0.0, 0.7])), "never_ramps_share": 0.2},
            "time_off": draw(st.sampled_from(TIMES_OFF)),
        },
        KEEPER: {
            "duty": "serves", "accounts_per_head": dict.fromkeys(segments, 25.0), "exits": {"voluntary_per_year": 0.5},
            "without_seats": draw(others),
        },
        CALLER: {
            "duty": "prospects", "exits": draw(st.sampled_from([{"voluntary_per_year": 0.5}, *STAYS])),
            "time_off": draw(st.sampled_from(TIMES_OFF)),
        },
        LEADER: {
            "duty": "manages", "manages": [SELLER], "exits": {"voluntary_per_year": 1.0},
            "coaching": {
                "span_ramped": draw(number(1, 9)), "ramp_loss_share": draw(number(0, 1)),
                "odds_logit": draw(st.sampled_from([0.0, 0.7])),
                "exits_multiplier": draw(st.sampled_from([0.5, 1.0, 3.0])),
                "early_dates_share": draw(st.sampled_from([0.0, 0.4, 1.0])),
            },
            "without_seats": draw(others),
        },
        HELPER: {"duty": "engineers", "deals_at_once": draw(number(0.5, 6)), "exits": {"voluntary_per_year": 1.0}},
        FINDER: {"duty": "recruits", "open_requisitions_per_head": draw(st.sampled_from([1, 4])),
                 "without_seats": "others" if agency else "nobody",
                 "exits": {"voluntary_per_year": draw(st.sampled_from([0.0, 1.0]))}},
    }  # fmt: skip


@st.composite
def _hiring(draw: Draw, segments: list[str]) -> dict[str, Any]:
    days = draw(number(1, 50))
    return {
        "recruiting_mean_days": {SELLER: days, CALLER: days, FINDER: days, HELPER: days, KEEPER: days, LEADER: days},
        "segment_recruiting_mean_days": {SELLER: draw(st.dictionaries(st.sampled_from(segments), number(1, 50)))},
        "recruiting_sigma_log": draw(st.sampled_from([0.0, 0.5])),
        "offer_accept_share": draw(st.sampled_from([0.3, 1.0])),
        "notice_days": draw(st.sampled_from([0.0, 15.0])),
        "internal": {SELLER: {"from_role": CALLER, "least_tenure_months": 1.0, "share": draw(number(0, 1))}},
        "start_weekday": draw(st.sampled_from(["any", "monday"])),
    }
