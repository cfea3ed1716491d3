"""Templates of pages, and how a page gets to disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from sim.show.formats import MINUS, drawn

_SIGN = re.compile(rf"(?<={MINUS})(?=[$\d])")  # between a minus sign and its number
_NO_BREAK = "\u2060"  # joins what stands beside it


def template(name: str) -> Template:
    """A template of this room, by its file's name. What it is given is escaped."""
    environment = Environment(
        loader=PackageLoader("sim.show", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters.update(drawn=drawn, unbroken=unbroken)
    return environment.get_template(name)


def unbroken(said: str) -> str:
    """A sentence in which no line ends between a minus sign and its number. Not for tables: they are copied."""
    return _SIGN.sub(_NO_BREAK, said)


def write_whole(path: Path, text: str) -> None:
    """Write a text file that is under its name only when it is whole: half of one stays nowhere. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
