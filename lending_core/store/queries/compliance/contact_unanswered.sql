-- One row per case, day and number called too often without an answer (CO-02).
select
    max(case_id) as subject_id,
    count(*) as measured,
    $calls_max as limit_value
from contact_attempt
where channel = 'call' and not is_connected and local_on >= $effective_on
group by customer_id, number_key, local_on
having count(*) > $calls_max
order by subject_id, measured
