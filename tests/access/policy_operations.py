"""Operations around policies and lines, with calls complete but for the right to make them."""

from lending_core.access.permissions import Permission
from lending_core.operations import (
    line_answers,
    line_reviews,
    policies,
    policy_drafts,
    policy_evidence,
    policy_optimise,
)
from lending_core.operations.policy_drafts import Content
from lending_core.operations.policy_replay import Window
from lending_core.policy.document import opening_policy
from lending_core.policy.rows import rows_of
from tests.access.book_operations import Call
from tests.builders import AT

A_POLICY = opening_policy()
TYPED = Content(rows_of(A_POLICY))
AN_ANSWER = line_answers.LineAnswer(1, (), "not_now")

# By the right that each needs.
POLICY_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.SAVE_POLICY: (
        lambda store, who: policy_drafts.start_draft(store, who, A_POLICY, 1, "a", at=AT),
        lambda store, who: policy_drafts.start_draft_of(store, who, TYPED, 1, "b", at=AT),
        lambda store, who: policy_drafts.save_revision(store, who, 1, 1, TYPED, at=AT),
        lambda store, who: policy_drafts.close_draft(store, who, 1, at=AT),
    ),
    Permission.VIEW_POLICY: (
        lambda store, who: policies.policy_of_version(store, who, 1),
        lambda store, who: policy_drafts.drafts(store, who),
        lambda store, who: policy_drafts.draft(store, who, 1),
        lambda store, who: policy_drafts.newest_revision(store, who, 1),
        lambda store, who: policy_evidence.evidence_of_policy(store, who, 1),
        lambda store, who: policy_evidence.replay_evidence(store, who, (1, A_POLICY), A_POLICY),
        lambda store, who: policy_optimise.parts(store, who, Window()),
        lambda store, who: policy_optimise.tried(store, who, A_POLICY, Window()),
    ),
    Permission.MANAGE_LINES: (
        lambda store, who: line_reviews.run_line_review(store, who, at=AT),
        lambda store, who: line_answers.answer_line_review(store, who, AN_ANSWER, at=AT),
    ),
    Permission.VIEW_BOOK: (
        lambda store, who: line_reviews.line_review_look(store, who),
        lambda store, who: line_reviews.line_review_batches(store, who),
        lambda store, who: line_reviews.line_proposals(store, who, 1),
    ),
}
