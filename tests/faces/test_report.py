"""The report: figures and a page that stand alone, say what the numbers say, and come out the same every time."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sim.measures.catalogue import BY_NAME
from sim.results import ranking
from sim.results.estimates import mean_interval
from sim.results.replications import share_with_error
from sim.results.run_folder import read_run
from sim.show import answer, assumptions, findings, formats, judgment, pictures, tables, words
from sim.show.figures import heads, leavers, pay_rate, payout, retention, waterfall
from sim.show.figures.style import house_style
from sim.show.formats import usd
from sim.show.html import write_report
from sim.show.pages import PAGES, money, pay
from sim.show.payout import payouts
from tests.makers.fake_run import SUBJECTS, Plan, write_fake_run

THREE = (Plan("base"), Plan("hire_early", 14, 5, 3.5, 500_000), Plan("hire_late", 12, 13))
NASTY = '<b>&"x'


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_fake_run(tmp_path_factory.mktemp("runs") / "three", THREE)
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_fake_run(tmp_path_factory.mktemp("runs") / "one", [Plan("base", coverage_target=3.0)])
    write_report(folder)
    return folder


def test_judgment_is_told_apart_from_the_model(tmp_path: Path, one: Path) -> None:
    folder = write_fake_run(tmp_path / "judged", [Plan("base", judgment_usd_per_quarter=-2_000_000)])
    page = write_report(folder).read_text(encoding="utf-8")
    run, plain = read_run(folder), read_run(one)
    assert answer.answer(run)[:-1] == answer.answer(plain)
    assert answer.answer(run)[-1].startswith("Apart from the model, leaders take $16.0M from base by judgment;")
    table = judgment.tables(run)[0]
    whole = table.rows[-1].texts
    assert whole[4] == "\N{MINUS SIGN}$16.0M"
    assert whole[1:4] == tuple(formats.usd(run.statistic("base", "bookings", p)) for p in ("p10", "p50", "p90"))
    assert whole[6] == formats.usd(run.statistic("base", "bookings", "p50") - 16e6)
    assert float(whole[9].rstrip("%")) < float(whole[8].rstrip("%"))
    assert page.count("leaders&#39; judgment") >= 1
    assert judgment.tables(plain) == []
    assert "With judgment" not in (one / "report.html").read_text(encoding="utf-8")


def test_a_comparison_has_every_figure_at_full_width(three: Path) -> None:
    assert sorted(p.stem for p in (three / "figures").iterdir()) == sorted(s.name for s in SUBJECTS)
    for path in (three / "figures").iterdir():
        with Image.open(path) as image:
            assert image.width == 1500
            assert 500 < image.height < 1100
            assert image.info.get("Software") is None
            assert np.asarray(image.convert("L")).std() > 10, f"{path.name} is blank"


def test_a_single_plan_has_every_figure_but_the_difference(one: Path) -> None:
    drawn = {p.stem for p in (one / "figures").iterdir()}
    assert drawn == {s.name for s in SUBJECTS if not s.compares}
    assert "Against base" not in (one / "report.html").read_text(encoding="utf-8")


def test_the_page_carries_its_pictures_and_asks_nothing_of_any_other_address(three: Path) -> None:
    page = (three / "report.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') == len(SUBJECTS)
    outside = [link for link in re.findall(r'(?:src|href)="([^"]*)"', page) if not link.startswith(("data:", "#"))]
    assert outside == []
    visible = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    for forbidden in ("http", "<script", "@import", r"url\(", r"\bNone\b", r"\bnan\b", r"\$-"):
        assert not re.search(forbidden, visible), forbidden


def test_links_within_the_page_lead_somewhere(three: Path) -> None:
    page = (three / "report.html").read_text(encoding="utf-8")
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page


@pytest.mark.slow
def test_names_are_escaped_and_survive_as_text(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, [Plan("base"), Plan(NASTY, 14), Plan("$a_{b}$", 3), Plan("NA", 5)], 12)
    page = write_report(folder).read_text(encoding="utf-8")
    assert '<b>&"x' not in page
    assert "&lt;b&gt;&amp;&#34;x" in page
    assert read_run(folder).plans == ("base", NASTY, "$a_{b}$", "NA")


def test_a_name_guarded_against_formulas_is_read_back(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, [Plan("=base"), Plan("other", 5)], 8)
    for file in ("summary.csv", "differences.csv"):
        assert "'=base," in (folder / file).read_text(encoding="utf-8")
    run = read_run(folder)
    assert run.plans == ("=base", "other")
    assert not run.replications.table("=base", "bookings", "total").empty


def test_each_subject_stands_on_its_page_and_a_page_has_its_measures(three: Path) -> None:
    page = (three / "report.html").read_text(encoding="utf-8")
    starts = {one.name: page.index(f'<h2 id="{one.name}"') for one in PAGES}
    assert list(starts.values()) == sorted(starts.values())
    for one in PAGES:
        for subject in one.figures:
            at = page.index(f'<figure id="{subject.name}"')
            assert max(place for place in starts.values() if place < at) == starts[one.name], subject.name
    customers = page[starts["customers"] :]
    year = read_run(three).statistic("hire_early", "grr", "p50", "year", "2028")
    assert formats.share(year) in customers


def test_the_money_page_has_a_statement_whose_lines_add_up(three: Path) -> None:
    run = read_run(three)
    means, ranges = money.statements(run)[:2]
    lines = {row.texts[0]: [float(cell.replace(",", "")) for cell in row.texts[1:]] for row in means.rows}
    assert list(means.columns[1:9]) == [formats.period_name(quarter) for quarter in run.periods("quarter")]
    for line in ("Revenue", "Salaries", "Variable pay", "Cost of the sales organization", "Contribution", "Cash flow"):
        *quarters, first, second, whole = lines[line]
        assert whole == pytest.approx(first + second, abs=1)
        assert whole == pytest.approx(sum(quarters), abs=len(quarters))
    cost = np.array(lines["Cost of the sales organization"])
    np.testing.assert_allclose(np.add(lines["Salaries"], lines["Variable pay"]), cost, atol=1)
    assert "Severance" not in lines, "a line that the run does not have is left out"
    total = ranges.rows[-1].texts
    assert total[1] == means.rows[0].texts[-1]
    revenue = run.rows("base", "recognized_revenue", "total")
    assert total[2] == formats.thousands(float(revenue["p10"].iloc[0]))
    page = (three / "report.html").read_text(encoding="utf-8")
    assert 'id="money"' in page
    assert (three / "figures" / "profit_and_loss.png").is_file()
    assert (three / "figures" / "cash.png").is_file()


def test_the_payout_curve_is_that_of_the_plans(tmp_path: Path) -> None:
    """A tenth of a quota of $800K, half as much again above it and nothing past twice; the other plan pays double."""
    run = read_run(write_fake_run(tmp_path, [Plan("base"), Plan("steep", accelerator=2.0)], 12))
    (drawn,) = payouts(run)
    for attainment, base, steep in ((0.5, 40, 40), (1.0, 80, 80), (1.6, 152, 176), (2.0, 200, 240)):
        for plan, expected in (("base", base), ("steep", steep)):
            paid = np.interp(attainment, drawn.attainment, drawn.pay_usd[plan,])
            assert paid == pytest.approx(1000.0 * expected), (plan, attainment)
    assert drawn.differs
    assert drawn.at_quota_usd == pytest.approx(80_000)
    with house_style():
        finding = payout.draw(run).finding
    assert finding == "at 150% of quota a rep earns, of the variable pay at quota, 175% in base; 200% in steep"


def test_the_same_pay_plan_is_drawn_once_whatever_the_quotas(tmp_path: Path) -> None:
    """A plan with a lump sum bends differently at another quota: runs that share it must still share the curve."""
    plans = [Plan("base"), Plan("twin", quota_usd_per_year=400_000.0), Plan("steep", accelerator=2.0)]
    run = read_run(write_fake_run(tmp_path, plans, 12))
    (drawn,) = payouts(run)
    assert list(drawn.pay_usd) == [("base", "twin"), ("steep",)]
    assert drawn.quota_usd == run.statistic("base", "quota_per_rep") != run.statistic("twin", "quota_per_rep")
    assert drawn.most == 2.0
    assert drawn.last_bend == 2.0
    with house_style():
        assert payout.draw(run).finding.endswith("175% in base and twin; 200% in steep")


@pytest.mark.slow
def test_titles_of_many_plans_name_the_reference_and_the_recommended(tmp_path: Path) -> None:
    plans = [
        Plan("base"),
        *(Plan(f"worse_{k}", hires=10 - k) for k in range(4)),
        Plan("the_best", hires=60, run_off_usd=4e7),
    ]
    run = read_run(write_fake_run(tmp_path, plans, 40))
    assert ranking.headline(run) == "the_best"
    with house_style():
        for subject in SUBJECTS:
            title = subject.draw(run).finding
            if re.search("worse", title):
                assert "the best" in title, (subject.name, title)
                if subject.name not in ("cost_against_odds",):
                    assert "base" in title, (subject.name, title)
            assert title.count("worse") < 3, (subject.name, title)


def test_who_leaves_is_drawn_with_its_published_source(three: Path) -> None:
    with house_style():
        below = " ".join(text.get_text() for text in leavers.draw(read_run(three)).figure.texts)
    assert "Sunder and others" in below.replace("\n", " ")


def test_a_title_tells_the_statistic_of_its_table(three: Path) -> None:
    """Of a ratio the median, in cents and in percent, as in the column P50 of the table below the figure."""
    run = read_run(three)
    with house_style():
        rate, kept = pay_rate.draw(run).finding, retention.draw(run).finding
    assert rate.startswith("middle case of")
    assert "middle case" in kept
    for measure in pay_rate.MEASURES:
        assert formats.cents(run.statistic("hire_early", measure, "p50")) in rate
    assert formats.share(run.statistic("base", "nrr", "p50", "year", "2028")) in kept
    yearly = next(one for one in pictures.filled_pages(run, []) if one.page.name == "customers").tables[-1]
    assert yearly.columns[2:6] == ("Mean", "P10", "P50", "P90")


def test_type_shrinks_with_columns_so_that_wide_tables_fit_on_paper(three: Path) -> None:
    page = (three / "report.html").read_text(encoding="utf-8")
    columns = len(tables.by_period(read_run(three), "base").columns)
    assert f'style="--columns: {columns}"' in page
    assert "var(--columns" in page.partition("@media print")[2]


def test_what_belongs_to_no_segment_has_a_row_so_that_means_add_up(three: Path) -> None:
    run = read_run(three)
    table = tables.by_group(run, "segment", "By segment")
    assert table is not None
    by_plan = [row.texts for row in table.rows]
    assert by_plan[-3][0] == "unallocated"
    place = table.columns.index("Target")
    assert by_plan[-3][place] == formats.usd(run.statistic("base", "target") - 3 * 1_000_000.0)
    assert "no one segment" in table.note
    region = tables.by_group(run, "region", "By region")
    assert region is not None
    assert not any(row.texts[0] == "unallocated" for row in region.rows), "all bookings are of a region"


def test_the_pay_page_says_what_other_plans_change_under_the_same_luck(three: Path, one: Path) -> None:
    run = read_run(three)
    table = pay.changes(run, "hire_early")
    said = {row.texts[0]: row.texts[1] for row in table.rows}
    mean = float(run.difference_rows("hire_early", "variable_pay", "total")["mean_difference"].iloc[0])
    assert said["Variable pay"] == formats.usd(mean, signed=True, decimals=2)
    assert "Effort, of the usual" not in said, "what no plan moves is left out"
    earners = pay.by_attainment(run)
    assert [row.texts[0] for row in earners.rows if row.texts[0]] == run.groups("attainment", "reps")
    assert [row.texts[1] for row in pay.by_role(run).rows] == ["all plans"] * 2
    assert not any("less" in table.title for table in pay.tables(read_run(one)))


@pytest.mark.slow
def test_a_run_without_behaviour_says_nothing_of_it(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, [Plan("base")], 12)
    rows = pd.read_csv(folder / "summary.csv", dtype=str, keep_default_na=False)
    rows[~rows["measure"].isin(["effort", "pulled_in", "discounts"])].to_csv(folder / "summary.csv", index=False)
    page = write_report(folder).read_text(encoding="utf-8")
    assert 'id="pay"' in page
    assert 'id="who_earns"' in page
    assert "answers_to_pay" not in page
    assert "Effort" not in page


def test_ticks_of_money_are_what_they_say() -> None:
    for step, values, texts in (
        (25e3, (0.0, 25e3, 75e3), ("$0", "$25K", "$75K")), (0.25e6, (0.25e6, 0.5e6), ("$0.25M", "$0.50M")),
        (2.5e6, (-2.5e6, 5e6), ("\N{MINUS SIGN}$2.5M", "$5.0M")), (2e7, (2e7,), ("$20M",)),
    ):  # fmt: skip
        assert tuple(formats.money_tick(value, step) for value in values) == texts


@pytest.mark.slow
def test_a_run_without_billing_has_no_money_page(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, [Plan("base")], 20)
    rows = pd.read_csv(folder / "summary.csv")
    billed = ["recognized_revenue", "contribution", "collections", "cash_flow", "cac_payback_months"]
    rows[~rows["measure"].isin(billed)].to_csv(folder / "summary.csv", index=False)
    page = write_report(folder).read_text(encoding="utf-8")
    assert 'id="money"' not in page
    assert not (folder / "figures" / "cash.png").exists()


@pytest.mark.slow
def test_a_run_without_customers_has_no_page_of_them(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, [Plan("base")], 12)
    rows = pd.read_csv(folder / "summary.csv", dtype=str, keep_default_na=False)
    without = rows[~rows["measure"].isin(["customers", *waterfall.MEASURES, *retention.MEASURES])]
    without.to_csv(folder / "summary.csv", index=False)
    page = write_report(folder).read_text(encoding="utf-8")
    assert 'id="customers"' not in page
    assert not (folder / "figures" / "arr_waterfall.png").exists()


def test_the_waterfall_ends_where_its_steps_lead(three: Path) -> None:
    run = read_run(three)
    opening, changes = waterfall.steps(run, "base")
    mean = {name: run.statistic("base", name) for name in waterfall.MEASURES}
    assert opening == mean["arr"]
    assert sum(changes) == pytest.approx(
        mean["new_arr"] + mean["expansion_arr"] - mean["contraction_arr"] - mean["churned_arr"]
    )


@pytest.mark.slow
def test_the_same_run_gives_the_same_bytes(three: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(three, again, ignore=shutil.ignore_patterns("figures", "report.html"))
    text = (again / "manifest.json").read_text(encoding="utf-8").replace("12.3", "99.9")
    (again / "manifest.json").write_text(text, encoding="utf-8")  # a slower machine
    write_report(again)
    for path in [*(three / "figures").iterdir(), three / "report.html"]:
        assert _hash(path) == _hash(again / path.relative_to(three)), path.name


@pytest.mark.slow
def test_short_and_tiny_runs_are_reported_too(tmp_path: Path) -> None:
    page = write_report(write_fake_run(tmp_path, [Plan("base"), Plan("more", 20)], replications=1))
    text = page.read_text(encoding="utf-8")
    assert f'class="warning">{findings.too_few(1)}' in text[text.index('<div class="answer') :].split("</p>")[0]
    assert "run.replications=100" in text


@pytest.mark.parametrize("replications", [1, 29, 30])
def test_a_run_of_few_replications_is_said_to_be_too_short_and_draws_no_conclusion(
    tmp_path: Path, replications: int
) -> None:
    run = read_run(write_fake_run(tmp_path, [Plan("base"), Plan("much_more", hires=60)], replications))
    few = replications < findings.FEWEST_REPLICATIONS
    said = answer.answer(run)
    assert ("too few to judge a plan by" in said[0]) == few
    confident = ("Do much more", "Keep base", "The risk", "The odds of", "chance of", "cases of 10")
    assert any(text in " ".join(said) for text in confident) != few
    assert any(score.marks for score in answer.scores(run)) != few
    assert 50 / np.sqrt(findings.FEWEST_REPLICATIONS) < 10, "points that odds are off by"


def test_titles_name_the_reference_and_the_plan_that_the_report_speaks_for(tmp_path: Path) -> None:
    """Five plans, the best of them last: a title has room for three."""
    plans = [
        Plan("base"),
        Plan("two", 12.5),
        Plan("three", 13),
        Plan("four", 13.5),
        Plan("best", 40, hired_in_month=2, run_off_usd=4e7),
    ]
    run = read_run(write_fake_run(tmp_path, plans))
    assert ranking.headline(run) == "best"
    assert findings.in_title(run) == ["base", "four", "best"]
    with house_style():
        said = heads.draw(run).finding
    assert [name for name in run.plans if f"{name} has" in said] == ["base", "four", "best"]


def test_the_same_pay_plan_has_one_curve_whatever_quotas_came_to(tmp_path: Path) -> None:
    """Mean quotas differ a little between plans, as people come and go; the plan does not."""
    folder = write_fake_run(tmp_path, [Plan("base"), Plan("more", 20)], 12)
    summary = pd.read_csv(folder / "summary.csv")
    summary.loc[(summary.scenario == "more") & (summary.measure == "quota_per_rep"), "mean"] *= 1.1
    summary.to_csv(folder / "summary.csv", index=False)
    (drawn,) = payouts(read_run(folder))
    assert not drawn.differs
    assert drawn.quota_usd == pytest.approx(800_000)


def test_an_unfinished_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no summary\.csv"):
        write_report(tmp_path)


def test_the_answer_states_the_numbers_of_the_run(three: Path) -> None:
    run = read_run(three)
    said = " ".join(answer.answer(run))
    values = run.replications.table
    more = (values("hire_late", "value", "total") - values("base", "value", "total")).iloc[:, 0]
    bookings = values("hire_early", "bookings", "total").iloc[:, 0]
    target = values("hire_early", "target", "total").iloc[:, 0]
    assert said.startswith(f"Do hire late: it is worth {usd(more.mean())} more than base, give or take")
    assert f"{(bookings >= target).mean() * 100:.0f}% with hire early" in said
    assert f"in {formats.odds((more < 0).mean())} of replications base is worth more, in one of ten by" in said
    assert f"by {usd(-np.quantile(more, 0.1))} or more" in said
    assert "by December 2028" in said


def test_the_summary_shows_what_the_answer_ranks_by(three: Path) -> None:
    """Value: its mean, and its difference from the reference under the same luck, as the tables below have it."""
    run = read_run(three)
    base, early, _ = answer.scores(run)
    assert formats.drawn(early.worth) == formats.usd(run.statistic("hire_early", "value"))
    for measure, shown in (("value", early.worth_more), ("bookings", early.bookings_more), ("cost", early.cost_more)):
        row = run.difference_rows("hire_early", measure, "total").iloc[0]
        mean, low, high = (usd(float(row[name]), signed=True) for name in ("mean_difference", "ci_low", "ci_high"))
        assert tuple(map(formats.drawn, shown)) == (mean, f"{low} to {high}" if measure == "value" else ""), measure
    assert (base.worth_more, base.bookings_more, base.cost_more, base.chance_more) == (("", ""),) * 4
    page = (three / "report.html").read_text(encoding="utf-8")
    assert f"<td><strong>{formats.drawn(early.worth)}</strong></td>" in page
    assert 'class="over">Value</th>' in page


def test_names_of_files_are_read_out_the_same_everywhere(tmp_path: Path) -> None:
    said = {
        "se_shortage": "SE shortage",
        "csm_double": "CSM double",
        "sense_of_use": "sense of use",
        "Q3_push": "Q3 push",
    }
    assert {name: words.plan_name(name) for name in said} == said
    run = read_run(write_fake_run(tmp_path, [Plan("base"), Plan("se_shortage", 4)], 40))
    assert "SE shortage" in " ".join(answer.answer(run))
    assert answer.scores(run)[1].plan == "SE shortage"


def test_odds_are_rounded_half_up() -> None:
    assert [formats.odds(value) for value in (0.475, 0.425, 0.125, 0.004, 1.0)] == [
        "48%",
        "43%",
        "13%",
        "under 1%",
        "100%",
    ]


@pytest.mark.slow
def test_two_plans_that_do_not_differ_are_said_not_to(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, [Plan("base"), Plan("twin")], 20)
    run = read_run(folder)
    assert not ranking.gap(run, "twin", run.reference, "bookings").clear
    assert not ranking.best_is_clear(run)
    page = write_report(folder).read_text(encoding="utf-8")
    assert "cannot be told apart" in page
    assert "best odds</span>" not in page


def test_sums_to_date_follow_each_replication(three: Path) -> None:
    run = read_run(three)
    kpis = pd.read_parquet(three / "kpis.parquet")
    chosen = kpis[
        (kpis["scenario"] == "hire_late") & (kpis["measure"] == "bookings") & (kpis["period_kind"] == "month")
        & (kpis["group_kind"] == "all") & (kpis["draw"] == 7) & (kpis["period"].astype(str) <= "2027-05")
    ]  # fmt: skip
    to_date = run.replications.to_date("hire_late", "bookings", "month")
    assert to_date.loc[(7, 0), "2027-05"] == pytest.approx(chosen["value"].sum())
    assert list(to_date.columns) == run.periods("month")


def test_what_the_plans_change_lists_only_what_differs(three: Path) -> None:
    table = assumptions.changes(read_run(three))
    assert table is not None
    assert [row.texts[0] for row in table.rows] == [
        "levers.requisitions.q2_smb.count",
        "levers.requisitions.q2_smb.shift_days",
    ]


def test_error_of_a_share_is_honest_at_the_ends_and_counts_draws() -> None:
    lucky = pd.Series(np.ones(50), index=_replication_index(50, 1))
    assert share_with_error(lucky).high == pytest.approx(1)
    assert share_with_error(lucky).low == pytest.approx(50 / (50 + 1.959964**2))  # Wilson's closed form at p = 1
    rng = np.random.default_rng(3)
    hits = pd.Series(np.repeat(rng.integers(0, 2, 40), 5).astype(float), index=_replication_index(40, 5))
    one_a_draw = pd.Series(hits.to_numpy()[::5], index=_replication_index(40, 1))
    # Five lucks that always agree with their draw say no more than one.
    assert share_with_error(hits).low == pytest.approx(share_with_error(one_a_draw).low, abs=0.01)
    assert share_with_error(hits).low <= share_with_error(one_a_draw).low
    means = [
        mean_interval(one.to_numpy()[:, None], one.index.get_level_values("draw").to_numpy())
        for one in (hits, one_a_draw)
    ]
    assert means[0].low == pytest.approx(means[1].low)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (formats.usd(12_345_678), "$12.3M"),
        (formats.usd(-845_400), "\N{MINUS SIGN}$845K"),
        (formats.usd(999_600), "$1.0M"),
        (formats.usd(1.23e9), "$1.23B"),
        (formats.usd(-0.2, signed=True), "$0"),
        (formats.usd(float("nan")), "\N{EN DASH}"),
        (formats.odds(0.0), "0%"),
        (formats.odds(0.001), "under 1%"),
        (formats.odds(0.999), "over 99%"),
        (formats.drawn(formats.Cell(0.874, BY_NAME["attainment_mean"].format)), "87%"),
        (formats.drawn(formats.Cell(3.14159, BY_NAME["coverage"].format)), "3.14"),
        (formats.period_name("2027-Q3"), "Q3 2027"),
        (formats.period_name("2028-12"), "December 2028"),
        (words.listed(["a", "b", "c"]), "a, b and c"),
    ],
)
def test_numbers_read_as_people_write_them(said: str, expected: str) -> None:
    assert said == expected


def _replication_index(draws: int, lucks: int) -> pd.MultiIndex:
    pairs = [(draw, draw * lucks + luck) for draw in range(draws) for luck in range(lucks)]
    return pd.MultiIndex.from_tuples(pairs, names=["draw", "luck"])


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_each_figure_is_on_one_page_and_each_page_has_a_place() -> None:
    """Pages find themselves; a figure that no page names would never be drawn."""
    drawn = [subject.draw.__module__.rpartition(".")[2] for subject in SUBJECTS]
    files = {path.stem for path in Path(payout.__file__).parent.glob("*.py")} - {"__init__", "style", "marks"}
    assert sorted(drawn) == sorted(files)
    assert len({subject.name for subject in SUBJECTS}) == len(SUBJECTS)
    assert len({page.place for page in PAGES}) == len({page.name for page in PAGES}) == len(PAGES)
