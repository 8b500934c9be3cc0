-- One row per application with what became of it; limit and price as its line was opened.
select
    application_state.application_id,
    application_state.applied_on,
    application_state.customer_id,
    application_state.product_code,
    application_state.scenario,
    application_state.channel,
    application_state.region_code,
    application_state.amount_asked_fen,
    application_state.score,
    application_state.default_probability,
    application_state.outcome,
    application_state.policy_outcome,
    application_state.reasons,
    coalesce(limit_change.limit_fen, application_state.limit_fen) as limit_fen,
    coalesce(credit_line.annual_rate, application_state.annual_rate) as annual_rate,
    application_state.is_accepted,
    application_state.loan_id
from application_state
left join credit_line on application_state.application_id = credit_line.application_id
left join limit_change
    on credit_line.line_id = limit_change.line_id and limit_change.reason = 'approved'
where
    ($product_codes is null or list_contains($product_codes, application_state.product_code))
    and ($outcomes is null or list_contains($outcomes, application_state.outcome))
    and ($from_on is null or application_state.applied_on >= $from_on)
    and ($to_on is null or application_state.applied_on <= $to_on)
    and ($score_from is null or application_state.score >= $score_from)
    and ($score_to is null or application_state.score < $score_to)
    and ($application_id is null or application_state.application_id = $application_id)
