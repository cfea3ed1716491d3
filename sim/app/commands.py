"""The commands: what each is for, how many scenarios it takes, and its options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.app import axes
from sim.experiment.settings import PREFIX, RunSettings
from sim.results.criterion import STANDING
from sim.scenario.scenario import Scenario

SCENARIO_KEYS = tuple(Scenario.model_fields)
MOST_COMPARED, MOST_SWEPT = 50, 500  # plans
CRITERION = {
    "criterion": f"what plans are ranked by: {', '.join(STANDING)}, or any measure of which more or less is better,"
    f" such as cost, bookings, grr or cycle_days_won (salesim measures has them); {STANDING[0]} unless given"
}

EXPORT = {  # the files of a company, which sim.app.exports reads
    "opportunities": "the deals: CSV with any separator and encoding, also packed by gzip, .xlsx or Parquet",
    "history": "moves between stages: deal, stage, time",
    "roster": "sellers, with the days on which they came and left",
    "accounts": "names of accounts with their segments",
    "products": "names of products",
    "mapping": "a small YAML file that says which column is which, where it cannot be told",
    "as_of": "the day to see the export on, such as 2026-09-30; the latest that a row knows unless given",
}


@dataclass(frozen=True)
class Command:
    """A command: the module of ``sim.app`` that does it, what it is for, how many scenarios it takes, its options.

    ``unless_named`` is the scenario that it takes when none is given.
    """

    module: str
    summary: str
    least_scenarios: int = 0
    most_scenarios: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    unless_named: str = ""
    bare: str = ""  # the option that a word without a key gives
    tells_json: bool = False  # whether --json makes it print one JSON document and nothing else
    block: str = ""  # the first part of keys that the command reads itself, such as search.trials

    @property
    def keys(self) -> tuple[str, ...]:
        """The first words of the keys that the command takes."""
        if not self.most_scenarios:
            return tuple(self.options)
        which = ("scenario",) if self.most_scenarios == 1 else ("scenario", "scenarios")
        sweeps = (axes.PREFIX,) if self.most_scenarios > 1 else ()
        blocks = (self.block,) if self.block else ()
        return (*which, *self.options, *blocks, PREFIX, *sweeps, *SCENARIO_KEYS)

    def is_run_setting(self, key: str) -> bool:
        """Whether an option is a setting of runs: where exports are read nothing runs, so only the seed is one."""
        own = set(EXPORT) <= set(self.options) and key != "seed"
        return key in self.options and key in RunSettings.model_fields and not own


COMMANDS = {
    "run": Command("run", "play one scenario many times and write a report", 1, 1, CRITERION, tells_json=True),
    "compare": Command(
        "compare",
        "play several scenarios under the same luck; the first is the reference",
        2,
        MOST_COMPARED,
        CRITERION,
        tells_json=True,
    ),
    "sweep": Command(
        "sweep",
        "play a plan for each value of some keys; say which is best and how values answer",
        1,
        MOST_SWEPT,
        CRITERION,
        tells_json=True,
    ),
    "sensitivity": Command(
        "sensitivity",
        "say in dollars what moves a plan most; of several plans, what knowing is worth",
        1,
        50,
        {
            "drivers": "more numbers to move by 10%, such as [world.segments.*.push_days]; a star is any name",
            "shares": "true for what the spread is made of, assumptions and luck, and what missed years share",
        },
        tells_json=True,
    ),
    "why": Command(
        "why",
        "say what the gap between two plans, or a plan and its target, comes from",
        1,
        2,
        {
            "criterion": "the measure that is told first: value, contribution, bookings_less_cost, or another one in"
            " dollars that adds up, such as arr_at_end; value unless given"
        },
        tells_json=True,
    ),
    "stress": Command(
        "stress",
        "say what would break each plan, and which shock would turn the choice",
        1,
        10,
        {
            "shocks": "what befalls the plans, such as [recession,slow_ramp]: any scenarios; ten unless given",
            "break_even": "true to ask how strong each shock must be to turn the choice; it takes as long again",
            **CRITERION,
        },
        unless_named="base",
        tells_json=True,
    ),
    "search": Command(
        "search",
        "find the cheapest plan with the odds you want, or the one worth most within a budget",
        1,
        1,
        block="search",
        tells_json=True,
    ),
    "report": Command(
        "report",
        "draw the report of a finished run again",
        options={"folder": "the run folder, with or without the key; results/latest unless given"},
        bare="folder",
    ),
    "trace": Command(
        "trace",
        "tell one replication as a story, with dates; of base unless you name a scenario",
        0,
        1,
        {
            "rep": "the seat to follow, such as ae_smb_east/4",
            "deal": "the deal to follow, by number; without rep and deal, one of each that has much to tell",
            "pay": "true for the rep's statement of variable pay instead, line by line",
            "effort": "true for the rep's effort week by week instead, with the reason",
            "moved": "true for the deals that were signed early or put off, of the rep or of everybody",
            "period": "with pay, effort or moved: a month, quarter or year, such as 2027-Q2",
            "luck": "which replication; 0 is the first, and the default",
        },
        unless_named="base",
    ),
    "check": Command("check", "say whether a scenario makes sense, without playing it", 1, 50),
    "opening": Command(
        "opening",
        "write the first day of a replication as CSV, in the layout of your own files",
        0,
        1,
        {"out": "folder to write to", "luck": "which replication; 0 is the first, and the default"},
        unless_named="base",
    ),
    "list": Command("listing", "show the scenarios with their questions"),
    "plausibility": Command("plausibility", "set our results beside published benchmarks", 0, 1, unless_named="base"),
    "validation": Command(
        "validation",
        "write a page of published facts about organizations beside ours",
        0,
        1,
        {
            "out": "file to write to",
            "tables": "folder of public exports, each in a folder of its own, to be back-tested as one more section",
        },
        unless_named="base",
    ),
    "crm": Command(
        "crm_import",
        "read a company's CRM exports as they are, and say what became of every row",
        options={
            **EXPORT,
            "out": "folder to write the deals to, under our own names, with the report and the rows set aside",
        },
        bare="opportunities",
        tells_json=True,
    ),
    "forecast": Command(
        "forecast",
        "say what this quarter and the next four bring, from a company's own deals",
        options={
            **EXPORT,
            "hires": "planned hires: a CSV with start, count, role, segment; or roster for who starts later on it",
            "refill_months": "months until a rep who leaves is replaced, in what-ifs; never unless given",
            "backtest": "folder of a back-test, to say its score and widen ranges by what it found",
            "target": "the bookings that this quarter is to reach, to be told the odds of",
            "year_starts": "the month that the fiscal year starts with, such as february; january unless given",
            "draws": "how many futures; 1,000 unless given",
            "seed": "another number for other luck; 1 unless given",
            "dataset": "the company's name in the register; the folder of its export unless given",
            "register": "folder of the register that keeps each forecast; results/register unless given, none for none",
            "out": "folder to write the report and its tables to, samples.csv among them",
        },
        bare="opportunities",
        tells_json=True,
    ),
    "calibrate": Command(
        "calibrate",
        "learn a scenario of your own that runs from a company's exports",
        options={
            **EXPORT,
            "earlier": "an older export of the same deals, which shows whose leavers' deals were",
            "earlier_as_of": "the day on which it was made; the latest that a row of it knows unless given",
            "start": "the scenario's first day, a first of a month; the next one after the export unless given",
            "seed": "another number for other luck; 1 unless given",
            "out": "folder to write company.yaml, its opening files, joint.csv and fit.html to",
        },
        bare="opportunities",
        tells_json=True,
    ),
    "example-crm": Command(
        "example_crm",
        "write what a simulated company's CRM would export, with the usual mess in it",
        0,
        1,
        {
            "out": "folder to write opportunities, history, roster, accounts, an earlier export and truth.yaml to",
            "seed": "names the luck and the mess; the same seed gives the same files",
            "months": "how long the CRM has been in use; 24 unless given",
        },
        unless_named="base",
    ),
    "backtest": Command(
        "backtest",
        "say how good forecasts would have been at earlier days, from what was known then",
        options={
            **EXPORT,
            "cutoffs": "the days, such as [2026-03-31,2026-06-30]; up to twelve month ends unless given",
            "months": "how many months ahead, 1 to 12; 3 unless given",
            "draws": "futures at each day, 100 to 10000; 1000 unless given",
            "seed": "the seed of chance; 1 unless given",
            "weeks": "true to ask as well how soon a quarter is known: after every second of its weeks",
            "out": "folder to write to: scores.csv, cells.csv, samples.csv and backtest.html",
        },
        bare="opportunities",
        tells_json=True,
    ),
    "score": Command(
        "score",
        "say how the forecasts in the register did, by a later export",
        options={
            **EXPORT,
            "dataset": "the company's name in the register; the folder of the export unless given",
            "register": "folder of the register; results/register unless given",
            "out": "folder to write scored.csv to: what was said, what came, and the scores",
        },
        bare="opportunities",
        tells_json=True,
    ),
    "actuals": Command(
        "actuals",
        "say where a quarter that is over lies in its plan, and what the gap is made of",
        options={
            "plan": "the plan: the folder of a run, or a plan of record by its name",
            "quarter": "such as 2027-Q1; the last one that plan and export both know unless given",
            **EXPORT,
            "out": "folder to write the report and its tables to",
        },
        tells_json=True,
    ),
    "pay-replay": Command(
        "pay_replay",
        "pay last year's deals by one plan or two; say who wins and if quotas are fair",
        1,
        2,
        {
            **EXPORT,
            "quotas": "a CSV with owner and quota_usd_per_year; each seat the same unless given",
            "role": "whose plan is paid; the role that sells and has most seats unless given",
            "title": "what the roster calls those who are paid so; the one with most wins unless given",
            "first": "the first day, of a fiscal quarter; a year before the last quarter's end unless given",
            "out": "folder to write the report and its table to",
        },
        tells_json=True,
    ),
    "freeze": Command(
        "freeze",
        "put a run away as a plan of record, so that nobody can change it unseen",
        options={
            "folder": "the folder of the run; results/latest unless given",
            "name": "the name of the plan of record, such as plan_2027; it stands in results/plans",
        },
        bare="folder",
    ),
    "diff": Command(
        "diff",
        "say what changed between two plans or two runs",
        options={
            "before": "a scenario, the folder of a run, or a plan of record by its name",
            "after": "another one",
        },
        tells_json=True,
    ),
    "store": Command(
        "store",
        "show what is kept of finished replications, or empty it",
        options={
            "empty": "true to throw all of it away",
            "results_folder": "the results folder that it belongs to; results unless given",
        },
    ),
    "measures": Command("measures_page", "show every measure with its definition", options={"out": "file to write to"}),
    "schema": Command(
        "schema",
        "write the JSON Schema with which editors check scenarios, or the list of all keys",
        options={"out": "file to write to; one that ends in .md gets the list of keys with unit, range and default"},
    ),
}
