-- One row per paper behind the steps of a policy version, oldest first, with the step it stands behind.
select
    policy_evidence.position,
    policy_evidence.kind,
    policy_evidence.document,
    policy_evidence.recorded_at,
    policy_step.policy_version as step_version
from policy_evidence
inner join policy_step on policy_evidence.position = policy_step.position
where policy_evidence.policy_version = $policy_version
order by policy_evidence.position
