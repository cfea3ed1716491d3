"""A scenario small enough to work out by hand: two segments, two regions, months of 30 days."""

from __future__ import annotations

from typing import Any

from sim.scenario.scenario import Scenario


def small(**levers: Any) -> Scenario:
    """Two sellers in north and one in south for ``big``, one seller for ``little`` in south, one recruiter in north."""
    stage = {"duration": {"mean_days": 20}, "advance_share": 0.5}
    return Scenario.model_validate({
        "name": "small",
        "question": "What can be worked out by hand?",
        "dates": {"start": "2027-01-01", "equal_months": True},
        "opening": {
            "teams": {
                "big_north": {"role": "ae", "region": "north", "segment": "big", "seats": 2},
                "big_south": {"role": "ae", "region": "south", "segment": "big", "seats": 1},
                "little_south": {"role": "ae", "region": "south", "segment": "little", "seats": 1},
                "hiring": {"role": "recruiter", "region": "north", "seats": 1},
            }
        },
        "levers": {
            "target": {
                "usd_per_year": {"big": 1_200_000, "little": 120_000},
                "growth_per_year": 0.5,
                "by_quarter": [0.1, 0.2, 0.3, 0.4],
            },
            "quota": {"kind": "per_rep", "usd_per_year": {"big": 400_000, "little": 100_000}},
            "judgment_usd_per_quarter": {"big": {"start": 36_000, "2027-04-01": -60_000}, "little": -6_000},
            **levers,
        },
        "world": {
            "segments": {
                "big": {
                    "deal_size": {"kind": "lognormal", "mean_usd": 50_000},
                    "stages": {"talk": stage, "sign": stage},
                    "steady_productivity_usd_per_year": 360_000,
                },
                "little": {
                    "deal_size": {"kind": "lognormal", "mean_usd": 5_000},
                    "stages": {"talk": stage},
                    "steady_productivity_usd_per_year": 72_000,
                },
            },
            "regions": {"north": {}, "south": {}},
            "sources": {
                "web": {"kind": "inbound", "leads_per_month": {"big": 5, "little": 9}},
                "own": {"kind": "self_sourced", "opportunities_per_month_per_head": 1},
            },
            "roles": {
                "ae": {"duty": "sells", "ramp": {"kind": "schedule", "step_months": 1, "shares": [0.0, 0.5]}},
                "recruiter": {"duty": "recruits", "without_seats": "others"},  # none in south
            },
            "hiring": {"recruiting_mean_days": {"ae": 30, "recruiter": 30}},
            "costs": {"salary_usd_per_year": {"ae": 100_000, "recruiter": 80_000}},
            "billing": {
                "schedule": "quarterly", "segment_schedule": {"little": "upfront"}, "collection_days": 45,
                "uncollectible_share": 0.1, "write_off_days": 60, "gross_margin_share": 0.8,
            },
        },
    })  # fmt: skip
