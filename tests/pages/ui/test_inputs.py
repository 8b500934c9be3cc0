"""Choices are kept in the URL as codes, money is typed in yuan and used in fen."""

from datetime import date

from streamlit.testing.v1 import AppTest


def page() -> None:
    """A screen with one input of each kind; what they return is shown as JSON."""
    from datetime import date

    import streamlit as st

    from pages.ui import inputs
    from pages.ui.text import t

    scenarios = inputs.choose_many(
        "Purpose",
        ["travel", "medical"],
        key="test_purpose",
        name_of=lambda code: t(f"scenario.{code}"),
    )
    method = inputs.choose_one("Method", ["flat", "interest_only"], key="test_method")
    month = inputs.month("Month", [date(2026, 10, 31), date(2026, 11, 30)], key="test_month")
    amount_fen = inputs.money(
        "Amount", 1_000_000, key="test_amount", bounds_fen=(50_000, 20_000_000)
    )
    on = inputs.day("Day", date(2026, 11, 1), key="test_day")
    st.json([on.isoformat()])
    st.json([scenarios, method, month.isoformat(), amount_fen])


def opened(**url: str | list[str]) -> AppTest:
    screen = AppTest.from_function(page, default_timeout=30)
    for name, value in url.items():
        screen.query_params[name] = value
    return screen.run()


def test_without_a_link_everything_is_chosen_and_the_newest_month() -> None:
    screen = opened()

    assert screen.json[1].value == '[[], "flat", "2026-11-30", 1000000]'
    assert screen.query_params == {}


def test_a_link_sets_the_choices_by_code() -> None:
    screen = opened(test_purpose=["medical"], test_method="interest_only", test_month="2026-10")

    assert screen.json[1].value == '[["medical"], "interest_only", "2026-10-31", 1000000]'
    assert screen.multiselect[0].value == ["medical"]


def test_a_link_with_an_unknown_code_sets_nothing() -> None:
    screen = opened(test_purpose=["gambling"], test_method="barter", test_month="1999-01")

    assert screen.json[1].value == '[[], "flat", "2026-11-30", 1000000]'
    assert screen.query_params == {}


def test_a_choice_is_written_to_the_url_and_taken_back() -> None:
    screen = opened()

    screen.multiselect[0].set_value(["travel", "medical"]).run()
    chosen = dict(screen.query_params)
    screen.multiselect[0].set_value([]).run()

    assert chosen == {"test_purpose": ["travel", "medical"]}
    assert screen.query_params == {}


def test_a_choice_survives_the_change_of_language() -> None:
    screen = opened(test_purpose=["medical"])

    screen.session_state["language"] = "zh"
    screen.run()

    assert screen.multiselect[0].value == ["medical"]
    assert screen.multiselect[0].options == ["旅游出行", "医疗支出"]


def test_an_amount_typed_in_yuan_is_used_in_fen() -> None:
    screen = opened()

    screen.number_input[0].set_value(1234.56).run()

    assert screen.json[1].value == '[[], "flat", "2026-11-30", 123456]'


def test_a_day_is_as_given_unless_a_link_or_the_person_says_another() -> None:
    given, linked = opened(), opened(test_day="2026-10-05")
    nonsense = opened(test_day="yesterday")

    given.date_input[0].set_value(date(2026, 11, 9)).run()

    assert given.json[0].value == '["2026-11-09"]'
    assert linked.json[0].value == '["2026-10-05"]'
    assert nonsense.json[0].value == '["2026-11-01"]'
