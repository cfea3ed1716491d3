"""Names and what files state in plain words, as a reader says them."""

from __future__ import annotations

import re
from typing import Any

from sim.show.formats import MINUS

# All of C0 and C1 but tabs and new lines, and what turns the direction of text.
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

ACRONYMS = frozenset({"ae", "am", "csm", "sdr", "bdr", "se", "vp", "smb", "spiff", "ote", "arr", "crm", "emea", "apac"})


def shown(text: str) -> str:
    """The text with its control signs spelled out, so that no name commands a terminal: ESC is ``\\x1b``."""
    return COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def readable(name: str) -> str:
    """A name of a file or key as a reader says it: ``se_shortage`` becomes ``SE shortage``; capitals given stay."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in name.replace("_", " ").split())


def plan_name(name: str, longest: int = 28) -> str:
    """A scenario's name as a reader says it, on the screen and in the report. Cut to ``longest`` letters.

    Of each part between commas, as sweeps name their plans, the last word stays: it is the value.
    """
    plain = readable(shown(name)) or "unnamed"
    parts = plain.split(", ")
    if len(plain) <= longest or len(parts) == 1:
        return cut(plain, longest)
    room = (longest - 2 * (len(parts) - 1)) // len(parts)
    keys, values = zip(*(part.rsplit(" ", 1) if " " in part else ("", part) for part in parts), strict=True)
    if any(len(value) > room - 3 for value in values):
        return cut(plain, longest)
    return ", ".join(
        f"{cut(key, room - 1 - len(value))} {value}".strip() for key, value in zip(keys, values, strict=True)
    )


def cut(text: str, longest: int) -> str:
    """The text with at most ``longest`` signs, an ellipsis where some are gone."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def sentence(text: str) -> str:
    """The text with a capital first letter, the rest left alone."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def plain(value: Any, signed: bool = False) -> str:
    """What a scenario or manifest states, as a person reads it; an uncertain number by the name of what it hangs on."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        if "uncertain" in value:
            times = f"{plain(value['times'])} times " if "times" in value else ""
            plus = f" plus {plain(value['plus'])}" if value.get("plus") else ""
            return f"{times}the uncertain {readable(str(value['uncertain']))}{plus}"
        return ", ".join(f"{key} {plain(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(plain(inner) for inner in value) or "none"
    if isinstance(value, int | float):
        return f"{value:{'+' if signed else ''},.10g}".replace("-", MINUS)
    return str(value)
