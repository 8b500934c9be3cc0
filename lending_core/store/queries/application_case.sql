-- One row: an application with its decision, reviews, line and first loan, or none.
-- Limit and price are those of its line once there is one: a person may have chosen the limit.
with first_loan as (
    select min(loan_id) as loan_id
    from loan
    where application_id = $application_id
),
opened_line as (
    select
        credit_line.application_id,
        credit_line.line_id,
        credit_line.annual_rate,
        limit_change.limit_fen
    from credit_line
    inner join limit_change on credit_line.line_id = limit_change.line_id
    where credit_line.application_id = $application_id and limit_change.reason = 'approved'
)
select
    application.application_id,
    application.customer_id,
    application.product_code,
    application.scenario,
    application.channel,
    application.applied_on,
    application.amount_asked_fen,
    application.instalments_asked,
    customer.kind,
    customer.name,
    customer.id_number,
    customer.phone,
    customer.region_code,
    assessment.model_version,
    assessment.score,
    assessment.default_probability,
    assessment.points,
    decision.policy_version,
    decision.outcome,
    decision.band,
    coalesce(opened_line.limit_fen, decision.limit_fen) as limit_fen,
    coalesce(opened_line.annual_rate, decision.annual_rate) as annual_rate,
    decision.instalments_max,
    decision.reasons,
    coalesce(reviewed_outcome.outcome, decision.outcome) as outcome_now,
    case
        when reviewed_outcome.outcome = 'review' and review.application_id is null then 'first'
        when reviewed_outcome.outcome = 'review' then 'second'
    end as waits_for,
    review_request.requested_on,
    review.outcome as review_outcome,
    review.reason as review_reason,
    review.words as review_words,
    review.limit_fen as review_limit_fen,
    review.reviewed_by,
    review_confirmation.outcome as confirmed_outcome,
    review_confirmation.reason as confirmed_reason,
    review_confirmation.words as confirmed_words,
    review_confirmation.confirmed_by,
    opened_line.line_id,
    acceptance.amount_fen as accepted_fen,
    first_loan.loan_id
from application
inner join customer on application.customer_id = customer.customer_id
inner join assessment on application.application_id = assessment.application_id
inner join decision on application.application_id = decision.application_id
left join reviewed_outcome on application.application_id = reviewed_outcome.application_id
left join review_request on application.application_id = review_request.application_id
left join review on application.application_id = review.application_id
left join review_confirmation
    on application.application_id = review_confirmation.application_id
left join opened_line on application.application_id = opened_line.application_id
left join acceptance on application.application_id = acceptance.application_id
cross join first_loan
where application.application_id = $application_id
