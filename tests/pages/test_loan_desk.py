"""What may be done with a loan: previewed, refused with the reason, booked once, taken back."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import session
from pages.ui.text import sentence
from tests.operations.journeys import run_to
from tests.pages.conftest import OpenConsole
from tests.pages.test_loan import PAGE, buttons, table, values, visit

AMOUNT = "loan_desk_in_amount"
STEPS = ("fee", "waiver", "rate_change", "restructure", "holiday", "charge_off")


def press(console: AppTest, button: str) -> AppTest:
    return console.button(key=f"loan_desk_{button}").click().run()


def choose(console: AppTest, step: str) -> AppTest:
    """A step of the menu."""
    return console.menu_button[0].click(step).run()


def give_a_reason(console: AppTest, reason: str = "Income lost for a month") -> AppTest:
    return console.text_input(key="loan_desk_reason").set_value(reason).run()


def previewed(console: AppTest) -> dict[str, tuple[str, str]]:
    """Figure -> without and with the step, of the preview in the dialog."""
    rows = next(each.value for each in console.table if "With it" in each.value.columns)
    return {row["On that day"]: (row["Without it"], row["With it"]) for _, row in rows.iterrows()}


def booked(loan_id: int) -> list[tuple[object, ...]]:
    rows = session.store().read("events_of_loan", loan_id=loan_id)
    return rows.select("kind", "amount_fen", "reverses_event_id").rows()


@pytest.fixture
def maker(open_console: OpenConsole, late_book: Path) -> AppTest:
    """The page of the late loan, before a person who may change it."""
    return open_console(late_book, user_name="risk_maker", page=PAGE, loan_id="1")


def test_a_viewer_sees_no_desk(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="2")

    assert buttons(console) == {"switch_language", "sign_out"}
    assert len(console.menu_button) == 0


def test_who_records_payments_may_not_change_the_loan(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE, loan_id="2")

    assert {"loan_desk_payment", "loan_desk_payoff"} <= buttons(console)
    assert "loan_reverse" not in buttons(console)
    assert len(console.menu_button) == 0


def test_a_payment_is_what_its_preview_said(maker: AppTest) -> None:
    press(maker, "payment")
    preview = previewed(maker)["Outstanding"]
    press(maker, "confirm")

    assert preview == ("¥8,000.00", "**¥6,400.00**")
    assert values(maker)["Outstanding"] == "¥6,400.00"
    assert values(maker)["Days past due"] == "0"
    assert maker.success[0].value.startswith("Payment booked as event")
    assert table(maker, "loan_history")["event_kind"].to_list() == ["Payment"]


def test_a_payment_taken_back_never_happened(maker: AppTest) -> None:
    before = values(maker)
    press(press(maker, "payment"), "confirm")

    maker.button(key="loan_reverse").click().run()
    give_a_reason(maker, "Wrong account")
    press(maker, "confirm")

    assert values(maker) == before
    assert [row[0] for row in booked(1)] == ["payment", "reversal"]
    assert table(maker, "loan_history")["event_kind"].to_list() == ["Reversal", "Payment"]


def test_more_than_is_due_shows_each_way_to_repay_early(maker: AppTest) -> None:
    press(maker, "payment")
    maker.number_input(key=AMOUNT).set_value(4_000.0).run()

    ways = [str(table.value) for table in maker.table if "Interest saved" in str(table.value)]
    assert len(ways) == 3
    maker.radio[0].set_value("fewer_instalments").run()
    press(maker, "confirm")

    assert table(maker, "loan_history")["event_terms"].to_list() == ["Fewer instalments"]
    assert values(maker)["Outstanding"] == "¥4,204.67"


def test_too_much_is_refused_in_place_and_nothing_is_booked(maker: AppTest) -> None:
    press(maker, "payment")
    maker.number_input(key=AMOUNT).set_value(50_000.0).run()

    assert "more than all instalments" in " ".join(
        [note.value for note in maker.caption] + [fault.value for fault in maker.error]
    )
    assert "loan_desk_confirm" not in buttons(maker)
    assert booked(1) == []


def test_a_later_payoff_is_reckoned_but_not_booked(maker: AppTest) -> None:
    press(maker, "payoff")
    today = [str(each.value) for each in maker.table if "Interest to the day" in str(each.value)]
    maker.date_input(key="loan_desk_in_on").set_value("2027-01-31").run()
    later = [str(each.value) for each in maker.table if "Interest to the day" in str(each.value)]

    assert "¥8,204.67" in today[0]
    assert "¥8,204.67" not in later[0]
    assert "loan_desk_confirm" not in buttons(maker)


def test_a_payoff_leaves_nothing(maker: AppTest) -> None:
    press(press(maker, "payoff"), "confirm")

    assert values(maker)["Stage"] == "Settled"
    assert values(maker)["Payoff today"] == "¥0.00"
    assert booked(1) == [("payment", 820_467, None)]


def test_a_holiday_is_granted_as_previewed(maker: AppTest) -> None:
    choose(maker, "holiday")
    last_before, last_after = previewed(maker)["Last one due"]
    give_a_reason(maker)
    press(maker, "confirm")

    assert (last_before, last_after) == ("2027-09-01", "**2027-10-01**")
    states = table(maker, "loan_instalments")["instalment_state"].to_list()
    assert states[2] == "Holiday"
    assert sentence("loan.schedule_changed", "en") in [note.value for note in maker.caption]


def test_without_a_reason_nothing_is_granted(maker: AppTest) -> None:
    press(choose(maker, "holiday"), "confirm")

    assert maker.error[0].value == "Write a reason for this decision."
    assert booked(1) == []


def test_a_figure_typed_after_the_preview_is_previewed_first(maker: AppTest) -> None:
    press(maker, "payment")
    maker.number_input(key=AMOUNT).set_value(10.0)
    press(maker, "confirm")

    assert maker.error[0].value == sentence("loan_desk.changed_meanwhile", "en")
    assert booked(1) == []


def test_a_write_off_before_its_time_is_refused(maker: AppTest) -> None:
    choose(maker, "charge_off")

    assert maker.error[0].value == (
        "A loan may be written off once it is more than 180 days past due."
    )


def test_a_write_off_leaves_a_claim_that_may_be_recovered(maker: AppTest) -> None:
    run_to(session.store(), date(2027, 5, 31))
    choose(visit(maker, loan_id="1"), "charge_off")
    press(give_a_reason(maker, "Gone abroad"), "confirm")
    claim = values(maker)["Claim"]
    press(press(maker, "recovery"), "confirm")

    assert claim != "¥0.00"
    assert values(maker)["Stage"] == "Written off"
    assert values(maker)["Claim"] == "¥0.00"
    assert [row[0] for row in booked(1)] == ["charge_off", "recovery"]
    assert table(maker, "loan_history", 1)["component"].to_list() == ["Claim after write-off"]


def test_every_step_opens_in_either_language(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(
        late_book, user_name="risk_maker", locale="zh-CN", page=PAGE, loan_id="1"
    )

    faults = {step: list(choose(console, step).exception) for step in STEPS}

    assert faults == {step: [] for step in STEPS}


def test_a_waiver_lets_the_penalty_go(maker: AppTest) -> None:
    choose(maker, "waiver")
    give_a_reason(maker, "Goodwill")
    press(maker, "confirm")

    assert values(maker)["Due now"] == "¥1,789.91"
    assert table(maker, "loan_history")["event_terms"].to_list() == ["Penalty"]


def test_the_other_customer_s_loan_is_left_alone(maker: AppTest) -> None:
    press(maker, "payment")
    visit(maker, loan_id="2")

    assert maker.title[0].value == "Loan 2"
    assert "loan_desk_confirm" not in buttons(maker)
