-- One row: applications that wait for a person and the day of the oldest, or none when nobody waits.
select
    count(*) as applications,
    min(applied_on) as oldest_on
from application_state
where outcome = 'review'
having count(*) > 0
