"""The photo of the borrower's card: a specimen, a file, or the camera."""

from functools import partial

import streamlit as st

from lending_core.errors import LendingError
from lending_core.identity.photo import open_photo
from pages.ui import session
from pages.ui.journey import card, state
from pages.ui.journey.state import Facts, Journey
from pages.ui.text import refusal_text, sentence, t

_WAYS = ("specimen", "upload", "camera")
FILE_TYPES = ("jpg", "jpeg", "png", "webp")


def choose(journey: Journey, typed: Facts) -> bytes | None:
    """The photo chosen, None while there is none."""
    way = st.segmented_control(
        t("simulate_application.card"),
        _WAYS,
        default=_WAYS[0],
        required=True,
        format_func=partial(_way_name, session.language()),
        key=journey.widget(f"card_{session.language()}"),
        width="stretch",
    )
    if way == "specimen":
        return _specimen(journey, typed)
    if way == "camera":
        taken = st.camera_input(
            t("simulate_application.card_camera_label"),
            key=journey.widget("camera"),
            label_visibility="collapsed",
        )
    else:
        taken = st.file_uploader(
            t("simulate_application.card_upload_label"),
            type=FILE_TYPES,
            key=journey.widget("upload"),
            help=t("simulate_application.card_upload_help"),
        )
    if taken is None:
        return None
    return _accepted(taken.getvalue())


def _accepted(photo: bytes) -> bytes | None:
    """The photo, shown; None for a file that is no picture of a readable size."""
    try:
        st.image(open_photo(photo), alt=t("simulate_application.card_alt"))
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/broken_image:")
        return None
    return photo


def _way_name(language: str, code: str) -> str:
    return sentence(f"simulate_application.card_{code}", language)


def _specimen(journey: Journey, typed: Facts) -> bytes | None:
    """The card drawn for the example; drawn again from what is typed now, on demand."""
    image = journey.specimen
    if st.button(
        t("simulate_application.draw_card"),
        icon=":material/draw:",
        type="tertiary",
        help=t("simulate_application.draw_card_help"),
        key="simulate_application_draw_card",
    ):
        image = card.specimen(typed, card.seed_of(journey.key), is_forged=False)
        state.changed(journey, facts=typed, specimen=image, photo=image, identity=None)
        st.rerun()
    if image is not None:
        st.image(image, alt=t("simulate_application.card_alt"))
    return image
