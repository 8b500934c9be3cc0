"""The journey of one borrower on the page, from the facts to the loan, and what stops it."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lending_core.errors import LendingError
from lending_core.scoring.features import register
from pages.ui.journey import card, state
from pages.ui.journey.state import Comparison, Identity
from pages.ui.text import sentence
from tests.builders import a_book, a_card
from tests.pages.conftest import OpenConsole
from tests.pages.journeys import (
    BACKGROUND,
    FACTS,
    PAGE,
    a_journey,
    consent_to_all,
    journey_of,
    press,
    put,
    read_for_long_enough,
)

FITTING = Identity(rows=(), card=a_card(FACTS.name, FACTS.id_number))


@pytest.fixture
def console(open_console: OpenConsole, tmp_path: Path) -> AppTest:
    """The page over a started book without an application: an analyst at the desk, and a good
    borrower without a photo in place of somebody drawn, whose card would have to be drawn too."""
    database = tmp_path / "book.duckdb"
    a_book(database).close()
    console = open_console(database)
    console.session_state["user_name"] = "analyst"
    console.session_state[state.PREFIX] = a_journey()
    return console.switch_page(PAGE).run()


def errors(console: AppTest) -> list[str]:
    return [error.value for error in console.error]


def refusal(reason: str, **facts: object) -> str:
    return LendingError(reason, **facts).text("en")


def upload(console: AppTest, front: bytes, back: bytes | None = None) -> AppTest:
    """Files chosen in place of the specimen."""
    console.segmented_control(key=a_journey().widget("card_en")).set_value("upload").run()
    console.file_uploader[0].upload("front.jpg", front)
    for file in filter(None, [back]):
        console.file_uploader[1].upload("back.jpg", file)
    return console.run()


def picture_of_squares() -> bytes:
    """A sharp picture without a character in it."""
    squares = np.kron(np.indices((12, 16)).sum(axis=0) % 2, np.ones((50, 50))) * 255
    stream = io.BytesIO()
    Image.fromarray(squares.astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def offered(console: AppTest) -> AppTest:
    """At the offer of a good borrower."""
    put(console, a_journey(identity=FITTING))
    return consent_to_all(console)


def test_a_good_borrower_goes_from_the_facts_to_a_loan(console: AppTest) -> None:
    photos = card.specimen(FACTS, 7, is_forged=False)

    put(console, a_journey(specimen=photos, photos=photos))
    press(console, "identify")
    consent_to_all(console)
    press(console, "sheet")
    read_for_long_enough(console)
    press(console, "confirm")

    journey = journey_of(console)
    assert (journey.step, journey.application_id, journey.loan_id) == ("funded", 1, 1)
    assert set(journey.seconds) == {"identify", "decide", "pay_out"}
    assert "¥8,000.00" in console.success[0].value


def test_surprise_me_fills_in_somebody_new_with_a_card(console: AppTest) -> None:
    before = journey_of(console)

    press(console, "surprise")

    after = journey_of(console)
    assert after.facts.id_number != before.facts.id_number
    assert after.photos.front is not None


def test_a_small_business_brings_its_receipts_and_needs_its_licence(
    console: AppTest,
) -> None:
    press(console, "small_business")

    journey = journey_of(console)
    assert journey.facts.business_name != ""
    assert journey.background.observed["merchant_receipts_monthly_fen"] > 0
    licence = console.text_input(key=journey.widget("licence"))
    licence.set_value(journey.facts.licence[:-1])
    press(console, "identify")
    assert errors(console) == [refusal("licence_shape")]


def test_a_forged_card_is_found_out_and_goes_no_further(console: AppTest) -> None:
    press(console, "forged")

    press(console, "identify")

    assert journey_of(console).step == "facts"
    assert errors(console) == [sentence("simulate_application.identity_refused", "en")]


def test_a_mistyped_id_number_is_refused_and_kept(console: AppTest) -> None:
    field = console.text_input(key=a_journey().widget("id_number"))

    field.set_value("999999199001010017")
    press(console, "identify")

    assert errors(console) == [refusal("id_number_checksum")]
    assert journey_of(console).facts.id_number == "999999199001010017"


def test_a_mistyped_bank_card_is_refused(console: AppTest) -> None:
    field = console.text_input(key=a_journey().widget("bank_card"))

    field.set_value("0000 0000 0000 0019")
    press(console, "identify")

    assert errors(console) == [refusal("bank_card_checksum")]


def test_a_file_that_is_no_picture_is_refused_at_once(console: AppTest) -> None:
    upload(console, b"not a picture")

    assert errors(console) == [refusal("photo_unreadable")]


def test_a_picture_of_something_else_is_refused(console: AppTest) -> None:
    upload(console, picture_of_squares(), picture_of_squares())

    press(console, "identify")

    assert errors(console) == [refusal("not_an_id_card")]


def test_both_sides_of_an_uploaded_card_are_read(console: AppTest) -> None:
    photos = card.specimen(FACTS, 7, is_forged=False)
    upload(console, photos.front or b"")

    press(console, "identify")
    asked_for = errors(console)
    upload(console, photos.front or b"", photos.back)
    press(console, "identify")

    identity = journey_of(console).identity
    assert asked_for == [refusal("photo_back_missing")]
    assert identity is not None
    assert [(row.field, row.read) for row in identity.rows] == [
        ("name", "王小明"),
        ("id_number", "999999199001010016"),
        ("birth_on", "1990-01-01"),
        ("sex", "male"),
        ("authority", "广东公安局样本分局"),
        ("validity", "until 2046-03-01"),
    ]


def test_a_field_read_with_doubt_is_confirmed_before_the_journey_goes_on(console: AppTest) -> None:
    doubtful = Comparison("name", "王小明", "王小明", fits=True, is_unsure=True)
    put(console, a_journey(identity=replace(FITTING, rows=(doubtful,))))
    button = console.button(key=f"{state.PREFIX}_confirm_card")
    before = (journey_of(console).step, button.disabled)

    console.checkbox(key=a_journey().widget("confirm_name")).check().run()
    press(console, "confirm_card")

    journey = journey_of(console)
    assert before == ("facts", True)
    assert journey.step == "consents"
    assert journey.identity is not None
    assert journey.identity.card.confirmed == {"name"}


def test_no_photo_is_refused(console: AppTest) -> None:
    press(console, "identify")

    assert errors(console) == [refusal("photo_missing")]


def test_no_consent_is_given_beforehand(console: AppTest) -> None:
    put(console, a_journey(identity=FITTING))

    assert [box.value for box in console.checkbox] == [False] * 5
    assert any("withdraw at any time" in text.value for text in console.markdown)


def test_what_is_not_consented_is_not_known(console: AppTest) -> None:
    put(console, a_journey(identity=FITTING))

    press(console, "apply")

    assert "Monthly income" in console.warning[0].value
    assert journey_of(console).consents == frozenset()
    assert sentence("simulate_application.face_not_checked", "en") in [
        note.value for note in console.caption
    ]


def test_the_slider_ends_at_the_limit(console: AppTest) -> None:
    offered(console)

    slider = console.slider(key=a_journey().widget("amount"))

    assert (slider.min, slider.max, slider.value) == (500, 30_000, 8_000)


def test_an_amount_beyond_the_limit_never_becomes_a_loan(console: AppTest) -> None:
    offered(console)

    console.slider(key=a_journey().widget("amount")).set_value(30_100)
    press(console, "sheet")

    assert journey_of(console).amount_fen == 800_000


def test_a_cost_sheet_that_was_not_read_cannot_be_confirmed(console: AppTest) -> None:
    offered(console)

    press(console, "sheet")

    assert console.button(key="simulate_application_confirm").disabled


def test_a_second_click_on_apply_makes_no_second_application(console: AppTest) -> None:
    offered(console)
    first = journey_of(console)

    put(console, replace(first, application_id=None))
    consent_to_all(console)

    assert journey_of(console).application_id == first.application_id


def test_a_second_confirmation_makes_no_second_loan(console: AppTest) -> None:
    offered(console)
    press(console, "sheet")
    confirmed_twice = read_for_long_enough(console)
    before = journey_of(console)
    press(console, "confirm")

    put(confirmed_twice, replace(before, loan_id=None))

    assert "is on its way" in confirmed_twice.success[0].value
    assert [button for button in confirmed_twice.button if "confirm" in str(button.key)] == []


def test_a_rule_that_declines_is_said_to_the_borrower(console: AppTest) -> None:
    bad = {**BACKGROUND.observed, "has_current_overdue": True}
    put(
        console,
        a_journey(identity=FITTING, background=replace(BACKGROUND, observed=bad)),
    )

    consent_to_all(console)

    assert errors(console) == [sentence("simulate_application.declined", "en")]
    reason = sentence("letter_reason.current_overdue", "en")
    assert f"- {reason}" in [line.value for line in console.markdown]


def test_a_low_score_is_declined_with_what_weighed_most(console: AppTest) -> None:
    poor = {
        **BACKGROUND.observed,
        "inquiries_3m": 7,
        "lenders_with_balance": 5,
        "credit_utilisation": 0.95,
        "payment_stability": 0.1,
        "worst_status_24m": 2,
    }
    put(console, a_journey(identity=FITTING, background=replace(BACKGROUND, observed=poor)))

    consent_to_all(console)

    assert errors(console) == [sentence("simulate_application.declined", "en")]
    lines = [line.value for line in console.markdown]
    assert f"- {register()['credit_utilisation'].reason('en')}" in lines
    console.button(key="application_ask_person").click().run()
    assert "answer within 15 days" in console.success[0].value
    assert console.warning[0].value == sentence("simulate_application.waiting", "en")


def test_a_chinese_visitor_reads_refusals_in_chinese(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    database = tmp_path / "book.duckdb"
    a_book(database).close()
    console = open_console(database, user_name="analyst", page=PAGE, locale="zh-CN")
    put(console, a_journey())

    press(console, "identify")

    assert errors(console) == [LendingError("photo_missing").text("zh")]


def test_many_applicants_apply_at_once(console: AppTest) -> None:
    console.segmented_control(key="simulate_application_view_en").set_value("many").run()
    console.segmented_control(key="simulate_application_bulk_count").set_value(100).run()

    press(console, "bulk_run")

    assert console.metric[0].value == "100"


def test_the_next_month_is_run_and_said(console: AppTest) -> None:
    console.segmented_control(key="simulate_application_view_en").set_value("many").run()

    press(console, "month_run")

    expected = sentence("simulate_application.month_done", "en", on="2026-11-30")
    assert expected in [message.value for message in console.success]
