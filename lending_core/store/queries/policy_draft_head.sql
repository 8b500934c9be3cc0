-- One row: the draft of a number, its newest revision, and whether it ended.
select
    policy_draft.draft_id,
    policy_draft.name,
    policy_draft.base_version,
    policy_draft_end.draft_id is null as is_open,
    (
        select max(policy_draft_revision.revision)
        from policy_draft_revision
        where policy_draft_revision.draft_id = $draft_id
    ) as revision
from policy_draft
left join policy_draft_end
    on policy_draft.draft_id = policy_draft_end.draft_id
where policy_draft.draft_id = $draft_id
