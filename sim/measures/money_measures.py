"""Measures of money: what the sales organization costs, and what of it is pay."""

from __future__ import annotations

from collections.abc import Mapping

from sim.measures.means import over
from sim.measures.measure import (
    BY_ROLE,
    BY_ROLE_AND_QUARTER,
    DETAIL,
    QUARTERLY,
    Measure,
)

_YEARLY = {"all": "year"}
_COUNTS = "payments count in the month in which they are earned, whenever they are paid"


def _kind(name: str, label: str, kind: str, meaning: str, finest: Mapping[str, str] = _YEARLY) -> Measure:
    """Dollars of one kind of payment. Lines of the P&L are given by quarter, parts of variable pay by year."""
    formula = f"sum of payments: {kind}"
    return Measure(name, label, "USD", "flow", meaning, formula, lambda s: s[f"paid {kind}"], finest)


MONEY_MEASURES = (
    Measure(
        "cost", "Cost", "USD", "flow", "Loaded cost of the sales organization.",
        "sum of payments: salaries, variable pay, benefits, recruiting, training, severance, overhead, "
        "programs, partner margins and other cost; " + _COUNTS,
        lambda s: s["cost"], DETAIL | BY_ROLE_AND_QUARTER,
    ),
    Measure(
        "cost_of_sales", "Cost over bookings", "ratio", "ratio", "Cost of a dollar booked.", "cost / bookings",
        lambda s: s["cost"] / s["bookings"], DETAIL, over("cost", "bookings"),
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
        lambda s: s["variable_pay"] / s["bookings"], {"all": "quarter", "segment": "year"},
        over("variable_pay", "bookings"),
    ),
    Measure(
        "pay_mix", "Base pay, of all pay",
        "share", "ratio", "Part of pay that is base salary.", "salaries / (salaries + variable_pay)",
        lambda s: s["paid salary"] / (s["paid salary"] + s["variable_pay"]), _YEARLY | BY_ROLE,
        over("salaries", "salaries", "variable_pay"),
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
    _kind("recruiting", "Recruiting", "recruiting", "What hires cost, people apart.", QUARTERLY),
    _kind("overhead", "Overhead", "overhead", "Tools, space and travel.", QUARTERLY),
    Measure(
        "programs", "Programs", "USD", "flow", "What the sources' programs cost.", "sum of payments: programs",
        lambda s: s["paid programs"], {"all": "month"},
    ),
    _kind("severance", "Severance", "severance", "Paid to people who are laid off.", QUARTERLY),
    _kind("training", "Training", "training", "What training costs, time apart.", QUARTERLY),
    _kind("partner_margins", "Partner margins", "partner margin", "What partners keep of their deals.", QUARTERLY),
    _kind(
        "other_cost", "Other cost", "other", "What belongs to nobody's seat: marketing people, leaders, operations.",
        QUARTERLY,
    ),
)  # fmt: skip
