"""Pages that `make docs` makes from the code: no part of a commit, and made anew before `make test`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def made_page(path: str) -> str | None:
    """The text of a page as it lies in the checkout; None where it was not made."""
    assert path in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines(), f"{path} would be committed"
    (listed,) = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "PAGES :=" in line]
    assert path in listed.split(), f"make docs does not make {path}"
    return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else None
