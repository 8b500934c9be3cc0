"""Settlement on screen: it ties, statements are issued, loans change hands by two people."""

from pathlib import Path

from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values

PAGE = "pages/funding/settlement.py"
SINCE_NOVEMBER = {"from": "2026-11-01", "funder": "binhai_bank"}


def test_a_statement_is_issued_and_the_lender_finds_it(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(
        late_book, user_name="operations", page=PAGE, view="statements", **SINCE_NOVEMBER
    )
    paid_in = values(console)[sentence("settlement.paid_in", "en")]
    console.button(key="settlement_issue").click().run()
    console.button(key="settlement_issue_confirm").click().run()
    said = [each.value for each in console.success]
    lender = open_console(late_book, user_name="funder", page="pages/funding/own_statements.py")
    issued = next(each.value for each in lender.dataframe if "number" in each.value.columns)

    assert paid_in == "¥16,000"
    assert said == ["The statement of Binhai Internet Bank up to 2026-12-31 is issued."]
    assert issued["number"].to_list() == ["S-2026-00001"]
    assert not [bug.value for bug in (*console.exception, *lender.exception)]


def test_settlement_ties_and_a_transfer_waits_for_another_person(
    open_console: OpenConsole, late_book: Path
) -> None:
    maker = open_console(late_book, user_name="risk_maker", page=PAGE, view="transfers")
    maker.text_input(key="transfer_loans").set_value("2")
    maker.selectbox(key="transfer_to_en").set_value("lanting_bank")
    maker.text_area(key="transfer_reason").set_value("sold")
    propose = sentence("funder.propose", "en")
    next(button for button in maker.button if button.label == propose).click().run()
    approver = open_console(late_book, user_name="risk_approver", page=PAGE, view="transfers")
    approver.button(key="transfer_approve_1").click().run()
    approver.button(key="transfer_confirm_approve").click().run()
    said = [each.value for each in approver.success]
    ties = opened(approver, PAGE, view="ties", **SINCE_NOVEMBER)

    assert not [error.value for error in maker.error]
    assert said == [sentence("second_person.done_approve_transfer", "en", number=1)]
    assert not [bug.value for bug in (*maker.exception, *approver.exception, *ties.exception)]
