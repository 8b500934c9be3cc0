"""Expressions of mappings: what reckons with a row's columns is read, everything else is not."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.mapping import read_expression


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("PAY_0", ("PAY_0",)),
        ('"default.payment.next.month" = 1', ("default.payment.next.month",)),
        ("BILL_AMT1 / nullif(LIMIT_BAL, 0)", ("BILL_AMT1", "LIMIT_BAL")),
        ("case when a > 0 then least(b / a, 2) else -1 end", ("a", "b")),
        ("coalesce(try_cast(income as double), 0) * 12", ("income",)),
        ("a in ('x', 'y') and b between 1 and 3 or c is null", ("a", "b", "c")),
        ("round(ln(greatest(a, 1)), 2) + a::double", ("a",)),
    ],
)
def test_what_reckons_with_the_columns_of_a_row_is_read(text: str, columns: tuple[str, ...]):
    assert read_expression(text, "features.x").columns == columns


@pytest.mark.parametrize(
    "text",
    [
        "(select max(a) from b)",
        "a in (select b from c)",
        "read_text('/etc/passwd')",
        "getenv('HOME')",
        "sum(a)",
        "row_number() over ()",
        "other.a",
        "*",
        "columns('a.*')",
        "a; drop table b",
        "a from read_csv('x.csv')",
        "repeat('x', 1000000000)",
        "[x for x in range(1000000)]",
        "a::blob",
        "random()",
        "select 1",
        "",
        "a +",
        "(" * 60 + "a" + ")" * 60,
        "a" * 2_001,
    ],
)
def test_anything_else_that_sql_can_say_is_refused(text: str):
    with pytest.raises(InvalidInput) as refusal:
        read_expression(text, "features.x")

    assert refusal.value.reason == "mapping_expression"


@given(st.one_of(st.text(max_size=80), st.text("ab01 ()+-*/=<>'\",.;:[]{}$casewhnlt", max_size=80)))
def test_any_text_is_read_or_refused(text: str):
    with contextlib.suppress(InvalidInput):
        assert read_expression(text, "x").text == text
