"""The report: one HTML file that can be mailed, printed and read without explanation. It carries its own pictures."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sim.results.layout import FIGURES, REPORT
from sim.results.run_folder import RunFolder, read_run
from sim.show import answer, assumptions, findings, judgment, tables
from sim.show.criterion import heading
from sim.show.differences import differences_said
from sim.show.few import few, grids, left_out, title
from sim.show.formats import share, years
from sim.show.market import market
from sim.show.pictures import Picture, draw_all, filled_pages
from sim.show.tables import table_or_reason, tables_or_reason
from sim.show.template import template, write_whole
from sim.show.trust import trust
from sim.show.undrawn import made_or_told
from sim.show.words import plan_name


def write_report(folder: Path) -> Path:
    """Draw ``figures/*.png`` and write ``report.html`` into a finished run folder, from its files alone.

    The same run gives the same bytes. Names are escaped; the page has no script and asks nothing of any other address.

    Args:
        folder: holds summary.csv, kpis.parquet and manifest.json, and differences.csv for a comparison.

    Returns: the path of the report.

    Raises:
        FileNotFoundError: the folder is not a finished run; the message names the file that is missing.
    """
    return report_of(read_run(Path(folder)))


def report_of(run: RunFolder) -> Path:
    """``write_report`` of a run folder that is read already."""
    shown = few(run)
    pictures = draw_all(shown, run.folder / FIGURES)
    page = _page(run, shown, pictures)
    path = run.folder / REPORT
    write_whole(path, page)
    return path


def _page(run: RunFolder, shown: RunFolder, pictures: list[Picture]) -> str:
    """The page of a run. ``shown``: the plans for which figures and long tables have room."""
    return template("report.html.j2").render(
        title=title(run.plans),
        several=len(run.plans) > 1,
        reference=plan_name(run.verdict.reference, 40),
        replications=run.replication_count,
        last_month=findings.last_month(run),
        too_few=bool(findings.too_few(run.replication_count)),
        answer=_lines("The answer", lambda: answer.answer(run)),
        left_out_plans=left_out(run, shown),
        grids=tables_or_reason("Every pair of the sweeps", lambda: grids(run)),
        with_value=run.verdict.worth == "value",
        ranked_by=heading(run.verdict.criterion),
        run_off=years(run.verdict.horizon.run_off_years),
        discount=share(run.verdict.horizon.discount_per_year),
        scores=made_or_told(lambda: answer.scores(run, shown.plans), lambda reason: list[answer.Score]()),
        pages=filled_pages(shown, pictures),
        embedded=_embedded,
        period_tables=[
            table_or_reason(plan_name(one, 60), partial(tables.by_period, shown, one)) for one in shown.plans
        ],
        judgment_tables=tables_or_reason("Leaders' judgment", lambda: judgment.tables(shown)),
        differences=_lines("Differences", lambda: differences_said(run.verdict, shown.plans)),
        difference_tables=[
            table_or_reason(f"{plan_name(one, 40)}: differences", partial(tables.differences, shown, one))
            for one in shown.plans[1:]
        ],
        measures=table_or_reason("All measures, whole run", lambda: tables.all_measures(shown)),
        group_tables=tables_or_reason("By group", lambda: tables.all_by_group(shown)),
        changes=table_or_reason("What the plans change", lambda: assumptions.changes(run)),
        opening_files=table_or_reason("What the files brought", lambda: assumptions.opening_files(run)),
        uncertainties=table_or_reason("What we are unsure of", lambda: assumptions.uncertainties(run)),
        warnings=assumptions.warnings(run),
        uncertain_used=assumptions.uncertain_used(run),
        left_out=run.manifest.get("left_out") or [],
        market=_lines("The market", lambda: market(run)),
        how_sure=_lines("How sure the numbers are", lambda: assumptions.how_sure(shown)),
        trust=table_or_reason("How far to trust it", lambda: trust(run)),
        facts=assumptions.facts(run),
        scenario_texts=assumptions.scenario_texts(shown),
    )


def _lines(what: str, make: Callable[[], list[str]]) -> list[str]:
    return made_or_told(make, lambda reason: [f"{what}: cannot be told: {reason}"])


def _embedded(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.path.read_bytes()).decode("ascii")
