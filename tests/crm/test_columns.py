"""Dates and amounts are read by their whole column; right values by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sim.crm.amounts import read_amounts
from sim.crm.dates import iso, read_dates, read_moments
from sim.crm.errors import ExportError


def column(*cells: str) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, pa.string())])


def days(*cells: str, told: str = "") -> list[str]:
    return [iso(day) for day in read_dates("f.csv", {"when": column(*cells)}, told)["when"].days]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("2023-01-05", " 2023-2-3 ", "2023-02-03T23:30:00.000Z", ""), ["2023-01-05", "2023-02-03", "2023-02-03", ""]),
        (("13/05/2023", "01/02/2023"), ["2023-05-13", "2023-02-01"]),
        (("5/13/2023 3:04 PM", "1/2/2023 11:00 AM"), ["2023-05-13", "2023-01-02"]),
        (("31.12.23", "01.02.23", "01.02.70"), ["2023-12-31", "2023-02-01", "1970-02-01"]),
        (("5 Jan 2023", "Jan 7, 2023", "12-Mär-23", "3. Dezember 2022"),
         ["2023-01-05", "2023-01-07", "2023-03-12", "2022-12-03"]),
        (("Tue Jan 03 2023 00:00:00 GMT", "Wed, 4 Oct 2023"), ["2023-01-03", "2023-10-04"]),
        (("44927", "44928.75"), ["2023-01-01", "2023-01-02"]),
        (("1672531200000", "1672617599"), ["2023-01-01", "2023-01-01"]),
        (("20230105", "2023/01/06"), ["2023-01-05", "2023-01-06"]),
        (("7/7/2023", "8/8/2023"), ["2023-07-07", "2023-08-08"]),
    ],
)  # fmt: skip
def test_dates_as_people_and_systems_write_them(cells, wanted):
    assert days(*cells) == wanted


def test_what_is_no_date_is_told_from_what_is_empty():
    found = read_dates("f.csv", {"when": column("2023-01-05", "soon", "", "2023-02-30")})["when"]
    assert found.unreadable.tolist() == [False, True, False, True]


def test_a_column_that_tells_nothing_is_read_as_the_others_of_its_file():
    columns = {"created": column("1/2/2023", "3/4/2023"), "closed": column("13/2/2023", "")}
    assert iso(read_dates("f.csv", columns)["created"].days[0]) == "2023-02-01"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("1/2/2023", "3/4/2023"), 'may be read month first or day first.*"1/2/2023".*dates: month_first'),
        (("13/1/2023", "1/13/2023"), 'two kinds, "1/13/2023".*"13/1/2023"'),
        (("44927", "13/1/2023"), 'numbers of Excel such as "44927".*turned some of them around'),
    ],
)
def test_dates_that_may_be_read_in_two_ways_are_refused(cells, said):
    with pytest.raises(ExportError, match=said):
        days(*cells)


def test_the_mapping_settles_the_order():
    assert days("1/2/2023", told="day_first") == ["2023-02-01"]
    assert days("1/2/2023", told="month_first") == ["2023-01-02"]


def test_times_are_parts_of_a_day_as_written():
    cells = ("2023-01-05 06:00:00", "2023-01-05T18:00:00Z", "1/13/2023 12:30 AM", "44927.5", "2023-01-05")
    moments, _ = read_moments("f.csv", "at", column(*cells[:2], cells[4]))
    assert (moments % 1).tolist() == [0.25, 0.75, 0.0]
    assert read_moments("f.csv", "at", column(cells[2]))[0][0] % 1 == pytest.approx(0.5 / 24)
    assert read_moments("f.csv", "at", column(cells[3]))[0][0] % 1 == 0.5
    assert read_moments("f.csv", "at", column("1/13/2023 3:00 pm"))[0][0] % 1 == pytest.approx(15 / 24)
    assert read_moments("f.csv", "at", column("1/13/2023 12:00 PM"))[0][0] % 1 == 0.5


@pytest.mark.parametrize(
    ("cells", "wanted", "currency"),
    [
        (("1,234.56", "12", "(5.50)", ""), [1234.56, 12, -5.5, np.nan], ""),
        (("1.234,56", "12,5", "1.234.567"), [1234.56, 12.5, 1234567], ""),
        (("1 234,56", "7"), [1234.56, 7], ""),
        (("1\u00a0234,56 €", "7 €"), [1234.56, 7], "EUR"),
        (("$1.2k", "$3M", "$5"), [1200, 3e6, 5], "USD"),
        (("12k EUR", "1.2 Mio. €"), [12_000, 1.2e6], "EUR"),
        (("1e3", "1054.0", "n/a"), [1000, 1054, np.nan], ""),
        (("45,000", "7"), [45_000, 7], ""),
    ],
)
def test_amounts_as_people_and_systems_write_them(cells, wanted, currency):
    found = read_amounts("f.csv", "amount", column(*cells))
    np.testing.assert_allclose(found.values, wanted)
    assert found.currency == currency
    assert found.unreadable.tolist() == [cell == "n/a" for cell in cells]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("45.000", "7"), "may be of decimals or of thousands.*decimal: point or decimal: comma"),
        (("1.5", "2,5"), "may be of decimals or of thousands"),
        (("€5", "€6", "$3"), r"EUR \(2 rows\) and USD \(1 rows\).*currency: EUR and rates: \{USD"),
    ],
)
def test_amounts_that_may_be_read_in_two_ways_are_refused(cells, said):
    with pytest.raises(ExportError, match=said):
        read_amounts("f.csv", "amount", column(*cells))


def test_other_currencies_are_converted_at_the_rates_given():
    codes = column("USD", "EUR", "")
    found = read_amounts("f.csv", "amount", column("10", "10", "10"), codes, currency="EUR", rates={"USD": 0.9})
    assert found.values.tolist() == [9.0, 10.0, 10.0]
    assert found.converted.tolist() == [True, False, False]
    with pytest.raises(ExportError, match="amounts in USD; say in the mapping"):
        read_amounts("f.csv", "amount", column("10", "10", "10"), codes, currency="EUR")


def test_a_decimal_sign_given_settles_it():
    assert read_amounts("f.csv", "amount", column("45.000"), decimal="comma").values.tolist() == [45_000.0]
    assert read_amounts("f.csv", "amount", column("45.000"), decimal="point").values.tolist() == [45.0]
