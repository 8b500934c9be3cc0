-- One row: an application with its decision, review, line and first loan, or none.
with first_loan as (
    select min(loan_id) as loan_id
    from loan
    where application_id = $application_id
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
    decision.limit_fen,
    decision.annual_rate,
    decision.reasons,
    review.outcome as review_outcome,
    review.reason as review_reason,
    review.reviewed_by,
    credit_line.line_id,
    acceptance.amount_fen as accepted_fen,
    first_loan.loan_id
from application
inner join customer on application.customer_id = customer.customer_id
inner join assessment on application.application_id = assessment.application_id
inner join decision on application.application_id = decision.application_id
left join review on application.application_id = review.application_id
left join credit_line on application.application_id = credit_line.application_id
left join acceptance on application.application_id = acceptance.application_id
cross join first_loan
where application.application_id = $application_id
