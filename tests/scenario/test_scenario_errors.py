"""Bad input gets one clear message, exit code 2 and never a traceback."""

# A wrong input and what is said of it stand on one line, however long.
# ruff: noqa: E501

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli import main
from sim.scenario.load import load_source

Capture = pytest.CaptureFixture[str]

OVERRIDES = {
    "opening.levers.pay.roles={ae: aes}": 'opening.levers.pay.roles.ae: "aes" is no pay plan.',
    "levers.requisitions.q2_smb.cuont=1": 'levers.requisitions.q2_smb.cuont: unknown key. Did you mean "count"? Allowed',
    "world.roles.ae.exits.review_floor=1.4": "world.roles.ae.exits.review_floor: 1.4 is out of range; allowed is 0 to 1.",
    "world.costs.overhead_usd_per_head_per_year=-5": "per_year: -5 is out of range; allowed is 0 or more.",
    "uncertainties.win_odds.sd=0": "uncertainties.win_odds.sd: 0 is out of range; allowed is 0.000000001 or more.",
    "levers.requisitions.q2_smb.count=two": 'count: expected a whole number; got "two".',
    "levers.requisitions.q2_smb.count=2.5": "count: expected a whole number; got 2.5.",
    "levers.requisitions.q2_smb.count=true": "count: expected a whole number; got true. (YAML reads a bare yes",
    "levers.requisitions.q2_smb.count=99999999999999999999": "a whole number of 20 digits is out of range; allowed is 0 to 5,000.",
    "world.sources.sdr.leads_per_month_per_head='10%'": 'expected a number; got "10%". Write it without quotes',
    "world.sources.sdr.leads_per_month_per_head=nan": "per_head: nan is not a finite number.",
    "world.sources.sdr.leads_per_month_per_head=1e400": "per_head: inf is not a finite number.",
    "world.attention.enabled=3": "world.attention.enabled: expected true or false; got 3.",
    "opening.teams.ae_smb_east.region=yes": "opening.teams.ae_smb_east.region",
    "question=null": "question: expected text; got nothing (null).",
    "question=": "question: is empty.",
    "levers.pay=5": "levers.pay",
    "levers.requisitions=[]": "levers.requisitions: expected a group of keys; got a list.",
    "dates.start=2027-02-30": "dates.start: 2027-02-30 is not a day of the calendar.",
    "dates.start=20270101": "dates.start: 20270101 is not a date; write it as 2027-03-31.",
    "dates.start=2027-01-15": "it must be the first of a month",
    "dates.holidays=[12-32]": "is no day of the year",
    "dates.holidays=['fifth monday of february']": "a month may have no fifth monday; say last, or",
    "dates.holidays=['last thirsday of november']": "thirsday is not known; allowed are monday,",
    "dates.holidays=['easter -99']": "is 99 days away from its day; allowed are 70",
    "dates.holidays=['whit monday']": "is not of a known form; allowed are 12-25, last thursday of november, easter -2,",
    "levers.requisitions.q2_smb.open_date=2026-12-01": "open_date: 2026-12-01 is before the scenario's first day 2027-01-01.",
    "levers.requisitions.q2_smb.shift_days=-91": "before the first day 2027-01-01; the least is -90.",
    "levers.requisitions.q2_smb.wanted_start=2027-05-01": "give either open_date or wanted_start",
    "levers.backfill.enabled={start: true, 2027-02-30: false}": "levers.backfill.enabled.2027-02-30: 2027-02-30 is not a day",
    "levers.coverage.target_ratio={start: 3, 2027-07-01: -4}": "target_ratio.2027-07-01: -4 is out of range; allowed is 0 to 1,000.",
    "levers.coverage.target_ratio={2027-07-01: 4}": 'target_ratio: dated values need a "start"',
    "levers.coverage.target_ratio=-1": "levers.coverage.target_ratio: -1 is out of range; allowed is 0 to 1,000.",
    "world.segments.smb.push_days=0": "push_days: 0 is out of range; allowed is 7 to 3,650.",
    "world.segments.smb.push_days=0.1": "push_days: 0.1 is out of range; allowed is 7 to 3,650.",
    "world.roles.ae.selling_hours_per_week=0.001": "selling_hours_per_week: 0.001 is out of range; allowed is 0.5 to 80.",
    "world.market.regimes.normal.size_multiplier=1e9": "size_multiplier: 1000000000.0 is out of range; allowed is 0.001 to 10.",
    "world.sources.inbound.leads_per_month.smb=1e9": "leads_per_month.smb: 1000000000.0 is out of range; allowed is 0 to 50,000.",
    "world.sources.inbound.leads_per_month={smb: 49000, enterprise: 49000}": "world.sources: they bring up to",
    "opening.teams.ae_smb_east.seats=4990": "opening.teams: 5,232 seats on the first day and 35 requisitions are more than the 5,000 allowed.",
    "levers.requisitions.q2_smb.count=4900": "levers.requisitions: 262 seats on the first day and 4,933 requisitions are more than the 5,000 allowed.",
    "world.segments.smb.contracts.opening_customers={east: 1e5, west: 1e5}": "world.segments: opening_customers add up to 20",
    "world.segments.smb.stages.discovery.advance_share=1e-200": "is nearer to 0 than any number here; write 0, or 0.000000001 or more.",
    "levers.requisitions.q2_smb.open_date=9999-12-01": "9999-12-01 is out of range; allowed are the years 1900 to 2300.",
    "dates.closed_weekdays=[0,1,2,3,4,5,6]": "closed_weekdays",
    "levers.target.by_quarter=[0.2,0.2,0.2,0.2]": "by_quarter must add up to 1; it adds up to 0.8.",
    "levers.target.by_quarter=[0.5,0.5]": "levers.target.by_quarter: has 2 values; 4 are needed.",
    "world.segments.smb.stages.discovery.lost_share=0.9": "must add up to 1; they add up to 1.35.",
    "world.market.regimes.normal.next_month.normal=0.5": "the chances in next_month must add up to 1; they add up to 0.56.",
    "world.market.first_regime=recesion": "first_regime is 'recesion'; the regimes are normal, growth, recession.",
    "levers.quota.kind=perrep": 'levers.quota.kind: "perrep" is not a kind; the kinds are from_capacity, from_target, per_rep.',
    "world.roles.new={duty: sells, ramp: {months: 3}}": "world.roles.new.ramp.kind: is missing; the kinds are linear, logistic,",
    "levers.routing=roundrobin": 'choose one of race, round_robin, least_loaded. Did you mean "round_robin"?',
    "levers.requisitions.q2_smbb.count=3": 'If "q2_smbb" is misspelled, did you mean "q2_smb"?',
    "levers.requisitions.q2_smb.role=aee": '.role: "aee" is no role. Did you mean "ae"? The roles are ae, am, csm, sdr, se, manager, recruiter.',
    "opening.teams.sdr_smb_east.segment=smbs": '.segment: "smbs" is no segment. Did you mean "smb"?',
    "opening.teams.sdr_smb_east.region=eats": '.region: "eats" is no region. Did you mean "east"?',
    "opening.teams.ae_smb_east.segment=null": "ae_smb_east.segment: is missing: a role that sells needs one of smb,",
    "levers.coverage.filled_by.inbond=2": 'filled_by.inbond: "inbond" is no source. Did you mean "inbound"?',
    "levers.relative_spend.sdrs=2": 'relative_spend.sdrs: "sdrs" is no source. Did you mean "sdr"?',
    "world.sources.inbound.leads_per_month.sbm=3": 'leads_per_month.sbm: "sbm" is no segment. Did you mean "smb"?',
    "levers.target.usd_per_year.smbs=3": 'usd_per_year.smbs: "smbs" is no segment.',
    "levers.quota.usd_per_year.smbs=3": 'usd_per_year.smbs: "smbs" is no segment.',
    "world.costs.salary_usd_per_year.boss=3": 'salary_usd_per_year.boss: "boss" is no role.',
    "+world.hiring.segment_recruiting_mean_days.aee={smb: 3}": '"aee" is no role. Did you mean "ae"?',
    "+world.hiring.segment_recruiting_mean_days.ae.smbs=3": '"smbs" is no segment. Did you mean "smb"?',
    "~world.hiring.recruiting_mean_days.sdr": 'recruiting_mean_days.sdr: is missing: people of role "sdr" are hired.',
    "~levers.target.usd_per_year.smb": "levers.target.usd_per_year.smb: is missing: there are sellers in this segment.",
    "world.regions.east.logit={uncertain: win_ods}": '"win_ods" is no uncertainty. Did you mean "win_odds"?',
    "world.regions.east.logit={uncertain: win_odds, tims: 2}": 'logit.tims: unknown key. Did you mean "times"?',
    "world.regions.east.logit={uncertain: win_odds, times: a}": 'logit.times: expected a number; got "a".',
    "uncertainties.win_odds.kind=norml": 'uncertainties.win_odds.kind: "norml" is not a kind; the kinds are choice, lognormal,',
    "uncertainties.recruiting_time.low=2": "low 2, mode 1 and high 1.6 must be in rising order",
    "uncertainties.more={kind: rows, file: nowhere.csv, column: a}": "uncertainties.more: there is no file 'nowhere.csv'",
    "uncertainties.more={kind: choice, values: [1, 2], weights: [1]}": "2 values have 1 weights",
    "lever.routing=race": '"lever.routing": unknown key. Did you mean "levers"?',
    "levers.pay.commission_share.ae=${nothing}": "command line: levers.pay.commission_share.ae: ${...} is not allowed here",
    "levers.requisitions={}": "levers.requisitions: an empty group {} changes nothing, because groups are joined. levers.requisitions=null takes the group away; levers.requisitions={_replace_: true, ...} replaces it whole.",
    "levers={requisitions: {q2_smb: {}}}": "levers.requisitions.q2_smb=null takes the group away;",
    "world={_replace_: true}": "command line: world.segments: is missing (kinds of customers, by name).",
    "world.segments={_replace_: 1}": "world.segments._replace_: expected true; got 1. It replaces a group whole.",
    "opening.teams=null": "command line: opening: teams is missing or empty;",
    "world.segments.entreprise=null": 'null takes it away, but it is not there. Did you mean "enterprise"?',
    "levers.relative_spend.inbound={start: 1, 2027-10-01: null}": "2027-10-01: null takes it away, but it is not there.",
    "levers.pay.plans.ae=null": 'base.yaml:115: levers.pay.roles.ae: "ae" is taken away (command line), but still meant here.',
    "world.segments.smb.push_days=null": "push_days: expected a number; got nothing (null).",
    "dates.holidays=null": "dates.holidays: expected a list; got nothing (null).",
    "world={}": "world: an empty group {} changes nothing",
    "levers.target.usd_per_year={smb: 16,000,000}": "write numbers without thousands separators, such as 16000000.",
    "levers.target.usd_per_year.smb=16,000,000": "without thousands separators: levers.target.usd_per_year.smb=16000000",
    "levers.backfill.enabled = false": "leave no spaces around =.",
    "levers.x=[1,": "the brackets [ and ] do not match.",
    "levers.routing=race,round_robin": "gives several values. One value a key",
    "levers.routing=[": "cannot be read as key=value",
    "levers.routing": '"levers.routing" is not of the form key=value',
    "~levers.nothing": "command line: levers.nothing: ~ takes it away, but it is not there.",
    "=3": "unknown key",
    "replications=5": '"replications" is a run setting. Did you mean run.replications=5?',
    "run.replicatons=5": 'run.replicatons: unknown key. Did you mean "replications"?',
    "run.replications=0": "run.replications: 0 is out of range; allowed is 1 to 1,000,000.",
    "run.months=121": "run.months: 121 is out of range; allowed is 1 to 120.",
    "run.seed=-1": "run.seed: -1 is out of range; allowed is 0 or more.",
    "run.n_jobs=0": "run.n_jobs: 0 workers do nothing",
    "run=5": "a run setting is given as run.replications=500.",
}


def complaint(words: list[str], capsys: Capture) -> str:
    """What the command says on the error stream, having failed as it should."""
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize("override", OVERRIDES)
def test_a_bad_override(override: str, capsys: Capture) -> None:
    said = complaint(["check", "scenario=base", override], capsys)
    assert OVERRIDES[override] in said
    assert len(said.splitlines()) <= 6


FILES = {
    "": "plan.yaml: the file is empty.",
    "# nothing but a comment\n": "plan.yaml: the file is empty.",
    "- a\n- b\n": "plan.yaml:1: the top level must be keys with values",
    "just words": "plan.yaml:1: the top level must be keys with values",
    "question: Q?\nquestion: R?\n": "plan.yaml:2: question: given twice, first on line 1.",
    "levers:\n  target: {growth_per_year: 1}\n  backfill: {}\n  target: {}\n": "plan.yaml:4: levers.target: given twice, first on line 2.",
    "question: Q?\nlevers:\n\troutes: 3\n": "plan.yaml:3: a tab stands where spaces are needed.",
    "question: [\n": "this is not YAML",
    "question: Q?\n---\nquestion: R?\n": "plan.yaml:2: a second document begins here",
    "question: Q?\ndates: {holidays: [12:30]}\n": "plan.yaml:2: dates.holidays[0]: YAML reads 12:30 as a number in base sixty",
    "question: Q?\nopening: {vacant_share: 010}\n": "plan.yaml:2: opening.vacant_share: YAML reads 010 as a number in base eight",
    "question: Q?\nopening: {vacant_share: .nan}\n": "plan.yaml:2: opening.vacant_share: .nan is not a finite number.",
    "question: Q?\nopening: {vacant_share: -.inf}\n": "opening.vacant_share: -.inf is not a finite number.",
    "question: Q?\nopening: {vacant_share: " + "9" * 5000 + "}\n": "a number of 5000 digits is too large.",
    "question: Q?\nworld: {regions: {no: {}}}\n": 'plan.yaml:2: world.regions.no: YAML does not read the key no as text; write it as "no".',
    "question: Q?\nworld: {regions: {7: {}}}\n": 'write it as "7".',
    "question: no\ndefaults: [base]\n": "plan.yaml:1: question: expected text; got false. (YAML reads a bare yes, no,",
    "question: Q?\nlevers: !!python/object:os.system {}\n": "the tag !!python/object:os.system is not used here.",
    "question: &a {b: *a}\n": "refers to itself",
    "question: Q?\ndefaults: base\n": "plan.yaml:2: defaults: expected a list of scenario names",
    "question: Q?\ndefaults: [bse]\n": 'plan.yaml:2: defaults: there is no scenario "bse". Did you mean "base"?',
    "question: Q?\ndefaults: [plan]\n": '"plan" leads back to this file; a scenario cannot build on itself.',
    "question: Q?\ndefaults: [_self_, base]\n": "_self_ must come last",
    "question: Q?\n": "plan.yaml: dates: is missing (The calendar. Durations run in calendar days, rates per working day). A plan that changes another begins with: defaults: [base, _self_]",
    "question: Q?\ndefaults: [base]\nlevers: {target: {usd_per_year: {smb: 16,000,000}}}\n": "plan.yaml:3: levers.target.usd_per_year.smb: write a number without thousands separators.",
    "question: Q?\ndefaults: [base]\nlevers: {routing: '${oops}'}\n": "plan.yaml:3: levers.routing: ${...} is not allowed",
    "question: Q?\ndefaults: [base]\nworld:\n  segments: {enterprise: {}}\n": "plan.yaml:4: world.segments.enterprise: an empty group {} changes nothing, because groups are joined. enterprise: null takes the group away; _replace_: true in it replaces it whole.",
    "question: Q?\ndefaults: [base]\nlevres: {}\n": 'plan.yaml:3: levres: unknown key. Did you mean "levers"?',
    "question: Q?\ndefaults: [base]\nlevers:\n  backfill:\n    enabeld: false\n": (
        'plan.yaml:5: levers.backfill.enabeld: unknown key. Did you mean "enabled"? Allowed here: enabled, approval_days.'
    ),
    "question: Q?\ndefaults: [base]\nlevers: {requisitions: []}\n": "plan.yaml",
    "question: Q?\ndefaults: [base]\n_target_: os.getcwd\n": "plan.yaml:3: _target_: unknown key.",
    "question: Q?\ndefaults: [base]\nhydra: {run: {dir: /tmp}}\n": "plan.yaml:3: hydra: unknown key.",
    "question: " + "[" * 5000 + "]" * 5000: "nested too deeply",
}


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_a_bad_file(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(text)
    assert FILES[text] in complaint(["check", "scenario=plan.yaml"], capsys)


def test_a_file_that_is_not_utf_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_bytes("question: Wie groß?\n".encode("latin-1"))
    assert "plan.yaml: the file is not text in UTF-8" in complaint(["check", "scenario=plan.yaml"], capsys)


def test_a_file_with_windows_line_ends_and_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_bytes(b"\xef\xbb\xbfquestion: Gr\xc3\xb6\xc3\x9fer?\r\ndefaults: [base]\r\n")
    assert load_source(str(plan)).question == "Größer?"


def test_many_problems_are_five_and_a_count(capsys: Capture) -> None:
    words = [f"world.costs.x{n}=1" for n in range(9)]
    said = complaint(["check", "scenario=base", *words], capsys).splitlines()
    assert len(said) == 6
    assert said[-1] == "... and 4 more problems"


ROWS = {
    "a,b\n1,x\n": "rows.csv line 2: 'x' in column 'b' is no number",
    "a,b\n1\n": "rows.csv line 2: None in column 'b' is no number",
    "a,b\n1,nan\n": "rows.csv line 2: 'nan' in column 'b' is no number",
    "a,b\n": "rows.csv has a header but no rows",
    "a,c\n1,2\n": "rows.csv has no column 'b'; its columns are a, c",
    "": "rows.csv has no column 'b'; its columns are none",
}


@pytest.mark.parametrize("text", ROWS)
def test_a_bad_file_of_rows(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text(text)
    said = complaint(["check", "scenario=base", "uncertainties.more={kind: rows, file: rows.csv, column: b}"], capsys)
    assert f"uncertainties.more: {ROWS[text]}" in said


COMMANDS = {
    ("chek",): 'there is no command "chek". Did you mean "check"? Commands: run, compare,',
    ("check",): "check needs a scenario: scenario=base",
    ("check", "base"): "Did you mean scenario=base?",
    ("check", "--scenario", "base"): '"--scenario" is not of the form key=value',
    ("check", "scenario=bse"): 'there is no scenario "bse". Did you mean "base"? Scenarios: base, attrition_doubled,',
    ("check", "scenario="): 'there is no scenario "".',
    ("check", "scenario=nowhere/plan.yaml"): "There is no folder nowhere.",
    ("check", "scenario=plan.yml"): "scenario files end in .yaml",
    ("check", "scenarios=[base"): "opens or closes a bracket too few",
    ("check", "scenarios=[base,base]"): 'two scenarios are named "base"',
    ("compare", "scenario=base"): "compare needs two scenarios or more: scenarios=[base,hire_early,hire_late]",
    (
        "run",
        "scenario=base",
        "scenario=hire_early",
    ): "run takes one scenario; 2 are given. To set plans side by side, use compare.",
    ("check", "scenario=base", "levers.backfill.approval_days=1", "+levers.backfill.approval_days=2"): (
        "command line: levers.backfill.approval_days: is given twice; give one of the two."
    ),
    ("list", "all"): '"all" is not of the form key=value',
    ("list", "a=3"): "this command takes nothing more",
    ("schema", "out=/no/such/folder/file"): "/no/such/folder/file: No such file or directory",
    ("schema", "uot=x"): 'Did you mean "out"?',
}


@pytest.mark.parametrize("words", COMMANDS)
def test_a_bad_command(words: tuple[str, ...], capsys: Capture) -> None:
    assert COMMANDS[words] in complaint(list(words), capsys)


def test_the_command_itself_exits_with_2() -> None:
    done = subprocess.run([sys.executable, "-m", "sim", "chek"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('there is no command "chek". Did you mean "check"?')


KEYS = st.sampled_from(
    [
        *(key.split("=")[0] for key in OVERRIDES),
        "world", "levers", "opening.teams", "dates", "uncertainties", "world.segments.smb.stages", "name", "run", "scenario",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=12),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(
        [
            "null",
            "{}",
            "[]",
            "{a: {b: 1}}",
            "[1,[2]]",
            "${name}",
            "${levers}",
            "???",
            "{uncertain: win_odds}",
            "'",
            "\\",
        ]
    ),
)


@settings(max_examples=30)
@given(st.sampled_from(["", "+", "++", "~"]), KEYS, VALUES)
def test_no_override_gives_a_traceback(capsys: Capture, sign: str, key: str, value: str) -> None:
    """An exception that is not the user's would escape ``main`` here."""
    assert main(["check", "scenario=base", f"{sign}{key}={value}"]) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err


@settings(max_examples=60)
@given(st.one_of(st.text(max_size=60), st.text(alphabet="ab:{}[],&*!|>-?'\"#%@ \n\t0.", max_size=60)))
def test_no_file_gives_a_traceback(tmp_path: Path, capsys: Capture, text: str) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("question: Q?\ndefaults: [base]\n" + text, encoding="utf-8", errors="replace")
    assert main(["check", f"scenario={plan}"]) in (0, 2)
