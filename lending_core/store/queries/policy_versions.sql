-- One row per policy version, newest first, with its approval if it has one, and where it stands on a day.
with standing as (
    select
        policy_step.policy_version,
        policy_step.changed_by as approved_by,
        policy_step.effective_on,
        row_number() over (
            partition by policy_step.policy_version
            order by policy_step.position desc
        ) as newest,
        -- The order of policy_in_force.sql.
        row_number() over (
            order by
                policy_step.effective_on desc,
                policy_step.position desc
        ) as place
    from policy_step
    where policy_step.status in ('approved', 'reinstated') and policy_step.effective_on <= $on
)
select
    policy_version.policy_version,
    policy_version.note,
    policy_version.author,
    policy_version.recorded_at,
    policy_version.document,
    standing.approved_by,
    standing.effective_on,
    case
        when standing.approved_by is null then 'waiting'
        when standing.place = 1 then 'in_force'
        else 'retired'
    end as standing
from policy_version
left join standing
    on policy_version.policy_version = standing.policy_version and standing.newest = 1
order by policy_version.policy_version desc
