-- One row per attempt to sign in to an account by password since it was last unlocked or changed,
-- the oldest first.
select
    sign_in.is_successful,
    sign_in.recorded_at
from sign_in
where
    sign_in.user_name = $user_name
    and sign_in.way = 'password'
    and sign_in.recorded_at >= coalesce(
        (
            select max(account_step.recorded_at)
            from account_step
            where account_step.user_name = $user_name
        ),
        sign_in.recorded_at
    )
order by sign_in.position
