-- One row per policy version, newest first, with its approval if it has one, and where it stands.
select
    policy_version.policy_version,
    policy_version.note,
    policy_version.author,
    policy_version.recorded_at,
    policy_version.document,
    policy_approval.approved_by,
    policy_approval.effective_on,
    case
        when policy_approval.approved_by is null then 'waiting'
        -- The order of policy_in_force.sql: the version put in force last.
        when row_number() over (
            order by
                policy_approval.recorded_at desc nulls last,
                policy_version.policy_version desc
        ) = 1 then 'in_force'
        else 'retired'
    end as standing
from policy_version
left join policy_approval
    on policy_version.policy_version = policy_approval.policy_version
order by policy_version.policy_version desc
