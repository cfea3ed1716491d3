"""The pages of the report, one a file of this folder. A file with a ``PAGE`` in it is a page; nothing else names it.

A new page is two files: its words here, and its figure in ``sim/show/figures``.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from sim.show.page import Page

PAGES: tuple[Page, ...] = tuple(
    sorted(
        (import_module(f"{__name__}.{module.name}").PAGE for module in iter_modules(__path__)),
        key=lambda page: page.place,
    )
)
