"""What the borrower sees, in a column as wide as a phone: one screen per step, A to D."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.identity.consents import Consent, asked_of
from lending_core.identity.fingerprints import ADDRESS_LENGTH_MAX
from lending_core.identity.id_number import SPECIMEN_REGION
from lending_core.products.catalogue import BORROWER_KINDS, Product, catalogue
from pages.ui import consent_panels, inputs, session
from pages.ui.journey import card, offer, photo, state, steps
from pages.ui.journey.state import Facts, Journey
from pages.ui.text import reference_name, refusal_text, region_codes, sentence, t

NAME_LENGTH_MAX = 60
PHONE_LENGTH = 11
ID_NUMBER_LENGTH = 18
LICENCE_LENGTH = 18
# With the spaces that cards print between groups of four.
BANK_CARD_LENGTH_MAX = 23
_TRAIL = ("facts", "consents", "offer", "confirm")
# How many steps of the trail are done, and the last that is shown; offer and amount share a screen.
_PLACES: dict[state.Step, tuple[int, int]] = {
    "facts": (0, 0),
    "consents": (1, 1),
    "offer": (2, 3),
    "funded": (4, 3),
}


def column(journey: Journey, actor: Actor) -> None:
    """The screen of the step that the journey has come to."""
    with st.container(border=True, key="simulate_application_phone"):
        _trail(journey)
        _SCREENS[journey.step](journey, actor)


def _trail(journey: Journey) -> None:
    """Where the borrower is: done, now, or to come, in colour and sign."""
    done, now = _PLACES[journey.step]
    if journey.step == "offer" and journey.ended is not None:
        now = done  # Declined: no amount will be chosen.
    with st.container(horizontal=True, gap="xsmall"):
        for place, step in enumerate(_TRAIL):
            label = t(f"simulate_application.step_{step}")
            if place < done:
                st.badge(label, icon=":material/check:", color="green")
            else:
                st.badge(label, color="blue" if place <= now else "gray")


def _facts(journey: Journey, actor: Actor) -> None:  # noqa: ARG001
    typed = _person(_wish(journey.facts, journey), journey)
    photos = photo.choose(journey, typed)
    if (typed, photos) != (journey.facts, journey.photos):
        journey = state.changed(journey, facts=typed, photos=photos, identity=None)
    if journey.identity is not None and not journey.identity.findings:
        _confirm(journey, journey.identity)
        return
    if journey.identity is not None:
        st.error(t("simulate_application.identity_refused"), icon=":material/block:")
    goes_on = st.button(
        t("simulate_application.to_consents"),
        type="primary",
        width="stretch",
        key="simulate_application_identify",
    )
    if goes_on:
        _step(lambda: steps.identify(journey))


def _confirm(journey: Journey, identity: state.Identity) -> None:
    """Asks for each field that was read with doubt; all must be confirmed to go on."""
    st.warning(t("simulate_application.confirm_intro"), icon=":material/visibility:")
    ticked = [
        st.checkbox(
            t(
                "simulate_application.confirm_field",
                field=t(f"simulate_application.{row.field}"),
                read=row.read,
            ),
            key=journey.widget(f"confirm_{row.field}"),
        )
        for row in identity.unconfirmed
    ]
    if st.button(
        t("simulate_application.confirm_card"),
        type="primary",
        width="stretch",
        disabled=not all(ticked),
        key="simulate_application_confirm_card",
    ):
        fields = frozenset(row.field for row in identity.unconfirmed)
        state.changed(journey, identity=card.confirmed(identity, fields))
        st.rerun()


def _wish(facts: Facts, journey: Journey) -> Facts:
    """What is wanted: kind of borrower, product, purpose, amount, instalments."""
    kind = _choice("column.kind", BORROWER_KINDS, facts.kind, journey, _kind_name)
    offered = [code for code, product in catalogue().items() if product.borrower_kind == kind]
    code = _choice("column.product_code", offered, facts.product_code, journey, _product_name)
    product = catalogue()[code]
    scenario = _choice(
        "column.scenario",
        product.scenarios,
        facts.scenario,
        journey,
        _scenario_name,
    )
    left, right = st.columns([3, 2], wrap=False)
    with left:
        amount_fen = _amount(product, facts, journey)
    with right:
        instalments = _instalments(product, facts, journey)
    return replace(
        facts,
        kind=kind,
        product_code=code,
        scenario=scenario,
        amount_fen=amount_fen,
        instalments=instalments,
    )


def _amount(product: Product, facts: Facts, journey: Journey) -> int:
    least, most = product.draw_min_fen, product.limit_max_fen
    return inputs.money(
        t("column.amount_asked_fen"),
        min(max(facts.amount_fen, least), most),
        key=journey.widget(f"amount_{product.code}"),
        bounds_fen=(least, most),
    )


def _instalments(product: Product, facts: Facts, journey: Journey) -> int:
    choices = product.instalment_choices
    asked = facts.instalments if facts.instalments in choices else choices[0]
    return st.selectbox(
        t("simulate_application.instalments"),
        choices,
        index=choices.index(asked),
        key=journey.widget(f"instalments_{product.code}"),
    )


def _person(facts: Facts, journey: Journey) -> Facts:
    """Who asks: as typed, whether it is right or wrong."""
    business_name, licence = "", ""
    if facts.kind == "small_business":
        business_name = _text("business_name", facts.business_name, journey, NAME_LENGTH_MAX)
        licence = _text("licence", facts.licence, journey, LICENCE_LENGTH)
    name = _text("name", facts.name, journey, NAME_LENGTH_MAX)
    id_number = _text("id_number", facts.id_number, journey, ID_NUMBER_LENGTH)
    left, right = st.columns(2, wrap=False)
    with left:
        phone = _text("phone", facts.phone, journey, PHONE_LENGTH)
    with right:
        region = _choice(
            "column.region_code",
            [code for code in region_codes() if not SPECIMEN_REGION.startswith(code)],
            facts.region_code,
            journey,
            _region_name,
        )
    address = _text("address", facts.address, journey, ADDRESS_LENGTH_MAX)
    bank_card = _text("bank_card", facts.bank_card, journey, BANK_CARD_LENGTH_MAX)
    return replace(
        facts,
        business_name=business_name,
        licence=licence.upper(),
        address=address,
        bank_card=bank_card,
        name=name,
        id_number=id_number.upper(),
        phone=phone,
        region_code=region,
    )


def _consents(journey: Journey, actor: Actor) -> None:
    """One tick per source, none set beforehand; what is not ticked is not read."""
    with st.form(journey.widget("consents"), border=False):
        st.markdown(t("simulate_application.consent_intro"))
        granted = {each.source: _consent(each, journey) for each in asked_of(journey.facts.kind)}
        is_sent = st.form_submit_button(
            t("simulate_application.apply"),
            type="primary",
            width="stretch",
            key="simulate_application_apply",
        )
    if is_sent:
        consents = frozenset(source for source, is_granted in granted.items() if is_granted)
        _step(lambda: steps.apply(journey, actor, consents))
    if st.button(
        t("simulate_application.back"),
        key="simulate_application_back",
        icon=":material/arrow_back:",
        type="tertiary",
    ):
        state.changed(journey, identity=None)
        st.rerun()


def _consent(consent: Consent, journey: Journey) -> bool:
    with st.container(gap=None):
        is_granted = st.checkbox(
            t(f"simulate_application.consent_{consent.source}"),
            key=journey.widget(f"consent_{consent.source}"),
        )
        st.caption(consent_panels.reads_what(consent))
        consent_panels.words(consent)
    return is_granted


def _step(take: Callable[[], Journey]) -> None:
    """Takes a step and shows the next screen; a refusal is shown where it happened."""
    try:
        with st.spinner(t("simulate_application.working")):
            take()
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    st.rerun()


def _text(name: str, value: str, journey: Journey, length_max: int) -> str:
    typed = st.text_input(
        t(f"simulate_application.{name}"),
        value,
        max_chars=length_max,
        key=journey.widget(name),
        autocomplete="off",
    )
    return (typed or "").strip()


def _kind_name(language: str, code: str) -> str:
    return sentence(f"kind.{code}", language)


def _scenario_name(language: str, code: str) -> str:
    return sentence(f"scenario.{code}", language)


def _product_name(language: str, code: str) -> str:
    return reference_name("product", code, language)


def _region_name(language: str, code: str) -> str:
    return reference_name("region", code, language)


def _choice(
    label: str,
    options: Sequence[str],
    code: str,
    journey: Journey,
    name_of: Callable[[str, str], str],
) -> str:
    # Named by language and options: the browser keeps shown names, and others are another choice.
    language = session.language()
    key = journey.widget(f"{label}_{language}_{options[0]}")
    index = options.index(code) if code in options else 0
    return st.selectbox(
        t(label), options, index=index, format_func=partial(name_of, language), key=key
    )


_SCREENS: dict[state.Step, Callable[[Journey, Actor], None]] = {
    "facts": _facts,
    "consents": _consents,
    "offer": offer.screen,
    "funded": offer.funded,
}
