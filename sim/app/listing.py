"""``salesim list``: the scenarios that can be named, each with its question."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.app.request import Request
from sim.scenario.document import read_document
from sim.scenario.errors import ScenarioError
from sim.scenario.places import Places, label_of


def main(request: Request) -> int:
    """Prints a table on a terminal, and plain aligned lines into a file or a pipe."""
    rows = questions()
    if sys.stdout.isatty():
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("scenario", no_wrap=True)
        table.add_column("question")
        for name, question in rows:
            table.add_row(Text(name), Text(question))
        Console().print(table)
    else:
        width = max((len(name) for name, _ in rows), default=0)
        for name, question in rows:
            print(f"{name:<{width}}  {question}")
    return 0


def questions() -> list[tuple[str, str]]:
    """Names and questions. A file that cannot be read is listed with the reason: one bad file hides no other."""
    places = Places.around()
    rows = []
    for name in places.names():
        path = places.find(name)
        assert path is not None, "the name was read off the folder"
        try:
            question = str(read_document(path, label_of(path)).raw.get("question") or "(no question)")
        except ScenarioError as error:
            question = f"(cannot be read) {error}"
        rows.append((name, question))
    return rows
