"""Borrowers to start from: drawn by the simulation, filled into the form in one click."""

import re
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations import applicants
from lending_core.scoring.features import register
from pages.ui import session
from pages.ui.journey import card, state
from pages.ui.journey.state import Background, Facts, Journey
from pages.ui.text import t

# Which drawn applicant each button starts from; the forged card is a plain one whose card lies.
SAMPLE_OF = {
    "surprise": "surprise",
    "risky": "risky",
    "small_business": "small_business",
    "forged": "surprise",
    "ring": "ring",
}
# A business's name as the book keeps it: the trading name, the person behind it in brackets.
_BUSINESS = re.compile(r"(.+)（(.+)）")


_ICONS = {
    "surprise": ":material/casino:",
    "risky": ":material/warning:",
    "small_business": ":material/storefront:",
    "forged": ":material/badge:",
    "ring": ":material/hub:",
}


def choose() -> str | None:
    """The example asked for by its button, None when none was pressed."""
    pressed = None
    with st.container(horizontal=True, gap="xsmall"):
        for example, icon in _ICONS.items():
            if st.button(
                t(f"simulate_application.example_{example}"),
                icon=icon,
                help=t(f"simulate_application.example_{example}_help"),
                key=f"simulate_application_{example}",
            ):
                pressed = example
    return pressed


def start(actor: Actor, example: str) -> Journey:
    """A new journey with a drawn borrower's facts and the photo of a specimen card."""
    seed = int(session.new_key()[:12], 16)
    drawn = applicants.sample_applicant(session.store(), actor, SAMPLE_OF[example], seed)
    customer = drawn.customers.row(0, named=True)
    wish = drawn.requests.row(0, named=True)
    brought = drawn.identities.row(0, named=True)
    facts = _facts(customer, wish, brought)
    background = Background(
        channel=wish["channel"],
        is_student=customer["is_student"],
        is_court_listed=customer["is_court_listed"],
        observed=_observed(drawn.features),
        traits=drawn.traits.drop("customer_id").row(0, named=True),
        device=brought["device"],
    )
    photos = card.specimen(facts, seed, is_forged=example == "forged")
    return state.begin(example, facts, background, photos)


def full_name(facts: Facts) -> str:
    """The name as the book keeps it."""
    return f"{facts.business_name}（{facts.name}）" if facts.business_name else facts.name


def _facts(customer: dict[str, Any], wish: dict[str, Any], brought: dict[str, Any]) -> Facts:
    business = _BUSINESS.fullmatch(customer["name"])
    business_name, name = business.groups() if business else ("", customer["name"])
    return Facts(
        kind=customer["kind"],
        product_code=wish["product_code"],
        scenario=wish["scenario"],
        amount_fen=wish["amount_asked_fen"],
        instalments=wish["instalments_asked"],
        name=name,
        business_name=business_name,
        id_number=customer["id_number"],
        phone=customer["phone"],
        region_code=customer["region_code"],
        bank_card=brought["bank_card"],
        address=brought["address"],
        licence=customer["licence_number"] or "",
    )


def _observed(features: pl.DataFrame) -> dict[str, Any]:
    """What consented sources would answer; the rest the house knows by itself."""
    consented = [name for name, feature in register().items() if feature.needs_consent]
    return features.select(consented).row(0, named=True)
