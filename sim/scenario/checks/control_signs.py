"""Signs that command a terminal or turn the direction of text: no name or text of a scenario has them.

Names go to the screen, to pages, tables, figures and names of files, and whoever reads those may be a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim.scenario.errors import Path, Problem

# C0 but tabs and ends of lines, DEL, C1, and what turns the direction of text for good.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
IN_NAMES = re.compile(f"{CONTROL.pattern}|[\t\r\n]")


def control_signs(raw: Any, path: Path = ()) -> Iterator[Problem]:
    """Every key and text of a scenario, as written, that has such a sign; a text may have several lines, a name not."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            at = (*path, key)
            if found := IN_NAMES.search(str(key)):
                yield Problem(at, _told("the name", found[0]))
            yield from control_signs(value, at)
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from control_signs(value, (*path, index))
    elif isinstance(raw, str) and (found := (IN_NAMES if path == ("name",) else CONTROL).search(raw)):
        yield Problem(path, _told("the text", found[0]))


def _told(what: str, sign: str) -> str:
    return f"{what} has the control sign {sign.encode('unicode_escape').decode('ascii')}; leave it out."
