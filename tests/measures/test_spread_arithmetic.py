"""What a spread is made of, on functions whose parts are known: by hand, and within the stated error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.decide.assumptions.spread import Spread, plays_of, spread_of
from sim.results.estimates import Estimate

Model = Callable[[np.ndarray, np.ndarray], np.ndarray]


def played(model: Model, count: int, rows: int, seed: int, low: float = 0.0, high: float = 1.0) -> Spread:
    """Rows of a model of some uncertainties, uniform, and of luck, standard normal."""
    rng = np.random.default_rng(seed)
    one, other = rng.uniform(low, high, (2, rows, count))
    luck, fresh = rng.normal(size=(2, rows))
    crossed = {}
    for j in range(count):
        mixed = one.copy()
        mixed[:, j] = other[:, j]
        crossed[f"x{j}",] = model(mixed, luck)
    return spread_of(model(one, luck), model(other, fresh), crossed, model(one, fresh))


def parts(found: Spread) -> dict[str, Estimate]:
    named = {"assumptions": found.assumptions, "luck": found.luck, "together": found.together}
    for one in found.factors:
        named |= {f"{one.names[0]} alone": one.alone, f"{one.names[0]} total": one.total}
    return named


def ishigami(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Ishigami's function, with luck of its own and luck that works with the first uncertainty."""
    first = np.sin(x[:, 0])
    return first + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * first + 2 * luck + luck * first


def ishigami_parts() -> dict[str, float]:
    """Their closed forms."""
    pi4 = np.pi**4
    first, second, both = 0.5 * (1 + pi4 / 50) ** 2, 49 / 8, 0.01 * pi4**2 * (1 / 18 - 1 / 50)
    luck, with_luck = 4.0, 0.5
    whole = first + second + both + luck + with_luck
    found = {
        "assumptions": first + second + both, "luck": luck, "together": with_luck, "x0 alone": first,
        "x0 total": first + both + with_luck, "x1 alone": second, "x1 total": second, "x2 alone": 0.0, "x2 total": both,
    }  # fmt: skip
    return {name: part / whole for name, part in found.items()}


G = np.array([0.0, 1.0, 4.5, 9.0])


def sobol_g(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Sobol's g, with luck that stretches all of it: nothing is luck alone but its mean."""
    product = np.prod((np.abs(4 * x - 2) + G) / (1 + G), axis=1)
    return product * (1 + 0.5 * luck)


def sobol_g_parts() -> dict[str, float]:
    each = 1 / (3 * (1 + G) ** 2)
    model = np.prod(1 + each) - 1  # the variance of g, whose mean is 1
    whole = (1 + model) * 1.25 - 1
    found = {"assumptions": model, "luck": 0.25, "together": 0.25 * model}
    for j, one in enumerate(each):
        rest = np.prod(1 + np.delete(each, j))
        found |= {f"x{j} alone": one, f"x{j} total": one * rest * 1.25}
    return {name: float(part / whole) for name, part in found.items()}


MODELS = {
    "ishigami": (ishigami, 3, -np.pi, np.pi, ishigami_parts()),
    "sobol g": (sobol_g, 4, 0.0, 1.0, sobol_g_parts()),
}


@pytest.mark.parametrize("name", MODELS)
def test_many_rows_come_to_the_known_parts(name: str) -> None:
    model, count, low, high, known = MODELS[name]
    found = parts(played(model, count, 60_000, 1, low, high))
    assert {part: one.mean for part, one in found.items()} == pytest.approx(known, abs=0.025)


def test_the_parts_add_up_to_one_and_the_greatest_comes_first() -> None:
    for seed in range(5):
        found = played(ishigami, 3, 40, seed, -np.pi, np.pi)
        assert found.assumptions.mean + found.luck.mean + found.together.mean == pytest.approx(1.0, abs=1e-12)
        totals = [one.total.mean for one in found.factors]
        assert totals == sorted(totals, reverse=True)


def test_by_hand() -> None:
    """Two rows: 0 and 4 against 2 and 2, the mean is 2 and the variance (4 + 0 + 4 + 0) / 4."""
    a, b, luck = np.array([0.0, 4.0]), np.array([2.0, 2.0]), np.array([1.0, 4.0])
    found = spread_of(a, b, {("x",): np.array([0.0, 2.0])}, luck)
    assert found.sd == pytest.approx(np.sqrt(2))
    assert found.factors[0].total.mean == pytest.approx((0 + 4) / 2 / 2 / 2)
    assert found.factors[0].alone.mean == 0.0, "B lies on the mean"
    luck_moves, all_move = (1 / 2 / 2) / 2, (1 / 2 + 4 / 2) / 2 / 2
    weight = luck_moves**2 / (luck_moves**2 + all_move)
    moves_with_them = (-2 * (1 - 2) + 2 * (4 - 2)) / 2 / 2
    assert found.assumptions.mean == pytest.approx(weight * moves_with_them + (1 - weight) * (1 - luck_moves))


def test_luck_alone_gives_assumptions_nothing() -> None:
    """B and AL have the same luck, so what assumptions do to nothing is nothing, to the last bit."""
    found = played(lambda x, luck: luck, 3, 50, 2)
    assert all(one.total.mean == one.alone.mean == 0.0 for one in found.factors)
    assert (found.assumptions.mean, found.luck.mean, found.together.mean) == (0.0, 1.0, 0.0)


def test_without_luck_there_is_no_part_of_it() -> None:
    found = played(lambda x, luck: x[:, 0], 1, 50, 3)
    assert (found.assumptions.mean, found.luck.mean, found.together.mean) == (1.0, 0.0, 0.0)


def test_what_does_not_vary_or_is_undefined_is_not_shared_out() -> None:
    assert not played(lambda x, luck: np.full(len(x), 5.0), 2, 40, 1).varies
    a, b = np.array([1.0, np.nan, 3.0, 2.0]), np.array([2.0, 1.0, 5.0, 4.0])
    assert spread_of(a, b, {("x",): b}, a).rows == 3


def test_plays() -> None:
    assert plays_of(128, ["a", "b", "c", "d", "e", "f"]) == 1152


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_stated_error_holds(name: str) -> None:
    """400 times 128 rows: each interval holds the known part about 19 times in 20, and of lopsided rows 17 times."""
    model, count, low, high, known = MODELS[name]
    held = dict.fromkeys(known, 0)
    for seed in range(400):
        for part, one in parts(played(model, count, 128, seed, low, high)).items():
            held[part] += one.low <= known[part] <= one.high
    shares = {part: count / 400 for part, count in held.items()}
    assert min(shares.values()) > 0.85, shares
    assert np.mean(list(shares.values())) > 0.92, shares
