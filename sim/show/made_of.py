"""What a spread is made of and what missed years share, in words, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Callable

from sim.decide.assumptions.made_of import FEWEST_ROWS, MadeOf, Watched
from sim.decide.assumptions.signposts import FEWEST_OF_EACH, Condition
from sim.decide.assumptions.spread import Factor, Spread
from sim.results.estimates import Estimate
from sim.show.decision_page import Row
from sim.show.formats import MINUS, usd
from sim.show.sensitivity import WORTH
from sim.show.svg import drawing, text
from sim.show.words import listed, plain, plan_name, readable, sentence, shown

TOLD = 3
FEW_ROWS = 100  # below so many a share is hardly known
WIDTH, ROW, TOP, MARGIN = 480, 36, 48, 4
COLOUR, LUCK, QUIET, INK, PALE = "#0072B2", "#D55E00", "#6B6B6B", "#222222", 0.28
HEADINGS = ("", "by itself", "19 times in 20 between", "and", "with others, too", "19 times in 20 between", "and", "")
TEXT_COLUMNS = (0, 7)
UNTOLD, SMALL = "not told from nothing", "hardly anything"
LEAST = 0.01  # of the variance: less is hardly anything
NOTE = (
    "Shares are of the variance, the square of the standard deviation: what makes 64% of it would by itself spread"
    " outcomes 80% as far. Assumptions are the uncertainties of the scenario; luck is all else that differs between"
    " replications: the market's path, who leaves, which deals close. By itself is the part that would be gone, on the"
    " mean, if the number were known. With others, too, is the part that would be left if it alone were unknown; by"
    " itself is never truly above it. Both are estimates: a small one may come out below nought or above the other."
)
WATCH = (
    "What missed years share is looked for among the uncertainties and the market's level and regime by half-year. It"
    " is told only where shuffled misses seldom share as much, and where conditions found anew in resampled"
    " replications hold in those left out; shares are corrected for how much better conditions look where they were"
    " found. A signpost says what goes with a miss; it need not be its cause."
)


def name_of(factor: Factor) -> str:
    """A factor as a reader says it."""
    return sentence(listed([readable(shown(name)) for name in factor.names]))


def answer(found: MadeOf) -> list[str]:
    """What the spread is made of, which assumption weighs most, what missed years share."""
    spread = found.spreads[found.worth]
    if not spread.varies:
        return [
            f"{sentence(WORTH[found.worth])} of {plan_name(found.name)} hardly varies: there is nothing to share out."
        ]
    return [_whole(found, spread), _most(spread), _missed(found)]


def _whole(found: MadeOf, spread: Spread) -> str:
    parts = [_part("assumptions", spread.assumptions), _part("luck", spread.luck)]
    together = (
        f"what only the two together do makes {_share(spread.together)}"
        if spread.together.low > 0
        else f"what only the two together do ({_percent(spread.together.mean)}) cannot be told from nothing"
    )
    return (
        f"The spread of {WORTH[found.worth]} of {plan_name(found.name)} (a standard deviation of {usd(spread.sd)}):"
        f" {' and '.join(parts)} of its variance; {together}."
    )


def _part(what: str, share: Estimate) -> str:
    if share.low > 0:
        return f"{what} make{'s' if what == 'luck' else ''} {_share(share)}"
    return f"{what} cannot be told to make any (at most {_percent(share.high)})"


def _most(spread: Spread) -> str:
    """Which assumptions weigh, by all that they do; and those that cannot be told to weigh anything."""
    told = [one for one in spread.factors if one.total.low > LEAST]
    untold = [name_of(one) for one in spread.factors if one not in told]
    said = "Which assumption weighs most cannot be told."
    if told:
        each = [f"{name_of(one).lower()} {_share(one.total)}" for one in told[:TOLD]]
        said = f"Of the assumptions, with all that they do together with others and luck: {', '.join(each)}."
        if len(told) > 1 and told[0].total.low < told[1].total.high:
            said += " Which of the first two weighs more is not certain."
    if untold:
        said += f" Hardly anything: {listed(untold)}."
    return said


def _missed(found: MadeOf) -> str:
    posts = found.signposts
    count = f"{posts.misses} of {posts.replications} replications miss the target"
    if not posts.enough:
        few = f"at least {FEWEST_OF_EACH} that miss and as many that meet it"
        return f"{count}: what they share can be told only of {few}."
    if not posts.conditions or posts.density is None or posts.elsewhere is None or posts.coverage is None:
        return f"{count}. They share nothing that stands the test: no signpost to watch is told."
    conditions = listed([condition_said(one, found) for one in posts.conditions])
    plural = "these hold" if len(posts.conditions) > 1 else "this holds"
    return (
        f"{count}. What they share, to watch: {conditions}. Where {plural}, {_share(posts.density)} miss; elsewhere"
        f" {_share(posts.elsewhere)}. That describes {_share(posts.coverage)} of all misses."
    )


def condition_said(one: Condition, found: MadeOf) -> str:
    """``win rate at most 0.97``, or of the market when it is good or bad in a half-year."""
    watched: Watched = found.watched[one.unknown]
    way = "above" if one.above else "at most"
    if watched.kind == "uncertainty":
        return f"{readable(shown(watched.name))} {way} {plain(float(f'{one.value:.3g}'))}"
    if watched.kind == "level":
        level = f"{abs(one.value):.2f}".rstrip("0").rstrip(".") or "0"
        sign = MINUS if one.value < 0 and level != "0" else ""
        return f"the market's level in {watched.name} {way} {sign}{level} standard deviations"
    regime = readable(found.first_regime)
    return f"a market not {regime} for {'more than' if one.above else 'at most'} {one.value:.0%} of {watched.name}"


def rows(found: MadeOf) -> list[Row]:
    """Assumptions, luck and both together, then each assumption."""
    spread = found.spreads[found.worth]
    whole = [("All assumptions", spread.assumptions), ("Luck", spread.luck), ("Only the two together", spread.together)]
    lines = [Row((name, *_cells(one), "", "", "", _mark(one)), one.low > 0) for name, one in whole]
    for one in spread.factors:
        is_clear = one.total.low > LEAST
        lines.append(Row((name_of(one), *_cells(one.alone), *_cells(one.total), "" if is_clear else SMALL), is_clear))
    return lines if spread.varies else []


def _mark(one: Estimate) -> str:
    return "" if one.low > 0 else UNTOLD


def _cells(one: Estimate) -> tuple[str, str, str]:
    return _percent(one.mean), _percent(one.low), _percent(one.high)


def _share(one: Estimate) -> str:
    return f"{_percent(one.mean)} ({_percent(max(one.low, 0.0))} to {_percent(min(one.high, 1.0))})"


def _percent(share: float) -> str:
    said = f"{abs(share):.0%}"
    return f"{MINUS if share < 0 and said != '0%' else ''}{said}"


def notes(found: MadeOf) -> list[str]:
    """How to read it, and what it rests on."""
    spread = found.spreads[found.worth]
    few = f" {spread.rows} rows are few: shares are known roughly." if spread.rows < FEW_ROWS else ""
    played = f"{spread.rows} rows, {found.plays} plays of {found.months} months.{few}"
    return [f"{played} {NOTE}", WATCH]


def picture(found: MadeOf) -> str:
    """A bar a part: solid what it makes by itself, pale what it makes together with others. An SVG element."""
    spread = found.spreads[found.worth]
    bars: list[tuple[str, Estimate, Estimate, str]] = [
        ("All assumptions", spread.assumptions, spread.assumptions, INK),
        ("Luck", spread.luck, spread.luck, LUCK),
    ]
    bars += [(name_of(one), one.alone, one.total, COLOUR) for one in spread.factors]
    across: Callable[[float], float] = lambda share: MARGIN + max(min(share, 1.0), 0.0) * (WIDTH - 2 * MARGIN)  # noqa: E731
    height = TOP + ROW * len(bars)
    parts = [
        text(MARGIN, 14, f"Part of the variance of {WORTH[found.worth]}, from none to all of it.", 13),
        text(MARGIN, 32, "Solid: by itself. Pale: with others, too; the line is its range.", 12, QUIET),
    ]  # fmt: skip
    for place, (name, alone, total, colour) in enumerate(bars):
        y = TOP + ROW * place
        parts += [
            text(MARGIN, y + 12, name, 13),
            text(WIDTH - MARGIN, y + 12, _share(total), 12, INK, "end"),
            f'<rect x="{MARGIN}" y="{y + 16}" width="{across(total.mean) - MARGIN:.1f}" height="11" fill="{colour}"'
            f' fill-opacity="{PALE}"/>',
            f'<rect x="{MARGIN}" y="{y + 16}" width="{across(min(alone.mean, total.mean)) - MARGIN:.1f}" height="11"'
            f' fill="{colour}"/>',
            f'<path d="M{across(total.low):.1f} {y + 30}H{across(total.high):.1f}" stroke="{QUIET}"/>',
        ]
    return drawing(WIDTH, height, "What the spread is made of", parts)


def few(found: MadeOf) -> bool:
    """Whether what is said rests on too little."""
    return found.spreads[found.worth].rows < 2 * FEWEST_ROWS
