-- One row: the newest closed day and the newest loan event that it has seen, or none.
select
    closed_on,
    last_event_id
from closed_day
order by closed_on desc
limit 1
