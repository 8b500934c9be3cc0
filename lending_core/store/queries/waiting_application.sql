-- One row per application that waits for a person.
select decision.application_id
from decision
left join review on decision.application_id = review.application_id
where decision.outcome = 'review' and review.application_id is null
order by decision.application_id
