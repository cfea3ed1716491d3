"""``salesim schema``: the JSON Schema with which editors complete and check scenarios, or the list of keys to read."""

from __future__ import annotations

import json
from pathlib import Path

from sim.app.request import Request
from sim.app.saying import say
from sim.scenario.schema.editor import editor_schema
from sim.scenario.schema.keys import keys_page


def main(request: Request) -> int:
    """Prints the schema, or writes it to ``out=FILE``; to a file that ends in .md, the list of keys."""
    out = request.options.get("out")
    text = keys_page() if out and out.endswith(".md") else page()
    if out:
        Path(out).write_text(text, encoding="utf-8")
        say(f"wrote {out}")
    else:
        say(text, end="")
    return 0


def page() -> str:
    """The schema as text, ending in a line feed."""
    return json.dumps(editor_schema(), indent=1, ensure_ascii=False) + "\n"
