"""The photos of the borrower's card, front and back: a specimen, files, or the camera."""

from functools import partial

import streamlit as st

from lending_core.errors import LendingError
from lending_core.identity.photo import BYTES_MAX, open_photo
from pages.ui import session
from pages.ui.journey import card, state
from pages.ui.journey.state import Facts, Journey, Photos
from pages.ui.text import refusal_text, sentence, t

_WAYS = ("specimen", "upload", "camera")
FILE_TYPES = ("jpg", "jpeg", "png", "webp")


def choose(journey: Journey, typed: Facts) -> Photos:
    """The photos chosen, a side None while there is none."""
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
    take = _taken if way == "camera" else _uploaded
    front = take("front", journey)
    # One camera at a time: the back is asked for once the front is there.
    back = None if way == "camera" and front is None else take("back", journey)
    return Photos(front, back)


def _taken(side: str, journey: Journey) -> bytes | None:
    file = st.camera_input(
        t(f"simulate_application.card_camera_{side}"), key=journey.widget(f"camera_{side}")
    )
    return _accepted(file.getvalue(), side) if file else None


def _uploaded(side: str, journey: Journey) -> bytes | None:
    file = st.file_uploader(
        t(f"simulate_application.card_upload_{side}"),
        type=FILE_TYPES,
        key=journey.widget(f"upload_{side}"),
        help=t("simulate_application.card_upload_help"),
        max_upload_size=BYTES_MAX // 1_000_000,
    )
    return _accepted(file.getvalue(), side) if file else None


def _accepted(photo: bytes, side: str) -> bytes | None:
    """The photo, shown; None for a file that is no picture of a readable size."""
    try:
        st.image(open_photo(photo), alt=t(f"simulate_application.card_alt_{side}"))
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/broken_image:")
        return None
    return photo


def _way_name(language: str, code: str) -> str:
    return sentence(f"simulate_application.card_{code}", language)


def _specimen(journey: Journey, typed: Facts) -> Photos:
    """The card drawn for the example; drawn again from what is typed now, on demand."""
    photos = journey.specimen
    if st.button(
        t("simulate_application.draw_card"),
        icon=":material/draw:",
        type="tertiary",
        help=t("simulate_application.draw_card_help"),
        key="simulate_application_draw_card",
    ):
        photos = card.specimen(typed, card.seed_of(journey.key), is_forged=False)
        state.changed(journey, facts=typed, specimen=photos, photos=photos, identity=None)
        st.rerun()
    if photos.front and photos.back:
        front, back = st.columns(2, gap="xsmall", wrap=False)
        front.image(photos.front, alt=t("simulate_application.card_alt_front"))
        back.image(photos.back, alt=t("simulate_application.card_alt_back"))
    return photos
