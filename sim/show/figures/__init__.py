"""All figures of a run, one a file of this folder, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures import (
    answers,
    attainment,
    capacity,
    cash,
    comings,
    cost_against_odds,
    coverage,
    difference,
    earnings,
    fan,
    heads,
    leavers,
    limits,
    odds,
    one_more_head,
    pay_for_bookings,
    pay_rate,
    payout,
    pipeline,
    profit,
    retention,
    sources,
    waterfall,
)
from sim.show.figures.style import Drawn, caution, house_style, save
from sim.show.undrawn import made_or_told


@dataclass(frozen=True)
class Subject:
    """What a figure is about, and how to read it."""

    name: str  # of the file, without .png
    heading: str
    reading: str
    draw: Callable[[RunFolder], Drawn]
    page: str = "number"  # the page of the report on which it stands
    needs: tuple[str, ...] = ()  # measures without which there is nothing to draw
    has: Callable[[RunFolder], bool] = lambda run: True  # whether the run has what no measure tells
    compares: bool = False  # needs two plans
    reading_alone: str = ""  # how to read it in a run of one plan, where that is another picture


@dataclass(frozen=True)
class Picture:
    """A figure on disk, or the reason why there is none."""

    subject: Subject
    finding: str
    path: Path
    reading: str
    missing: str = ""  # the reason why it could not be drawn


SUBJECTS = (
    Subject(
        "cumulative_bookings",
        "Bookings against target",
        "The line is the middle outcome. The band holds 8 outcomes in 10: one in ten ends above it, one in ten below.",
        fan.draw,
    ),
    Subject(
        "odds_by_quarter",
        "Odds of meeting the target",
        "Left, how often bookings so far have kept up with the target. Right, how often a quarter alone makes its"
        " number. The bars show how far off these figures may be because the number of replications is finite.",
        odds.draw,
    ),
    Subject(
        "difference",
        "What the plans change",
        "Each replication plays all plans under the same luck, so the difference is the plan's own. A black bar that"
        " crosses zero means that the mean cannot be told from zero.",
        difference.draw,
        compares=True,
    ),
    Subject(
        "cost_against_odds",
        "Cost against odds",
        "Up is likelier to meet the target, left is cheaper. Two plans whose vertical bars overlap may still differ,"
        " because they share their luck; the table of differences decides.",
        cost_against_odds.draw,
        reading_alone="Each dot is one replication; filled ones meet the target.",
    ),
    Subject(
        "one_more_head",
        "One more head",
        "The dot is what one seat more brings, the bar its 95% interval; the hollow mark is what the average head of"
        " the role carries today. A dot left of the grey tick: the seat books less in a year than it costs.",
        one_more_head.draw,
        page="plan",
        has=one_more_head.can_be_drawn,
    ),
    Subject(
        "capacity_against_plan",
        "Capacity and what is booked of it",
        "Capacity is what the planner counts on from the ramped reps. It grows with every head, and leads do not: more"
        " heads raise it by more than they raise bookings. Bookings trail it by the length of a deal.",
        capacity.draw,
        page="people",
    ),
    Subject(
        "heads_and_ramp",
        "Heads and ramp",
        "The full bar is sellers in their seats, the dark part what they are worth in fully ramped sellers.",
        heads.draw,
        page="people",
    ),
    Subject(
        "comings_and_goings",
        "Comings and goings",
        "Upward who starts, downward who leaves, by cause. The line is what remains: heads won or lost in the quarter.",
        comings.draw,
        page="people",
        needs=("hires", "exits_voluntary"),
    ),
    Subject(
        "attainment_spread",
        "Attainment",
        "How the reps did against their own quotas. The thin line holds 8 outcomes in 10, the thick one half.",
        attainment.draw,
        page="people",
    ),
    Subject(
        "pipeline_by_source",
        "Where pipeline comes from",
        "The value of the opportunities created in each quarter, by the source that found them.",
        sources.draw,
        page="market",
        needs=("pipeline_created",),
    ),
    Subject(
        "pipeline_by_stage",
        "Pipeline by stage",
        "What is open when a quarter starts, at full value, whenever it may close. Early stages stand at the bottom.",
        pipeline.draw,
        page="market",
    ),
    Subject(
        "coverage",
        "Coverage, target and achieved",
        "The policy looks at all that is open. The dotted line counts only deals with a forecast close date in the"
        " quarter; deals that are created within the quarter come on top.",
        coverage.draw,
        page="market",
    ),
    Subject(
        "limits",
        "What holds demand back",
        "A territory is saturated as far as its accounts are worked, cooling off or customers. A deal waits when every"
        " expert of its pool is busy.",
        limits.draw,
        page="market",
        needs=limits.MEASURES,
    ),
    Subject(
        "arr_waterfall",
        "From opening to closing ARR",
        "Mean over replications. Each step starts where the one before it ends; the whole adds up to the cent in every"
        " replication.",
        waterfall.draw,
        page="customers",
        needs=waterfall.MEASURES,
    ),
    Subject(
        "retention",
        "Retention",
        "Of the ARR that a year began with, what the same customers are worth at its end: gross without what they"
        " bought more, net with it.",
        retention.draw,
        page="customers",
        needs=retention.MEASURES,
    ),
    Subject(
        "payout_curve",
        "What attainment pays",
        "Drawn from the plans themselves, for somebody ramped who keeps the same attainment all year. A kink is an"
        " accelerator or a cap, a jump a lump sum. Below it, where the reps are: what nobody reaches costs nothing.",
        payout.draw,
        page="pay",
        needs=payout.MEASURES,
    ),
    Subject(
        "pay_for_bookings",
        "What more pay brings",
        "Right is dearer, up is more bookings. A mark below the dashed line means that the plan pays more on top than"
        " it books on top; what serving those bookings costs comes off as well.",
        pay_for_bookings.draw,
        page="pay",
        needs=pay_for_bookings.MEASURES,
        compares=True,
    ),
    Subject(
        "pay_rate",
        "What a booked dollar costs",
        "Variable pay is what the plans pay, all cost is everything that the sales organization costs. Weak quarters"
        " cost more for a dollar, because salaries do not fall with bookings.",
        pay_rate.draw,
        page="pay",
        needs=pay_rate.MEASURES,
    ),
    Subject(
        "who_earns",
        "Who earns what",
        "Below the dashed line reps earn less than was held out to them. Newcomers count as well. Plans measure"
        " attainment in their own periods: who is at 90% over the run can be past quota in a quarter.",
        earnings.draw,
        page="pay",
        needs=("variable_pay", "reps", earnings.EARNED),
    ),
    Subject(
        "who_leaves",
        "Who leaves",
        "Those at quota are the ones whom one would rather keep. Bars are long where few reps stand in a band.",
        leavers.draw,
        page="pay",
        needs=leavers.MEASURES,
    ),
    Subject(
        "answers_to_pay",
        "What sellers do about it",
        "Effort acts on hours and odds. Deals signed early come out of the next period: they are not won on top.",
        answers.draw,
        page="pay",
        needs=("effort",),
    ),
    Subject(
        "profit_and_loss",
        "Profit and loss",
        "Revenue is earned over the terms of contracts, so it follows bookings late. The dashed line takes off what it"
        " costs to serve customers, the black line also what it costs to sell. The bars show that cost line by line.",
        profit.draw,
        page="money",
        needs=profit.MEASURES,
    ),
    Subject(
        "cash",
        "Cash",
        "The line is the middle outcome, the band holds 8 outcomes in 10. Customers of the first day pay too, for what"
        " they owe and renew. What it costs to serve customers is not taken off.",
        cash.draw,
        page="money",
        needs=cash.MEASURES,
    ),
)


def _can_be_drawn(run: RunFolder, subject: Subject) -> bool:
    return subject.has(run) and all(run.has(measure) for measure in subject.needs)


def draw_all(run: RunFolder, folder: Path) -> list[Picture]:
    """Draw every figure that makes sense for the run into a folder; one that compares plans needs two of them.

    A subject whose measures the run does not have is left out; one that cannot be drawn says why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    with house_style():
        for subject in SUBJECTS:
            path = folder / f"{subject.name}.png"
            if (subject.compares and len(run.plans) < 2) or not _can_be_drawn(run, subject):
                path.unlink(missing_ok=True)  # left by an earlier run in the same folder
                continue
            pictures.append(_drawn(run, subject, path))
    return pictures


def _drawn(run: RunFolder, subject: Subject, path: Path) -> Picture:
    """The figure on disk; where it cannot be drawn no file, and the reason."""

    def draw() -> Picture:
        drawn = subject.draw(run)
        if findings.too_few(run.replication_count):
            caution(drawn.figure, f"{run.replication_count} played: too few replications to judge by")
        save(drawn.figure, path)
        alone = len(run.plans) == 1 and subject.reading_alone
        return Picture(subject, drawn.finding, path, alone or subject.reading)

    def tell(reason: str) -> Picture:
        path.unlink(missing_ok=True)
        left_out = run.manifest.get("left_out") or []
        return Picture(subject, "", path, "", missing=" ".join((reason, *left_out)))

    return made_or_told(draw, tell)
