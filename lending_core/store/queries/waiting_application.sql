-- One row per application that the policy referred and that still waits: for a first person or a second.
select
    decision.application_id,
    case when review.application_id is null then 'first' else 'second' end as waits_for
from decision
inner join reviewed_outcome on decision.application_id = reviewed_outcome.application_id
left join review on decision.application_id = review.application_id
where decision.outcome = 'review' and reviewed_outcome.outcome = 'review'
order by decision.application_id
