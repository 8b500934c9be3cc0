-- One row: one revision of one draft of a limit policy.
select
    draft_id,
    revision,
    content,
    saved_by,
    saved_at
from policy_draft_revision
where draft_id = $draft_id and revision = $revision
