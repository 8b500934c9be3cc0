-- One row per open case, or one: its customer.
select
    open_case.case_id,
    open_case.customer_id,
    open_case.opened_on,
    customer.name,
    customer.phone,
    customer.region_code
from open_case
inner join customer on open_case.customer_id = customer.customer_id
where $case_id is null or open_case.case_id = $case_id
order by open_case.case_id
