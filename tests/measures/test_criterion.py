"""Less is better: whatever is decided by a measure of which less is better is decided as by its mirror image.

Each place that decides gets the same plans twice: by new ARR, of which more is better, and by churned ARR, of which
less is, with every number's sign turned. Pick, level, ahead, risk, contest, best of a sweep, selection, what a shock
costs and turns, and where it does, must come out alike.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.decide.response import Response, judged
from sim.decide.shocks.break_even import _tried
from sim.decide.shocks.stress import NO_SHOCK, Stress, told
from sim.measures.catalogue import MEASURES
from sim.results.criterion import STANDING, NoCriterion, criterion_of
from sim.results.gap import USD, Scale, gap_between
from sim.results.judged_by import MEASURED, with_kept
from sim.results.precision import Precision, precision
from sim.results.verdict import Horizon, Played, Verdict, judge
from sim.show import criterion as words
from sim.show import heat_map
from sim.show import stress as stress_words
from sim.show.response import answer, notes, rows
from sim.show.response_picture import picture
from sim.show.verdict import choice, paragraphs

COUNT = 48
DRAWS = np.arange(COUNT)
LUCK = np.random.default_rng(11).normal(size=(5, COUNT))
NEW, CHURNED = criterion_of("new_arr"), criterion_of("churned_arr")


def totals(measure: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """A plan's totals: by the usual measures all plans are the same, by one they are not."""
    hits = (LUCK[0] > 0) * 1.0
    usual = {one: np.full(COUNT, 100.0) + LUCK[0] for one in MEASURED} | {"hits_target": hits}
    return with_kept(usual | {"cost": np.full(COUNT, 40.0), measure: values})


def plans(less: bool, *amounts: float, spread: float = 1.0) -> dict[str, dict[str, np.ndarray]]:
    """Plans a, b, c ... with means in $1,000 of one of the two measures; luck that all share and some of their own."""
    sign, measure = (-1, "churned_arr") if less else (1, "new_arr")
    made = {}
    for place, amount in enumerate(amounts):
        values = 1e3 * (amount + 20 * LUCK[0] + spread * LUCK[1 + place])
        made["abcd"[place]] = totals(measure, sign * values)
    return made


def verdict(less: bool, *amounts: float, spread: float = 1.0) -> Verdict:
    played = [Played(name, "plan", one) for name, one in plans(less, *amounts, spread=spread).items()]
    return judge(played, DRAWS, CHURNED if less else NEW, Horizon(2.0))


AMOUNTS = [(50.0, 52.0, 48.0, 51.7), (50.0, 48.0, 47.0), (50.0, 50.05), (50.0, 50.3, 50.2)]


@pytest.mark.parametrize("amounts", AMOUNTS)
def test_a_verdict_by_what_is_better_less_is_the_mirror_of_one_by_what_is_better_more(amounts: tuple[float]) -> None:
    more, less = verdict(False, *amounts), verdict(True, *amounts)
    assert (less.pick, less.told, less.level, less.clear) == (more.pick, more.told, more.level, more.clear)
    assert more.contest is not None
    assert less.contest is not None
    assert less.contest.chances == more.contest.chances
    assert less.contest.ahead == more.contest.ahead
    assert less.contest.throughout == more.contest.throughout
    a, b = more.decides, less.decides
    assert a is not None
    assert b is not None
    assert (b.mean, b.low, b.high) == pytest.approx((-a.mean, -a.high, -a.low))
    assert (b.below, b.above) == (a.above, a.below)
    turn = b.advantage
    assert (turn.mean, turn.p10, turn.below, turn.ahead) == pytest.approx((a.mean, a.p10, a.below, a.ahead))


def test_the_words_of_both_say_the_same_risk_and_opposite_amounts() -> None:
    more, less = (choice(verdict(way, 50.0, 52.0, spread=3.0)) for way in (False, True))
    assert more[0].startswith("Do b: it comes to $")
    assert " more than a in ARR (new), give or take $" in more[0]
    assert less[0] == more[0].replace(" more than a in ARR (new)", " less than a in ARR (churned)")
    (risk,) = (one for one in less[1] if one.startswith("The risk"))
    assert "of replications a is better by ARR (churned), in one of ten by $" in risk
    assert risk.replace("churned", "new") in more[1]
    assert less[1][-1] == "Plans are ranked by ARR (churned): the less, the better."
    assert more[1][-1] == "Plans are ranked by ARR (new): the more, the better."
    kept, _ = choice(verdict(True, 50.0, 48.0))
    assert kept.startswith("Keep a: b comes to $")
    assert " more in ARR (churned)" in kept
    doubt, _ = choice(verdict(True, 50.0, 50.02, spread=5.0))
    assert doubt.startswith("By ARR (churned) the plans cannot be told apart, so keep a. B comes to ")


def response(less: bool, *amounts: float) -> Response:
    made = plans(less, *amounts)
    by = CHURNED if less else NEW
    return judged([(name, "plan") for name in made], list(made.values()), DRAWS, by, 12)


@pytest.mark.parametrize("amounts", AMOUNTS)
def test_the_best_of_a_sweep_by_what_is_better_less_is_the_mirror(amounts: tuple[float]) -> None:
    more, less = response(False, *amounts), response(True, *amounts)
    assert (less.best, less.level, less.order) == (more.best, more.level, more.order)
    for a, b in zip(more.tried, less.tried, strict=True):
        assert b.from_best.mean == pytest.approx(-a.from_best.mean, nan_ok=True)
        assert b.from_best.clear_among_all == a.from_best.clear_among_all
    assert [row.cells[0] for row in rows(less)] == [row.cells[0] for row in rows(more)]
    said, drawn = " ".join(answer(less, [])), picture(less, [])
    assert "the less, the better" in said
    assert "highest" not in said + drawn
    assert notes(less)


def stressed(less: bool) -> Stress:
    sign, measure, by = (-1, "churned_arr", CHURNED) if less else (1, "new_arr", NEW)
    amounts = {
        ("a", NO_SHOCK): 50.0, ("b", NO_SHOCK): 52.0, ("a", "mild"): 49.0, ("b", "mild"): 51.0,
        ("a", "storm"): 45.0, ("b", "storm"): 42.0, ("a", "fog"): 47.0, ("b", "fog"): 47.0,
        ("c", NO_SHOCK): 40.0, ("c", "mild"): 40.0, ("c", "storm"): 43.5, ("c", "fog"): 40.0,
    }  # fmt: skip
    made = {
        key: totals(measure, sign * 1e3 * (amount + 20 * LUCK[0] + 0.5 * LUCK["abc".index(key[0]) + 1]))
        for key, amount in amounts.items()
    }
    return told(made, ["a", "b", "c"], ["mild", "storm", "fog"], DRAWS, by, Horizon(1.0))


def test_what_shocks_cost_and_turn_by_what_is_better_less_is_the_mirror() -> None:
    more, less = stressed(False), stressed(True)
    for kind, shocks in (("turns", ["storm"]), ("holds", ["mild"]), ("untold", ["fog"])):
        assert [one.shock for one in more.of(kind)] == [one.shock for one in less.of(kind)] == shocks  # type: ignore[arg-type]
    assert less.choices["storm"].turns_to == less.choices["storm"].best == "a"
    assert less.weaknesses == more.weaknesses
    assert less.weaknesses[1].shock == "storm"
    for shock in less.shocks:
        a, b = _tried(more.alone[shock], 1.0), _tried(less.alone[shock], 1.0)
        assert (b.rival, b.mean, b.low, b.high) == pytest.approx((a.rival, a.mean, a.low, a.high)), "how far ahead"
    assert heat_map.by_cost(less) == heat_map.by_cost(more)
    assert heat_map.finding(less) == heat_map.finding(more).replace("ARR (new)", "ARR (churned)")
    for plan, shock in less.cells:
        if shock:
            gap = less.cells[plan, shock].gaps["churned_arr"]
            assert heat_map._colour(gap, 1e4) == heat_map._colour(more.cells[plan, shock].gaps["new_arr"], 1e4)
    weak = stress_words.weakness_said(less, less.weaknesses[1])
    assert "B is weakest against storm: it adds $10K of ARR (churned) (" in weak


def selected(less: bool, of: str) -> Precision:
    played = [Played(name, "plan", one) for name, one in plans(less, 50.0, 52.0, 40.0, spread=0.5).items()]
    return precision(played, DRAWS, of, 100.0, CHURNED if less else NEW, 1000)  # type: ignore[arg-type]


def test_selection_of_the_best_is_the_mirror() -> None:
    assert selected(True, "best").left == selected(False, "best").left
    assert selected(True, "best").left[0] == "b"
    assert selected(True, "mean").within == pytest.approx(selected(False, "mean").within)


def test_shares_are_asked_in_points_and_a_small_difference_of_them_is_one() -> None:
    rates = {name: totals("grr", 0.90 + gain + 0.01 * LUCK[0] + 2e-4 * LUCK[1 + place])
             for place, (name, gain) in enumerate({"a": 0.0, "b": 0.004}.items())}  # fmt: skip
    played = [Played(name, "plan", one) for name, one in rates.items()]
    found = judge(played, DRAWS, criterion_of("grr"), Horizon(2.0))
    assert found.pick == "b", "0.4 points of retention matter, half a dollar does not"
    assert choice(found)[0].startswith("Do b: it comes to 0.4")
    assert " points more than a in gross revenue retention, give or take 0.0" in choice(found)[0]
    known = precision(played, DRAWS, "mean", 0.5, criterion_of("grr"), 1000)
    assert 0 < known.within < 0.05, "in points"
    assert known.reached
    in_dollars = [Played(name, "plan", totals("new_arr", 100 * one["grr"])) for name, one in rates.items()]
    asked = [(played, criterion_of("grr")), (in_dollars, NEW)]
    points, dollars = (precision(one, DRAWS, "best", 0.01, by, 1000).needed for one, by in asked)
    assert points == dollars > 2, "a point of a share is as a dollar of a hundred times the share"
    same = gap_between(rates["a"]["grr"], rates["a"]["grr"] + 4e-5, DRAWS, criterion_of("grr").scale)
    assert not same.clear, "less than the last digit that is told"


def test_what_is_yes_or_no_has_odds_and_its_risk_is_told_by_worth() -> None:
    hits = {"a": (LUCK[0] > 0.5) * 1.0, "b": (LUCK[0] > -0.5) * 1.0}
    played = [Played(name, "plan", totals("hits_target_with_judgment", one)) for name, one in hits.items()]
    found = judge(played, DRAWS, criterion_of("hits_target_with_judgment"), Horizon(2.0))
    assert found.pick == "b"
    assert found.risk_criterion.name == "value"
    gap = found.decides
    assert gap is not None
    as_odds = gap_between(hits["a"], hits["b"], DRAWS, Scale(0.005, yes_no=True))
    assert (gap.low, gap.high) == (as_odds.low, as_odds.high)
    assert gap.low != gap_between(hits["a"], hits["b"], DRAWS, USD).low
    assert "points more than a in odds of meeting target (with judgment)" in choice(found)[0]


def test_what_is_undefined_now_and_then_is_left_out_and_counted_and_what_mostly_is_ranks_nothing() -> None:
    few = [Played(name, "plan", one) for name, one in plans(True, 50.0, 55.0).items()]
    few[1].totals["churned_arr"][:7] = np.nan  # type: ignore[index]
    found = judge(few, DRAWS, CHURNED, Horizon(2.0))
    assert (found.pick, found.by.without) == ("b", 7)
    assert "it has no number in 7 of 48 replications" in choice(found)[1][-1]
    few[1].totals["churned_arr"][:19] = np.nan  # type: ignore[index]
    found = judge(few, DRAWS, CHURNED, Horizon(2.0))
    assert found.criterion.name == "value"
    assert "Not every plan has a number for ARR (churned) (churned_arr) in 19 of 48" in choice(found)[1][-1]
    del few[1].totals["churned_arr"]  # type: ignore[attr-defined]
    said = " ".join(paragraphs(judge(few, DRAWS, CHURNED, Horizon(2.0)), "June"))
    assert "in any replication; the criterion is value instead. They can be ranked by odds, contribution and" in said


def test_every_measure_with_a_way_ranks_plans_and_has_words_and_every_other_one_is_refused_with_near_ones() -> None:
    for measure in MEASURES:
        if measure.better is None or not measure.is_of_everybody:
            with pytest.raises(NoCriterion, match=f'^"{measure.name}".* What ranks plans: ') as refused:
                criterion_of(measure.name)
            named = str(refused.value).rpartition(": ")[2].rstrip(".").split(", ")
            assert len(named) in (4, 5)
            assert [criterion_of(one) for one in named]
            continue
        found = criterion_of(measure.name)
        assert found.less_is_better == (measure.better == "less")
        assert found.scale.better == (-1 if measure.better == "less" else 1)
        for text in (words.by(found), words.amount(found, 0.123), words.apart(found, -0.123), words.change(found)(0.1)):
            assert text
            assert ", " not in words.by(found)
    assert criterion_of("hits_target") == criterion_of("odds")
    assert all(criterion_of(one).stands and not criterion_of(one).less_is_better for one in STANDING)
