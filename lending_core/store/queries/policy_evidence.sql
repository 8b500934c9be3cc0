-- One row per paper about a policy version, oldest first, by the step that it stands behind.
select
    position,
    kind,
    document
from policy_evidence
where policy_version = $policy_version
order by position
