"""What a reader of exports cannot go on with."""

from __future__ import annotations


class ExportError(ValueError):
    """A file or mapping that the user can mend. Its text is the whole message."""
