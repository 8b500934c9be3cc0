-- One row: the document of a policy version, or none.
select document
from policy_version
where policy_version = $policy_version
