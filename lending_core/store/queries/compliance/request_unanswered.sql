-- One row per request for a person that was not answered in time (PI-04).
-- Answered: decided by as many people as it needs, on the business day of the last of them: the
-- clock of the machine may be on another day than the book.
with answered as (
    select
        review.application_id,
        max(event.business_on) as answered_on
    from review
    left join review_confirmation
        on review.application_id = review_confirmation.application_id
    inner join event
        on review.application_id = event.subject_id
        and event.subject_kind = 'application'
        and event.action in ('application_reviewed', 'review_confirmed')
    where not review.needs_second or review_confirmation.application_id is not null
    group by review.application_id
)
select
    review_request.application_id as subject_id,
    date_diff('day', requested_on, coalesce(answered_on, cast($on as date))) as measured,
    $days_max as limit_value
from review_request
left join answered on review_request.application_id = answered.application_id
where date_diff('day', requested_on, coalesce(answered_on, cast($on as date))) > $days_max
order by subject_id
