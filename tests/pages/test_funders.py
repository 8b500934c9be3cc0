"""Funders on screen: where room is left, and terms that two people stand behind."""

from pathlib import Path

from lending_core.errors import InvalidInput
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/funding/funders.py"
ONE = "pages/funding/funder.py"
# The first version of the cheapest funder, in a book of six.
KEY = "binhai_bank_1_en"


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


def test_terms_are_proposed_by_one_person_and_hold_once_another_approves(
    open_console: OpenConsole, late_book: Path
) -> None:
    maker = open_console(late_book, user_name="risk_maker", page=ONE, funder="binhai_bank")
    maker.toggle(key=f"funder_edits_{KEY}").set_value(True).run()
    maker.number_input(key=f"funder_annual_cost_{KEY}").set_value(2.25)
    propose = next(b for b in maker.button if b.label == sentence("funder.propose", "en"))
    propose.click().run()
    refused = [error.value for error in maker.error]
    kept = maker.number_input(key=f"funder_annual_cost_{KEY}").value
    maker.text_area(key=f"funder_reason_{KEY}").set_value("dearer from now on")
    propose = next(b for b in maker.button if b.label == sentence("funder.propose", "en"))
    propose.click().run()
    own = [caption.value for caption in maker.caption]
    approver = open_console(late_book, user_name="risk_approver", page=ONE, funder="binhai_bank")
    waiting = approver.table[0].value
    approver.button(key="funder_approve_7").click().run()
    approver.button(key="funder_confirm_approve").click().run()

    assert refused == [InvalidInput("reason_missing").text("en")]
    assert kept == 2.25
    assert sentence("funder.who_answers", "en") in own
    assert waiting.loc[sentence("funder_term.annual_cost", "en")].to_list() == ["2.05%", "2.25%"]
    assert values(approver)[sentence("column.annual_cost_rate", "en")] == "2.25%"
    assert not [bug.value for bug in (*maker.exception, *approver.exception)]
