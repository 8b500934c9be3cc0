"""The photo of the borrower's card: a specimen, a file, or the camera."""

import streamlit as st

from pages.ui import session
from pages.ui.journey import card, state
from pages.ui.journey.state import Facts, Journey
from pages.ui.text import t

_WAYS = ("specimen", "upload", "camera")
FILE_TYPES = ("jpg", "jpeg", "png", "webp")


def choose(journey: Journey, typed: Facts) -> bytes | None:
    """The photo chosen, None while there is none."""
    way = st.segmented_control(
        t("simulate_application.card"),
        _WAYS,
        default=_WAYS[0],
        required=True,
        format_func=_way_name,
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
    image = taken.getvalue()
    st.image(image, alt=t("simulate_application.card_alt"))
    return image


def _way_name(code: str) -> str:
    return t(f"simulate_application.card_{code}")


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
