-- One row per account: its newest step. $user_name: of this account only (null: of all).
with step as (
    select
        user_name,
        step,
        role,
        funder_code,
        issuer,
        subject,
        changed_by,
        recorded_at,
        position,
        row_number() over (partition by user_name order by position desc) as from_newest
    from account_step
)
select
    user_name,
    step,
    role,
    funder_code,
    issuer,
    subject,
    changed_by,
    recorded_at,
    position
from step
where
    from_newest = 1
    and (cast($user_name as varchar) is null or user_name = $user_name)
order by user_name
