-- One row per agency and month with too many complaints about it (CO-12).
select
    agency_code as subject_id,
    count(*) as measured,
    $complaints_max as limit_value
from complaint
where agency_code is not null
group by agency_code, date_trunc('month', received_on)
having count(*) >= $complaints_max
order by subject_id, measured
