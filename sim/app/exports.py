"""The exports that a command is given: which files, and what they say. Every command that reads a company's deals reads
them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.crm.dates import iso
from sim.crm.earlier import read_earlier
from sim.crm.errors import ExportError
from sim.crm.headings import HIRES, KINDS
from sim.crm.hires import Hires, read_hires, still_to_come
from sim.crm.mapping import Told, a_day, read_mapping
from sim.crm.opportunities import Opportunities
from sim.crm.reading import Export, read_export
from sim.crm.writing import check_folder
from sim.scenario.errors import UserError

FROM_ROSTER = "roster"
EARLIER, EARLIER_AS_OF = "earlier", "earlier_as_of"
REGISTER, NOT_KEPT = Path("results/register"), "none"


def export_asked(command: str, options: Mapping[str, str], writes: tuple[str, ...] = ()) -> Export:
    """Reads the files that ``sim.app.commands.EXPORT`` names.

    Args:
        command: the name of the command, for the message where it has no file of deals.
        writes: names of files that the command is about to write to ``out``; none of them may be one that is read.

    Raises: UserError, with what the reader of exports says.
    """
    if not options.get("opportunities"):
        raise UserError(f"{command} needs the file of opportunities: opportunities=deals.csv")
    paths = paths_asked(options)
    mapping = Path(options["mapping"]).expanduser() if options.get("mapping") else None
    out = folder_asked(options)
    try:
        if out:
            more = [*([mapping] if mapping else []), *([_earlier_path(options)] if options.get(EARLIER) else [])]
            check_folder(out, [*paths.values(), *more], writes)
        told = told_asked(options)
        as_of = a_day("as_of", options["as_of"]) if options.get("as_of") else None
        return read_export(paths, told, as_of)
    except ExportError as error:
        raise UserError(str(error)) from None


def earlier_asked(options: Mapping[str, str], export: Export) -> Opportunities | None:
    """The deals of ``earlier=``, as its owners had them then, or None. Raises UserError."""
    if not options.get(EARLIER):
        if options.get(EARLIER_AS_OF):
            raise UserError(
                f"{EARLIER_AS_OF}={options[EARLIER_AS_OF]}: there is no earlier export; give {EARLIER}=FILE."
            )
        return None
    try:
        as_of = a_day(EARLIER_AS_OF, options[EARLIER_AS_OF]) if options.get(EARLIER_AS_OF) else None
        return read_earlier(_earlier_path(options), told_asked(options), as_of, export)
    except ExportError as error:
        raise UserError(f"{EARLIER}={options[EARLIER]}: {error}") from None


def _earlier_path(options: Mapping[str, str]) -> Path:
    return Path(options[EARLIER]).expanduser()


def told_asked(options: Mapping[str, str]) -> Told:
    """What the mapping says. Raises ExportError."""
    return read_mapping(Path(options["mapping"]).expanduser()) if options.get("mapping") else Told()


def paths_asked(options: Mapping[str, str]) -> dict[str, Path]:
    """The files by kind."""
    return {
        kind: Path(options[kind]).expanduser()
        for kind in KINDS
        if options.get(kind) and (kind, options[kind]) != (HIRES.name, FROM_ROSTER)
    }


def hires_asked(options: Mapping[str, str], export: Export) -> Hires | None:
    """Who has still to come: of a file, or of the roster, or nobody. Raises UserError."""
    given = options.get(HIRES.name)
    if not given:
        return None
    if given != FROM_ROSTER:
        try:
            return read_hires(Path(given).expanduser(), told_asked(options), export.opportunities.as_of, export.roster)
        except ExportError as error:
            raise UserError(f"hires: {error}") from None
    if export.roster is None:
        raise UserError("hires=roster: there is no roster; give roster=FILE, or a file of hires.")
    found = still_to_come(export.roster, export.opportunities.as_of)
    if not len(found):
        raise UserError(f"hires=roster: nobody on it starts after {iso(export.opportunities.as_of)}.")
    return found


def folder_asked(options: Mapping[str, str]) -> Path | None:
    """The folder to write to."""
    return Path(options["out"]).expanduser() if options.get("out") else None


def dataset(options: Mapping[str, str]) -> str:
    """The name that forecasts of a company are told apart by: ``dataset=``, or the folder of its export."""
    name = options.get("dataset") or paths_asked(options)["opportunities"].resolve().parent.name or "company"
    if not name[0].isalnum():
        raise UserError(f"dataset={name}: a name begins with a letter or digit.")
    return name


def register_folder(options: Mapping[str, str]) -> Path | None:
    """Where forecasts are kept; None where they are not to be."""
    given = options.get("register")
    return None if given == NOT_KEPT else Path(given).expanduser() if given else REGISTER
