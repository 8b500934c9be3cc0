-- One row: how many applications a window of days has, and their first and last day.
select
    count(*) as applications,
    min(applied_on) as first_on,
    max(applied_on) as last_on
from application
where
    ($from_on is null or applied_on >= $from_on)
    and ($to_on is null or applied_on <= $to_on)
