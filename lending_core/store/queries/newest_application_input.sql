-- One row: a customer's newest application as the policy reads it, or none.
select *
from policy_input
where customer_id = $customer_id
order by application_id desc
limit 1
