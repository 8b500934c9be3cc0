"""A text that advertises loans, and what is wrong with it: where, and by which rule."""

import polars as pl
import streamlit as st

from lending_core.compliance.marketing import TEXT_MAX, Fault, creatives, faults, read_text
from lending_core.compliance.register import rules
from pages.ui import compliance_words, panels, session, tables
from pages.ui import format as shown
from pages.ui.text import t

_TEXT_KEY = "marketing_text"
_COLUMNS = ("text_line", "text_column", "text_said", "text_around", "rule_id")
# Characters shown before and after a fault.
_AROUND = 12


def asked() -> str:
    """The text to be read: typed, or of a file that was brought, which goes before. Raises
    `InvalidInput` for a file that cannot be read."""
    left, right = st.columns([3, 2])
    with left:
        typed = st.text_area(
            t("marketing.text"),
            key=_TEXT_KEY,
            max_chars=TEXT_MAX,
            height=180,
            placeholder=t("marketing.placeholder"),
        )
    with right:
        brought = st.file_uploader(
            t("marketing.file"),
            type=["txt", "md", "csv", "html"],
            key="marketing_file",
            max_upload_size=1,
        )
        st.button(
            t("marketing.example"),
            key="marketing_example",
            icon=":material/edit_note:",
            on_click=_example,
        )
    return typed or "" if brought is None else read_text(brought.getvalue())


def found(text: str) -> None:
    """What is wrong with the text."""
    broken = faults(text)
    if not broken:
        st.success(t("marketing.sound", characters=shown.count(len(text))), icon=":material/check:")
        return
    st.error(t("marketing.faults", faults=shown.count(len(broken))), icon=":material/error:")
    rows = pl.DataFrame([_row(text, fault) for fault in broken])
    tables.show(rows, alt=t("marketing.alt"), key="marketing_faults", columns=_COLUMNS)


def rules_held() -> None:
    """The rules that texts are held to, with their sources."""
    with st.expander(t("marketing.rules")):
        for rule_id in ("MK-05", "PR-05"):
            rule = rules()[rule_id]
            st.markdown(f"**{compliance_words.title(rule)}** · {compliance_words.place(rule)}")
    with st.expander(t("marketing.house", creatives=shown.count(len(creatives())))):
        for spoken in creatives().values():
            st.markdown(spoken[session.language()])


def empty() -> None:
    """What to do first."""
    panels.empty(t("marketing.empty"))


def _row(text: str, fault: Fault) -> dict[str, object]:
    before = text[max(0, fault.start - _AROUND) : fault.start]
    after = text[fault.end : fault.end + _AROUND]
    around = f"{before}【{fault.said}】{after}".replace("\n", " ")
    return {
        "text_line": fault.line,
        "text_column": fault.column,
        "text_said": fault.said,
        "text_around": around,
        "rule_id": compliance_words.title(rules()[fault.rule_id]),
    }


def _example() -> None:
    st.session_state[_TEXT_KEY] = t("marketing.example_text")
