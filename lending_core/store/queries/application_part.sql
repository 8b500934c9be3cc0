-- One row per part of a window of days, in order, each of at most so many applications: its first and
-- last number.
with numbered as (
    select
        application_id,
        (row_number() over (order by application_id) - 1) // $part_max as part
    from application
    where
        ($from_on is null or applied_on >= $from_on)
        and ($to_on is null or applied_on <= $to_on)
)
select
    min(application_id) as first_id,
    max(application_id) as last_id
from numbered
group by part
order by part
