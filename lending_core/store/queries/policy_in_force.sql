-- One row: the policy version put in force last.
select
    policy_version.policy_version,
    policy_version.document
from policy_version
inner join policy_approval
    on policy_version.policy_version = policy_approval.policy_version
order by policy_approval.recorded_at desc, policy_version.policy_version desc
limit 1
