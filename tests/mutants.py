"""Mutants: break one thing at a time in a rule, and see whether a fast test notices.

    NUMBA_DISABLE_JIT=1 python -m tests.mutants sim/rules sim/luck.py [-- tests/rules/test_ramp.py ...]

No file is changed. Tests are collected once; each mutant is a fork of the process in which the code of one function (or
one constant of a module) is swapped, and the tests that reach the changed line are run, the quickest first, until one
fails. Compiled functions are only broken without the compiler; with it, plain ones meet tests that play whole worlds,
too. Tests that fail or compute for longer than ``SLOW_SECONDS`` on the whole code are left out. Without tests named,
those are taken that import one of the files. What survives is printed as file:line, what was changed and how. Needs the
package coverage.
"""

from __future__ import annotations

import ast
import gc
import importlib
import os
import pickle
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import coverage
import hypothesis
import numba
import numpy as np
import pytest
from _pytest.runner import runtestprotocol

HERE = Path(__file__).resolve().parent
SLOW_SECONDS = float(os.environ.get("MUTANTS_SLOW_SECONDS", "4"))
MUTANT_SECONDS = 20  # of computing, for all tests of a mutant; one that never ends is found out
SAME, NEVER_ENDS = "same", "never ends"
SWAPS: dict[type, list[type]] = {
    ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.LtE], ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn], ast.NotIn: [ast.In],
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult], ast.Pow: [ast.Mult],
    ast.FloorDiv: [ast.Mult], ast.Mod: [ast.Mult], ast.MatMult: [ast.Add], ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd], ast.BitXor: [ast.BitOr], ast.RShift: [ast.LShift], ast.And: [ast.Or], ast.Or: [ast.And],
}  # fmt: skip
OPPOSITES = {
    "min": "max", "minimum": "maximum", "floor": "ceil", "any": "all", "left": "right",
    "zeros": "ones", "exp": "log", "log1p": "log", "expm1": "exp", "sum": "mean",
}  # fmt: skip
OPPOSITES |= {other: name for name, other in OPPOSITES.items() if name in ("min", "minimum", "floor", "any", "left")}


class Mutant(NamedTuple):
    """One breakage of a module: where, how it reads before and after, and the whole broken tree."""

    path: Path
    line: int
    last_line: int
    said: str
    tree: ast.Module


def mutants(path: Path) -> Iterator[Mutant]:
    """All breakages of a file, in order of its lines; annotations and docstrings are left alone."""
    source = path.read_text()
    count = sum(1 for _ in sites(ast.parse(source)))
    for place in range(count):
        for way in range(9):
            tree = ast.parse(source)
            node, holder = next(x for k, x in enumerate(sites(tree)) if k == place)
            before, line, end = ast.unparse(node), node.lineno, node.end_lineno or node.lineno
            if not change(node, holder, way):
                break
            after = ast.unparse(holder[0][holder[1]] if holder[1] is not None else node)
            yield Mutant(path, line, end, f"{before}  ->  {after}", ast.fix_missing_locations(tree))


def sites(tree: ast.AST) -> Iterator[tuple[ast.AST, tuple]]:
    """Nodes that can be broken, each with the list and place that hold it, where it stands in one."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "type_ignores"):
            continue
        many = value if isinstance(value, list) else [value]
        for k, node in enumerate(many):
            if not isinstance(node, ast.AST):
                continue
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # a docstring
            if isinstance(node, ast.ImportFrom | ast.Import | ast.Raise | ast.Assert | ast.JoinedStr):
                continue
            if hasattr(node, "lineno"):
                yield node, (many, k if isinstance(value, list) else None)
            yield from sites(node)


def change(node: ast.AST, holder: tuple, way: int) -> bool:
    """Break a node in its way-th manner, in place; whether there is one."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        others = SWAPS.get(type(node.ops[0]), [])
        if way < len(others):
            node.ops[0] = others[way]()
            return True
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        others = SWAPS.get(type(node.op), [])
        if way < len(others):
            node.op = others[way]()
            return True
        if way == len(others) and isinstance(node, ast.AugAssign):
            holder[0][holder[1]] = ast.copy_location(ast.Pass(), node)
            return True
    elif isinstance(node, ast.Constant) and way == 0:
        if isinstance(node.value, bool):
            node.value = not node.value
            return True
        if isinstance(node.value, int | float):
            node.value = node.value + 1 if isinstance(node.value, int) or node.value == 0 else node.value * 1.1
            return True
    elif isinstance(node, ast.UnaryOp) and way == 0:
        if isinstance(node.op, ast.USub | ast.Invert | ast.Not):
            node.op = ast.UAdd() if isinstance(node.op, ast.USub) else node.op
            if not isinstance(node.op, ast.UAdd):  # twice is not at all
                node.operand = ast.copy_location(ast.UnaryOp(node.op, node.operand), node)
            return True
    elif isinstance(node, ast.Name) and node.id in OPPOSITES and isinstance(node.ctx, ast.Load) and way == 0:
        node.id = OPPOSITES[node.id]
        return True
    elif isinstance(node, ast.Attribute) and node.attr in OPPOSITES and way == 0:
        node.attr = OPPOSITES[node.attr]
        return True
    elif isinstance(node, ast.Return) and way == 0 and isinstance(node.value, ast.Name | ast.Call | ast.Subscript):
        node.value = ast.copy_location(ast.UnaryOp(ast.USub(), node.value), node.value)
        return True
    elif isinstance(node, ast.If | ast.IfExp) and way == 0 and not isinstance(node.test, ast.Compare):
        node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        return True
    elif (
        (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Attribute))
    ) and way == 0:
        holder[0][holder[1]] = ast.copy_location(ast.Pass(), node)
        return True
    return False


def codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from codes(one)


def swap_in(mutant: Mutant, module: ModuleType, functions: list[FunctionType], caches: list[Any]) -> bool:
    """Put a mutant's code into the functions that live, and its constants wherever they were imported."""
    whole = compile(mutant.tree, str(mutant.path), "exec", dont_inherit=True)
    new = {(code.co_qualname, code.co_firstlineno): code for code in codes(whole)}
    swapped = False
    for live in functions:
        code = new.get((live.__code__.co_qualname, live.__code__.co_firstlineno))
        if code is not None and code != live.__code__:
            live.__code__ = code
            swapped = True
    for cached in caches:
        cached.cache_clear()
    if not swapped and top_level(mutant):
        fresh = ModuleType(module.__name__)
        fresh.__file__ = module.__file__
        sys.modules[module.__name__], kept = fresh, module  # dataclasses look their module up
        exec(whole, fresh.__dict__)
        sys.modules[module.__name__] = kept
        for name, value in list(vars(kept).items()):
            other = fresh.__dict__.get(name)
            if isinstance(value, bool | int | float | tuple | np.generic) and other != value:
                for user in [m for m in sys.modules.values() if getattr(m, name, None) is value]:
                    setattr(user, name, other)
                swapped = True
    return swapped


def living(path: Path) -> tuple[ModuleType, list[FunctionType], list[Any]]:
    """A file's module, the functions that were made from it, and everybody's caches."""
    module = importlib.import_module(".".join(path.relative_to(HERE.parent).with_suffix("").parts))
    everything = gc.get_objects()
    made = [one for one in everything if isinstance(one, FunctionType) and one.__code__.co_filename == str(path)]
    return module, made, [one for one in everything if type(one).__name__ == "_lru_cache_wrapper"]


def top_level(mutant: Mutant) -> bool:
    body = next(n for n in mutant.tree.body if n.lineno <= mutant.line <= (n.end_lineno or n.lineno))
    return isinstance(body, ast.Assign)


def is_compiled(mutant: Mutant) -> bool:
    body = next(n for n in mutant.tree.body if n.lineno <= mutant.line <= (n.end_lineno or n.lineno))
    return isinstance(body, ast.FunctionDef) and any(
        "compiled" in ast.unparse(d) or "inlined" in ast.unparse(d) for d in body.decorator_list
    )


class Mutation:
    """A plugin of pytest that breaks the code instead of running the tests once."""

    def __init__(self, paths: list[Path]):
        self._paths = paths
        self.survived: list[Mutant] = []
        self.killed = self.unreached = 0
        self._kills: Counter[str] = Counter()  # who killed most is asked first

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        fixed = hypothesis.settings.get_profile("fixed")
        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]  # a smaller case is of no use here
        hypothesis.settings.register_profile("mutants", fixed, phases=phases, report_multiple_bugs=False)
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        importlib.import_module("sim.experiment.kept")  # or the fixture of conftest does so in every fork
        reach = in_fork(lambda: reached(session.items, self._paths), None)
        assert reach != NEVER_ENDS, "the tests could not be run on the whole code"
        by_line, seconds = reach
        items = {item.nodeid: item for item in session.items}
        alive = {path: living(path) for path in self._paths}
        gc.freeze()  # forks then copy less
        print(f"{len(seconds)} of {len(items)} tests are used, {sum(seconds.values()):.0f} s", flush=True)
        for path in self._paths:
            killed, survived, unreached = self.killed, len(self.survived), self.unreached
            module, made, caches = alive[path]
            for mutant in mutants(path):
                self._try(mutant, partial(swap_in, mutant, module, made, caches), items, by_line, seconds)
            print(
                f"{path.relative_to(HERE.parent)}: {self.killed - killed} killed, {len(self.survived) - survived} "
                f"survived, {self.unreached - unreached} of them reached by no test", flush=True,
            )  # fmt: skip
        return True

    def _try(self, mutant: Mutant, swap: Callable[[], bool], items: dict, by_line: dict, seconds: dict) -> None:
        if is_compiled(mutant) and not numba.config.DISABLE_JIT:
            return
        lines = range(mutant.line, mutant.last_line + 1)
        reach = (
            set(seconds) if top_level(mutant) else set().union(*(by_line.get((str(mutant.path), n), ()) for n in lines))
        )
        order = sorted(reach, key=lambda name: seconds[name] / (1 + self._kills[name]))

        def killer() -> str | None:
            if not swap():
                return SAME
            return next((name for name in order if not passes(items[name])), None)

        found = in_fork(killer, MUTANT_SECONDS)
        if found == SAME:
            return  # a type or a table that cannot be swapped, or code that is the same
        if found is not None:
            self._kills[found] += 1
            self.killed += 1
            return
        self.survived.append(mutant)
        self.unreached += not order
        where = f"{mutant.path.relative_to(HERE.parent)}:{mutant.line}"
        print(f"  {where}: {mutant.said}" + ("" if order else "  (reached by no test)"), flush=True)


def passes(item: pytest.Item) -> bool:
    return all(report.passed or report.skipped for report in runtestprotocol(item, nextitem=None, log=False))


def reached(items: list[pytest.Item], paths: list[Path]) -> tuple[dict, dict]:
    """Which tests reach each line, and how long each takes; those that fail or are slow are left out."""
    seconds: dict[str, float] = {}
    by_line: dict[tuple[str, int], set[str]] = {}

    def give_up(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, give_up)
    for item in items:
        meter = coverage.Coverage(data_file=None, include=[str(path) for path in paths], config_file=False)
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOW_SECONDS)
        begin = time.process_time()
        try:
            meter.start()
            good = passes(item)
        except TimeoutError:
            good = False
        finally:
            meter.stop()
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if not good:
            print(f"  left out: {item.nodeid}", flush=True)
            continue
        seconds[item.nodeid] = time.process_time() - begin
        data = meter.get_data()
        for file in data.measured_files():
            for line in data.lines(file) or ():
                by_line.setdefault((file, line), set()).add(item.nodeid)
    return by_line, seconds


def in_fork(work: Callable[[], Any], limit: int | None) -> Any:
    """What a function returns when it runs in a fork of this process; NEVER_ENDS if that ends badly or too late."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        if limit is not None:
            signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_VIRTUAL, limit)  # of its own time, whoever else computes beside it
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
        try:
            with os.fdopen(write, "wb") as out:
                out.write(pickle.dumps(work()))
        except BaseException:
            os._exit(1)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as back:
        told = back.read()
    os.waitpid(pid, 0)
    return pickle.loads(told) if told else NEVER_ENDS


def files(names: list[str]) -> list[Path]:
    found = []
    for name in names:
        path = (HERE.parent / name).resolve()
        found += sorted(path.glob("*.py")) if path.is_dir() else [path]
    return [path for path in found if path.name != "__init__.py"]


def tests_of(paths: list[Path]) -> list[str]:
    """The test files that import one of the files, by its name or its room's."""
    names = {".".join(path.relative_to(HERE.parent).with_suffix("").parts) for path in paths}
    found = []
    for test in sorted(HERE.glob("**/test_*.py")):
        for node in ast.walk(ast.parse(test.read_text())):
            if isinstance(node, ast.ImportFrom) and names & {
                str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names),
            }:  # fmt: skip
                found.append(str(test))
                break
    return found


def main(arguments: list[str]) -> None:
    at = arguments.index("--") if "--" in arguments else len(arguments)
    paths, tests = files(arguments[:at]), arguments[at + 1 :]
    mutation = Mutation(paths)
    options = ["-q", "-n0", "--tb=no", "-s", "-p", "no:cacheprovider", "-m", "not slow"]
    pytest.main([*options, *(tests or tests_of(paths))], plugins=[mutation])
    all_of_them = mutation.killed + len(mutation.survived)
    print(f"{mutation.killed} of {all_of_them} mutants killed ({mutation.killed / max(all_of_them, 1):.1%})")


if __name__ == "__main__":
    main(sys.argv[1:])
