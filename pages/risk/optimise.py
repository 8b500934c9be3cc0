"""Which limits and prices earn most within bounds: found on the past, on the frontier, drafted."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.policy.optimise import outcome
from pages.ui import (
    optimise_answer,
    optimise_bounds,
    optimise_draft,
    optimise_frontier,
    optimise_reads,
    panels,
    policy_reads,
    policy_window,
    reads,
    session,
)
from pages.ui.links import POLICY_PAGE
from pages.ui.text import t

actor = session.require(Permission.VIEW_POLICY)

st.title(t("optimise.title"))

in_force = policy_reads.in_force()
if in_force is None:
    panels.empty(t("limit_policies.no_policy"))
    st.stop()

st.page_link(POLICY_PAGE, label=t("optimise.to_policy"), icon=":material/tune:")
version = in_force["policy_version"]
policy = reads.policy(version)
window = policy_window.choose()
question = optimise_reads.question(policy, window)
if question is None:
    panels.empty(t("optimise.no_applications"))
    st.stop()

problem = question.problem
today = outcome(problem, problem.today)
bounds = optimise_bounds.choose(question, problem, today)

answer = optimise_reads.best(question, bounds)
above = st.empty()
if answer.reached is not None:
    # The answer stands while the frontier, which takes longer, is drawn below.
    with above.container():
        optimise_answer.figures(problem, today, answer.reached)
points = optimise_reads.frontier(question, bounds)
chosen = optimise_frontier.show(points, today, answer.reached, bounds)

with above.container():
    if answer.reached is None:
        optimise_answer.refused(bounds, optimise_reads.conflicting(question, bounds), answer)
    if chosen is not None:
        optimise_answer.figures(problem, today, chosen)
        optimise_answer.standing(answer, chosen == answer.reached)

if chosen is not None:
    optimise_answer.terms(policy, problem, chosen)
    if chosen.options != today.options:
        optimise_draft.offer(actor, version, policy, chosen, window)
