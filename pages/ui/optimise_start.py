"""Where a search starts: the version in force, or the draft that a link names."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations import policy_drafts
from lending_core.policy.document import Policy
from lending_core.policy.rows import policy_of
from pages.ui import inputs, reads, session
from pages.ui.links import OPTIMISE_PAGE, POLICY_PAGE
from pages.ui.text import plain, refusal_text, t

_URL_KEY = "draft"


@dataclass(frozen=True)
class Start:
    """The policy that choices are made around and compared with, the version it is or began as, and
    its draft."""

    policy: Policy
    version: int
    draft_id: int | None = None

    @property
    def name(self) -> str:
        """As a legend says it."""
        return t("policy.today" if self.draft_id is None else "optimise.the_draft")


def choose(actor: Actor, in_force: dict[str, Any]) -> Start:
    """The draft of the URL where there is a readable one, else the version in force; says which,
    with the way to the other."""
    version = in_force["policy_version"]
    draft_id = inputs.whole_in_url(_URL_KEY)
    start = Start(reads.policy(version), version)
    with st.container(horizontal=True, vertical_alignment="center", key="optimise_start"):
        if draft_id is not None:
            try:
                start, name = _draft(actor, draft_id)
                st.markdown(t("optimise.starts_from_draft", name=plain(name)))
            except LendingError as refusal:
                st.warning(refusal_text(refusal))
            st.page_link(OPTIMISE_PAGE, label=t("optimise.from_in_force"), icon=":material/gavel:")
        else:
            st.markdown(t("optimise.starts_from_version", version=version))
        back = {} if draft_id is None else {_URL_KEY: str(draft_id)}
        label = t("optimise.to_policy")
        st.page_link(POLICY_PAGE, label=label, icon=":material/tune:", query_params=back)
    return start


def _draft(actor: Actor, draft_id: int) -> tuple[Start, str]:
    found = policy_drafts.draft(session.store(), actor, draft_id)
    return Start(policy_of(found.rows), found.base_version, draft_id), found.name
