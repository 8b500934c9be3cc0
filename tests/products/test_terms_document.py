"""Terms in JSON are read strictly; every refusal names the field."""

import json
from contextlib import suppress
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.products.terms_document import read_terms

TERMS: dict[str, Any] = {
    "principal": "1000",
    "annual_rate": "0.12",
    "method": "equal_instalment",
    "instalments": 3,
    "every": {"months": 1},
    "disbursed_on": "2024-01-31",
}
DRAW = {"on": "2024-02-15", "kind": "draw", "amount": "5"}


def refusal(document: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_terms(json.dumps(document))
    return caught.value


def test_what_may_be_left_out_takes_its_default() -> None:
    loan = read_terms(json.dumps(TERMS))

    row = loan.terms.row(0, named=True)
    assert (row["principal_fen"], row["day_count"], row["month_end"]) == (
        1000_00,
        "30/360",
        "clamp",
    )
    assert loan.events.is_empty()


def test_events_become_a_frame() -> None:
    change = {"on": "2024-04-30", "kind": "rate_change", "annual_rate": "0.1"}

    loan = read_terms(json.dumps(TERMS | {"events": [DRAW, change]}))

    assert loan.events.select("kind", pl.col("amount_fen")).rows() == [
        ("draw", 5_00),
        ("rate_change", None),
    ]


def test_people_cannot_draw_a_negative_amount() -> None:
    found = refusal(TERMS | {"events": [DRAW | {"amount": "-5"}]})

    assert str(found).startswith("events[0].amount")


def test_the_remainder_is_carried_where_the_terms_say_so() -> None:
    loan = read_terms(json.dumps(TERMS | {"carries_remainder": True}))

    assert loan.terms["carries_remainder"].to_list() == [True]
    assert refusal(TERMS | {"carries_remainder": 1}).facts["choices"] == "true, false"


@pytest.mark.parametrize("field", TERMS)
def test_a_missing_key_is_named(field: str) -> None:
    found = refusal({key: value for key, value in TERMS.items() if key != field})

    assert str(found) == f"{field} is missing."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"principal": 1000}, "principal"),
        ({"principal": "0"}, "principal"),
        ({"principal": "-1"}, "principal"),
        ({"principal": "1.234"}, "principal"),
        ({"principal": "1e5"}, "principal"),
        ({"principal": "NaN"}, "principal"),
        ({"principal": float("nan")}, "principal"),
        ({"principal": "99999999999999999999"}, "principal"),
        ({"principal": None}, "principal"),
        ({"annual_rate": "11"}, "annual_rate"),
        ({"annual_rate": "0.1234567890123"}, "annual_rate"),
        ({"method": "balloon"}, "method"),
        ({"method": ["flat"]}, "method"),
        ({"instalments": 0}, "instalments"),
        ({"instalments": 361}, "instalments"),
        ({"instalments": True}, "instalments"),
        ({"instalments": 10**30}, "instalments"),
        ({"instalments": 3.0}, "instalments"),
        ({"every": {"weeks": 1}}, "every"),
        ({"every": {"months": 1, "days": 1}}, "every"),
        ({"every": {"months": None}}, "every.months"),
        ({"every": {"days": 367}}, "every.days"),
        ({"disbursed_on": "2024-02-30"}, "disbursed_on"),
        ({"disbursed_on": "20240131"}, "disbursed_on"),
        ({"disbursed_on": "9999-12-31"}, "disbursed_on"),
        ({"day_count": "30E/360"}, "day_count"),
        ({"rounding": "down"}, "rounding"),
        ({"month_end": "skip"}, "month_end"),
        ({"instalment_multiple": 1}, "instalment_multiple"),
        ({"grace_principal_instalments": 3}, "grace_principal_instalments"),
        ({"grace_interest_instalments": -1}, "grace_interest_instalments"),
        ({"events": {}}, "events"),
        ({"events": [DRAW] * 1001}, "events"),
        ({"events": [DRAW, 1]}, "events[1]"),
        ({"events": [DRAW | {"amount": "0"}]}, "events[0].amount"),
        ({"events": [DRAW | {"annual_rate": "0.1"}]}, "events[0].annual_rate"),
        ({"events": [{"on": "2024-02-15", "kind": "draw"}]}, "events[0].amount"),
        ({"events": [DRAW | {"kind": "gift"}]}, "events[0].kind"),
        ({"events": [DRAW | {"on": "2024-01-30"}]}, "events[0].on"),
        ({"events": [DRAW | {"on": "2024-04-30"}]}, "events[0].on"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_value_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    found = refusal(TERMS | change)

    assert found.facts["field"] == field
    assert field in found.text("zh")


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "nul", b"\xff", '{"principal": "1", "principal": "2"}']
)
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_terms(text)

    assert caught.value.reason == "terms_not_json"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(field=st.sampled_from([*TERMS, "events", "day_count"]), value=json_values)
def test_no_value_of_any_field_breaks_the_reader(field: str, value: Any) -> None:
    text = json.dumps(TERMS | {field: value})

    with suppress(InvalidInput):
        read_terms(text)
