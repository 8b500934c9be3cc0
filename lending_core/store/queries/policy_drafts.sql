-- One row per draft of a limit policy that is still open, the one saved last first.
select
    policy_draft.draft_id,
    policy_draft.name,
    policy_draft.base_version,
    newest.revision,
    newest.saved_by,
    newest.saved_at
from policy_draft
inner join policy_draft_revision as newest
    on policy_draft.draft_id = newest.draft_id
left join policy_draft_revision as later
    on newest.draft_id = later.draft_id and newest.revision < later.revision
left join policy_draft_end
    on policy_draft.draft_id = policy_draft_end.draft_id
where
    later.revision is null
    and policy_draft_end.draft_id is null
order by newest.saved_at desc, policy_draft.draft_id desc
