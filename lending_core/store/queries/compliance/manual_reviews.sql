-- One row where people looked at too few decisions of the newest full month (IL-12).
with decided as (
    select
        count(*) as decisions,
        count(coalesce(review.application_id, review_confirmation.application_id)) as reviewed
    from application
    inner join decision on application.application_id = decision.application_id
    left join review on application.application_id = review.application_id
    left join review_confirmation
        on application.application_id = review_confirmation.application_id
    where application.applied_on between $month_start_on and $month_end_on
)
select
    1 as subject_id,
    cast(reviewed as double) / cast(decisions as double) as measured,
    cast($share_min as double) as limit_value
from decided
where
    decisions > 0
    and cast(reviewed as double) < cast(decisions as double) * cast($share_min as double)
