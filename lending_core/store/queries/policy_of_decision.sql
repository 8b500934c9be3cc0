-- One row: the document of the policy version that decided an application, or none.
select policy_version.document
from decision
inner join policy_version on decision.policy_version = policy_version.policy_version
where decision.application_id = $application_id
