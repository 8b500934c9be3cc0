-- One row per case and hour in which somebody was contacted at night (CO-01).
with local as (
    select
        case_id,
        hour(date_add(attempted_at, interval ($hours_ahead) hour)) as local_hour
    from contact_attempt
    where local_on >= $effective_on
)
select distinct
    case_id as subject_id,
    local_hour as measured,
    $from_hour as limit_value
from local
where local_hour >= $from_hour or local_hour < $to_hour
order by subject_id, measured
