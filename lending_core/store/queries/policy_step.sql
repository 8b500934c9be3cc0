-- One row per step in the life of a limit policy, oldest first: of one version, or of all (null).
select
    policy_version,
    status,
    reason,
    changed_by,
    effective_on,
    effective_until,
    recorded_at,
    position
from policy_step
where $policy_version is null or policy_version = $policy_version
order by position
