"""Joint lending on screen: who lends with whom, proposed by one person and approved by another."""

from datetime import date
from pathlib import Path

from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/funding/agreements.py"
# A new agreement beside the four of the book.
KEY = "agreement_new_4_en"


def test_two_funders_lend_jointly_once_a_second_person_approves(
    open_console: OpenConsole, late_book: Path
) -> None:
    maker = open_console(late_book, user_name="risk_maker", page=PAGE)
    before = values(maker)[sentence("agreements.hold", "en")]
    maker.toggle(key=f"funder_asks_{KEY}").set_value(True).run()
    maker.selectbox(key=f"funder_lead_code_{KEY}").set_value("qinghe_finance")
    maker.selectbox(key=f"funder_partner_code_{KEY}").set_value("minghu_microloan")
    maker.number_input(key=f"funder_partner_share_min_{KEY}").set_value(20.0)
    maker.date_input(key=f"funder_listed_on_{KEY}").set_value(date(2026, 1, 1))
    maker.text_area(key=f"funder_reason_{KEY}").set_value("more room")
    button = next(b for b in maker.button if b.label == sentence("funder.propose", "en"))
    button.click().run()
    wrong = [error.value for error in maker.error]
    maker.number_input(key=f"funder_partner_share_min_{KEY}").set_value(40.0)
    button = next(b for b in maker.button if b.label == sentence("funder.propose", "en"))
    button.click().run()
    approver = open_console(late_book, user_name="risk_approver", page=PAGE)
    approver.button(key="agreement_approve_5").click().run()
    approver.button(key="agreement_confirm_approve").click().run()

    assert before == "4"
    assert wrong[0] == "The partner's part runs from 30% to 70%: each has at least 30% (IL-21)."
    assert wrong[1] == sentence("funder.not_proposed", "en")
    assert values(approver)[sentence("agreements.hold", "en")] == "5"
    parts = approver.dataframe[0].value["partner_part"].to_list()
    assert parts == [*["30.0% to 70.0%"] * 3, "40.0% to 70.0%", "30.0% to 70.0%"]
    assert not [bug.value for bug in (*maker.exception, *approver.exception)]
