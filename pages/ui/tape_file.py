"""The file that a person brings: sent in or taken as an example, and kept while it is read."""

from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations import tape_examples, tape_uploads
from pages.ui import format as shown
from pages.ui import notices, session, tape_draft
from pages.ui.text import plain, refusal_text, t

_TYPES = ("csv", "txt", "tsv", "parquet", "xlsx")
_MEGABYTE = 1_000_000


class TapeFiles(NamedTuple):
    """Where the file is kept, and the file of its payments, if that is another one."""

    path: str
    payments: str | None = None

    @property
    def name(self) -> str:
        return Path(self.path).name


def choose(actor: Actor) -> TapeFiles | None:
    """The file chosen, None while there is none; a way to choose, or to begin again."""
    files = kept()
    if files is None:
        _send_in(actor)
        return None
    names = [Path(path).name for path in files if path]
    size = sum(Path(path).stat().st_size for path in files if path)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            t(
                "loan_tapes.file_kept",
                names=plain(" + ".join(names)),
                megabytes=shown.ratio(max(size / _MEGABYTE, 0.01)),
            ),
            width="content",
        )
        st.button(
            t("loan_tapes.start_over"),
            key="tape_start_over",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=start_over,
        )
    return files


def kept() -> TapeFiles | None:
    """The file of this session; None without one, or once it was taken away for its age."""
    held = st.session_state.get(session.FILES_KEY)
    if held is None:
        return None
    files = TapeFiles(*held)
    if all(Path(path).exists() for path in files if path):
        return files
    start_over()
    return None


def start_over() -> None:
    """Takes the file and its mapping away."""
    held = st.session_state.pop(session.FILES_KEY, None)
    for path in held or ():
        if path:
            tape_uploads.discard_upload(Path(path))
    tape_draft.forget()


def _send_in(actor: Actor) -> None:
    with st.form("tape_upload", border=False):
        left, right = st.columns([3, 2])
        with left:
            file = _uploader("file")
        with right:
            payments = _uploader("payments_file")
        asked = st.form_submit_button(
            t("loan_tapes.read"), type="primary", icon=":material/upload_file:"
        )
    if asked and file is None:
        st.error(t("loan_tapes.no_file"), icon=":material/error:")
    elif asked and file is not None:
        _keep(actor, file, payments)
    st.button(
        t("loan_tapes.try_example"),
        key="tape_example",
        type="tertiary",
        icon=":material/science:",
        help=t("loan_tapes.try_example_help"),
        on_click=_take_example,
        args=(actor,),
    )


def _uploader(name: str) -> UploadedFile | None:
    return st.file_uploader(
        t(f"loan_tapes.{name}"),
        type=_TYPES,
        help=t(f"loan_tapes.{name}_help"),
        key=f"tape_{name}",
        max_upload_size=tape_uploads.UPLOAD_BYTES_MAX // _MEGABYTE,
    )


def _keep(actor: Actor, file: UploadedFile, payments: UploadedFile | None) -> None:
    try:
        paths = [
            str(tape_uploads.keep_upload(actor, each.name, each.getvalue(), at=session.now()))
            if each is not None
            else None
            for each in (file, payments)
        ]
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    st.session_state[session.FILES_KEY] = paths
    tape_draft.forget()
    st.rerun()


def _take_example(actor: Actor) -> None:
    try:
        actor = session.as_of_now(actor)
        content = tape_examples.example_tape(session.home_store(), actor, session.now().date())
        path = tape_uploads.keep_upload(actor, tape_examples.FILE_NAME, content, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        return
    st.session_state[session.FILES_KEY] = [str(path), None]
    tape_draft.forget()
