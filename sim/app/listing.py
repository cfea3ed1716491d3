"""``salesim list``: the scenarios that can be named, each with its kind and its question."""

from __future__ import annotations

import sys

from rich.table import Table
from rich.text import Text

from sim.app.progress import SafeConsole
from sim.app.request import Request
from sim.app.saying import say
from sim.scenario.errors import ScenarioError
from sim.scenario.reading.folders import Folders, chain


def main(request: Request) -> int:
    """Prints a table on a terminal, and plain aligned lines into a file or a pipe."""
    rows = questions()
    if sys.stdout.isatty():
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("scenario", no_wrap=True)
        table.add_column("kind", no_wrap=True)
        table.add_column("question")
        for row in rows:
            table.add_row(*map(Text, row))
        SafeConsole().print(table)
    else:
        widths = [max((len(row[place]) for row in rows), default=0) for place in (0, 1)]
        for name, kind, question in rows:
            say(f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {question}")
    return 0


def questions() -> list[tuple[str, str, str]]:
    """Names, kinds and questions; a kind that a file does not give is that of the one it builds on.

    A file that cannot be read is listed with the reason: one bad file hides no other."""
    folders = Folders.around()
    rows = []
    for name in folders.names():
        path = folders.find(name)
        assert path is not None, "the name was read off the folder"
        try:
            documents = chain(path)
            kind = str(next((one.raw["kind"] for one in reversed(documents) if "kind" in one.raw), "plan"))
            question = str(documents[-1].raw.get("question") or "(no question)")
        except ScenarioError as error:
            kind, question = "", f"(cannot be read) {error}"
        rows.append((name, kind, question))
    return rows
