"""``salesim schema``: the JSON Schema with which editors complete and check scenarios."""

from __future__ import annotations

import json
from pathlib import Path

from sim.app.request import Request
from sim.app.saying import say
from sim.scenario.editor_schema import editor_schema


def main(request: Request) -> int:
    """Prints the schema, or writes it to ``out=FILE``."""
    text = page()
    out = request.options.get("out")
    if out:
        Path(out).write_text(text, encoding="utf-8")
        say(f"wrote {out}")
    else:
        say(text, end="")
    return 0


def page() -> str:
    """The schema as text, ending in a line feed."""
    return json.dumps(editor_schema(), indent=1, ensure_ascii=False) + "\n"
