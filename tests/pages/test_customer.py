"""A customer's page: all loans together, lines drawn again, frozen and opened, consents."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.identity.consents import consents
from lending_core.operations.lines import LineOrder, set_line_status
from lending_core.store.engine import Store
from pages.ui import session
from pages.ui.text import sentence
from tests.builders import APPROVER, AT, a_book
from tests.operations.journeys import accept, lent, submit
from tests.operations.lines import become_late, pay
from tests.operations.warned import without_funders
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values

PAGE = "pages/book/customer.py"
visit = partial(opened, page=PAGE)
_STATES = ("granted", "withdrawn", "not_given")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """One borrower with two lines: 8,000 yuan just paid out under the first, 3,000 under the
    second."""
    path = tmp_path / "book.duckdb"
    a_book(path, two_lines).close()
    return path


def two_lines(store: Store) -> None:
    lent(store)
    accept(store, submit(store, key="second"), key="accept second", amount_fen=300_000)


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """The same a month later: the first instalment of the second loan came late, that of the first
    not at all."""
    path = tmp_path / "late.duckdb"
    a_book(path, two_lines_late).close()
    return path


def two_lines_late(store: Store) -> None:
    two_lines(store)
    become_late(store)
    pay(store, 2, 33_800)


def said(console: AppTest) -> str:
    """Every table of names and values on the page, as text."""
    return "\n".join(table.value.to_string() for table in console.table)


def buttons(console: AppTest) -> set[str | None]:
    return {button.key for button in console.button}


def states(console: AppTest) -> list[str]:
    """The state of each consent, in the order on the page."""
    words = [sentence(f"consent_state.{each}", "en") for each in _STATES]
    return [word for line in console.markdown for word in words if f" {word}]" in line.value]


def press(console: AppTest, button: str) -> AppTest:
    return console.button(key=f"customer_{button}").click().run()


def read_for_long_enough(console: AppTest, seconds: int = 11) -> AppTest:
    """The cost sheet was put on the screen that many seconds ago."""
    line_id, shown_at, key = console.session_state["customer_sheet"]
    console.session_state["customer_sheet"] = (line_id, shown_at - timedelta(seconds=seconds), key)
    return console.run()


def test_the_page_says_where_all_loans_stand(open_console: OpenConsole, late: Path) -> None:
    console = open_console(late, user_name="viewer", page=PAGE, customer_id="1")

    assert console.title[0].value == "Customer 1"
    assert values(console) == {
        "Bucket": "M1",
        "Days past due": "2",
        "Outstanding": "¥10,700",
        "Overdue": "¥898",
        "Left to draw": "¥0",
        "Open loans": "2",
    }


def test_the_worst_loan_comes_first(open_console: OpenConsole, late: Path) -> None:
    loans = open_console(late, user_name="viewer", page=PAGE, customer_id="1").dataframe[0].value

    assert loans["loan_id"].to_list() == [1, 2]
    assert loans["loan_standing"].to_list() == ["Late", "On time"]


def test_each_line_says_what_is_left_of_it(open_console: OpenConsole, database: Path) -> None:
    lines = (
        open_console(database, user_name="viewer", page=PAGE, customer_id="1").dataframe[1].value
    )

    assert lines["used_fen"].astype(float).to_list() == [8_000, 3_000]
    left = lines["limit_fen"].astype(float) - lines["used_fen"].astype(float)
    assert lines["available_fen"].astype(float).to_list() == left.to_list()
    assert lines["line_status"].to_list() == ["Active", "Active"]


def test_a_viewer_sees_who_it_is_masked(open_console: OpenConsole, database: Path) -> None:
    console = open_console(database, user_name="viewer", page=PAGE, customer_id="1")

    assert "王\\*明" in said(console)
    assert "999999199001010016" not in said(console)


def test_whoever_may_see_personal_data_sees_it_after_saying_why(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="risk_maker", page=PAGE, customer_id="1")
    before = said(console)
    console.selectbox(key="unmask_reason").set_value("complaint")
    console.button(key="unmask_confirm").click().run()

    assert "王\\*明" in before
    assert "王小明" not in before
    assert "王小明" in said(console)
    assert "999999199001010016" in said(console)


def test_a_consent_is_withdrawn_once_its_effect_was_seen_and_given_again_once_read(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="analyst", page=PAGE, customer_id="1")
    before = states(console)

    console.button(key="consents_withdraw_income").click().run()
    effect = console.table[-1].value
    lost = [line.value for line in console.markdown if "No longer known" in line.value]
    console.button(key="consents_withdraw_confirm").click().run()
    after = states(console)
    withdrawn = console.success[0].value
    console.button(key="consents_grant_income").click().run()
    words = [line.value for line in console.markdown]
    console.button(key="consents_grant_confirm").click().run()

    assert before == ["Given"] * 4 + ["Not given"]
    assert "Monthly income" in lost[0]
    assert effect["Without it"].to_list()[2] == "¥10,000.00"
    assert withdrawn == sentence("consents.done_withdrawn", "en", source="Income")
    assert after == ["Given", "Given", "Given", "Withdrawn", "Not given"]
    assert consents()["income"].texts[-1].en in words
    assert states(console) == before


def test_who_only_looks_sees_consents_and_changes_none(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="viewer", page=PAGE, customer_id="1")

    assert states(console) == ["Given"] * 4 + ["Not given"]
    assert not [key for key in buttons(console) if key and key.startswith("consents_")]


@pytest.mark.parametrize("asked", ["", "abc", "-1", "9" * 40])
def test_without_a_number_the_page_asks_for_one(
    open_console: OpenConsole, database: Path, asked: str
) -> None:
    console = open_console(database, user_name="viewer", page=PAGE, customer_id=asked)

    assert console.title[0].value == sentence("customer.title_ask", "en")


def test_an_unknown_customer_is_refused_and_another_asked_for(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="viewer", page=PAGE, customer_id="99")

    assert console.error[0].value == "There is no customer 99."
    console.number_input(key="customer_number").set_value(1)
    console.button[-1].click().run()
    assert console.title[0].value == "Customer 1"


def test_each_role_sees_the_steps_that_it_may_take(
    open_console: OpenConsole, database: Path
) -> None:
    steps = {"customer_draw", "customer_freeze", "customer_open_again"}

    seen = {
        name: buttons(open_console(database, user_name=name, page=PAGE, customer_id="1")) & steps
        for name in ("viewer", "analyst", "risk_maker")
    }

    assert seen == {
        "viewer": set(),
        "analyst": {"customer_draw"},
        "risk_maker": {"customer_draw", "customer_freeze"},
    }


def test_a_draw_is_paid_out_once_its_cost_was_read(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="analyst", page=PAGE, customer_id="1")

    console.number_input(key="customer_amount_1").set_value(1_500.0).run()
    press(console, "draw")
    assert console.button(key="customer_draw_confirm").disabled
    read_for_long_enough(console)
    press(console, "draw_confirm")

    assert console.success[0].value == sentence(
        "customer.drawn", "en", amount="¥1,500.00", loan_id=3
    )
    assert values(console)["Outstanding"] == "¥12,500"
    assert "customer_draw_confirm" not in buttons(console)


def test_a_draw_that_nobody_funds_says_that_it_waits(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="analyst", page=PAGE, customer_id="1")
    press(console, "draw")
    read_for_long_enough(console)
    without_funders(session.store())

    press(console, "draw_confirm")

    assert "No lender has room for ¥500.00 yet" in console.success[0].value
    assert "customer_draw_confirm" not in buttons(console)


def test_a_line_frozen_while_its_sheet_is_read_is_not_drawn(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="analyst", page=PAGE, customer_id="1")
    press(console, "draw")
    read_for_long_enough(console)
    order = LineOrder(1, "frozen", "bureau_trigger")
    set_line_status(session.store(), APPROVER, order, at=AT)

    press(console, "draw_confirm")

    assert "Warning from the credit bureau (Risk approver)" in console.warning[0].value
    assert values(console)["Outstanding"] == "¥11,000"


def test_the_second_line_is_drawn_when_it_is_chosen(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="analyst", page=PAGE, customer_id="1", line_id="2")

    press(console, "draw")

    assert console.session_state["customer_sheet"][0] == 2


def test_a_late_customer_draws_nothing(open_console: OpenConsole, late: Path) -> None:
    console = open_console(late, user_name="analyst", page=PAGE, customer_id="1")

    assert "customer_draw" not in buttons(console)
    assert "A loan is past due (The system)" in console.warning[0].value


def test_a_line_is_frozen_only_after_a_second_click(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="risk_maker", page=PAGE, customer_id="1")

    press(console, "freeze")
    assert "customer_freeze" in buttons(console)
    press(console, "freeze_confirm")

    assert console.success[0].value == sentence("customer.turned_frozen", "en", line_id=1)
    assert "Money used for another purpose (Risk maker)" in console.warning[0].value
    assert "customer_draw" not in buttons(console)


def test_a_frozen_line_opens_again_by_a_person(open_console: OpenConsole, database: Path) -> None:
    console = open_console(database, user_name="risk_maker", page=PAGE, customer_id="1")
    press(press(console, "freeze"), "freeze_confirm")

    press(press(console, "open_again"), "open_again_confirm")

    assert console.success[0].value == sentence("customer.turned_active", "en", line_id=1)
    log = console.dataframe[2].value
    assert log["line_event"].to_list()[:2] == ["Opened again", "Frozen"]


def test_a_line_frozen_by_the_close_can_only_be_kept_frozen(
    open_console: OpenConsole, late: Path
) -> None:
    console = open_console(late, user_name="risk_maker", page=PAGE, customer_id="1")
    assert "customer_open_again" not in buttons(console)

    press(press(console, "keep"), "keep_confirm")

    assert console.success[0].value == sentence("customer.turned_frozen", "en", line_id=1)
    assert "(Risk maker)" in console.warning[0].value


def test_a_person_cannot_open_a_line_while_a_loan_is_past_due(
    open_console: OpenConsole, late: Path
) -> None:
    console = open_console(late, user_name="risk_maker", page=PAGE, customer_id="1")
    press(press(console, "keep"), "keep_confirm")

    press(press(console, "open_again"), "open_again_confirm")

    assert "A loan of this customer is past due" in console.error[0].value


def test_an_offer_not_taken_is_not_drawn_here(open_console: OpenConsole, tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    store = a_book(path)
    submit(store)
    store.close()

    console = open_console(path, user_name="analyst", page=PAGE, customer_id="1")

    assert "customer_draw" not in buttons(console)
    assert sentence("customer.draw_first", "en", application_id=1) in [
        note.value for note in console.caption
    ]
