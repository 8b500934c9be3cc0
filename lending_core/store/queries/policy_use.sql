-- One row per policy version that decided an application, in order: its document, and how many.
select
    policy_version.policy_version,
    policy_version.document,
    count(*) as applications
from decision
inner join policy_version on decision.policy_version = policy_version.policy_version
group by policy_version.policy_version, policy_version.document
order by policy_version.policy_version
