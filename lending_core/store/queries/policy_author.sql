-- One row: who submitted a policy version, or none.
select author
from policy_version
where policy_version = $policy_version
