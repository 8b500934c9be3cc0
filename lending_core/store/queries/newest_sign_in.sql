-- One row per account: when somebody last signed in, and how many attempts failed since.
with attempt as (
    select
        user_name,
        is_successful,
        recorded_at,
        max(case when is_successful then recorded_at end)
            over (partition by user_name) as signed_in_at
    from sign_in
)
select
    user_name,
    max(signed_in_at) as signed_in_at,
    sum(case when signed_in_at is null or recorded_at > signed_in_at then 1 else 0 end)
        as failures_count
from attempt
group by user_name
