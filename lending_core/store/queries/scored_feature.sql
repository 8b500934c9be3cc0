-- One row per application: what was known of the applicant, what was decided, whether a loan came of it.
select
    application_feature.*,
    application_state.applied_on,
    application_state.product_code,
    application_state.scenario,
    application_state.channel,
    application_state.outcome,
    application_state.model_version as decided_by_version,
    application_state.loan_id is not null as is_funded,
    customer.kind
from application_feature
inner join application_state
    on application_feature.application_id = application_state.application_id
inner join customer on application_state.customer_id = customer.customer_id
