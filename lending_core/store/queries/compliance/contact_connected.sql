-- One row per case and day with too many calls answered (CO-03).
select
    max(case_id) as subject_id,
    count(*) as measured,
    $calls_max as limit_value
from contact_attempt
where channel = 'call' and is_connected and local_on >= $effective_on
group by customer_id, local_on
having count(*) > $calls_max
order by subject_id, measured
