-- One row: the policy version that decides on a day.
select
    policy_version.policy_version,
    policy_version.document
from policy_version
inner join policy_step on policy_version.policy_version = policy_step.policy_version
where
    policy_step.status in ('approved', 'reinstated')
    and policy_step.effective_on <= $on
    and (policy_step.effective_until is null or policy_step.effective_until >= $on)
    and not exists (
        select 1
        from policy_step as later
        where
            later.policy_version = policy_step.policy_version
            and later.status = 'withdrawn'
            and later.position > policy_step.position
    )
order by policy_step.effective_on desc, policy_step.position desc
limit 1
