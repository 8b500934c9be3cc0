-- One row per request for a person that was not answered in time (PI-04).
select
    review_request.application_id as subject_id,
    date_diff('day', requested_on, coalesce(cast(reviewed_at as date), cast($on as date)))
        as measured,
    $days_max as limit_value
from review_request
left join review on review_request.application_id = review.application_id
where
    date_diff('day', requested_on, coalesce(cast(reviewed_at as date), cast($on as date)))
    > $days_max
order by subject_id
