"""The tables of the page on pay: what roles earn, who earns and leaves by attainment, and what other plans change."""

from __future__ import annotations

from sim.results.run_folder import RunFolder
from sim.show.figures import answers as answers_figure
from sim.show.figures import earnings as earnings_figure
from sim.show.figures import leavers as leavers_figure
from sim.show.figures import pay_for_bookings as pay_for_bookings_figure
from sim.show.figures import pay_rate as pay_rate_figure
from sim.show.figures import payout as payout_figure
from sim.show.figures.earnings import by_band
from sim.show.formats import Cell, drawn, ratio
from sim.show.page import Page, Subject
from sim.show.tables import SPREAD_COLUMNS, Row, Table, difference_rows
from sim.show.words import plan_name, readable, sentence

NEEDS = ("variable_pay",)
CHANGES = (
    "bookings", "variable_pay", "salaries", "cost", "commission_rate_effective", "cost_of_sales", "share_at_quota",
    "attainment_mean", "pay_to_ote", "pay_mix", "quota_to_ote", "resignation_rate", "regretted_exits",
    "exits_voluntary", "effort", "pulled_in", "pushed_out", "discounts",
)  # fmt: skip
BAND_COLUMNS = (
    ("pay_to_ote", "Pay over OTE", 3),
    ("variable_pay_share", "Share of variable pay", 3),
    ("commission_rate_of_reps", "Rate", 1),
    ("resignation_rate", "Resign a year", 3),
)


def tables(run: RunFolder) -> list[Table]:
    """Those for which the run has numbers."""
    found = [changes(run, plan) for plan in run.plans[1:]]
    found += [by_attainment(run), by_role(run)]
    return [table for table in found if table and table.rows]


def changes(run: RunFolder, plan: str) -> Table:
    """What a plan changes in pay and in what pay is for, under the same luck, over the whole run."""
    rows = [row for measure in CHANGES for row in difference_rows(run, plan, measure, "total", "plain")]
    return Table(
        f"{sentence(plan_name(plan, 40))} less {plan_name(run.reference, 40)}, whole run",
        ("Measure", "Mean", "from", "to", "Chance to be above", "Reading"),
        [Row((row.cells[0], *row.cells[2:]), row.kind) for row in rows],
        (("", 1), ("Difference", 1), ("95% interval of the mean", 2), ("", 2)),
        note="Both plans are played under the same luck. By year: see the differences at the end.",
    )


def by_attainment(run: RunFolder) -> Table:
    """Reps by what they sold of their quotas in the whole run: how many, what they earn, and who resigns."""
    bands, several = run.groups("attainment", "reps"), len(run.plans) > 1
    found = {
        (plan, measure): by_band(run, plan, measure, "total")
        for plan in run.plans
        for measure in ("reps", *(name for name, _, _ in BAND_COLUMNS))
    }
    rows = []
    for band in bands:
        for place, plan in enumerate(run.plans):
            counts = found[plan, "reps"]["mean"].to_dict()
            cells = [Cell(counts[band], "tenths"), Cell(ratio(counts[band], sum(counts.values())), "percent")]
            for measure, _, width in BAND_COLUMNS:
                values = found[plan, measure].loc[band].to_dict()
                cells += [
                    Cell(values[name], "percent") for name in (("p10", "mean", "p90") if width == 3 else ("mean",))
                ]
            names = (band if place == 0 else "", *((plan_name(plan),) if several else ()))
            rows.append(Row((*names, *cells), "first" if several and place == 0 else "plain"))
    texts = 2 if several else 1
    return Table(
        "Who earns what and who leaves, by attainment",
        (
            "Attainment", *(("Plan",) if several else ()), "Reps", "Share",
            *(text for _, _, width in BAND_COLUMNS for text in (("P10", "Mean", "P90") if width == 3 else ("Mean",))),
        ),
        rows,
        (("", texts), ("Mean", 2), *((title, width) for _, title, width in BAND_COLUMNS)),
        text_columns=texts,
        note="Pay is that of the whole run by the attainment of the whole run; OTE is base pay and variable pay exactly"
        " at quota. Rate is variable pay for a dollar that the band books. Resignations are by attainment in the two"
        " quarters closed last, so a rep can pass through several bands.",
    )  # fmt: skip


def by_role(run: RunFolder) -> Table:
    """Base and variable pay of a head of each role, a year, over the whole run."""
    rows, several = [], len(run.plans) > 1
    for role in run.groups("role", "pay_per_head"):
        told = {plan: cells for plan in run.plans if (cells := _of_role(run, plan, role))}
        if len({tuple(map(drawn, cells)) for cells in told.values()}) == 1:  # most roles are paid alike in all plans
            told = {"all plans" if several else run.reference: next(iter(told.values()))}
        for place, (plan, cells) in enumerate(told.items()):
            names = (readable(role) if place == 0 else "", *((plan_name(plan),) if several else ()))
            rows.append(Row((*names, *cells), "first" if several and place == 0 else "plain"))
    texts = 2 if several else 1
    return Table(
        "What a head of each role earns",
        ("Role", *(("Plan",) if texts == 2 else ()), "Heads", "Mean", *SPREAD_COLUMNS, "Base"),
        rows,
        (("", texts), ("", 1), ("Base and variable pay, a year", 4), ("Share", 1)),
        text_columns=texts,
    )


def _of_role(run: RunFolder, plan: str, role: str) -> tuple[Cell, ...]:
    """Mean heads, pay a head and the share of base in it; nothing where nobody has the role."""
    heads, paid, mix = (run.rows(plan, name, "total", "role", role) for name in ("heads", "pay_per_head", "pay_mix"))
    if not paid["mean"].notna().any():
        return ()
    dollars = [Cell(float(paid[name].iloc[0]), "dollars") for name in ("mean", "p10", "p50", "p90")]
    return (Cell(float(heads["mean"].iloc[0]), "tenths"), *dollars, Cell(float(mix["mean"].iloc[0]), "percent"))


FIGURES = (
    Subject(
        "payout_curve",
        "What attainment pays",
        "Drawn from the plans themselves, for somebody ramped who keeps the same attainment all year. A kink is an"
        " accelerator or a cap, a jump a lump sum. Below it, where the reps are: what nobody reaches costs nothing.",
        payout_figure.draw,
        needs=payout_figure.MEASURES,
    ),
    Subject(
        "pay_for_bookings",
        "What more pay brings",
        "Right is dearer, up is more bookings. A mark below the dashed line means that the plan pays more on top than"
        " it books on top; what serving those bookings costs comes off as well.",
        pay_for_bookings_figure.draw,
        needs=pay_for_bookings_figure.MEASURES,
        compares=True,
    ),
    Subject(
        "pay_rate",
        "What a booked dollar costs",
        "Variable pay is what the plans pay, all cost is everything that the sales organization costs. Weak quarters"
        " cost more for a dollar, because salaries do not fall with bookings.",
        pay_rate_figure.draw,
        needs=pay_rate_figure.MEASURES,
    ),
    Subject(
        "who_earns",
        "Who earns what",
        "Below the dashed line reps earn less than was held out to them. Newcomers count as well. Plans measure"
        " attainment in their own periods: who is at 90% over the run can be past quota in a quarter.",
        earnings_figure.draw,
        needs=("variable_pay", "reps", earnings_figure.EARNED),
    ),
    Subject(
        "who_leaves",
        "Who leaves",
        "Those at quota are the ones whom one would rather keep. Bars are long where few reps stand in a band.",
        leavers_figure.draw,
        needs=leavers_figure.MEASURES,
    ),
    Subject(
        "answers_to_pay",
        "What sellers do about it",
        "Effort acts on hours and odds. Deals signed early come out of the next period: they are not won on top.",
        answers_figure.draw,
        needs=("effort",),
    ),
)
PAGE = Page(
    "pay",
    "Pay",
    "What the pay plans promise, what they cost, who earns it, and who leaves. Pay changes what sellers do only as"
    " far as the scenario lets it: with world.behaviour.responsiveness at 0 a plan moves money and nothing else.",
    place=60,
    measures=(
        "variable_pay", "commission_rate_effective", "cost_of_sales", "pay_mix", "quota_per_rep", "quota_to_ote",
        "pay_to_ote", "pay_to_ote_p10", "pay_to_ote_p90", "resignation_rate", "regretted_exits", "effort",
        "pulled_in", "pushed_out", "discounts",
    ),
    needs=NEEDS,
    tables=tables,
    figures=FIGURES,
)  # fmt: skip
