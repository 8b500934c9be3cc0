-- One row per loan of a customer: its contract.
select *
from loan
where customer_id = $customer_id
order by loan_id
