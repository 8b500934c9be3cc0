-- One row per application of a batch, by its first number and size: what was decided.
select
    application.application_id,
    application.product_code,
    assessment.score,
    assessment.default_probability,
    decision.outcome,
    decision.limit_fen,
    decision.annual_rate
from application
inner join assessment on application.application_id = assessment.application_id
inner join decision on application.application_id = decision.application_id
where
    application.application_id >= $first_application_id
    and application.application_id < $first_application_id + $applications_max
order by application.application_id
