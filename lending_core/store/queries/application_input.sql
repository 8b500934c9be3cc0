-- One row: an application as the policy reads it, or none.
select *
from policy_input
where application_id = $application_id
