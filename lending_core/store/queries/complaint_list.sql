-- One row per complaint of a customer, newest first.
select
    complaint_id,
    received_on,
    kind,
    agency_code,
    case_id,
    note,
    recorded_by
from complaint
where customer_id = $customer_id
order by complaint_id desc
