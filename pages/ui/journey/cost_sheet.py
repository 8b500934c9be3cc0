"""The cost sheet as a step of the journey: once it is confirmed, the loan is paid out."""

from datetime import datetime

from lending_core.access.permissions import Actor
from lending_core.operations.quotes import Quote
from pages.ui import cost_sheet
from pages.ui.journey import state, steps


def open_dialog(actor: Actor, quote: Quote) -> None:
    """The sheet of this quote; putting it away leads back to the offer."""

    def confirm() -> None:
        journey = state.current()
        if journey is not None:
            steps.pay_out(journey, actor, quote)

    reading = cost_sheet.Reading(_shown_at, confirm, _put_away)
    cost_sheet.open_dialog(quote, reading, key="simulate_application_confirm")


def _shown_at() -> datetime | None:
    journey = state.current()
    return journey.sheet_shown_at if journey else None


def _put_away() -> None:
    journey = state.current()
    if journey is not None:
        state.changed(journey, sheet_shown_at=None)
