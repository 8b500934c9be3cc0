-- One row per open case: all, or one, or that of a customer.
select
    case_id,
    customer_id,
    opened_on
from open_case
where
    ($case_id is null or case_id = $case_id)
    and ($customer_id is null or customer_id = $customer_id)
order by case_id
