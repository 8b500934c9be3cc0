-- One row: applications that wait for a person and since when the oldest does, or none when nobody waits.
select
    count(*) as applications,
    min(coalesce(review_request.requested_on, application_state.applied_on)) as oldest_on
from application_state
left join review_request on application_state.application_id = review_request.application_id
where application_state.outcome = 'review'
having count(*) > 0
