"""Tables: values as people read them, and a CSV that a spreadsheet opens safely."""

from decimal import Decimal

import polars as pl
from streamlit.testing.v1 import AppTest

from pages.ui import tables


def long_list() -> None:
    """A script: 250 cases in turn, a click on which opens nothing."""
    import polars as pl
    import streamlit as st

    from pages.ui import tables

    st.session_state["language"] = "en"
    rows = pl.DataFrame({"queue_place": range(1, 251), "case_id": range(250, 0, -1)})
    tables.paged(
        tables.computed(rows, "case_id", ascending=("queue_place",)),
        alt="Cases",
        key="cases",
        columns=("queue_place", "case_id"),
        sortable=("queue_place", "case_id"),
    )


def on_page(screen: AppTest) -> tuple[str, list[int]]:
    """What the list says of itself, and the first and last place on it."""
    assert [bug.value for bug in screen.exception] == []
    places = screen.dataframe[0].value["queue_place"].to_list()
    return screen.caption[0].value, [places[0], places[-1]]


def test_values_are_shown_in_the_unit_their_name_says() -> None:
    frame = pl.DataFrame(
        {"principal_fen": [1_234_567, None], "annual_rate": [Decimal("0.1825"), Decimal("0.24")]}
    )

    readable = tables.readable_values(frame, "en")

    assert readable["principal_fen"].to_list() == [Decimal("12345.67"), None]
    assert readable["annual_rate"].to_list() == [18.25, 24.0]


def test_a_csv_says_that_shares_are_percent() -> None:
    frame = pl.DataFrame({"over_30_share": [0.034]})

    lines = tables.csv_bytes(tables.readable_values(frame, "en"), "en").decode("utf-8-sig")

    assert lines == "30+ days (%)\n3.4\n"


def test_codes_are_shown_by_name_and_other_text_as_it_is() -> None:
    frame = pl.DataFrame({"scenario": ["travel", None], "name": ["travel", "Li"]})

    readable = tables.readable_values(frame, "zh")

    assert readable["scenario"].to_list() == ["旅游出行", None]
    assert readable["name"].to_list() == ["travel", "Li"]


def test_a_csv_has_headings_in_the_language_and_exact_amounts() -> None:
    frame = pl.DataFrame({"loan_id": [7], "principal_fen": [1_234_567]})

    lines = tables.csv_bytes(tables.readable_values(frame, "zh"), "zh").decode("utf-8-sig")

    assert lines == "借据编号,本金（¥）\n7,12345.67\n"


def test_a_csv_holds_no_cell_that_runs_as_a_formula() -> None:
    frame = pl.DataFrame({"band": ["=1+1", "+A", "-A", "@A", "A"]})

    lines = tables.csv_bytes(frame, "en").decode("utf-8-sig")

    assert lines == "Band\n'=1+1\n'+A\n'-A\n'@A\nA\n"


def test_what_counts_many_has_separators_and_the_number_of_a_thing_has_none() -> None:
    columns = tables.column_config(["applications", "application_id"])

    assert columns["applications"]["type_config"]["format"] == "%,d"
    assert "type_config" not in columns["application_id"]


def test_a_list_longer_than_a_page_says_how_long_it_is_and_goes_on_in_order() -> None:
    screen = AppTest.from_function(long_list, default_timeout=30).run()

    first = on_page(screen)
    screen.session_state["cases_page_queue_place_False_3"] = 3
    last = on_page(screen.run())
    by_number = on_page(screen.selectbox(key="cases_sort_en").set_value("case_id").run())

    assert first == ("1 to 100 of 250", [1, 100])
    assert last == ("201 to 250 of 250", [201, 250])
    # The newest number came first; turned by hand, the oldest does.
    assert by_number == ("1 to 100 of 250", [1, 100])
    turned = on_page(screen.toggle(key="cases_down").set_value(False).run())
    assert turned == ("1 to 100 of 250", [250, 151])
