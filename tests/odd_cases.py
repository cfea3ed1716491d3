"""Scenarios, overrides, files and command lines at and beyond the edges, each a case by number: the same in every run.

``python -m tests.odd_cases 5000`` plays as many through the command in this process and says what was not answered by
OK or one clear error; a second number chooses other cases. Nothing is simulated: ``check`` and words that no command
takes are enough.
"""

from __future__ import annotations

import contextlib
import io
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.app.commands import COMMANDS
from sim.cli import main
from sim.scenario.load import load_source
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import SchemaNode
from tests.makers.company import CUSTOMER, DEAL, ROSTER

SEED = 20270101
SECONDS = 10
LONGEST_LINE = 1000
ODD = (
    "null", "{}", "[]", "''", "yes", "nan", "inf", "-1e300", "1e-200", "1e400", "2027-02-30", "9999-12-31", "[[[1]]]",
    "{a: b}", "{start: 1, 2027-07-01: -5}", "{uncertain: win_odds}", "{uncertain: nothing}", "{_replace_: true}", "~",
    "0x1F", "1_000", "12:30", "010", "-0", "é", "'\\t'", "a" * 200, "1,000", "${levers}", "!!python/name:os.system",
)  # fmt: skip
CELLS = (
    "", " ", "0", "-1", "1e308", "nan", "45.000", "45,000", "$1,234.50", "(500)", "12/7/2026", "2026-02-30", "99999999",
    "0001-01-01", "9999-12-31", "46387", "=cmd|' /C calc'!A0", "\x1b[31m", "Ann, Lee", 'a"b',
    "東京", "e\u0301", "\u202e", "x" * 5000,
    "smb", "east", "ae", "inbound", "proposal", "TBH", "null", "\n", "\x00",
)  # fmt: skip
HEADINGS = (
    "name",
    "Amount (USD)",
    "currency",
    "end_date",
    "id",
    "id",
    "",
    "role ",
    "\ufeffowner",
    "tenure_months",
    "Stage",
)
COMPANY = """\
question: What do our files bring?
defaults: [base, _self_]
opening:
  past_seat_years: 0
  files: {roster: roster.csv, pipeline: pipeline.csv, customers: customers.csv}
levers: {requisitions: null, backfill: {enabled: false}}
"""
FILES: dict[str, list[dict[str, Any]]] = {"roster": ROSTER, "pipeline": [DEAL], "customers": [CUSTOMER]}


@dataclass(frozen=True)
class Case:
    """A command line with the files that it reads. ``refused``: whether it must not be accepted."""

    kind: str
    words: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    refused: bool = False


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return load_source("base", ["opening.past_seat_years=0"]).raw


@lru_cache(maxsize=1)
def places() -> list[tuple[str, dict[str, Any]]]:
    """Every number, list, date and flag of base by its key, with its part of the schema."""
    return list(_walk(_raw(), SchemaNode.of(Scenario), ()))


def _walk(node: Any, shape: SchemaNode, path: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    shape = shape.chosen(node)
    if isinstance(node, dict) and "uncertain" not in node:
        for key, below in node.items():
            yield from _walk(below, shape.child(key), (*path, str(key)))
    elif path[0] not in ("name", "question", "uncertainties"):
        yield ".".join(path), shape.undated().node


@lru_cache(maxsize=1)
def _groups() -> list[str]:
    """Every group and name of base by its key."""
    found: list[str] = []

    def walk(node: Any, path: tuple[str, ...]) -> None:
        for key, below in node.items() if isinstance(node, dict) else ():
            found.append(".".join((*path, str(key))))
            walk(below, (*path, str(key)))

    walk(_raw(), ())
    return found


def _values(node: dict[str, Any]) -> list[str]:
    """The ends of a range, a step inside and a step beyond each."""
    ends = [node.get("minimum"), node.get("maximum"), node.get("exclusiveMaximum")]
    found = [f"{end:.12g}" for end in ends if end is not None]
    found += [f"{end + step:.12g}" for end in ends if end is not None for step in (-1, 1, -1e-6, 1e-6)]
    return found


def _odd_value(node: dict[str, Any], luck: random.Random) -> str:
    ends = _values(node)
    return luck.choice(ends) if ends and luck.random() < 0.7 else luck.choice(ODD)


def _is_beyond(node: dict[str, Any], value: str) -> bool:
    """Whether a value is a number outside the range that the schema states."""
    if node.get("type") not in ("number", "integer"):
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    low, high, below = (node.get(name) for name in ("minimum", "maximum", "exclusiveMaximum"))
    return (
        (low is not None and number < low)
        or (high is not None and number > high)
        or (below is not None and number >= below)
    )


def _overrides(luck: random.Random) -> Case:
    """One to three keys of base, each with a value at an edge."""
    chosen = [(*place, _odd_value(place[1], luck)) for place in luck.sample(places(), luck.choice((1, 1, 1, 2, 3)))]
    beyond = any(_is_beyond(node, value) for _, node, value in chosen)
    words = ("check", "scenario=base", *(f"{key}={value}" for key, _, value in chosen))
    return Case("override", words, refused=beyond)


def _removals(luck: random.Random) -> Case:
    """Names and groups of base taken away, emptied or replaced."""
    keys = luck.sample(_groups(), luck.choice((1, 1, 2)))
    ways = (
        "{}=null",
        "{}=null",
        "~{}",
        "{}={{}}",
        "{}={{_replace_: true}}",
        "{}x=null",
        "+{}=[]",
        "{}={{_replace_: true, a: 1}}",
    )
    return Case("removal", ("check", "scenario=base", *(luck.choice(ways).format(key) for key in keys)))


def _written(luck: random.Random) -> Case:
    """A file on base, or on nothing: some of base's keys with odd values, and at times a few letters changed."""
    tree: dict[str, Any] = {"question": "Q?"}
    if luck.random() < 0.9:
        tree["defaults"] = luck.choice(
            (["base"], ["base", "_self_"], ["base", "hire_early"], ["nowhere"], ["odd"], "base")
        )
    for key in luck.sample(_groups(), luck.randint(0, 5)):
        node: Any = tree
        *above, last = key.split(".")
        for name in above:
            node = node.setdefault(name, {}) if isinstance(node, dict) else {}
            node = node if isinstance(node, dict) else {}
        node[last] = luck.choice(
            (None, {}, [], True, 0, -1, 1e300, "x", "2027-13-01", {"_replace_": True}, {"uncertain": "renewal"})
        )
    text = yaml.safe_dump(tree, sort_keys=False)
    for _ in range(luck.choice((0, 0, 0, 1, 3))):
        at = luck.randrange(len(text))
        text = (
            text[:at]
            + luck.choice((*"\t:{}[],&*!|>-?'\"#%@ \n0é\x00\x1b", "<<: *a\n", "---\n", "${a}"))
            + text[at + 1 :]
        )
    return Case(
        "file",
        ("check", "scenario=odd.yaml"),
        {"odd.yaml": text.encode(luck.choice(("utf-8", "utf-8-sig", "utf-16")) if luck.random() < 0.1 else "utf-8")},
    )


def _company(luck: random.Random) -> Case:
    """A company's own roster, pipeline and customers with odd cells, headings, rows and bytes."""
    files = {"ours.yaml": COMPANY.encode()}
    for kind, rows in FILES.items():
        calm = luck.random() < 0.5  # some files of a case are as they should be
        odd = [dict(luck.choice(rows)) for _ in range(luck.choice((1, 3, 3, 8, 8, 0)))]
        headings = list(rows[0])
        for _ in range(0 if calm else luck.choice((0, 0, 0, 0, 0, 1, 2))):
            headings[luck.randrange(len(headings))] = luck.choice(HEADINGS)
        sign = luck.choice((",",) * 40 + (";", "\t"))
        lines = [sign.join(headings)]
        for row in odd:
            cells = [str(cell) for cell in row.values()]
            for _ in range(0 if calm else luck.choice((0, 1, 1, 2))):
                cells[luck.randrange(len(cells))] = luck.choice(CELLS)
            quoted = [f'"{cell}"' if luck.random() < 0.9 and any(s in cell for s in ',"\n') else cell for cell in cells]
            lines.append(sign.join(quoted[: luck.choice((len(quoted),) * 30 + (2,))]))
        text = luck.choice(("\n",) * 12 + ("\r\n", "\r")).join(lines) + "\n"
        files[f"{kind}.csv"] = text.encode(luck.choice(("utf-8",) * 40 + ("utf-16", "latin-1")), "replace")
    extra = luck.choice(
        (
            (),
            (),
            ("opening.files.dates=day_first",),
            ("opening.files.decimal=comma",),
            ("opening.files.usd_per={EUR: 1.1}",),
            ("opening.files.pipeline=null",),
            ("opening.files.stages={Won: proposal}",),
        )
    )
    return Case("company", ("check", "scenario=ours.yaml", *extra), files)


def _line(luck: random.Random) -> Case:
    """Words that some command takes and some value that none does: nothing is played."""
    name = luck.choice((*COMMANDS, "chek", "", "-x", "--helpp"))
    words = [
        "scenario=base",
        "scenario=nowhere",
        "scenario=",
        "scenarios=[base,hire_early]",
        "scenarios=[base",
        "run.replications=0",
        "run.replications=1e9",
        "run.months=0",
        "run.months=9999",
        "run.seed=-1",
        "run.n_jobs=0",
        "run.nothing=1",
        "rep=x",
        "deal=-1",
        "pay=maybe",
        "luck=x",
        "period=2027-Q9",
        "folder=/nowhere/at/all",
        "out=/nowhere/at/all",
        "criterion=luck",
        "sweep.x=[1,2]",
        "sweep.levers.backfill.approval_days=[1]",
        "sweep.levers.backfill.approval_days=[1,1]",
        "levers.routing",
        "levers=",
        "=",
        "a=b=c",
        "~levers",
        "~nothing",
        "name=" + "n" * 300,
        "kind=wind",
        "run.label=\x1b[31m",
        "levers.a." + "b." * 60 + "c=1",
    ]
    wrong = (
        "run.replications=0",
        "run.replications=-5",
        "run.months=0",
        "run.nothing=1",
        "criterion=luck",
        "a=b",
        "run.seed=x",
        "levers.nothing=1",
    )
    return Case("line", (name, *luck.sample(words, luck.randint(0, 3)), luck.choice(wrong)), refused=True)


KINDS = (_overrides, _overrides, _removals, _written, _company, _line)


def case(number: int, seed: int = SEED) -> Case:
    """The case of a number."""
    luck = random.Random(f"{seed}/{number}")
    return KINDS[number % len(KINDS)](luck)


class Hangs(Exception):
    """A case that took too long."""


def _ring(*_: object) -> None:
    raise Hangs


def fault_of(one: Case, folder: Path) -> tuple[str, int]:
    """What is wrong with the answer to a case, empty for nothing, and the exit code."""
    for name, data in one.files.items():
        (folder / name).write_bytes(data)
    said, wrong = io.StringIO(), io.StringIO()
    before, code = time.process_time(), -1
    usual = signal.signal(signal.SIGALRM, _ring)
    signal.alarm(6 * SECONDS)  # by the clock, on a machine with other work
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
            code = main(one.words)
    except Hangs:
        return "hangs", code
    except Exception:
        return traceback.format_exc(limit=-3), code
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, usual)
    text = wrong.getvalue()
    faults = {
        f"took {time.process_time() - before:.0f} s": time.process_time() - before > SECONDS,
        f"ended with {code}": code not in (0, 2),
        "is out of range, but accepted": one.refused and code != 2,
        "gave no reason": code == 2 and not text.strip(),
        "complained, but accepted": code == 0 and bool(text),
        "gave a traceback": "Traceback" in text + said.getvalue(),
        "speaks of a library": any(
            word in text for word in ("pydantic", "omegaconf", "OmegaConf", "hydra.", "DictConfig")
        ),
        "gave a very long line": any(len(line) > LONGEST_LINE for line in text.splitlines()),
        "gave many lines": len(text.splitlines()) > 6,
        "sent a control sign": any(ord(letter) < 32 and letter not in "\n\t" for letter in text + said.getvalue()),
    }
    return "; ".join(fault for fault, is_so in faults.items() if is_so) + (
        f": {text[:300]}" if any(faults.values()) else ""
    ), code


def faults(numbers: range, seed: int = SEED) -> tuple[list[str], Counter[tuple[str, int]]]:
    """What went wrong in some cases, each with its words, and how many of each kind ended with which code."""
    found: list[str] = []
    ended: Counter[tuple[str, int]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            one = case(number, seed)
            fault, code = fault_of(one, Path(folder))
            ended[one.kind, code] += 1
            if fault:
                found.append(f"case {number} {one.words}: {fault}")
    return found, ended


if __name__ == "__main__":
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    found, ended = faults(range(count), seed)
    print(*found, sep="\n")
    print(f"{count} cases, {len(found)} faults; by kind and exit code: {dict(sorted(ended.items()))}")
    sys.exit(bool(found))
