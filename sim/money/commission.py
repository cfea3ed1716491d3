"""Commission: what credited deals earn under a component, line by line and to the cent."""

from __future__ import annotations

import numpy as np

from sim.compiled import compiled
from sim.money.cents import in_cents, nearest, to_cents
from sim.money.plans import ComponentTerms
from sim.rules.payout import catch_ups_of, tiers_of

# What a line of a statement is for.
IN_TIER, CATCH_UP, LUMP_SUM, SPIFF, DRAW, RECOVERY, GUARANTEE, CLAWBACK = range(8)

EARNED_FIELDS = [
    ("what", "i1"), ("step", "i2"),  # the tier, catch-up or bonus, counted from 0
    ("before", "f8"), ("after", "f8"),  # attainment
    ("base_usd", "f8"),  # what the rate is taken of
    ("rate", "f8"), ("amount_usd", "f8"),
]  # fmt: skip
EARNED = np.dtype([("credit", "i8"), *EARNED_FIELDS])  # with the place among the credits given
_NO_END = np.int64(2**62)


def earn(
    terms: ComponentTerms, group: np.ndarray, cents: np.ndarray, quota_usd: np.ndarray, year_share: np.ndarray,
    full_usd: np.ndarray, period_share: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Rows of ``EARNED`` for the deals of many people and periods.

    A deal that crosses a tier has a line in each. Who carries no quota is paid the base rate.

    Args:
        group: for each credit the person and period, 0, 1, 2 ... rising; within a group in order of time.
        cents: credited whole cents.
        quota_usd, year_share, full_usd: by group: the quota carried, the part of a year in which some was carried,
            and the whole quota then.
        period_share: by group, the part of a year in the whole period, of which a run or a person may have seen less.

    By definition.
    """
    quota_cents = in_cents(quota_usd)
    after = np.empty(len(cents), np.int64)
    _run_up(after, group, cents)
    before = after - cents
    rate = terms.base_rate(year_share, full_usd)
    carried = np.where(full_usd > 0, quota_usd / np.where(full_usd > 0, full_usd, 1.0), 0.0)
    lines = [_in_tiers(terms, group, before, after, quota_cents, rate)]
    (at, catch_up), parts = catch_ups_of(terms.tiers), terms.component.bonuses
    if len(at):
        worth = (rate * quota_usd)[:, None] * catch_up
        lines.append(_at(CATCH_UP, at, worth, group, before, after, quota_cents))
    if parts:
        variable = terms.variable_usd_per_year * year_share * carried
        there = carried * year_share / np.where(period_share > 0, period_share, 1.0)
        worth = np.stack(
            [there * part.usd if part.usd is not None else (part.share_of_target or 0.0) * variable for part in parts]
        ).T
        at = np.array([part.at_attainment for part in parts])
        lines.append(_at(LUMP_SUM, at, worth, group, before, after, quota_cents))
    rows = np.concatenate(lines) if len(lines) > 1 else lines[0]
    quota = quota_cents[group[rows["credit"]]]
    known = quota > 0
    for name, total in (("before", before), ("after", after)):
        rows[name] = np.where(known, total[rows["credit"]] / np.where(known, quota, 1.0), 0.0)
    return rows


def _in_tiers(
    terms: ComponentTerms,
    group: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    quota_cents: np.ndarray,
    rate: np.ndarray,
) -> np.ndarray:
    tier_at, multiplier = tiers_of(terms.tiers)
    if len(multiplier) == 1:
        credit, tier = np.arange(len(group)), np.zeros(len(group), int)
        inside, rates = after - before, rate[group] * multiplier[0]
    else:
        edges = nearest(quota_cents[:, None] * tier_at)
        without = quota_cents <= 0
        edges[without, 1:] = _NO_END
        edges = np.concatenate([edges, np.full((len(edges), 1), _NO_END)], axis=1)[group]
        low = np.maximum(before[:, None], edges[:, :-1])
        cents = np.minimum(after[:, None], edges[:, 1:]) - low
        credit, tier = np.nonzero(cents > 0)
        inside = cents[credit, tier]
        rates = rate[group[credit]] * np.where(without[group[credit]], 1.0, multiplier[tier])
    rows = np.zeros(len(credit), EARNED)
    rows["credit"], rows["what"], rows["step"] = credit, IN_TIER, tier
    rows["base_usd"], rows["rate"] = inside / 100.0, rates
    rows["amount_usd"] = to_cents(rows["base_usd"] * rates)
    return rows


def _at(
    what: int, at: np.ndarray, worth_usd: np.ndarray, group: np.ndarray, before: np.ndarray, after: np.ndarray,
    quota_cents: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """What is paid at once, when an attainment is reached: by whichever deal reaches it. worth: (groups, steps)."""
    edges = nearest(quota_cents[:, None] * at)
    edges[quota_cents <= 0] = _NO_END
    edges = edges[group]
    credit, step = np.nonzero((before[:, None] < edges) & (edges <= after[:, None]))
    rows = np.zeros(len(credit), EARNED)
    rows["credit"], rows["what"], rows["step"] = credit, what, step
    rows["base_usd"] = worth_usd[group[credit], step]
    rows["rate"] = 1.0
    rows["amount_usd"] = to_cents(rows["base_usd"])
    return rows


@compiled
def _run_up(total, group, cents):
    """Write the sum of each group's cents up to and with each row."""
    for i in range(len(group)):
        total[i] = cents[i] + (total[i - 1] if i > 0 and group[i] == group[i - 1] else 0)
