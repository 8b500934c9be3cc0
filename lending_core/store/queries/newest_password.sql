-- One row or none: the password in force of an account.
select
    password_hash,
    is_one_time,
    recorded_at
from account_password
where user_name = $user_name
order by position desc
limit 1
