-- One row per policy version, newest first, with its approval if it has one.
select
    policy_version.policy_version,
    policy_version.note,
    policy_version.author,
    policy_version.recorded_at,
    policy_version.document,
    policy_approval.approved_by,
    policy_approval.effective_on
from policy_version
left join policy_approval
    on policy_version.policy_version = policy_approval.policy_version
order by policy_version.policy_version desc
