"""Any two versions of the policy, or one and the draft, and what differs between them in words."""

import streamlit as st

from lending_core.policy.document import Policy
from pages.ui import policy_reads, reads
from pages.ui.policy_draft import Draft
from pages.ui.policy_words import differences_text
from pages.ui.session import language
from pages.ui.text import plain, t

# Stands for the draft among the numbers of versions.
_DRAFT = 0


def button(draft: Draft) -> None:
    """Opens the comparison."""
    if st.button(
        t("policy_editor.compare"), key="limit_policies_compare", icon=":material/difference:"
    ):
        st.dialog(t("policy_editor.compare_title"), width="large")(_compare)(draft)


def _compare(draft: Draft) -> None:
    versions = policy_reads.versions()["policy_version"].to_list()
    sides = [_DRAFT, *versions] if draft.policy is not None else versions
    with st.container(horizontal=True):
        before = _side("compare_from", sides, sides.index(draft.version))
        after = _side("compare_to", sides, 0)
    lines = differences_text(_policy(before, draft), _policy(after, draft), language())
    if not lines:
        st.info(t("policy_editor.compare_same"), icon=":material/check:")
        return
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    title = f"# {_name(before)} → {_name(after)}"
    st.download_button(
        t("policy_editor.compare_download"),
        data="\n".join([title, "", *(f"- {line}" for line in lines), ""]),
        file_name="limit_policy_differences.md",
        mime="text/markdown",
        key="limit_policies_compare_download",
        on_click="ignore",
        icon=":material/download:",
    )


def _side(name: str, sides: list[int], index: int) -> int:
    chosen: int = st.selectbox(
        t(f"policy_editor.{name}"),
        sides,
        index=index,
        format_func=_name,
        key=f"limit_policies_{name}_{language()}",
    )
    return chosen


def _name(side: int) -> str:
    if side == _DRAFT:
        return t("policy_editor.the_draft")
    return t("policy_editor.version", version=side)


def _policy(side: int, draft: Draft) -> Policy:
    if side == _DRAFT and draft.policy is not None:
        return draft.policy
    return reads.policy(side)
