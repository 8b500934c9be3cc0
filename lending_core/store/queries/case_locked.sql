-- One row per case that somebody has taken at an instant: who, and until when.
with newest as (
    select
        case_id,
        max_by(locked_by, lock_id) as locked_by,
        max_by(locked_until, lock_id) as locked_until
    from case_lock
    where $case_id is null or case_id = $case_id
    group by case_id
)
select
    case_id,
    locked_by,
    locked_until
from newest
where locked_until > cast($at as timestamp)
order by case_id
