"""Money: what the sales organization costs, and what of it is pay."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim import ledger as tables
from sim.measures.chapter import Chapter
from sim.measures.means import over
from sim.measures.measure import BY_ROLE, BY_ROLE_AND_QUARTER, DETAIL, QUARTERLY, Better, Measure
from sim.measures.reading import Reading
from sim.measures.sums import Cube, add_up, wide

_YEARLY = {"all": "year"}
_COUNTS = "payments count in the month in which they are earned, whenever they are paid"


def _payments(reading: Reading) -> Cube:
    """Dollars paid, in all and by kind, by role; the last place on the role axis holds what is paid for no role."""
    frame, rows = reading.frame, reading.ledger.payments
    roles = len(frame.groups.roles) + 1
    code = reading.cells("payments") * roles + wide(rows["role"]) % roles
    code = code + wide(rows["kind"]) * frame.groups.count_cells * roles
    kept = (rows["month"] >= 0) & (rows["month"] < frame.periods.count_months)
    index = (code * frame.periods.count_months + rows["month"])[kept]
    by_kind = add_up(frame, len(tables.PAYMENT_KINDS), roles, index, rows["amount_usd"][kept])
    variable = by_kind[list(tables.VARIABLE_PAY)].sum(axis=0)
    names = ("cost", "variable_pay", *(f"paid {name}" for name in tables.PAYMENT_KINDS))
    return Cube(names, np.concatenate([by_kind.sum(axis=0)[None], variable[None], by_kind]), "role")


def _kind(
    name: str, label: str, kind: str, meaning: str, finest: Mapping[str, str] = _YEARLY, better: Better | None = None
) -> Measure:
    """Dollars of one kind of payment. Lines of the P&L are given by quarter, parts of variable pay by year."""
    formula = f"sum of payments: {kind}"
    return Measure(name, label, "USD", "flow", meaning, formula, lambda s: s[f"paid {kind}"], finest, better=better)


MEASURES = (
    Measure(
        "cost", "Cost", "USD", "flow", "Loaded cost of the sales organization.",
        "sum of payments: salaries, variable pay, benefits, recruiting, training, severance, overhead, "
        "programs, partner margins and other cost; " + _COUNTS,
        lambda s: s["cost"], DETAIL | BY_ROLE_AND_QUARTER, better="less",
    ),
    Measure(
        "cost_of_sales", "Cost over bookings", "ratio", "ratio", "Cost of a dollar booked.", "cost / bookings",
        over("cost", "bookings"), DETAIL, better="less",
    ),
    Measure(
        "variable_pay", "Variable pay",
        "USD", "flow", "Pay that depends on sales, and variable pay that is paid evenly.",
        "commission + bonus + SPIFF + draw + guarantee + override + team bonus - draw recovery - clawback",
        lambda s: s["variable_pay"], {"all": "month", "segment": "year"} | BY_ROLE,
    ),
    Measure(
        "commission_rate_effective", "Variable pay over bookings",
        "share", "ratio", "Variable pay for a dollar booked.", "variable_pay / bookings",
        over("variable_pay", "bookings"), {"all": "quarter", "segment": "year"},
    ),
    Measure(
        "pay_mix", "Base pay, of all pay",
        "share", "ratio", "Part of pay that is base salary.", "salaries / (salaries + variable_pay)",
        over("salaries", "salaries", "variable_pay"), _YEARLY | BY_ROLE,
    ),
    Measure(
        "salaries", "Salaries", "USD", "flow", "Base salaries.", "sum of payments: salary",
        lambda s: s["paid salary"], {"all": "month"} | BY_ROLE,
    ),
    _kind("commissions", "Commissions", "commission", "Commission on deals, and variable pay that is paid evenly."),
    _kind("bonuses", "Bonuses", "bonus", "Lump sums at an attainment."),
    _kind("spiffs", "Spiffs", "SPIFF", "Extra pay for deals of a kind, between two dates."),
    Measure(
        "draws", "Draws", "USD", "flow", "Paid ahead or filled up by draws, less what was paid back.",
        "sum of payments: draw + draw recovery", lambda s: s["paid draw"] + s["paid draw recovery"], _YEARLY,
    ),
    _kind("guarantees", "Guarantees", "guarantee", "Variable pay filled up while people ramp."),
    _kind("clawbacks", "Clawbacks", "clawback", "Pay taken back on deals whose customer left; negative."),
    Measure(
        "overrides", "Overrides",
        "USD", "flow", "Pay for the deals of others: overrides, overlays, splits and team bonuses.",
        "sum of payments: override + team bonus", lambda s: s["paid override"] + s["paid team bonus"], _YEARLY,
    ),
    Measure(
        "benefits", "Benefits", "USD", "flow", "Load on salaries and variable pay.", "sum of payments: benefits",
        lambda s: s["paid benefits"], {"all": "month"},
    ),
    _kind("recruiting", "Recruiting", "recruiting", "What hires cost, people apart.", QUARTERLY, better="less"),
    _kind("overhead", "Overhead", "overhead", "Tools, space and travel.", QUARTERLY, better="less"),
    Measure(
        "programs", "Programs", "USD", "flow", "What the sources' programs cost.", "sum of payments: programs",
        lambda s: s["paid programs"], {"all": "month"}, better="less",
    ),
    _kind("severance", "Severance", "severance", "Paid to people who are laid off.", QUARTERLY, better="less"),
    _kind("training", "Training", "training", "What training costs, time apart.", QUARTERLY, better="less"),
    _kind("partner_margins", "Partner margins", "partner margin", "What partners keep of their deals.", QUARTERLY),
    _kind(
        "other_cost", "Other cost", "other", "What belongs to nobody's seat: marketing people, leaders, operations.",
        QUARTERLY, better="less",
    ),
)  # fmt: skip

CHAPTER = Chapter("Money", MEASURES, sums=(_payments,))
