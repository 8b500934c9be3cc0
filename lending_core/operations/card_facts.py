"""What the ID card must prove before anybody decides, and what is kept of its reading."""

from datetime import date

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput
from lending_core.identity.card_text import FIELD_NAMES
from lending_core.identity.id_number import IdNumber
from lending_core.identity.match import LOW_CONFIDENCE, ShownCard, card_findings
from lending_core.identity.names import holder_name
from lending_core.store.engine import Store, Transaction


def check_card(name: str, identity: IdNumber, card: ShownCard, on: date) -> None:
    """Nobody borrows on another's card, on one that contradicts itself or is no longer valid, or on
    a doubtful reading that nobody compared with the card.

    Raises `InvalidInput`: `card_differs`, `card_field_unconfirmed`, `card_expired`.
    """
    found = card_findings(holder_name(name), identity.number, card)
    unsure = [finding.field for finding in found if finding.code == LOW_CONFIDENCE]
    if len(unsure) < len(found):
        raise InvalidInput("card_differs")
    if unsure:
        raise InvalidInput("card_field_unconfirmed", field=FIELD_NAMES[unsure[0]])
    if card.back.valid_to is not None and card.back.valid_to < on:
        raise InvalidInput("card_expired", on=card.back.valid_to)


def keep_card(transaction: Transaction, application_id: int, card: ShownCard) -> None:
    """Keeps how surely each field was read and until when the card is valid; what it says stands
    with the customer, the pictures are not kept. Only a card that passed `check_card` comes here,
    so its fields agree where there is something to compare them with."""
    rows = [
        {
            "application_id": application_id,
            "side": side,
            "field": field,
            "confidence": sure,
            "agrees": None if field == "authority" else True,
            "is_confirmed": field in card.confirmed,
        }
        for side, read in (("front", card.front), ("back", card.back))
        for field, sure in read.confidence.items()
    ]
    transaction.append("card_field", pl.DataFrame(rows))
    validity = {
        "application_id": application_id,
        "valid_from": card.back.valid_from,
        "valid_to": card.back.valid_to,
    }
    transaction.append("card_validity", pl.DataFrame([validity]))


def card_check(store: Store, actor: Actor, application_id: int) -> pl.DataFrame:
    """One row per field read from the application's card: side, field, confidence, agrees (null:
    nothing to compare with), is_confirmed, valid_from, valid_to (null: for life). No row where no
    card was photographed, as for people drawn in bulk."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return store.read("card_check", application_id=application_id)
