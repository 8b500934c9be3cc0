"""Funders on screen: where room is left, and terms that two people stand behind."""

from datetime import date
from pathlib import Path

from streamlit.testing.v1 import AppTest

from lending_core.errors import InvalidInput
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/funding/funders.py"
ONE = "pages/funding/funder.py"
# The first version of the cheapest funder, in a book of six.
KEY = "binhai_bank_1_en"
NEW = "pages/funding/new_funder.py"
# A bank beside the six.
NEW_KEY = "new_bank_6_en"


def test_the_screen_says_how_much_may_be_lent_and_lists_every_funder(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    assert values(console)[sentence("funders.lending", "en")] == "6 of 6"
    assert console.dataframe[0].value["funder_code"].to_list()[0] == "Binhai Internet Bank"
    assert not [bug.value for bug in console.exception]


def test_an_unknown_funder_in_a_link_is_a_sentence(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=ONE, funder="nobody")

    assert console.info[0].value == sentence("funder.empty", "en")
    assert not console.metric


def test_a_new_funder_is_filled_in_by_one_person_and_lends_once_another_approves(
    open_console: OpenConsole, late_book: Path
) -> None:
    maker = open_console(late_book, user_name="risk_maker", page=NEW)
    fill(maker, name_en="Harbour Bank", name_zh="港湾银行", licence_number="B9")
    propose(maker)
    wrong = [error.value for error in maker.error]
    kept = maker.text_input(key=f"funder_name_en_{NEW_KEY}").value
    fill(maker, annual_cost=2.0, quota_fen=1_000_000.0, reason="more room")
    fill(maker, licence_on=date(2020, 1, 1), listed_on=date(2026, 1, 1))
    maker.multiselect(key=f"funder_product_codes_{NEW_KEY}").set_value(["weilidai"])
    propose(maker)
    approver = open_console(late_book, user_name="risk_approver", page=ONE, funder="harbour_bank")
    before = [info.value for info in approver.info]
    approver.button(key="funder_approve_7").click().run()
    approver.button(key="funder_confirm_approve").click().run()
    console = open_console(late_book, user_name="viewer", page=PAGE)

    assert wrong[-1] == sentence("funder.not_proposed", "en")
    assert len(wrong) == 7
    assert kept == "Harbour Bank"
    assert maker.title[0].value == approver.title[0].value == "Harbour Bank"
    assert before == [sentence("funder.not_in_force", "en")]
    assert values(console)[sentence("funders.lending", "en")] == "7 of 7"
    assert "Harbour Bank" in console.dataframe[0].value["funder_code"].to_list()
    assert not [bug.value for bug in (*maker.exception, *approver.exception)]


def fill(console: AppTest, **values: object) -> None:
    """Types into fields of the form of a new funder."""
    widgets = (console.text_input, console.number_input, console.date_input, console.text_area)
    known = {each.key: each for kind in widgets for each in kind}
    for name, value in values.items():
        known[f"funder_{name}_{NEW_KEY}"].set_value(value)


def propose(console: AppTest) -> None:
    """Clicks the button of the form."""
    button = next(b for b in console.button if b.label == sentence("funder.propose", "en"))
    button.click().run()


def test_terms_are_proposed_by_one_person_and_hold_once_another_approves(
    open_console: OpenConsole, late_book: Path
) -> None:
    maker = open_console(late_book, user_name="risk_maker", page=ONE, funder="binhai_bank")
    maker.toggle(key=f"funder_edits_{KEY}").set_value(True).run()
    maker.number_input(key=f"funder_annual_cost_{KEY}").set_value(2.25)
    propose(maker)
    refused = [error.value for error in maker.error]
    kept = maker.number_input(key=f"funder_annual_cost_{KEY}").value
    maker.text_area(key=f"funder_reason_{KEY}").set_value("dearer from now on")
    propose(maker)
    own = [caption.value for caption in maker.caption]
    approver = open_console(late_book, user_name="risk_approver", page=ONE, funder="binhai_bank")
    waiting = approver.table[0].value
    approver.button(key="funder_approve_7").click().run()
    approver.button(key="funder_confirm_approve").click().run()

    not_yet = sentence("funder.not_proposed", "en")
    assert refused == [InvalidInput("reason_missing").text("en"), not_yet]
    assert kept == 2.25
    assert sentence("second_person.who_funder", "en") in own
    assert waiting.loc[sentence("funder_term.annual_cost", "en")].to_list() == ["2.05%", "2.25%"]
    assert values(approver)[sentence("column.annual_cost_rate", "en")] == "2.25%"
    assert not [bug.value for bug in (*maker.exception, *approver.exception)]
