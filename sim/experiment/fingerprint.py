"""What the numbers of a play depend on beside its plan: the code that plays, its libraries, the kind of machine."""

from __future__ import annotations

import hashlib
import platform
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from llvmlite import binding
from numba.core import config

from sim import __version__

_PACKAGE = Path(__file__).resolve().parents[1]
PLAYS_NOTHING = ("app", "show", "story", "results", "evidence", "shipped", "cli.py", "__main__.py")  # or tells only
LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "simpy", "pydantic")


@cache
def code_that_plays() -> str:
    """A hash of the rooms of ``sim`` that a play and its measures come from, with the versions of what they use."""
    rooms = [path for path in sorted(_PACKAGE.iterdir()) if path.name not in PLAYS_NOTHING]
    said = hashlib.sha256("".join(_digest(path) for path in rooms).encode())
    said.update(repr(libraries()).encode())
    return said.hexdigest()


@cache
def code_of(module: str) -> str:
    """A hash of what else a module of an observer is made of: its room of ``sim``, or its own file elsewhere."""
    package, _, rest = module.partition(".")
    if package == _PACKAGE.name:
        room = rest.partition(".")[0]
        return _digest(_PACKAGE / room) if room in PLAYS_NOTHING else ""
    file = getattr(sys.modules[module], "__file__", None)
    return _digest(Path(file)) if file else ""


@cache
def machine() -> str:
    """The kind of machine, on which the last bits of a number may depend."""
    how = vars(config)  # made from the environment
    jit = "interpreted" if how["DISABLE_JIT"] else how["CPU_NAME"] or binding.get_host_cpu_name()
    return f"{platform.system()} {platform.machine()} {jit}"


@dataclass(frozen=True)
class Identity:
    """Who plays."""

    version: str
    libraries: tuple[tuple[str, str], ...]
    code: str
    machine: str

    def differs_from(self, other: Identity) -> str:
        """In words, in what the other would play otherwise; empty where it would not."""
        if other.version != self.version:
            return f"has salesim {other.version}; here it is {self.version}"
        for (name, here), (_, there) in zip(self.libraries, other.libraries, strict=True):
            if here != there:
                return f"has {name} {there}; here it is {here}"
        return "has salesim with other code than here" if other.code != self.code else ""


@cache
def identity() -> Identity:
    """Who plays in this process."""
    return Identity(__version__, libraries(), code_that_plays(), machine())


@cache
def libraries() -> tuple[tuple[str, str], ...]:
    """What the code that plays uses, each with its version."""
    return ("python", platform.python_version()), *((name, version(name)) for name in LIBRARIES)


def _digest(path: Path) -> str:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    said = hashlib.sha256()
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts:
            content = file.read_bytes()
            said.update(f"{file.relative_to(path.parent).as_posix()} {len(content)}\n".encode())
            said.update(content)
    return said.hexdigest()
