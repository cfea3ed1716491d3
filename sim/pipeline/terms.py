"""Terms: how customers of a segment stay: for how long they sign, how they renew, and how a slow start grows."""

from __future__ import annotations

import numpy as np

from sim.pipeline.ground import Ground
from sim.pipeline.tables import Field
from sim.rules.odds import log_odds

# ``keeps`` is false for one-off business.
RENEWAL = np.dtype([
    ("keeps", "?"), ("months", "f8"), ("days", "f8"), ("renew_logit", "f8"), ("contract", "f8"), ("contract_by", "f8"),
    ("uplift", "f8"), ("uplift_by", "f8"),
    ("starts_at", "f8"), ("growth_steps", "i8"), ("growth_months", "f8"),  # of one step
    ("lost_to_peer", "f8"), ("lost_to_newcomer", "f8"), ("opening_scale", "f8"),  # mean ARR over that of a deal
], align=True)  # fmt: skip


def _renewal(ground: Ground) -> np.ndarray:
    segments = ground.scenario.world.segments
    rows = np.zeros(len(segments), RENEWAL)
    for row, segment in zip(rows, segments.values(), strict=True):
        rule = segment.contracts
        if rule is None:
            continue
        steps = max(1, round(rule.grows_over_months)) if rule.grows == "monthly" else 1
        mean = rule.opening_mean_arr_usd or segment.deal_size.average_usd
        row["keeps"] = True
        row["months"] = rule.term_months
        row["days"] = rule.term_months * ground.calendar.days_per_month  # on average
        row["renew_logit"] = log_odds(rule.renew_share)
        row["contract"], row["contract_by"] = rule.contract_share, rule.contract_by_share
        row["uplift"], row["uplift_by"] = rule.uplift_share, rule.uplift_by_share
        row["starts_at"], row["growth_steps"] = rule.starts_at_share, steps
        row["growth_months"] = rule.grows_over_months / steps
        row["lost_to_peer"], row["lost_to_newcomer"] = rule.lost_to_peer_share, rule.lost_to_newcomer_share
        row["opening_scale"] = mean / segment.deal_size.average_usd
    return rows


FIELDS = {"renewal": Field(RENEWAL, 1, _renewal)}  # by segment
