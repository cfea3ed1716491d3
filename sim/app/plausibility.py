"""``salesim plausibility``: what a scenario brings forth, beside what is published."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.app.check import check_draws
from sim.app.progress import PatientConsole, ScreenProgress
from sim.app.request import Request
from sim.app.saying import aligned, say
from sim.evidence.published.benchmarks import KINDS, ONE_NUMBER_REACH
from sim.evidence.published.plausibility import Finding, findings

_HEADINGS = ("", "ours", "error", "low", "typical", "high", "", "", "what ours is")
_TEXT_COLUMNS = (0, 6, 7, 8)  # the others hold numbers, which stand to the right


def main(request: Request) -> int:
    """Plays the scenario and prints each benchmark with our number. Raises UserError."""
    settings, source = request.settings(), request.sources()[0]
    if settings.uncertain:
        check_draws(source)
    console = PatientConsole()
    console.print(
        f"{source.name}: {settings.replications} replications of {settings.months} months, seed {settings.seed}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    for line in page(findings(source, settings, ScreenProgress(console))):
        say(line)
    return 0


def page(found: Sequence[Finding]) -> Iterator[str]:
    """The findings by kind, as aligned lines, outputs first; then how many outputs are inside."""
    for kind in KINDS:
        mine = [one for one in found if one.benchmark.kind == kind]
        yield ""
        yield f"{kind.capitalize()}: {KINDS[kind]}"
        yield from _aligned(mine)
    outputs = [one for one in found if one.benchmark.kind == "output"]
    outside = [one for one in outputs if not one.inside]
    unexplained = sum(not one.benchmark.why_outside for one in outside)
    yield ""
    yield (
        f"{len(outputs) - len(outside)} of {len(outputs)} outputs are inside what is published; {len(outside)} outside,"
        f" {unexplained} of them without a reason."
    )
    yield (
        "Ours is the mean over replications with its standard error. Where a low or high is not published, inside"
        f" reaches {ONE_NUMBER_REACH:.0%} from the typical value."
    )
    yield "Sources are named in sim/evidence/published/benchmarks.csv."


def _aligned(found: Sequence[Finding]) -> Iterator[str]:
    rows = [_HEADINGS, *(_cells(one) for one in found)]
    for line, one in zip(aligned(rows, _TEXT_COLUMNS), [None, *found], strict=True):
        yield f"  {line}"
        if one is not None and one.value and not one.inside and one.benchmark.why_outside:
            yield f"      {one.benchmark.why_outside}"


def _cells(one: Finding) -> tuple[str, ...]:
    published = one.benchmark
    ours = "; ".join(_number(value) for value in one.value)
    typical = published.typical_text if math.isnan(published.typical) else _number(published.typical)
    numbers = (ours, _number(one.error), _number(published.low), typical, _number(published.high))
    return (published.name, *numbers, published.unit, _mark(one), published.measured_as)


def _mark(one: Finding) -> str:
    """Inside or OUTSIDE, for a single number with a published range."""
    if len(one.value) != 1:
        return ""
    return "inside" if one.inside else "OUTSIDE"


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
