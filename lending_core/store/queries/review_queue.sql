-- One row per application that waits for a person, with why and since when.
select
    application_state.application_id,
    application_state.applied_on,
    application_state.product_code,
    application_state.amount_asked_fen,
    application_state.score,
    application_state.policy_outcome as outcome,
    application_state.reasons,
    application_state.limit_fen,
    application_state.annual_rate,
    decision.policy_version,
    customer.name,
    customer.kind,
    review_request.requested_on,
    review.reason as review_reason,
    review.words as review_words,
    review.limit_fen as review_limit_fen,
    review.reviewed_by,
    case when review.application_id is null then 'first' else 'second' end as waits_for
from application_state
inner join customer on application_state.customer_id = customer.customer_id
inner join decision on application_state.application_id = decision.application_id
left join review_request on application_state.application_id = review_request.application_id
left join review on application_state.application_id = review.application_id
where
    application_state.outcome = 'review'
    and ($product_codes is null or list_contains($product_codes, application_state.product_code))
