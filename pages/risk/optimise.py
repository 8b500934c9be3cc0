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
    optimise_start,
    panels,
    policy_reads,
    policy_window,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_POLICY)

st.title(t("optimise.title"))

in_force = policy_reads.in_force()
if in_force is None:
    panels.empty(t("limit_policies.no_policy"))
    st.stop()

start = optimise_start.choose(actor, in_force)
window = policy_window.choose()
question = optimise_reads.question(start.policy, window)
if question is None:
    panels.empty(t("optimise.no_applications"))
    st.stop()

problem = question.problem
now = outcome(problem, problem.today)
bounds = optimise_bounds.choose(question, problem, now)

answer = optimise_reads.best(question, bounds)
above = st.empty()
if answer.reached is not None:
    # The answer stands while the frontier, which takes longer, is drawn below.
    with above.container():
        optimise_answer.figures(problem, now, answer.reached)
points = optimise_reads.frontier(question, bounds)
chosen = optimise_frontier.show(points, (start.name, now), answer.reached, bounds)

with above.container():
    if answer.reached is None:
        optimise_answer.refused(bounds, optimise_reads.conflicting(question, bounds), answer)
    if chosen is not None:
        optimise_answer.figures(problem, now, chosen)
        optimise_answer.standing(answer, chosen == answer.reached)

if chosen is not None:
    optimise_answer.terms(start.policy, problem, chosen)
    if chosen.options != now.options:
        optimise_draft.offer(actor, start, chosen, window)
