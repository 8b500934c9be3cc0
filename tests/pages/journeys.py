"""A good borrower on the simulation page, and the steps that a test takes with them."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.ui.journey import state
from pages.ui.journey.state import Background, Facts, Journey
from tests.builders import GOOD_RECORD, TRAITS

PAGE = "pages/origination/simulate_application.py"
FACTS = Facts(
    kind="person",
    product_code="weilidai",
    scenario="decoration",
    amount_fen=800_000,
    instalments=10,
    name="王小明",
    business_name="",
    id_number="999999199001010016",
    phone="15400000001",
    region_code="44",
    bank_card="0000000000000018",
    address="样本路1号1室",
)
BACKGROUND = Background(
    channel="mini_program",
    is_student=False,
    is_court_listed=False,
    observed=GOOD_RECORD,
    traits=TRAITS,
)


def a_journey(**changes: Any) -> Journey:
    """A good borrower at the first step, without a photo."""
    facts: dict[str, Any] = {
        "key": "0123456789abcdef0123456789abcdef",
        "example": "surprise",
        "facts": FACTS,
        "background": BACKGROUND,
        "began": time.monotonic(),
    }
    return Journey(**{**facts, **changes})


def journey_of(console: AppTest) -> Journey:
    return console.session_state[state.PREFIX]


def put(console: AppTest, journey: Journey) -> AppTest:
    """The console with this journey on the page."""
    console.session_state[state.PREFIX] = journey
    return console.run()


def press(console: AppTest, button: str) -> AppTest:
    return console.button(key=f"{state.PREFIX}_{button}").click().run()


def consent_to_all(console: AppTest) -> AppTest:
    """Ticks every source and sends the application."""
    for box in console.checkbox:
        box.check()
    return press(console, "apply")


def read_for_long_enough(console: AppTest, seconds: int = 11) -> AppTest:
    """The cost sheet was put on the screen that many seconds ago."""
    journey = journey_of(console)
    shown_at = journey.sheet_shown_at
    assert shown_at is not None
    return put(console, replace(journey, sheet_shown_at=shown_at - timedelta(seconds=seconds)))
