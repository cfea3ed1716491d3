"""The verdict: which plan is chosen by which criterion, when none is, and what is said of it on screen and page."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.app.listing import questions
from sim.app.request import parse
from sim.cli import main
from sim.results import ranking
from sim.results.criterion import STANDING, criterion_of
from sim.results.run_folder import read_run
from sim.results.verdict import Horizon, Played, Verdict, judge
from sim.scenario.checks.doubts import doubts
from sim.scenario.load import load_source
from sim.show import answer, findings
from sim.show.verdict import paragraphs
from tests.makers.fake_run import Plan, write_fake_run

Capture = pytest.CaptureFixture[str]
COUNT = 100
LUCK = np.random.default_rng(5).normal(size=(4, COUNT))
FIVE_YEARS = "over five years, counting the two years of the plan and three years of what its customers then still pay"
QUICK = [
    "run.replications=30", "run.months=3", "run.n_jobs=1", "run.figures=false", "opening.past_seat_years=0",
    "run.one_more_head_replications=0",
]  # fmt: skip


def plan(
    name: str, contribution: float = 0.0, run_off: float = 0.0, arr: float | None = None, noise: float = 0.5,
    bookings: float = 0.0, cost: float = 0.0, hits: float = 0.4, luck: int = 1, kind: str = "plan",
) -> Played:  # fmt: skip
    """A plan's totals in $M beside those that all share; ``noise`` $M is of the plan alone."""
    earned = 50 + 5 * LUCK[0] + contribution
    after = 70 + 5 * LUCK[0] + run_off + noise * LUCK[luck]
    booked = 110 + 5 * LUCK[0] + bookings
    millions = {
        "bookings": booked, "cost": 53 + cost + 0 * booked, "target": 112 + 0 * booked, "contribution": earned,
        "run_off_value": after, "pipeline_value": 2 + 0 * booked, "value": earned + after + 2,
        "arr_at_end": 90 + 5 * LUCK[0] + (run_off if arr is None else arr),
    }  # fmt: skip
    totals = {measure: 1e6 * values for measure, values in millions.items()}
    return Played(name, kind, {**totals, "hits_target": (np.argsort(np.argsort(LUCK[0])) >= COUNT * (1 - hits)) * 1.0})


def without(played: Played, *measures: str) -> Played:
    """The plan without some measures, as in a run without billing."""
    return Played(played.name, played.kind, {m: v for m, v in played.totals.items() if m not in measures})


def verdict(*played: Played, criterion: str = "value", count: int = COUNT) -> Verdict:
    cut = [Played(p.name, p.kind, {m: v[:count] for m, v in p.totals.items()}) for p in played]
    return judge(cut, np.arange(count), criterion_of(criterion), Horizon(2.0, 3.0))


def said(found: Verdict) -> list[str]:
    return paragraphs(found, "December 2028")


EARLY = plan("hire_early", contribution=-1.4, run_off=2.9, noise=1.0, bookings=4.0, cost=2.1, hits=0.5)
LATE = plan("hire_late", contribution=1.4, run_off=-2.9, bookings=-3.0, cost=-4.0, hits=0.3, luck=2)


def test_a_clear_gain_is_told_with_its_worth_its_reason_and_what_speaks_against_it() -> None:
    found = verdict(plan("base", noise=0), EARLY, LATE)
    assert (found.pick, found.told, found.clear, found.level) == ("hire_early", "hire_early", True, ())
    gap, after = found.decides, found.gap("run_off_value")
    assert gap is not None
    assert after is not None
    each = (EARLY.totals["value"] - plan("base", noise=0).totals["value"]) / 1e6
    error = each.std(ddof=1) / np.sqrt(COUNT)
    assert gap.mean / 1e6 == pytest.approx(each.mean())
    assert gap.reach / 1e6 == pytest.approx(1.984 * error, rel=1e-3)  # Student's t, 99 degrees of freedom
    assert found.break_even == pytest.approx(1.4 / 2.9)
    first, against, chances, contested = said(found)
    assert first == (
        f"Do hire early: it is worth ${gap.mean / 1e6:.1f}M more than base, give or take ${gap.reach / 1e6:.1f}M,"
        f" {FIVE_YEARS}."
    )
    assert against.startswith(
        "Because what its customers still pay after that is worth"
        f" ${after.mean / 1e6:.1f}M more, although in the two years of the plan it earns $1.4M less after its cost."
        " It books $4.0M more and costs $2.1M more."
    )
    assert "Unless a dollar of ARR at the end is worth less than 48.3 cents (this run counts it at" in against
    worse = round(100 * (each < 0).mean())
    assert 1 < worse < 15
    assert f"The risk of this choice: in {worse}% of replications base is worth more" in against
    assert chances == (
        "The odds of the target ($112.0M by December 2028) are 50% with hire early, 40% with base and 30% with hire"
        " late."
    )
    best = [f"{round(100 * one.best.mean)}%" for one in found.contest.chances]  # type: ignore[union-attr]
    assert contested.startswith(f"Hire early is worth most in {best[1]} of replications, base in {best[0]} and hire")
    assert contested.endswith(
        "Hire early is worth more than base and hire late in bad outcomes and in good ones alike."
    )


def test_where_other_plans_lose_clearly_the_reference_is_kept() -> None:
    found = verdict(plan("base", noise=0), LATE)
    assert (found.pick, found.told, found.clear) == ("base", "hire_late", True)
    first, against, _, throughout = said(found)
    assert throughout.startswith("Base is worth more than hire late ")
    assert first.startswith("Keep base: hire late is worth $1.")
    assert against.startswith("Because what hire late's customers still pay after that is worth")
    assert "although in the two years of the plan it earns $1.4M more after its cost" in against
    assert "Unless a dollar of ARR at the end is worth less than 48.3 cents" in against
    assert (
        "of replications hire late is worth more" in against or "In no replication hire late is worth more" in against
    )


def test_plans_that_cannot_be_told_apart_leave_the_reference() -> None:
    found = verdict(plan("base", noise=0), plan("other", run_off=0.05, noise=3.0))
    assert (found.pick, found.clear, found.level) == ("base", False, ("other",))
    first = said(found)[0]
    assert first.startswith("By value the plans cannot be told apart, so keep base. Other is worth")
    assert "which may be chance" in first
    assert "Because" not in said(found)[1]


def test_a_difference_below_rounding_is_none() -> None:
    """Every replication is a tenth of a cent better: clear to a statistician, nothing to anybody else."""
    base = plan("base", noise=0)
    richer = Played(
        "richer", "plan", {m: v + (1e-3 if m in ("value", "contribution") else 0) for m, v in base.totals.items()}
    )
    found = verdict(base, richer)
    assert (found.pick, found.clear, found.turned) == ("base", False, {})
    assert found.decides is not None
    assert (found.decides.below, found.decides.above) == (0, 0)
    same = verdict(base, Played("twin", "plan", base.totals))
    assert said(same)[0] == "Keep base: by value twin is the same in every replication."


def test_weather_is_never_chosen_whatever_it_is_worth() -> None:
    boom = plan("boom", contribution=30, run_off=30, bookings=40, hits=0.9, kind="weather")
    gloom = plan("gloom", run_off=-9, bookings=-6, kind="weather", luck=2)
    for criterion in STANDING:
        found = verdict(plan("base", noise=0), boom, LATE, gloom, criterion=criterion)
        assert found.pick in ("base", "hire_late")
        assert "boom" not in found.turned.values()
    found = verdict(plan("base", noise=0), boom, EARLY, gloom)
    assert [one.name for one in found.plans] == ["base", "hire_early"]
    assert [one.name for one in found.weather] == ["boom", "gloom"]
    told = said(found)[-1]
    assert "boom brings $40.0M of bookings" in told
    assert "gloom costs $6.0M of bookings" in told
    assert told.startswith("Weather is not chosen")
    alone = said(verdict(plan("base", noise=0), gloom))
    assert alone[0].startswith("Base is worth $1")
    assert "Against base, gloom costs" in alone[-1]
    assert not any("Do " in one or "Keep" in one for one in alone)


def test_weather_that_is_named_first_is_not_what_plans_are_held_against() -> None:
    gloom = plan("gloom", run_off=-9, bookings=-6, kind="weather")
    found = verdict(gloom, plan("base", noise=0), EARLY)
    assert (found.reference, found.pick) == ("base", "hire_early")
    assert found.by_name["gloom"].gaps["value"].mean < -8e6
    none = verdict(gloom, plan("doom", run_off=-12, kind="weather"))
    assert none.pick is None
    assert said(none)[0].startswith("No scenario here is a plan, so none is recommended; kind=plan")


def test_without_billing_plans_are_ranked_by_bookings_less_cost_and_it_is_said() -> None:
    unbilled = [
        without(one, "value", "contribution", "run_off_value", "pipeline_value", "arr_at_end")
        for one in (plan("base", noise=0), EARLY)
    ]
    for asked in ("value", "contribution"):
        found = verdict(*unbilled, criterion=asked)
        assert (found.by.asked.name, found.criterion.name, found.pick) == (asked, "bookings_less_cost", "hire_early")
        told = " ".join(said(found))
        assert "brings $1.9M more of bookings less cost than base, over the two years of the plan" in told
        assert f"Without billing (world.billing) {asked} is not known; the criterion is bookings less cost." in told
    undefined = [
        Played(one.name, one.kind, {**one.totals, "value": np.full(COUNT, np.nan)}) for one in (plan("base"), EARLY)
    ]
    assert verdict(*undefined).criterion.name == "bookings_less_cost"


def test_a_criterion_that_would_choose_otherwise_is_named() -> None:
    base = plan("base", noise=0)
    found = verdict(base, EARLY, LATE)
    assert found.turned == {"contribution": "hire_late"}
    assert "By contribution alone hire late would come first." in said(found)[1]
    by_contribution = verdict(base, EARLY, LATE, criterion="contribution")
    assert by_contribution.pick == "hire_late"
    assert by_contribution.turned == {"value": "hire_early", "odds": "hire_early", "bookings_less_cost": "hire_early"}
    assert "By value, by odds and by bookings less cost alone hire early would come first." in said(by_contribution)[1]
    assert said(by_contribution)[0].startswith("Do hire late: it contributes $1.4M more than base, over the two years")


def test_odds_are_a_criterion_too() -> None:
    found = verdict(plan("base", noise=0), EARLY, criterion="odds")
    assert found.pick == "hire_early"
    assert said(found)[0].startswith("Do hire early: it is 10 points more likely to meet the target than base, give or")
    assert "Because it books $4.0M more and costs $2.1M more." in said(found)[1]


@pytest.mark.parametrize("alike", [False, True])
def test_the_best_of_many_plans_must_lead_by_more_than_chance(alike: bool) -> None:
    """Forty plans that lead by -2.5 to 2.5 standard errors, as chance alone has it: the best of them looks good.

    Where all differ from base by the same luck, there are not forty chances to look good, but one.
    """
    base = plan("base", noise=0)
    count = len(base.totals["value"])
    noise = np.random.default_rng(8).normal(size=(40, count))
    noise = (
        (noise - noise.mean(axis=1, keepdims=True)) / noise.std(axis=1, ddof=1, keepdims=True) * np.sqrt(count / 100)
    )
    others = [
        Played(
            f"try_{k}",
            "plan",
            {**base.totals, "value": base.totals["value"] + 1e6 * (noise[0 if alike else k] + lead / 10)},
        )
        for k, lead in enumerate(np.linspace(-2.5, 2.5, 40))
    ]
    found = verdict(base, *others)
    assert found.decides is not None
    assert found.decides.clear
    if alike:
        assert found.pick == "try_39"
    else:
        assert found.pick == "base"
        assert "but the best of 41 plans may look so by luck alone" in said(found)[0]
    assert verdict(base, others[-1]).pick == "try_39"


def test_a_plan_that_leads_clearly_is_chosen_before_one_that_only_may_lead_by_more() -> None:
    wild = plan("wild", run_off=2.0 - 15 * LUCK[3].mean(), noise=15.0, luck=3)
    found = verdict(plan("base", noise=0), wild, EARLY)
    assert found.by_name["wild"].gaps["value"].mean > found.by_name["hire_early"].gaps["value"].mean
    assert (found.pick, found.level) == ("hire_early", ("wild",))


def test_plans_level_with_the_chosen_one_are_named() -> None:
    twin = plan("early_too", contribution=-1.4, run_off=2.9, luck=3)
    found = verdict(plan("base", noise=0), EARLY, twin)
    other = {"hire_early": "early_too", "early_too": "hire_early"}[str(found.pick)]
    assert found.level == (other,)
    assert "cannot be told apart from it" in said(found)[0]


def test_a_small_run_has_no_verdict() -> None:
    few = verdict(plan("base", noise=0), EARLY, count=29)
    assert (few.pick, few.told, few.enough) == ("base", None, False)
    assert said(few) == []
    assert verdict(plan("base", noise=0), EARLY, count=30).pick == "hire_early"


def test_a_plan_without_a_rival_is_worth_the_sum_of_its_parts() -> None:
    base = plan("base", noise=0)
    first, second = said(verdict(base))
    parts = [base.totals[name].mean() / 1e6 for name in ("value", "contribution", "run_off_value", "pipeline_value")]
    assert parts[0] == pytest.approx(sum(parts[1:]))
    assert all(f"${part:.1f}M" in first for part in parts)
    assert second.startswith("Base has a chance of 40% to meet its target of $112.0M by December 2028.")
    assert "Do base" not in first + second


def test_the_risk_of_a_choice_is_what_differs_between_plans_not_the_market() -> None:
    """The market moves both plans by $10M; the choice between them is wrong only as far as they differ."""
    base, wild = plan("base", noise=0), plan("wild", run_off=1.0, noise=2.0)
    risk = verdict(base, wild).risk
    each = wild.totals["value"] - base.totals["value"]
    assert risk is not None
    assert risk.below == pytest.approx((each < 0).mean())
    assert risk.p10 == pytest.approx(np.quantile(each, 0.1))
    assert abs(risk.p10) < 0.3 * wild.totals["value"].std()
    assert f"in one of ten by ${-risk.p10 / 1e6:.1f}M or more" in said(verdict(base, wild))[1]


def test_break_even_is_told_only_where_both_sides_are_clear() -> None:
    base = plan("base", noise=0)
    assert verdict(base, plan("both_up", contribution=1.0, run_off=2.0)).break_even is None
    noisy = Played("noisy", "plan", {**EARLY.totals, "arr_at_end": base.totals["arr_at_end"] + 5e7 * LUCK[3]})
    assert verdict(base, noisy).break_even is None
    assert "dollar of ARR" not in " ".join(said(verdict(base, noisy)))


THREE = (
    Plan("base"),
    Plan("hire_early", 14, 5, run_off_usd=4e6),
    Plan("hire_late", 12, 13),
    Plan("boom", 40, 2, kind="weather"),
)


def test_the_page_tells_what_the_numbers_of_the_run_say(tmp_path: Path) -> None:
    run = read_run(write_fake_run(tmp_path, THREE))
    assert ranking.headline(run) == run.verdict.pick == "hire_early"
    assert answer.answer(run)[:-1] == paragraphs(run.verdict, "December 2028")[:-1]
    rows = {score.plan: score for score in answer.scores(run)}
    assert rows["hire early"].marks == ("do this",)
    assert rows["boom"].marks == ("weather",)
    pairs = run.difference_rows("hire_early", "value", "total").iloc[0]
    gap = run.verdict.gap("value")
    assert gap is not None
    assert (gap.mean, gap.low, gap.high) == pytest.approx(
        tuple(pairs[["mean_difference", "ci_low", "ci_high"]]), rel=1e-4
    )
    assert {"base", "hire_early"} <= set(findings.in_title(run))


def test_the_page_obeys_the_criterion_of_the_run(tmp_path: Path) -> None:
    plans = (Plan("base"), Plan("booker", 20, 3, contribution_usd=-2e7))
    picks = {
        criterion: read_run(write_fake_run(tmp_path / criterion, plans, criterion=criterion)).verdict.pick
        for criterion in STANDING
    }
    assert picks == {"value": "base", "odds": "booker", "contribution": "base", "bookings_less_cost": "booker"}


@pytest.mark.slow
def test_screen_page_and_manifest_name_the_same_pick(tmp_path: Path, capsys: Capture) -> None:
    words = ["scenarios=[base,hire_late,recession]", "criterion=bookings_less_cost", f"run.results_folder={tmp_path}"]
    assert main(["compare", *words, *QUICK]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    run = read_run(tmp_path / "latest")
    facts = json.loads((tmp_path / "latest" / "manifest.json").read_text(encoding="utf-8"))
    assert facts["settings"]["criterion"] == facts["verdict"]["asked"] == "bookings_less_cost"
    assert facts["verdict"]["pick"] == run.verdict.pick in ("base", "hire_late")
    for paragraph in answer.answer(run):
        assert paragraph in shown
    assert "Weather is not chosen" in shown


def test_a_criterion_that_is_none_is_one_line_with_the_nearest_name(capsys: Capture) -> None:
    for key in ("criterion", "run.criterion"):
        assert main(["compare", "scenarios=[base,hire_late]", f"{key}=valu"]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line == (
            'command line: run.criterion: "valu" is not allowed; choose one of value, odds, contribution,'
            " bookings_less_cost, or a measure of which more or less is better (salesim measures has them)."
            ' Did you mean "value"?'
        )
    assert main(["compare", "scenarios=[base,hire_late]", "criterio=odds"]) == 2
    assert 'Did you mean "criterion"?' in capsys.readouterr().err
    assert parse("run", ["scenario=base"]).settings().criterion == "value"
    assert parse("run", ["scenario=base", "criterion=odds"]).settings().criterion == "odds"


def test_the_criterion_changes_no_number(tmp_path: Path) -> None:
    names = []
    for criterion in ("value", "odds"):
        words = ["scenario=base", f"criterion={criterion}", f"run.results_folder={tmp_path / criterion}"]
        assert main(["run", *words, "run.replications=2", *QUICK[1:]]) == 0
        facts = json.loads((tmp_path / criterion / "latest" / "manifest.json").read_text(encoding="utf-8"))
        names.append((facts["content_hash"], (tmp_path / criterion / "latest" / "kpis.parquet").read_bytes()))
    assert names[0] == names[1]


def test_every_shipped_scenario_says_itself_what_it_is() -> None:
    folder = Path(__file__).parents[2] / "scenarios"
    kinds = {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")).get("kind") for p in folder.glob("*.yaml")}
    assert set(kinds.values()) == {"plan", "weather"}
    assert {kinds[name] for name in ("recession", "attrition_doubled", "slow_ramp", "se_shortage")} == {"weather"}
    assert {kinds[name] for name in ("base", "hire_early", "layoff_10", "marketing_cut_lagged")} == {"plan"}
    assert {name: kind for name, kind, _ in questions()} == kinds


def test_a_kind_that_does_not_fit_what_a_file_changes_is_doubted(tmp_path: Path) -> None:
    texts = {
        "storm": "question: Storm?\ndefaults: [base]\nworld: {hiring: {notice_days: 40}}\n",
        "answer_to_it": "question: What then?\ndefaults: [recession]\nlevers: {backfill: {enabled: false}}\n",
        "meant": "question: Storm?\nkind: weather\ndefaults: [base]\nworld: {hiring: {notice_days: 40}}\n",
    }
    found = {}
    for name, text in texts.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        found[name] = [doubt for doubt in doubts(load_source(str(path)), 24) if "kind:" in doubt]
    assert "kind: weather keeps it out of the choice" in found["storm"][0]
    assert "kind: plan lets it compete" in found["answer_to_it"][0]
    assert found["meant"] == []
    assert main(["check", "scenario=base", "kind=wether"]) == 2


def test_a_sweep_of_a_lever_makes_plans_and_one_of_the_world_makes_weather() -> None:
    def kinds(*words: str) -> list[str]:
        return [source.kind for source in parse("compare", list(words)).sources()]

    assert kinds("scenario=base", "sweep.levers.backfill.approval_days=[0,7]") == ["plan", "plan"]
    assert kinds("scenario=recession", "sweep.levers.backfill.approval_days=[0,7]") == ["plan", "plan"]
    assert kinds("scenarios=[base,recession]", "sweep.levers.backfill.approval_days=[0,7]") == [
        "plan", "plan", "weather", "weather",
    ]  # fmt: skip
    assert kinds("scenario=base", "sweep.world.hiring.notice_days=[21,40]") == ["plan", "weather"]
    assert kinds("scenario=base", "kind=plan", "sweep.world.hiring.notice_days=[21,40]") == ["plan", "plan"]
