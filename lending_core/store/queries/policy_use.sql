-- One row per policy version that decided anybody, in order: how many applications, from when to when.
select
    decision.policy_version,
    count(*) as applications,
    min(application.applied_on) as first_on,
    max(application.applied_on) as last_on
from decision
inner join application on decision.application_id = application.application_id
group by decision.policy_version
order by decision.policy_version
