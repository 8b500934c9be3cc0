-- One row per step in the life of an account, the newest first.
select
    step,
    role,
    funder_code,
    changed_by,
    recorded_at
from account_step
where user_name = $user_name
order by position desc
