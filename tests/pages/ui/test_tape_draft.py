"""A mapping while it is written: nothing typed is lost on the way to a document and back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from pages.ui.tape_draft import Draft, column_text, draft_of, mapping_of, toml_of, unchecked

MONTHS = Draft(
    "months",
    "USD",
    as_of_on="2011-12-31",
    exclude="status = 'X'",
    note="The newest month is assumed.",
    columns={"reference": '"Loan ID"', "month": "month", "days_past_due": "late * 30"},
    segments={"term": "cast(term as varchar)"},
)


def test_a_draft_says_the_same_as_the_mapping_that_it_becomes() -> None:
    mapping = mapping_of(MONTHS)

    assert draft_of(mapping) == MONTHS
    assert mapping.as_of_on == date(2011, 12, 31)
    assert mapping.columns["reference"].columns == ("Loan ID",)


def test_a_draft_that_is_not_whole_can_be_saved_but_not_used() -> None:
    draft = Draft("months", "CNY", columns={"reference": "id", "band": "  "})

    assert "reference" in toml_of(draft)
    assert "band" not in toml_of(draft)
    assert list(unchecked(draft).columns) == ["reference"]
    with pytest.raises(InvalidInput):
        mapping_of(draft)


def test_another_shape_keeps_what_it_shares_and_proposes_the_rest() -> None:
    proposed = Draft("outcomes", "CNY", columns={"outcome": "status", "reference": "other"})

    changed = MONTHS.of_shape(proposed)

    assert changed.shape == "outcomes"
    assert changed.columns == {"outcome": "status", "reference": '"Loan ID"'}
    assert [changed.currency, changed.segments] == ["USD", MONTHS.segments]


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40))
def test_a_column_of_any_name_can_be_chosen(name: str) -> None:
    draft = Draft("months", "CNY", columns={"reference": column_text(name)})

    assert unchecked(draft).columns["reference"].columns == (name,)
