-- One row: one revision of one draft of a limit policy.
select
    content,
    saved_by,
    saved_at
from policy_draft_revision
where draft_id = $draft_id and revision = $revision
