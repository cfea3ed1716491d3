"""Pay plans of any kind for the seller, the caller and the finder of an invented world."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from sim.scenario.pay import Pay
from sim.scenario.scenario import Scenario
from tests.makers.invented_worlds import CALLER, FINDER, FIRST, SELLER, Draw

PERIODS = ("month", "quarter", "half", "year")


@st.composite
def paid_otherwise(draw: Draw, plan: Scenario) -> Scenario:
    """The same world under another pay."""
    segments, sources = list(plan.world.segments), list(plan.world.sources)
    seller: dict[str, Any] = {
        "variable_usd_per_year": 80_000.0,
        "components": draw(_components()),
        "clawback_days": draw(st.sampled_from([0.0, 200.0])),
        "lag_days": draw(st.sampled_from([0.0, 15.0])),
        "splits": draw(st.sampled_from([{}, {CALLER: 0.15}])),
        "draw": draw(st.sampled_from([None, {"usd_per_month": 400.0, "recoverable": True, "months_of_tenure": 500.0},
                                      {"usd_per_month": 1_500.0, "recoverable": False, "months_of_tenure": 6.0}])),
        "guarantee": draw(st.sampled_from([None, {"share_of_target": 0.5, "months_of_tenure": 3.0}])),
    }  # fmt: skip
    if draw(st.booleans()):
        first = FIRST + timedelta(days=draw(st.integers(0, 300)))
        what = draw(st.sampled_from([{"usd_per_deal": 123.45}, {"share_of_bookings": 0.031}]))
        spiff = {"from_date": first, "to_date": first + timedelta(days=60), **what}
        seller["spiffs"] = {"push": {**spiff, "segments": segments[:1], "sources": sources[:1]}, "all": spiff}
    credit = draw(st.sampled_from(["team", "split"])) if seller["splits"] else "team"
    caller = {"variable_usd_per_year": 20_000.0, "components": {"overlay": draw(_component(credit, 1.0))}}
    boss = {"components": {"override": {"credit": "team", "commission_share": 0.01, "period": "month"}}}
    roles: dict[str, Any] = {SELLER: "seller", CALLER: "caller", FINDER: "boss"}
    plans = {"seller": seller, "caller": caller, "boss": boss}
    if draw(st.booleans()):
        plans["other"] = {"base_usd_per_year": 90_000.0, "components": {"flat": {"commission_share": 0.07}}}
        roles[SELLER] = {segment: "other" if k == 0 else "seller" for k, segment in enumerate(segments)}
    if draw(st.booleans()):
        plans["later"] = {"variable_usd_per_year": 60_000.0, "components": draw(_components()), "clawback_days": 100.0}
        year = plan.dates.fiscal_years_around(FIRST)[1]
        given = roles[SELLER] if isinstance(roles[SELLER], dict) else dict.fromkeys(segments, roles[SELLER])
        roles[SELLER] = given | {segments[-1]: {"start": given[segments[-1]], str(year): "later"}}
    pay = Pay.model_validate({"plans": plans, "roles": roles})
    return plan.model_copy(update={"levers": plan.levers.model_copy(update={"pay": pay})})


@st.composite
def _components(draw: Draw) -> dict[str, Any]:
    main = draw(_component("own", 0.75))
    if main["commission_share"] is not None and not any("share_of_target" in one for one in main["bonuses"]):
        return {"main": main}
    return {"main": main, "second": {"period": draw(st.sampled_from(PERIODS)), "weight": 0.25}}


@st.composite
def _component(draw: Draw, credit: str, weight: float) -> dict[str, Any]:
    rates = sorted(draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, 3.0]), min_size=1, max_size=4, unique=True)))
    if rates == [0.0]:
        rates = [1.0]
    bonuses = [[], [{"at_attainment": 1.0, "usd": 999.99}], [{"at_attainment": 0.8, "share_of_target": 0.2}]]
    return {
        "credit": credit,
        "period": draw(st.sampled_from(PERIODS)),
        "weight": weight,
        "commission_share": draw(st.sampled_from([None, 0.1])),
        "tiers": [{"from_attainment": 0.5 * k, "multiplier": rate} for k, rate in enumerate(rates)],
        "tier_form": draw(st.sampled_from(["marginal", "retroactive"])),
        "threshold_attainment": draw(st.sampled_from([0.0, 0.3])),
        "threshold_pays": draw(st.sampled_from(["from_first_dollar", "above_it"])),
        "cap_attainment": draw(st.sampled_from([None, 2.5])),
        "bonuses": draw(st.sampled_from(bonuses)),
    }
