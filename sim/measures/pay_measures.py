"""Measures of pay by rep: what is earned against what plans hold out, where reps stand, and which of them resign."""

from __future__ import annotations

from sim.measures.measure import BY_BAND, BY_ROLE, Measure

_YEARLY = {"all": "year"}
_BY_SEGMENT = {"all": "year", "segment": "year"}
_REPS = "reps with a quota, those who carried at least half of a whole period's"
_STANDING = "reps by bookings over quota of the last two quarters closed, until the next close"
_COUNTS = "; it counts a month's pay of a seat for who held it last in the month"

PAY_MEASURES = (
    Measure(
        "pay_per_head", "Pay per head", "USD", "ratio", "Base and variable pay of one person, a year.",
        "(salaries + variable_pay) / average heads, a year",
        lambda s: (s["paid salary"] + s["variable_pay"]) / s["head_days"] * s.frame.periods.days_per_year, BY_ROLE,
    ),
    Measure(
        "reps", "Reps",
        "heads", "ratio", "Reps whose attainment is counted in the period, by the attainment that they reach.",
        f"count of {_REPS}", lambda s: s["reps"], _YEARLY | BY_BAND,
    ),
    Measure(
        "quota_per_rep", "Full quota of a rep, a year", "USD", "ratio", "Full quota of a rep, a year, before relief.",
        "quota of a ramped rep, averaged over the days that reps are in their seats",
        lambda s: s["all_full_quota"] / s["all_years"], _BY_SEGMENT,
    ),
    Measure(
        "quota_to_ote", "Quota over on-target earnings", "ratio", "ratio",
        "Full quota over on-target earnings: base pay and the variable pay of somebody exactly at quota.",
        "quota of a ramped rep / (base salary + variable pay at quota), over the days that reps are in their seats",
        lambda s: s["all_full_quota"] / s["all_on_target"], _BY_SEGMENT,
    ),
    Measure(
        "pay_to_ote", "Pay over on-target earnings",
        "ratio", "ratio", "What reps earn over their on-target earnings for the same days.",
        f"(base + variable pay) / on-target earnings, over {_REPS}" + _COUNTS,
        lambda s: s["reps_pay"] / s["reps_on_target"], _BY_SEGMENT | BY_BAND, shown_as="percent",
    ),
    Measure(
        "pay_to_ote_p10", "Pay over on-target earnings, P10 rep",
        "ratio", "ratio", "Pay over on-target earnings of a rep paid badly: a tenth earn less.",
        f"10th percentile of pay / on-target earnings over {_REPS}", lambda s: s["pay_to_ote_p10"], _YEARLY,
        shown_as="percent",
    ),
    Measure(
        "pay_to_ote_p90", "Pay over on-target earnings, P90 rep",
        "ratio", "ratio", "Pay over on-target earnings of a rep paid well: a tenth earn more.",
        f"90th percentile of pay / on-target earnings over {_REPS}", lambda s: s["pay_to_ote_p90"], _YEARLY,
        shown_as="percent",
    ),
    Measure(
        "variable_pay_share", "Variable pay share",
        "share", "ratio", "Part of the reps' variable pay that goes to a band of attainment.",
        f"variable pay of the band / variable pay of all {_REPS}",
        lambda s: s["reps_variable"] / s["reps_variable"].sum(axis=0), BY_BAND,
    ),
    Measure(
        "commission_rate_of_reps", "Commission rate of reps",
        "share", "ratio", "Variable pay of reps for a dollar that they book themselves.",
        f"variable pay / attained, over {_REPS}", lambda s: s["reps_variable"] / s["reps_attained"], BY_BAND,
    ),
    Measure(
        "resignation_rate", "Reps who resign, a year",
        "share", "ratio", "Part of the reps who resign in a year, by how they stand.",
        f"resignations / days in the seat, a year, of {_STANDING}",
        lambda s: s["placed_resigned"] / s["placed_days"] * s.frame.periods.days_per_year, _YEARLY | BY_BAND,
    ),
    Measure(
        "regretted_exits", "Reps at quota who resign", "heads", "flow", "Reps at or above quota who resign.",
        f"resignations at 100% and up, of {_STANDING}; before the first close nobody's standing is known",
        lambda s: s["regretted"], _BY_SEGMENT,
    ),
)  # fmt: skip
