"""What columns of tapes hold, by a sample of their values, and the mapping proposed from it."""

from datetime import date

import polars as pl
import pytest

from lending_core.portfolio.tape_columns import tape_columns
from lending_core.portfolio.tape_proposal import proposed_mapping


@pytest.mark.parametrize(
    ("values", "kind", "form"),
    [
        (["1", "2.5", "-3e4"], "number", "plain"),
        (["¥1,000.50", "2,000元", "3"], "number", "decorated"),
        (["12%", "7.5%"], "number", "percent"),
        (["36 months", "60 months"], "number", "decorated"),
        (["2024-01-31", "2024-02-29 00:00:00"], "date", "%Y-%m-%d"),
        (["20240131", "20240229"], "date", "%Y%m%d"),
        (["Dec-2011", "Jan-2012"], "date", "%b-%Y"),
        (["2024年1月31日"], "date", "%Y年%m月%d日"),
        (["31/01/2024", "01/02/2024"], "date", "%d/%m/%Y"),
        (["01/31/2024", "02/01/2024"], "date", "%m/%d/%Y"),
        (["0012345678", "0012345679"], "text", "plain"),
        (["A", "B"], "text", "plain"),
        (["", "n/a?", "NA"], "text", "plain"),
        (["", "NA", None], "empty", "plain"),
        ([1, 2], "number", "native"),
        ([date(2024, 1, 31)], "date", "native"),
        ([True, False], "flag", "native"),
    ],
)
def test_a_column_is_what_nearly_all_its_values_are(values: list[object], kind: str, form: str):
    (column,) = tape_columns(pl.DataFrame({"a": values}))

    assert (column.kind, column.form) == (kind, form)


@pytest.mark.parametrize(("other", "expected"), [("03/04/2024", True), ("13/04/2024", False)])
def test_a_date_that_reads_both_ways_is_told(other: str, expected: bool):
    (column,) = tape_columns(pl.DataFrame({"a": ["01/02/2024", other]}))

    assert column.is_ambiguous is expected


def test_a_mapping_is_proposed_from_names_and_words():
    sample = pl.DataFrame(
        {
            "Loan ID": ["A1", "A2", "A3"],
            "Issue Date": ["2023-01-01"] * 3,
            "Loan Amount": ["1000"] * 3,
            "Interest Rate": ["12.5", "13", "14"],
            "Loan Status": ["Fully Paid", "Charged Off", "Current"],
        }
    )

    mapping = proposed_mapping(tape_columns(sample))

    assert mapping.shape == "outcomes"
    assert {name: each.text for name, each in mapping.columns.items()} == {
        "reference": '"Loan ID"',
        "disbursed_on": '"Issue Date"',
        "lent": '"Loan Amount"',
        "annual_rate": '"Interest Rate" / 100',
        "outcome": "CASE WHEN \"Loan Status\" IN ('Fully Paid') THEN 'paid' "
        "WHEN \"Loan Status\" IN ('Charged Off') THEN 'written_off' "
        "WHEN NOT \"Loan Status\" IS NULL THEN 'open' END",
    }


def test_columns_of_months_make_a_tape_of_months():
    sample = pl.DataFrame({"账号": ["A"], "月份": ["2024-01"], "逾期天数": ["0"], "余额": ["5"]})

    mapping = proposed_mapping(tape_columns(sample))

    assert mapping.shape == "months"
    assert set(mapping.columns) == {"reference", "month", "days_past_due", "principal"}
