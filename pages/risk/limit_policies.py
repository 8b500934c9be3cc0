"""Who gets how much at what price: the policy as tables, beside what a change does to the past."""

import functools

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.policy.checks import findings
from lending_core.products.catalogue import catalogue
from pages.ui import (
    links,
    panels,
    policy_conflict,
    policy_desk,
    policy_draft,
    policy_editor,
    policy_reads,
    policy_replay,
    policy_strip,
    reads,
    session,
)
from pages.ui.policy_text import wrong_cell_text
from pages.ui.text import t

actor = session.require(Permission.VIEW_POLICY)

st.title(t("limit_policies.title"))

in_force = policy_reads.in_force()
if in_force is None:
    panels.empty(t("limit_policies.no_policy"))
    st.stop()

tools, above = st.container(), st.container()
policy_draft.ensure(in_force["policy_version"])
desk = st.container()
places = policy_editor.show(functools.partial(policy_desk.notes, actor))

# From here on the draft holds what was typed up to this moment, and is kept.
policy_draft.settle(actor)
draft = policy_draft.read()
today = reads.policy(in_force["policy_version"])

with tools:
    links.policy_tools(actor, draft.draft_id)
with above:
    policy_strip.show(actor, draft)
    policy_conflict.show(actor)
policy_desk.show(actor, draft, in_force["policy_version"], desk)

if draft.refusal is not None:
    above.error(wrong_cell_text(draft.refusal, draft.rows), icon=":material/error:")
elif draft.policy is not None:
    policy_editor.say(findings(draft.policy, catalogue().values()), places)
    with above:
        replayed = policy_replay.figures(today, draft.policy)
    policy_replay.parts(replayed)
    policy_replay.affected(replayed)
policy_strip.versions()
